"""A fleet of a few robots against the stand-in for Harbor: written, planned from the command line, and applied."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.fleet import model
from mooring.fleet.load import load
from mooring.harbor.api import Api
from mooring.harbor.applying import Done, apply
from mooring.harbor.desired import harbors
from mooring.harbor.plan import plan
from mooring.harbor.reading import Seen, read
from mooring.network import Client, Login, Patience
from mooring.redaction import Credential
from mooring.tree.run import resolve_all
from tests.support.harbor import HarborStandIn

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
registries:
- {{name: harbor, host: "{host}", caBundle: ca.pem}}
secrets: {{backend: external}}
robots:
{robots}
namespaces:
- name: vision
"""
NOW = datetime.datetime.now(datetime.UTC)


def in_days(days: int) -> str:
    return (NOW + datetime.timedelta(days=days)).date().isoformat()


def fleet(harbor: HarborStandIn, *robots: str) -> None:
    Path("fleet.yaml").write_text(FLEET.format(host=harbor.host, robots="\n".join(f"- {robot}" for robot in robots)))


def run(capsys: pytest.CaptureFixture[str], *words: str, credentials: str = "admin") -> tuple[int, str, str]:
    code = cli.main(["robots", *words, "--credentials", credentials])
    out, err = capsys.readouterr()
    return code, out, err


def planned(capsys: pytest.CaptureFixture[str], credentials: str = "admin") -> tuple[int, Any]:
    code, out, _ = run(capsys, "plan", "--format", "json", credentials=credentials)
    return code, json.loads(out)["harbors"][0]


def actions(found: Any) -> list[tuple[str, str]]:
    return [(robot["action"], robot["login"]) for robot in found["robots"]]


class Kept:
    """A back end in memory; `refusing` to write where that is set."""

    def __init__(self, refusing: str = "") -> None:
        self.records: dict[str, tuple[str, Credential]] = {}
        self.refusing = refusing

    def ready(self, _robot: model.Robot) -> str:
        return ""

    def write(self, robot: model.Robot, login: str, secret: Credential) -> str:
        if not self.refusing:
            self.records[robot.name] = (login, secret)
        return self.refusing


def api_of(harbor: HarborStandIn, patience: Patience | None = None) -> Api:
    """The API as its admin sees it."""
    pem = harbor.ca_pem.read_bytes()
    return Api(Client(harbor.url, login=Login(*harbor.admin), ca_bundle=pem, environment={}, timeout=patience))


def applied(harbor: HarborStandIn, kept: Kept) -> list[Done]:
    """What comes of applying the fleet here, with a back end in memory."""
    loaded = load(Path("fleet.yaml"))
    (wanted,) = harbors(resolve_all(loaded, []))
    patience = Patience(pauses=(0.0,), read=5.0)
    api = api_of(harbor, patience)
    seen = read(api, "admin", wanted)
    assert isinstance(seen, Seen)
    try:
        return list(apply(plan(wanted, seen, datetime.datetime.now(datetime.UTC)), api, {"default": kept}))
    finally:
        api.close()
