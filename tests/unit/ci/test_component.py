"""The component for GitLab: judged by the published schema, its scripts run beside a server that answers as GitLab does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.action import FLEET, Job, change, job
from tests.support.example import ROOT
from tests.support.http_server import serving

BIN = Path(sys.executable).parent
FILE = ROOT / "ci/gitlab/templates/check.yml"
SPEC, JOBS = yaml.safe_load_all(FILE.read_text())
MOVED = FLEET.replace("detector:1.0", "detector:1.1")
MARKER = "<!-- mooring-diff -->"
TOKEN = "glpat-0123456789abcdef"
PAGE = 2


@dataclass
class GitLab:
    """What stands under a merge request, and what was asked for."""

    url: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False

    def answer(self, method: str, path: str, body: str) -> Any:
        """The answer to a request, none where it is refused; a page has two notes, however many were asked for."""
        self.requests.append((method, path))
        number = re.search(r"[?&]page=(\d+)", path)
        if path == "/user":
            return {"id": 5}
        if self.refuses:
            return None
        if method == "GET" and number:
            return self.notes[(int(number[1]) - 1) * PAGE : int(number[1]) * PAGE]
        if method == "POST":
            self.notes.append({"id": 100 + len(self.notes), "author": {"id": 5}, "body": body})
        else:
            next(note for note in self.notes if note["id"] == int(path.rpartition("/")[2]))["body"] = body
        return {}


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    """A server on loopback."""
    state = GitLab()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length))["body"] if length else ""
            said = state.answer(self.command, self.path, body) if self.headers["PRIVATE-TOKEN"] == TOKEN else None
            self.send_response(403 if said is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_POST = do_PUT = do_GET

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    with serving(Handler) as port:
        state.url = f"http://127.0.0.1:{port}"
        yield state


def interpolated(value: Any, given: dict[str, str]) -> Any:
    """The job with its inputs, which GitLab puts into what it has parsed."""
    if isinstance(value, dict):
        return {key: interpolated(item, given) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, given) for item in value]
    return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: given[match[1]], value) if isinstance(value, str) else value


def run(
    made: Job, gitlab: GitLab, part: str = "script", *, token: str = TOKEN, base: str = "", **inputs: str
) -> tuple[int, str]:
    """Runs the job as a runner does: its lines in one bash that ends at the first failure."""
    defaults = {name: value.get("default", "mooring") for name, value in SPEC["spec"]["inputs"].items()}
    given = {name: "false" if value is False else value for name, value in defaults.items()} | inputs
    described = interpolated(JOBS["mooring"], given)
    env = {
        "PATH": f"{made.folder / 'bin'}{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(made.folder),
        "CI_API_V4_URL": gitlab.url,
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "MOORING_NOTE_TOKEN": token,
        **described["variables"],
    }
    command = ["bash", "-eo", "pipefail", "-c", "\n".join(described[part])]
    done = subprocess.run(
        command, cwd=made.checkout, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def parts() -> list[dict[str, Any]]:
    """What GitLab reads: the header, the jobs, and the page's include."""
    page = (ROOT / "docs" / "ci.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [SPEC, JOBS, *(yaml.safe_load(block) for block in blocks if block.startswith("include:"))]


def test_the_page_names_each_input_and_its_default() -> None:
    page = (ROOT / "docs" / "ci.md").read_text().partition("\n## GitLab\n")[2]
    rows = dict(re.findall(r"^\| `([\w-]+)` \|(?: `(.*?)`)?[^|]* \| ", page, re.MULTILINE))
    assert rows == {name: str(value.get("default", "")).lower() for name, value in SPEC["spec"]["inputs"].items()}


def against_schema(described: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "a.yml").write_text(yaml.safe_dump(described))
    options = ["--builtin-schema", "vendor.gitlab-ci", "--regex-variant", "nonunicode"]
    return subprocess.run(
        [BIN / "check-jsonschema", *options, folder / "a.yml"], capture_output=True, text=True, check=False
    )


def test_the_published_schema_of_pipelines_holds_and_can_fail(tmp_path: Path) -> None:
    assert len(parts()) == 4
    for described in parts():
        done = against_schema(described, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert against_schema({"spec": {"inputs": {"a": {"type": "integer"}}}}, tmp_path).returncode == 1
    assert against_schema({"mooring": {**JOBS["mooring"], "artifacts": {"reports": {"junit": 1}}}}, tmp_path).returncode == 1


def test_inputs_reach_the_scripts_by_variables_alone() -> None:
    mooring = JOBS["mooring"]
    assert "$[[" not in "\n".join([*mooring["before_script"], *mooring["script"]])
    read = set(re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(mooring)))
    assert read == set(SPEC["spec"]["inputs"])


def test_what_is_installed_is_no_option(tmp_path: Path) -> None:
    made = job(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "bin/python").chmod(0o755)
    code, said = run(made, GitLab(), "before_script", requirement="mooring==1.2.3")
    assert code == 0 and said.splitlines()[-2:] == ["--", "mooring==1.2.3"]


def test_a_clean_job_leaves_its_reports(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    code, said = run(made, GitLab())
    assert code == 0, said
    reports = JOBS["mooring"]["artifacts"]["reports"]
    assert json.loads((made.checkout / reports["codequality"]).read_text()) == []
    assert 'failures="0"' in (made.checkout / reports["junit"]).read_text()


def test_a_stale_tree_fails_and_is_in_both_reports(tmp_path: Path) -> None:
    made = job(tmp_path)
    (made.checkout / "fleet.yaml").write_text(MOVED)
    code, said = run(made, GitLab())
    assert code == 1 and "error[drift]" in said
    assert "+++ overlays/default/vision/services/detector." in said, "`render --check` shows what differs"
    entries = json.loads((made.checkout / "gl-code-quality-report.json").read_text())
    assert [entry["check_name"] for entry in entries] == ["drift"]
    assert "drift" in (made.checkout / "mooring.xml").read_text()


def test_strict_is_an_input(tmp_path: Path) -> None:
    idle = "robots:\n- {name: idle, project: idle, expires: 2099-01-01, secret: {key: harbor/idle}}\n"
    made = job(tmp_path, head=FLEET.replace("robots:\n", idle))
    assert [run(made, GitLab(), strict=strict)[0] for strict in ("false", "true")] == [0, 1]


def test_the_note_is_made_once_and_then_replaced(tmp_path: Path, gitlab: GitLab) -> None:
    made = job(tmp_path, head=MOVED)
    base = (made.checkout / ".git/refs/remotes/origin/main").read_text().strip()
    gitlab.notes = [{"id": i, "author": {"id": 9}, "body": f"{MARKER} mine"} for i in range(3)]
    others = list(gitlab.notes)
    code, said = run(made, gitlab, base=base)
    assert code == 0 and TOKEN not in said, said
    assert gitlab.notes[:3] == others and gitlab.notes[3]["body"].startswith(MARKER)
    change(made, FLEET.replace("detector:1.0", "detector:2.0"))
    assert run(made, gitlab, base=base)[0] == 0
    assert len(gitlab.notes) == 4 and "detector:2.0" in gitlab.notes[3]["body"]
    notes = "/projects/3/merge_requests/7/notes"
    written = [request for request in gitlab.requests if request[0] != "GET"]
    assert written == [("POST", notes), ("PUT", f"{notes}/103")]


@pytest.mark.parametrize(("token", "said"), [("", ""), ("wrong", "HTTP Error 403"), (TOKEN, "HTTP Error 403")])
def test_without_a_token_that_may_the_log_says_it(token: str, said: str, tmp_path: Path, gitlab: GitLab) -> None:
    made = job(tmp_path, head=MOVED)
    gitlab.refuses = True
    code, log = run(made, gitlab, token=token, base="origin/main")
    assert code == 0 and "detector:1.1" in log and gitlab.notes == []
    assert ("the note could not be written" in log) is bool(said) and said in log
    assert bool(gitlab.requests) is (token == TOKEN)


def test_a_broken_fleet_fails_and_writes_no_note(tmp_path: Path, gitlab: GitLab) -> None:
    made = job(tmp_path, head=FLEET.replace("project: vision", "project: other"))
    code, said = run(made, gitlab, base="origin/main")
    assert code == 1 and "cannot say what changed in meaning" in said and gitlab.requests == []


def test_the_token_reaches_nothing_but_the_note(tmp_path: Path, gitlab: GitLab) -> None:
    made = job(tmp_path, head=MOVED)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mooring").write_text(f'#!/bin/sh\nenv >> {tmp_path}/seen\nexec {BIN}/mooring "$@"\n')
    (tmp_path / "bin/mooring").chmod(0o755)
    assert run(made, gitlab, base="origin/main")[0] == 0
    assert gitlab.notes and "MOORING_FLEET=" in (tmp_path / "seen").read_text()
    assert TOKEN not in (tmp_path / "seen").read_text()
