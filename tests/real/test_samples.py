"""`mooring check` on KServe's, Kyverno's and Knative's own manifests: no crash, and no false alarm.

They pull from public registries; `--registry docker.io` would be wrong, so a registry that nobody uses is named. Each
finding stands in `tests/data/samples.yaml` with its reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.yaml.document import read_manifests
from schemas.make.modules import Module, download
from tests.real import crds
from tests.support.example import ROOT

TABLE = read_manifests((ROOT / "tests/data/samples.yaml").read_bytes(), "samples.yaml")[0][0].data
# Of the pull path nothing may ever be tabled: nobody's samples pull from the registry that is named.
PULL_PATH = {
    "secret-not-referenced", "secret-not-in-namespace", "secret-misplaced", "secret-shadowed", "secret-not-first",
    "auth-host-mismatch", "robot-lacks-project", "robot-expired", "default-namespace", "hashed-name", "tag-resolution",
}  # fmt: skip
FOLDERS = {
    "kserve": ("docs/samples/", "config/runtimes/", "config/llmisvcconfig/"),
    "kyverno": ("test/cli/",),
    "knative": ("config/", "test/"),
}


def unpack(module: Module, folders: tuple[str, ...], target: Path) -> int:
    count = 0
    for folder in folders:
        for name, content in module.files(folder):
            if name.endswith((".yaml", ".yml", ".json")):
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                count += 1
    return count


def _module(product: str, tool: Callable[[str], Path]) -> Module:
    tool("go")
    if product != "knative":
        return crds.module(product)
    return download("knative.dev/serving", "v0.51.0", crds.SUMS["knative.dev/serving@v0.51.0"]["sum"])


def wrongs(problems: Sequence[Mapping[str, Any]], table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Findings that no entry explains, and tabled ones that are not found."""
    left = Counter((entry["code"], entry["says"], place) for entry in table for place in entry.get("places", ()))
    many = {(entry["code"], entry["has"]): entry["number"] for entry in table if "number" in entry}
    wrong = []
    for problem in problems:
        if key := next((key for key in many if key[0] == problem["code"] and key[1] in problem["message"]), None):
            many[key] -= 1
            continue
        place = ":".join(str(part) for part in (problem["file"], problem["line"]) if part is not None)
        fits = [key for key in left if key[::2] == (problem["code"], place) and problem["message"].startswith(key[1])]
        mine = max((key for key in fits if left[key]), key=lambda key: len(key[1]), default=None)
        if mine is None:
            wrong.append(f"{place}: {problem['code']}: {problem['message']}")
        else:
            left[mine] -= 1
    wrong += [f"{'more' if number < 0 else 'fewer'} are found: {key}" for key, number in many.items() if number]
    return wrong + [f"no longer found: {key}" for key in left.elements()]


@pytest.mark.parametrize("product", FOLDERS)
def test_each_finding_has_its_reason(
    product: str,
    tool: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    files = unpack(_module(product, tool), FOLDERS[product], tmp_path)
    code = cli.main(["check", ".", "--registry", "harbor.example.com", "--format", "json"])
    said = capsys.readouterr()
    assert said.err == "" and code in (0, 1)
    result = json.loads(said.out)
    found = Counter((problem["severity"], problem["code"]) for problem in result["problems"])
    with capsys.disabled():
        print(f"\n{product}: {files} files, {result['summary']}, {dict(found)}")
    assert [problem for problem in result["problems"] if problem["code"] in PULL_PATH] == []
    assert wrongs(result["problems"], TABLE[product]) == []


def test_what_is_not_tabled_and_what_is_stale_is_found_out() -> None:
    problem = {"code": "schema", "file": "a.yaml", "line": 2, "message": "missing required field `a` in `spec`"}
    entry = {"code": "schema", "says": "missing required field", "places": ["a.yaml:2"]}
    assert wrongs([problem], [entry]) == []
    assert wrongs([problem], []) == ["a.yaml:2: schema: missing required field `a` in `spec`"]
    for other in ({"line": 3}, {"code": "syntax"}, {"message": "another"}):
        assert len(wrongs([{**problem, **other}], [entry])) == 2
    assert len(wrongs([], [entry])) == len(wrongs([problem] * 2, [entry])) == 1
    several = {"code": "schema", "has": "required field", "number": 2}
    assert wrongs([problem] * 2, [several]) == []
    assert [wrongs([problem] * count, [several])[0].split()[0] for count in (1, 3)] == ["fewer", "more"]
    assert all(entry["reason"] for entries in TABLE.values() for entry in entries)
