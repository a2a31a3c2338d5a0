"""A fleet in a git repository of its own, with one commit: what `mooring diff` compares with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.example import SMALL

_WHO = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}


def git(folder: Path, *arguments: str) -> str:
    """What git prints; nothing of the machine's configuration is read."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **_WHO}
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, fleet: str = SMALL, **others: str) -> str:
    """Commits the fleet, and other files by their names; gives the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    (folder / "fleet.yaml").write_text(fleet)
    for name, text in others.items():
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a commit")
    return git(folder, "rev-parse", "HEAD")
