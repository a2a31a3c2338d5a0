"""In a network namespace without a route, hostile roots reach no server and start no program but the builder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.conftest import Tools, missing
from tests.real.no_network import SPELLINGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def isolated() -> list[str]:
    """The words that put a program into a network namespace of its own."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        missing("a network namespace needs root and `unshare`")
    words = ["unshare", "--net"]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode != 0:
        missing("this machine lets nobody make a network namespace")
    return words


def test_no_request_and_no_program(tool: Tools, isolated: list[str], tmp_path: Path) -> None:
    command = [
        *isolated,
        sys.executable,
        "-m",
        "tests.real.no_network",
        str(tool("kustomize")),
        str(tool("kubectl")),
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["control-http"] >= 1 and found["control-git"] == 2, "the traps do not work"
    assert found["spellings"] == 2 * len(SPELLINGS)
    assert (found["requests"], found["calls"], found["started"]) == (0, [], [])
    assert (found["kustomize"], found["kubectl"]) == ([], [])
    options, functions = 6, 3 * 2 * 2
    assert found["built"] == 2 * (options + functions), "either program builds the rest of each root"
