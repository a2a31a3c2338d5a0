"""The step that installs mooring: a release by its number, else the checkout that this action runs from.

It gets a virtual environment of its own, so that nothing of the job's Python is changed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import runner

# A number and nothing else: neither an option of pip's, nor an address.
VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?")


def main() -> int:
    """Installs; gives the exit code."""
    version = os.environ.get("VERSION", "")
    if version and not VERSION.fullmatch(version):
        runner.annotate("error", "the input `version` is not the number of a release: write 1.2.3")
        return 2
    wanted = f"mooring=={version}" if version else os.environ["GITHUB_ACTION_PATH"]
    place = Path(os.environ["RUNNER_TEMP"]) / "mooring"
    venv.create(place, with_pip=False, clear=True)
    pip = [sys.executable, "-m", "pip", "--python", str(place), "--disable-pip-version-check", "--no-input", "--quiet"]
    return subprocess.run([*pip, "install", wanted], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
