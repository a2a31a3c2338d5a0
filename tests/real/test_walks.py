"""`mooring check .` over whole repositories, whatever stands in them: nothing is found that has no reason.

KServe's samples are left to `test_samples`.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mooring import cli
from schemas.make.modules import download
from tests.real import crds
from tests.real.conftest import Tools
from tests.support.example import ROOT


class Found(NamedTuple):
    """What is found so often, and why that is right."""

    severity: str
    code: str
    says: str
    number: int
    reason: str


WALKS: Mapping[str, list[Found]] = {
    "kserve": [
        Found(
            "error",
            "unsupported-kustomization",
            "this entry does not exist",
            9,
            "not in the repository: most of it is written by its Makefile",
        ),
        Found(
            "error",
            "schema",
            "invalid value (not shown) in `spec.router.route.http.spec.parentRefs[0].namespace`",
            6,
            "a template of 0.16 and its candidates, which 0.20 refuses there",
        ),
        Found("warning", "namespaced-cluster-resource", "`ClusterStorageContainer` is cluster-scoped", 23, "it is"),
        Found("warning", "plaintext-credential", "a credential is written down", 2, "Secrets of tests, in plain text"),
    ],
    "knative": [
        Found("warning", "plaintext-credential", "a credential is written down", 3, "Secrets of tests, in plain text"),
    ],
    "mooring": [],
}
LEFT = ("docs/samples/",)
PRIVATE = "harbor.example.com"


def unpack(product: str, folder: Path) -> None:
    """Every file of the repository, as far as it is walked."""
    if product == "mooring":
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        # Broken on purpose: cases of problems.
        names = [name for name in listed.split("\0") if name and not name.startswith("tests/") and (ROOT / name).is_file()]
        contents = [(name, (ROOT / name).read_bytes()) for name in names]
    elif product == "kserve":
        contents = [entry for entry in crds.module("kserve").files("") if not entry[0].startswith(LEFT)]
    else:
        serving = "knative.dev/serving"
        contents = list(download(serving, "v0.51.0", crds.SUMS[f"{serving}@v0.51.0"]["sum"]).files(""))
    for name, content in contents:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("product", WALKS)
def test_what_is_found_has_its_reason(
    product: str, tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool("go")
    repository = tmp_path / "repository"
    repository.mkdir()
    unpack(product, repository)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", str(tool("kustomize").parent))
    code = cli.main(["check", ".", "--registry", PRIVATE, "--format", "json"])
    said = capsys.readouterr()
    assert said.err == "" and code in (0, 1)
    result = json.loads(said.out)
    with capsys.disabled():
        shown = Counter((problem["severity"], problem["code"]) for problem in result["problems"])
        print(
            f"\n{product}: {result['summary']['documents']} documents, {result['summary']['skipped']} skipped, {dict(shown)}"
        )
    left = [problem for problem in result["problems"] if problem["severity"] != "note"]
    for found in WALKS[product]:
        fits = [problem for problem in left if explained(problem, found)]
        assert len(fits) == found.number, found
        left = [problem for problem in left if problem not in fits]
    assert [(problem["file"], problem["line"], problem["code"], problem["message"]) for problem in left] == []
    assert result["summary"]["documents"] > 50 and result["summary"]["skipped"] > 50


def explained(problem: Mapping[str, Any], found: Found) -> bool:
    alike = (problem["severity"], problem["code"]) == (found.severity, found.code)
    return alike and problem["message"].startswith(found.says)
