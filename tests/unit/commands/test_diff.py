"""`mooring diff` at the command line: what it prints, its exit codes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli
from tests.support.example import SMALL
from tests.support.history import commit, git


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def test_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = commit(tmp_path, SMALL + "policies: {action: Deny}\n")
    (tmp_path / "fleet.yaml").write_text(SMALL.replace("detector:1.0", "detector:1.1"))
    before = sorted(tmp_path.iterdir())
    assert (cli.main(["diff", "-q"]), capsys.readouterr().out) == (
        0,
        f"""\
`HEAD` ({first[:12]}) → the working tree as it stands: 4 policy settings loosened, 1 other change, 1 workload rolls

default/_cluster
  !! policy `no-default-namespace` is `Audit`, before `Deny`
  !! policy `pull-secret-shape` is `Audit`, before `Deny`
  !! policy `require-pull-secret` is `Audit`, before `Deny`
  !! policy `restrict-pull-secret-use` is `Audit`, before `Deny`

default/vision
  ~  InferenceService `detector` predictor: image `harbor.example.com/vision/detector:1.1`, before \
`harbor.example.com/vision/detector:1.0`
  ↻  InferenceService `detector` rolls: its pod template changed (`spec.predictor.containers`)
""",
    )
    assert sorted(tmp_path.iterdir()) == before


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = commit(tmp_path, SMALL)
    (tmp_path / "fleet.yaml").write_text(
        SMALL.replace("project: vision", "projects: [vision, ocr], login: robot$vision+vision")
    )
    assert cli.main(["diff", "-q", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "from": {"revision": "HEAD", "commit": first},
        "to": "working tree",
        "changes": [
            {
                "environment": "default",
                "namespace": "vision",
                "what": "grant",
                "level": "widened",
                "object": {"group": "", "kind": "Secret", "name": "harbor-vision"},
                "message": "Secret `harbor-vision` may pull from `harbor.example.com/ocr` too",
            }
        ],
        "summary": {"changes": 1, "loosened": 0, "widened": 1, "grant": 1},
        "remarks": [],
    }


def test_json_of_no_change_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path, SMALL)
    assert cli.main(["diff", "-q", "--format", "json", "--output", "out.json"]) == 0
    assert capsys.readouterr().out == ""
    found = json.loads((tmp_path / "out.json").read_text())
    assert (found["changes"], found["summary"]) == ([], {"changes": 0, "loosened": 0, "widened": 0})


def test_a_tree_that_is_not_rendered_is_said_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path)
    assert cli.main(["diff"]) == 0
    said = capsys.readouterr().out
    assert "nothing changed in meaning\n" in said
    assert "rendered files of the working tree are not fresh: run `mooring render`" in said
    assert "rendered files of the revision are not what this mooring renders from its fleet" in said
    assert cli.main(["render", "-q"]) == 0
    commit(tmp_path)
    capsys.readouterr()
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_a_repository_with_longer_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "fleet.yaml").write_text(SMALL)
    assert cli.main(["render", "-q"]) == 0
    commit(tmp_path)
    capsys.readouterr()
    assert cli.main(["diff"]) == 0
    assert capsys.readouterr().out.count("\n") == 1, "no note: what is committed is what is rendered"


def test_in_an_action_it_prints_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli.main(["diff", "-q"]) == 0
    assert capsys.readouterr().out.endswith("→ the working tree as it stands: nothing changed in meaning\n")


def test_no_repository(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(SMALL)
    assert cli.main(["diff"]) == 2
    assert "mooring: `fleet.yaml` is in no git repository\n" in capsys.readouterr().err


def test_no_fleet(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff"]) == 2
    assert "mooring: `fleet.yaml` does not exist\n" in capsys.readouterr().err


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path)
    (tmp_path / "git").write_text("#!/bin/sh\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["diff"]) == 2
    assert "`git` is not on PATH, outside of this repository" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nope", "--output=x", "-h", "fleet.yaml"])
def test_an_unknown_revision(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path)
    assert cli.main(["diff", "--", name]) == 2
    said = capsys.readouterr()
    assert (said.out, "mooring: git knows no commit" in said.err, "fetch-depth: 0" in said.err) == ("", True, True)
    assert not (tmp_path / "x").exists()


def test_a_broken_working_tree_ends_in_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path)
    (tmp_path / "fleet.yaml").write_text(SMALL.replace("project: vision", "project: other"))
    assert cli.main(["diff"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "fleet.yaml:" in said.err
    assert "error[no-robot]" in said.err
    assert "nothing is compared before they are mended" in said.err


def test_a_broken_revision_ends_in_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(tmp_path, SMALL.replace("project: vision", "project: other"))
    (tmp_path / "fleet.yaml").write_text(SMALL)
    assert cli.main(["diff", "main"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "main:fleet.yaml:19:41: error[no-robot]" in said.err
    assert "/mooring-" not in said.err, "the temporary folder is nobody's business"
    assert "the fleet of revision `main` has problems, so that nothing can be compared" in said.err


def test_a_revision_without_the_fleet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").write_text("")
    commit(tmp_path)
    git(tmp_path, "rm", "-q", "--cached", "fleet.yaml")
    git(tmp_path, "commit", "-q", "-m", "without")
    assert cli.main(["diff"]) == 2
    assert "`fleet.yaml` is not in revision `HEAD`" in capsys.readouterr().err


def test_what_a_credential_is_never_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An environment variable of a service is no grant and no image: only its place is said."""
    fleet = SMALL.replace(':1.0"}', ':1.0", env: [{name: MODE, value: one}]}')
    commit(tmp_path, fleet)
    (tmp_path / "fleet.yaml").write_text(fleet.replace("value: one", "value: hunter2-is-mine"))
    assert cli.main(["diff", "-q"]) == 0
    said = capsys.readouterr()
    assert "rolls: its pod template changed (`spec.predictor.containers`)" in said.out
    assert "hunter2" not in said.out + said.err
