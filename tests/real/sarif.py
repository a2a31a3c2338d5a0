"""Microsoft's SARIF multitool, as npm ships it for Linux: a program of its own that needs no Node.js to run.

It is installed once, by the versions and checksums of `tests/tools/sarif`, into the cache of the other tools.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.tools import build

MODULE = build.HERE / "sarif"
FILES = ("package.json", "package-lock.json")
PROGRAM = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"


class Unavailable(Exception):
    """Why there is no multitool here."""


def install() -> Path:
    """The program, installed where it is not yet. `Unavailable` where npm is missing or gets nothing."""
    digest = hashlib.sha256(b"".join((MODULE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    place = build.cache() / f"sarif-{digest}"
    if not (place / PROGRAM).is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("no `npm` on PATH")
        build.cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build.cache()) as folder:
            for name in FILES:
                shutil.copy(MODULE / name, folder)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise Unavailable(f"`npm ci` in {MODULE.name} ends in {done.returncode}: {done.stderr[-300:]}")
            (Path(folder) / PROGRAM).chmod(0o755)
            shutil.copytree(folder, place, dirs_exist_ok=True)
    return place / PROGRAM


def findings(program: Path, log: Path) -> Iterator[tuple[str, str]]:
    """(rule, level) of what the multitool has against a SARIF log."""
    out = log.with_suffix(".findings")
    command = [program, "validate", log, "--output", out, "--log", "ForceOverwrite", "--level", "Error;Warning;Note"]
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert out.is_file(), done.stdout + done.stderr
    for run in json.loads(out.read_text(encoding="utf-8-sig"))["runs"]:
        for result in run.get("results", ()):
            yield result["ruleId"], result.get("level", "warning")
