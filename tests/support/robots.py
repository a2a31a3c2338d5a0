"""A fleet of a few robots against the stand-in for Harbor: written, planned from the command line, and applied."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.delivery import Access, Delivery
from mooring.fleet.load import load
from mooring.harbor.api import Api
from mooring.harbor.applying import Done, apply
from mooring.harbor.desired import harbors
from mooring.harbor.matching import match
from mooring.harbor.plan import plan
from mooring.harbor.reading import Seen, read
from mooring.harbor.undelivered import holdings
from mooring.network import Client, Login, Patience
from mooring.redaction import Credential
from mooring.tree.run import resolve_all
from tests.support.harbor import HarborStandIn
from tests.support.vault import TOKEN, VaultStandIn

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
registries:
- {{name: harbor, host: "{host}", caBundle: ca.pem}}
secrets: {{backend: external-secrets, store: {{name: vault}}}}
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


def delivery_to(vault: VaultStandIn) -> Delivery:
    return Delivery(Access(vault.url, "secret", Credential(TOKEN)))


def record(vault: VaultStandIn, robot: str) -> tuple[str, str] | None:
    """Login and secret of a robot's record in Vault."""
    versions = vault.records.get(f"secret/data/harbor/{robot}")
    data = versions[-1] if versions else None
    return (data["username"], data["password"]) if data and "username" in data else None


def api_of(harbor: HarborStandIn, patience: Patience | None = None) -> Api:
    """The API as its admin sees it."""
    pem = harbor.ca_pem.read_bytes()
    return Api(Client(harbor.url, login=Login(*harbor.admin), ca_bundle=pem, environment={}, timeout=patience))


def applied(harbor: HarborStandIn, vault: VaultStandIn) -> list[Done]:
    """What comes of applying the fleet here."""
    found = resolve_all(load(Path("fleet.yaml")), [])
    (wanted,) = harbors(found)
    patience = Patience(pauses=(0.0,), read=5.0)
    api, delivery = api_of(harbor, patience), delivery_to(vault)
    seen = read(api, "admin", wanted)
    assert isinstance(seen, Seen)
    held = holdings(wanted, match(wanted, seen), delivery, found)
    try:
        return list(apply(plan(wanted, seen, datetime.datetime.now(datetime.UTC), held), api, delivery, found))
    finally:
        api.close()
