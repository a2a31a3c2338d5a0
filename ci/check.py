"""The step that checks: annotations at the lines of the pull request, and a SARIF log for code scanning.

Output `sarif` is the log's path, where there is one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import runner


def main() -> int:
    """Checks; gives the exit code of mooring."""
    log = Path(os.environ["RUNNER_TEMP"]) / "mooring.sarif"
    log.unlink(missing_ok=True)
    command = runner.mooring("check", "--format", "sarif", "--output", str(log), "--format", "github")
    if os.environ.get("STRICT") == "true":
        command.append("--strict")
    code = subprocess.run(command, check=False).returncode
    if log.is_file():
        runner.put("sarif", str(log))
    return code


if __name__ == "__main__":
    sys.exit(main())
