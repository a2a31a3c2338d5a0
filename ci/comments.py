"""A pull request's comment of ours: found by a hidden marker and its author, made once, then replaced.

Requests go through `gh`, which has the token from `GH_TOKEN`; bodies go through standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKER = "<!-- mooring-diff -->"


class Refused(Exception):
    """Why a request was not answered, in one line."""


def put(body: str, *, only_update: bool) -> str:
    """Writes the comment, a new one unless `only_update`; gives why it could not, else nothing."""
    try:
        repository, number = os.environ["GITHUB_REPOSITORY"], _number()
        found = _ours(repository, number)
        if found is not None:
            _api("--method", "PATCH", f"repos/{repository}/issues/comments/{found}", body=body)
        elif not only_update:
            _api("--method", "POST", f"repos/{repository}/issues/{number}/comments", body=body)
    except Refused as error:
        return f"the comment could not be written ({error})"
    return ""


def _number() -> int:
    """The pull request that the run is for."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    return int(event["pull_request"]["number"])


def _ours(repository: str, number: int) -> int | None:
    """Our comment's id. Whoever writes the marker into a comment of their own does not have it replaced."""
    pages = _api("--paginate", f"repos/{repository}/issues/{number}/comments?per_page=100")
    for comment in _each(pages):
        if comment["user"]["login"] == os.environ["AUTHOR"] and (comment["body"] or "").startswith(MARKER):
            return int(comment["id"])
    return None


def _each(pages: str) -> Iterator[dict[str, Any]]:
    """The items of each page: gh prints one array behind the other, or one array of all."""
    decoder, rest = json.JSONDecoder(), pages.strip()
    while rest:
        page, end = decoder.raw_decode(rest)
        yield from page
        rest = rest[end:].lstrip()


def _api(*arguments: str, body: str | None = None) -> str:
    """The answer to a request."""
    data = None if body is None else json.dumps({"body": body})
    command = ["gh", "api", *arguments, *(() if body is None else ("--input", "-"))]
    # For a server of one's own, which gets no `GH_TOKEN` (https://cli.github.com/manual/gh_help_environment).
    host = os.environ["GITHUB_SERVER_URL"].partition("://")[2]
    env = {**os.environ, "GH_HOST": host, "GH_ENTERPRISE_TOKEN": os.environ["GH_TOKEN"]}
    try:
        done = subprocess.run(command, input=data, env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused("no `gh` on PATH") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise Refused(lines[-1] if lines else f"gh ended in {done.returncode}")
    return done.stdout
