"""Tests of one group run in one process: each group is a server, and a group that is torn apart starts it twice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TESTS = """\
import pytest

@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("group", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("one", "other")])
def test_each(group, number):
    pass
"""


def test_a_group_runs_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "test_groups.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadgroup", "test_groups.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    ran = re.findall(r"^\[(gw\d)\].*\[(one|other)-\d\]", done.stdout, re.MULTILINE)
    assert len(ran) == 8, done.stdout
    assert len(set(ran)) == 2
