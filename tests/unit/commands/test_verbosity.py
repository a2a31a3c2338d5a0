"""`--verbose` and `--quiet`, for every command: the one names files on stderr, the other leaves out what is no result."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from mooring import cli
from mooring.commands.running import narrate
from mooring.files import locked, tell
from tests.support.example import SMALL

Captured = pytest.CaptureFixture[str]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: vision}\nspec: {containers: [{name: a, image: nginx}]}\n"
# Its kind has no schema, which is a note.
STRANGER = "apiVersion: example.com/v1\nkind: Stranger\nmetadata: {name: a, namespace: vision}\n"
OLD = "# Rendered by mooring from fleet.yaml: edit that, not this file.\na: 1\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fleet.yaml").write_text(SMALL)
    (tmp_path / "given/root").mkdir(parents=True)
    (tmp_path / "given/root/kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (tmp_path / "given/root/pod.yaml").write_text(POD)
    (tmp_path / "given/notes.txt").write_text("none")
    (tmp_path / "given/values.yaml").write_text("replicas: 1\n")
    (tmp_path / "given/stranger.yaml").write_text(STRANGER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    return tmp_path


def told(capsys: Captured) -> list[str]:
    """What stands on stderr, line by line; stdout has nothing of what is read."""
    said = capsys.readouterr()
    assert "read  " not in said.out
    return said.err.splitlines()


def test_check_names_what_it_reads_skips_and_builds(repository: Path, capsys: Captured) -> None:
    assert cli.main(["check", "given", "--verbose", "--output", "out.txt"]) == 0
    assert told(capsys) == [
        "read     fleet.yaml",
        "read     given/root/kustomization.yaml",
        "read     given/root/pod.yaml",
        "built    given/root",
        "skipped  given/notes.txt",
        "read     given/stranger.yaml",
        "read     given/values.yaml",
        "skipped  given/values.yaml",
        "written  out.txt",
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_render_names_what_it_writes_and_deletes(jobs: str, repository: Path, capsys: Captured) -> None:
    (repository / "overlays/gone").mkdir(parents=True)
    (repository / "overlays/gone/old.yaml").write_text(OLD)
    assert cli.main(["render", "-v", "--jobs", jobs]) == 0
    lines = told(capsys)
    assert lines[0] == "read     fleet.yaml" and lines[-1] == "deleted  overlays/gone/old.yaml"
    written = sorted(path for path in repository.rglob("*") if path.is_file() and path.parts[-3:-1] != ("given", "root"))
    products = [path.relative_to(repository).as_posix() for path in written]
    assert sorted(lines[1:-1]) == [f"written  {path}" for path in products if path.startswith(("overlays/", "policies/"))]
    assert cli.main(["render", "-v", "--jobs", jobs]) == 0
    assert told(capsys) == ["read     fleet.yaml"]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["explain", "detector"], ["read     fleet.yaml"]),
        (["explain", "no-robot"], []),
        (["explain", "a", "given/root/pod.yaml"], ["read     fleet.yaml", "read     given/root/pod.yaml"]),
        (["schema", "fleet"], []),
        (["init", "new", "--from", "given/root/pod.yaml"], ["read     given/root/pod.yaml", "written  new/fleet.yaml"]),
        (["check", "../*"], []),
    ],
)
def test_every_command_names_files(arguments: list[str], lines: list[str], repository: Path, capsys: Captured) -> None:
    cli.main([*arguments, "-v"])
    assert told(capsys)[: len(lines)] == lines
    cli.main(arguments)
    assert "read  " not in capsys.readouterr().err, "nobody asked a second time"


def test_an_address_given_as_a_path_is_named_without_its_login(capsys: Captured) -> None:
    narrate(verbose=True)
    tell("read", Path("https://u:hunter2@h.example.com/x.yaml"))
    narrate(verbose=False)
    assert capsys.readouterr().err == "read     ***@h.example.com/x.yaml\n"


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_log_that_cannot_be_written_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        narrate(verbose=True)
        tell("read", Path("a"))
        narrate(verbose=False)
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["render"], 0),
        (["render", "--check"], 0),
        (["check"], 0),
        (["check", "given"], 0),
        (["check", "given", "--format", "github"], 0),
        (["check", "--as-of", "2099-01-01", "--strict"], 1),
        (["init", "new"], 0),
        (["init", "other", "--from", "given/root/pod.yaml"], 0),
    ],
)
def test_quiet_leaves_only_what_is_wrong(arguments: list[str], code: int, repository: Path, capsys: Captured) -> None:
    assert cli.main(["render", "--quiet"]) == 0
    assert cli.main([*arguments, "-q"]) == code
    said = capsys.readouterr()
    problems = [line for line in said.out.splitlines() if ": error[" in line]
    assert said.err == "" and bool(problems) == bool(code)
    assert (said.out == "") == (not code) and " service" not in said.out.splitlines()[-1:]
    assert not {"note[", "::notice", "clean: ", "Next:"} & set(said.out.split())
    assert cli.main(arguments) == code
    loud = capsys.readouterr()
    assert loud.out.startswith(said.out) and loud.out + loud.err != said.out


def test_quiet_changes_no_format_for_machines(repository: Path, capsys: Captured) -> None:
    said = []
    for quiet in ([], ["-q"]):
        assert cli.main(["check", "given", "--format", "json", *quiet]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0]["problems"] == said[1]["problems"] != []
    assert {**said[0]["summary"], "seconds": 0} == {**said[1]["summary"], "seconds": 0}


@pytest.mark.parametrize(("quiet", "said"), [([], "mooring: another run works in this repository"), (["-q"], "")])
def test_who_waits_quietly_says_nothing(
    quiet: list[str], said: str, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from mooring.files import lock

    assert cli.main(["render", "-q"]) == 0
    monkeypatch.setattr(lock, "PATIENCE", 1.0)
    with locked(repository, write=True, waiting=lambda: None):
        assert cli.main(["check", *quiet]) == 2
    assert capsys.readouterr().err.startswith(said or "mooring: another run has held this repository")
