"""`mooring render --list` and `--cell`: what is printed, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli
from tests.support.example import SMALL


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "fleet.yaml").write_text(SMALL)
    return tmp_path


def test_the_cells_one_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--list"]) == 0
    assert capsys.readouterr() == ("policies\ndefault/_cluster\ndefault/vision\ndefault/_environment\n", "")


def test_the_cells_as_one_line_of_json(capsys: pytest.CaptureFixture[str], repository: Path) -> None:
    """GitHub takes an output of one line; GitLab's matrix has no values but text."""
    assert cli.main(["render", "--list", "--format", "json"]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1 and not said.err
    assert json.loads(said.out) == [
        {"cell": "policies", "environment": "", "namespace": ""},
        {"cell": "default/_cluster", "environment": "default", "namespace": "_cluster"},
        {"cell": "default/vision", "environment": "default", "namespace": "vision"},
        {"cell": "default/_environment", "environment": "default", "namespace": ""},
    ]
    assert [path.name for path in repository.iterdir()] == ["fleet.yaml"], "nothing is written"


@pytest.mark.parametrize(("count", "there"), [("2", 2), ("4", 4), ("16", 4)])
def test_no_more_groups_are_named_than_there_are_units(count: str, there: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--list", "--cells", count, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"cell": f"{n}-of-{there}"} for n in range(1, there + 1)]


def test_the_list_in_an_action_and_in_a_file(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli.main(["render", "--list"]) == 0
    assert capsys.readouterr().out.startswith("policies\n")
    assert cli.main(["render", "--list", "--format", "json", "--output", "cells.json"]) == 0
    assert len(json.loads((repository / "cells.json").read_text())) == 4 and capsys.readouterr().out == ""


@pytest.mark.parametrize(("options", "said"), [
    (["--cells", "2"], "`--cells` goes with `--list`"),
    (["--cell", "policies", "--env", "default"], "`--cell` does not go with `--env` or `--namespace`"),
    (["--cell", "policies", "--namespace", "vision"], "`--cell` does not go with `--env` or `--namespace`"),
    (["--list", "--env", "default"], "`--list` goes with `--cells`, `--format` and `--output` alone"),
    (["--list", "--check"], "`--list` goes with"), (["--list", "--stdout"], "`--list` goes with"),
    (["--list", "--allow-delete"], "`--list` goes with"), (["--list", "--cell", "policies"], "`--list` goes with"),
    (["--list", "--format", "sarif"], "`--list` prints text or JSON"),
    (["--list", "--cells", "0"], "write a whole number of cells, from 1 to 10000"),
    (["--cell", "default/visoin"], "no cell is named `default/visoin`\n        hint: did you mean `default/vision`?"),
    (["--cell", "default/_clutser"], "hint: did you mean `default/_cluster`?"),
    (["--cell", "17-of-16"], "no cell is named `17-of-16`\n        hint: `mooring render --list` names the cells"),
    (["--cell", ""], "no cell is named `***`"), (["--cell", "AKIA$secret\x1b"], "no cell is named `***`"),
])  # fmt: skip
def test_what_is_refused(options: list[str], said: str, capsys: pytest.CaptureFixture[str], repository: Path) -> None:
    try:
        code = cli.main(["render", *options])
    except SystemExit as ended:
        code = ended.code  # type: ignore[assignment]
    assert code == 2 and said in capsys.readouterr().err
    assert [path.name for path in repository.iterdir()] == ["fleet.yaml"]


def test_a_broken_fleet_has_no_cells(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "fleet.yaml").write_text(SMALL.replace("namespaces:", "namepaces:", 1))
    assert cli.main(["render", "--list", "--format", "json"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "error[unknown-key]" in said.err and "no cell was listed" in said.err


@pytest.mark.parametrize(("quiet", "said"), [
    ([], "mooring: 203 cells; a matrix has at most 256 jobs on GitHub, and 200 on GitLab\n"
         "        hint: `--cells 200` groups them\n"),
    (["-q"], ""),
])  # fmt: skip
def test_more_cells_than_a_matrix_has_jobs(
    quiet: list[str], said: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spaces = "".join(f"- name: n{number}\n" for number in range(199))
    (repository / "fleet.yaml").write_text(SMALL.replace("namespaces:\n", f"namespaces:\n{spaces}"))
    assert cli.main(["render", "--list", *quiet]) == 0
    assert capsys.readouterr().err == said


def test_a_cell_is_rendered_checked_and_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "-q", "--cell", "default/vision", "--cell", "default/_environment"]) == 0
    assert sorted(path.name for path in (repository / "overlays/default").iterdir()) == ["kustomization.yaml", "vision"]
    assert cli.main(["render", "-q", "--check", "--cell", "default/vision"]) == 0
    assert cli.main(["render", "-q", "--check", "--cell", "policies"]) == 1
    capsys.readouterr()
    assert cli.main(["render", "-q", "--stdout", "--cell", "default/vision"]) == 0
    assert "name: detector" in capsys.readouterr().out
