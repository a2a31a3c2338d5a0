"""Every case of `tests/manifests/<code>/<case>/`: what `mooring check .` says of manifests without a fleet.

`expected.txt` holds the exit code and all that is printed. A case called `good` (or `good-…`) has no problem but
`plaintext-credential`, since a Secret stands in most; every other one shows the code that its folder is named by.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from mooring import cli, rules
from tests.real.conftest import find, missing
from tests.support.example import steady

CASES = Path(__file__).parent / "manifests"
FOLDERS = sorted(path for path in CASES.glob("*/*") if path.is_dir())
ARGUMENTS = ("check", ".", "--registry", "harbor.example.com", "--as-of", "2026-11-25")


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_case(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file_regression: FileRegressionFixture,
) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected.txt"))
    if (folder / "kustomization.yaml").exists():
        program, reason = find("kustomize")
        monkeypatch.setenv("PATH", str((program or missing(reason)).parent))
    monkeypatch.chdir(folder)
    code = cli.main(list(ARGUMENTS))
    said = steady(code, capsys.readouterr().out, folder)
    file_regression.check(said.encode(), fullpath=case / "expected.txt", binary=True)


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_a_case_shows_what_its_folder_says(case: Path) -> None:
    said = (case / "expected.txt").read_text()
    codes = re.findall(r"(?:error|warning|note)\[([a-z-]+)\]", said)
    name = case.parts[-2]
    assert name in rules.codes()
    if case.name.startswith("good"):
        assert set(codes) <= {"plaintext-credential"} - {name}
    elif case.name == "silenced":
        assert name not in codes and "1 silenced" in said
    elif f"note[{name}]" in said:
        assert said.startswith("exit code 0"), "a note fails nothing"
    else:
        assert codes[0] == name, "the cause is not in the first line"
