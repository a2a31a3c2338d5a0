"""`mooring check` on KServe's, Kyverno's and Knative's own manifests: no crash, and no false alarm in the pull path.

They pull from public registries; `--registry docker.io` would be wrong, so a registry that nobody uses is named, and each
error that is left stands below with its reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mooring import cli
from schemas.make.modules import Module, download
from tests.real import crds

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


@pytest.mark.parametrize("product", FOLDERS)
def test_no_false_alarm(
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
    alarms = [problem for problem in result["problems"] if problem["code"] in PULL_PATH]
    assert alarms == []
