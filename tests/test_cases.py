"""Every case of `tests/cases/<family>/<name>/<case>/`: what `mooring render` says of its fleet, and the tree it writes.

`expected.txt` holds the exit code and all that is printed; `expected/` the tree, compared by bytes and by set of files. One
case of each engine (`WHOLE`) has the whole folder of policies there. Another case of a policy has `expected.diff` beside it:
how its folder of policies differs from that one, with a line for each file that is absent. Other cases leave policies out.
Suites always stand there.
`pytest --force-regen` writes them anew: read the difference.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from mooring import cli, rules
from mooring.files.products import OUTPUTS
from tests.support.example import steady

CASES = Path(__file__).parent / "cases"
FLEETS = sorted(path.parent for path in CASES.glob("*/*/*/fleet.yaml"))
PRODUCTS = ("expected", "expected.txt", "expected.diff")
WHOLE = {
    "kyverno": CASES / "policy/inject-pull-secret/everything-on",
    "kubernetes": CASES / "policy/kubernetes-validating/environments",
}


def render(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Exit code and output of `mooring render`, seconds left out."""
    code = cli.main(["render"])
    captured = capsys.readouterr()
    return steady(code, captured.err + captured.out, folder)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def difference(policies: dict[str, bytes]) -> str:
    """How each folder of policies differs from the whole one of its engine, with one line around each change."""
    whole: dict[str, bytes] = {}
    for engine in {path.split("/")[1] for path in policies}:
        here = f"policies/{engine}/"
        whole |= {path: text for path, text in files(WHOLE[engine] / "expected").items() if path.startswith(here)}
    lines = [f"absent: {path}\n" for path in sorted(set(whole) - set(policies))]
    for path, text in sorted(policies.items()):
        before, after = (data.decode().splitlines(keepends=True) for data in (whole.get(path, b""), text))
        lines += difflib.unified_diff(before, after, path if before else "/dev/null", path, n=1)
    return "".join(lines)


@pytest.mark.parametrize("case", FLEETS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_case(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file_regression: FileRegressionFixture,
    request: pytest.FixtureRequest,
) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns(*PRODUCTS))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", "")  # what is rendered may depend on whether Kustomize is there
    before = files(folder)
    said = render(folder, capsys)
    file_regression.check(said.encode(), fullpath=case / "expected.txt", binary=True)
    if not said.startswith("exit code 0"):
        assert files(folder) == before, "something was written though there are errors"
        return
    after = {path: text for path, text in files(folder).items() if path not in before}
    written = {path: text for path, text in after.items() if path.split("/")[0] in OUTPUTS}
    policies = {path: text for path, text in written.items() if path.startswith("policies/") and "/tests/" not in path}
    whole = case in WHOLE.values()
    shown = {path: text for path, text in written.items() if whole or path not in policies}
    if request.config.getoption("force_regen"):
        # The fixture stops at the first file it makes: a tree is made whole.
        shutil.rmtree(case / "expected", ignore_errors=True)
        for path, text in shown.items():
            (case / "expected" / path).parent.mkdir(parents=True, exist_ok=True)
            (case / "expected" / path).write_bytes(text)
    for path, text in shown.items():
        file_regression.check(text, fullpath=case / "expected" / path, binary=True)
    if case.parts[-3] == "policy" and not whole:
        file_regression.check(difference(policies).encode(), fullpath=case / "expected.diff", binary=True)
    assert set(files(case / "expected")) == set(shown), "a file is missing, or one too many is expected"
    assert {path: text for path, text in files(folder).items() if path not in written} == before


@pytest.mark.parametrize("case", FLEETS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_case_shows_what_its_folder_says(case: Path) -> None:
    """A case under the name of a code ends in that code; the names under a template's family are templates."""
    expected = (case / "expected.txt").read_text()
    name = case.parts[-2]
    if name in rules.codes() and not case.name.startswith("not-these"):
        assert f"[{name}]" in expected
    elif name != "several":
        assert expected.startswith("exit code 0")


def test_no_expectation_without_its_case() -> None:
    strays = [path for path in CASES.glob("*/*/*/expected*") if not (path.parent / "fleet.yaml").exists()]
    assert strays == []
