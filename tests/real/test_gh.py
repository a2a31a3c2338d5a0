"""The comment of a pull request, written by the real `gh`, which reaches a server on loopback as its proxy.

For the host `github.localhost` gh speaks HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.real.conftest import Tools
from tests.support.action import AUTHOR, FLEET, TOKEN, change, job
from tests.support.http_server import serving

API = "http://api.github.localhost/repos/platform/fleet/issues"
MARKER = "<!-- mooring-diff -->"
PAGE = 2


@dataclass
class GitHub:
    """The comments of a pull request, in pages of two, and what was asked for."""

    port: int = 0
    comments: list[dict[str, Any]] = field(default_factory=list)
    written: list[tuple[str, str]] = field(default_factory=list)
    forbids: bool = False

    def answer(self, method: str, path: str, body: str) -> tuple[int, Any, str]:
        """Status, answer and the next page's address."""
        if method == "GET":
            page = int(path.partition("&page=")[2] or 1)
            more = len(self.comments) > page * PAGE
            return (
                200,
                self.comments[(page - 1) * PAGE : page * PAGE],
                f"{API}/7/comments?per_page=100&page={page + 1}" if more else "",
            )
        self.written.append((method, path))
        if self.forbids:
            return 403, {"message": "Resource not accessible by integration"}, ""
        if method == "POST":
            self.comments.append({"id": 100 + len(self.comments), "user": {"login": AUTHOR}, "body": body})
        else:
            next(each for each in self.comments if each["id"] == int(path.rpartition("/")[2]))["body"] = body
        return 200, {}, ""


class Handler(BaseHTTPRequestHandler):
    """Reads what gh sends, in chunks."""

    state: GitHub

    def do_GET(self) -> None:
        assert self.headers["Authorization"] == f"token {TOKEN}"
        sent = b"".join(self.chunks()) if self.headers["Transfer-Encoding"] == "chunked" else b""
        status, said, following = self.state.answer(self.command, self.path, json.loads(sent)["body"] if sent else "")
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        if following:
            self.send_header("Link", f'<{following}>; rel="next"')
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PATCH = do_GET

    def chunks(self) -> Iterator[bytes]:
        while length := int(self.rfile.readline(), 16):
            yield self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def github() -> Iterator[GitHub]:
    state = GitHub()
    with serving(type("Served", (Handler,), {"state": state})) as state.port:
        yield state


def test_gh_makes_the_comment_replaces_it_and_says_when_it_may_not(tmp_path: Path, github: GitHub, tool: Tools) -> None:
    made = job(tmp_path, head=FLEET.replace("detector:1.0", "detector:1.1"))
    (tmp_path / "gh/gh").unlink()
    (tmp_path / "gh/gh").symlink_to(tool("gh"))
    more = {"GITHUB_SERVER_URL": "http://github.localhost", "http_proxy": f"http://127.0.0.1:{github.port}"}
    github.comments = [{"id": i, "user": {"login": "somebody"}, "body": f"{MARKER} mine"} for i in range(3)]
    assert made.run("comment", **more) == (0, "")
    assert "detector:1.1" in github.comments[3]["body"]
    change(made, FLEET.replace("detector:1.0", "detector:2.0"))
    assert made.run("comment", **more) == (0, "")
    assert len(github.comments) == 4 and "detector:2.0" in github.comments[3]["body"]
    github.forbids = True
    code, said = made.run("comment", **more)
    assert code == 0
    assert said.startswith(
        "::notice title=mooring::the comment could not be written (gh: Resource not accessible by integration (HTTP 403))"
    )
    update = ("PATCH", f"{API}/comments/103")
    assert github.written == [("POST", f"{API}/7/comments"), update, update]
