"""What `.ci/run` does with tests whose tools take long to build: it runs those that are built, and says what it left out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_RUN = {
    "chain-built": "== NOT RUN: make chain, as these tools are not built; `make chain` builds them\n",
    "test-sync-built": "== NOT RUN: make test-sync-gate, as these tools are not built; `make test-sync` builds them\n",
}
GATE = ROOT / ".ci" / "run"
# What the gate would install where it is not there.
COMMANDS = re.findall(r"\[([\w-]+)\]=", GATE.read_text(encoding="utf-8"))
FIRST = ["lint", "demo", "test", "test-lower", "test-compiled"]


def gate(folder: Path, make: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Runs the gate with a `make` that only notes what it is asked for: its end, and the targets."""
    (folder / ".ci").mkdir()
    shutil.copy(GATE, folder / ".ci" / "run")
    programs = folder / "bin"
    programs.mkdir()
    note = 'for last; do :; done; echo "$last" >> "$NOTES"; '
    for name, text in {**dict.fromkeys(COMMANDS, "exit 1"), "make": note + make}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "NOTES": str(folder / "notes")}
    command = ["bash", folder / ".ci" / "run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    return done, (folder / "notes").read_text(encoding="utf-8").split()


def test_what_is_built_is_run(tmp_path: Path) -> None:
    done, targets = gate(tmp_path, "exit 0")
    assert (done.returncode, done.stderr) == (0, "")
    assert targets == [*FIRST, "test-real", "chain-built", "chain", "test-sync-built", "test-sync-gate"]
    assert {"etcd", "docker-registry", "gcc"} < set(COMMANDS)


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ("chain-built", ["chain-built", "test-sync-built", "test-sync-gate"]),
        ("test-sync-built", ["chain-built", "chain", "test-sync-built"]),
    ],
)
def test_what_is_not_built_is_said_and_not_run(missing: str, left: list[str], tmp_path: Path) -> None:
    done, targets = gate(tmp_path, f'[ "$last" != {missing} ]')
    assert (done.returncode, done.stderr) == (0, NOT_RUN[missing])
    assert targets[targets.index("test-real") + 1 :] == left


@pytest.mark.parametrize("target", ["chain", "test-sync-gate"])
def test_what_fails_there_fails_the_gate(target: str, tmp_path: Path) -> None:
    done, _ = gate(tmp_path, f'[ "$last" != {target} ]')
    assert done.returncode != 0
