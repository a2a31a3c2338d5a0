"""The composite action, run here: each `run:` by bash, as a runner starts it, in a repository with a pull request.

`gh` is a program of ours that keeps comments in a file and writes down each request.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support import history
from tests.support.example import ROOT, SMALL

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
TOKEN = "ghs_0123456789abcdef"
AUTHOR = "github-actions[bot]"
FLEET = SMALL + "policies: {action: Deny}\n"

# Answers as gh does: with pages, one array behind the other; a refusal ends in 1 and is said on stderr.
GH = """\
#!{python}
import json, os, sys
from pathlib import Path
folder = Path({folder!r})
arguments = sys.argv[1:]
assert arguments.pop(0) == "api" and os.environ["GH_ENTERPRISE_TOKEN"] == {token!r}
assert os.environ["GH_HOST"] == "github.example.com"
body = json.load(sys.stdin)["body"] if "--input" in arguments else None
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
path = next(a for a in arguments if a.startswith("repos/"))
with (folder / "requests").open("a") as stream:
    stream.write(json.dumps([method, path]) + "\\n")
file = folder / "comments.json"
comments = json.loads(file.read_text())
if method != "GET" and (folder / "forbidden").exists():
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
if method == "GET":
    print(json.dumps(comments[:2]) + json.dumps(comments[2:]), end="")
elif method == "POST":
    comments.append({{"id": 100 + len(comments), "user": {{"login": {author!r}}}, "body": body}})
else:
    next(c for c in comments if c["id"] == int(path.rpartition("/")[2]))["body"] = body
file.write_text(json.dumps(comments))
"""


@dataclass
class Job:
    """A job of a pull request: its checkout, and what it left on the runner."""

    folder: Path
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def comments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.folder / "gh" / "comments.json").read_text())
        return found

    @property
    def requests(self) -> list[list[str]]:
        """Method and path of each request, in order."""
        file = self.folder / "gh" / "requests"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def summary(self) -> str:
        file = self.folder / "summary"
        return file.read_text() if file.exists() else ""

    def comment(self, login: str, body: str | None) -> None:
        """Somebody else writes a comment."""
        mine = {"id": len(self.comments) + 1, "user": {"login": login}, "body": body}
        (self.folder / "gh" / "comments.json").write_text(json.dumps([*self.comments, mine]))

    def run(self, step: str, **more: str) -> tuple[int, str]:
        """Runs a step; gives its exit code and all that it prints."""
        script = self.folder / "step.sh"
        script.write_text(STEPS[step]["run"])
        given = {name: self.value(text) for name, text in STEPS[step].get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.checkout, env={**self.env(), **given, **more},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def value(self, text: str) -> str:
        """What a runner makes of the expressions in a text."""
        known = {name: value.get("default", "") for name, value in ACTION["inputs"].items()} | self.inputs
        contexts = {f"inputs.{name}": value for name, value in known.items()}
        contexts |= {"github.token": TOKEN, "steps.python.outputs.python-path": sys.executable}
        while match := re.search(r"\$\{\{ ([\w.-]+) \}\}", text):
            text = text.replace(match[0], contexts[match[1]])
        return text

    def env(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'gh'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_BASE_REF": "main",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REPOSITORY": "platform/fleet",
            "GITHUB_RUN_ID": "42",
            "GITHUB_SERVER_URL": "https://github.example.com",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder / "temp"),
        }


def job(folder: Path, base: str = FLEET, head: str = FLEET) -> Job:
    """A job whose pull request changes the fleet from `base` to `head`, each rendered, with mooring installed."""
    made = Job(folder)
    for name in ("checkout", "gh", "temp/mooring/bin"):
        (folder / name).mkdir(parents=True)
    (folder / "temp/mooring/bin/python").symlink_to(sys.executable)
    (folder / "temp/mooring/bin/mooring").symlink_to(Path(sys.executable).parent / "mooring")
    (folder / "event.json").write_text('{"pull_request": {"number": 7}}')
    (folder / "gh/comments.json").write_text("[]")
    (folder / "gh/gh").write_text(GH.format(python=sys.executable, folder=str(folder / "gh"), token=TOKEN, author=AUTHOR))
    (folder / "gh/gh").chmod(0o755)
    before = history.commit(made.checkout, base)
    history.git(made.checkout, "update-ref", "refs/remotes/origin/main", before)
    change(made, head)
    return made


def change(made: Job, fleet: str) -> None:
    """The pull request gets another commit."""
    (made.checkout / "fleet.yaml").write_text(fleet)
    program = Path(sys.executable).parent / "mooring"
    subprocess.run([program, "render", "-q"], cwd=made.checkout, check=False, capture_output=True)
    history.git(made.checkout, "add", "-A")
    history.git(made.checkout, "commit", "-q", "--allow-empty", "-m", "a change")
