"""Vault's own server against `mooring secret set`'s writes, and against what the stand-in of the unit tests answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mooring.delivery.model import Access, AppRole, Entry, Told
from mooring.delivery.vault import Change, Vault, connect
from mooring.redaction import Credential
from tests.real.vault_server import ROOT, Server, running
from tests.support.vault import vault as stand_in

RECORD = "secret/data/harbor/vision"
ENTRY = Entry("harbor/vision", "username", "password", "robot$vision", Credential("of-the-robot"))
BOTH = {"username": "robot$vision", "password": "of-the-robot"}


def connected(server: Server, login: str | AppRole = ROOT, mount: str = "secret") -> Vault:
    found = connect(Access(server.url, mount, Credential(login) if isinstance(login, str) else login))
    assert isinstance(found, Vault)
    return found


@pytest.fixture
def server(tool: Callable[[str], Path]) -> Iterator[Server]:
    with running(tool("vault-server")) as found:
        yield found


def put(vault: Vault) -> Told | Change:
    change = vault.prepare(ENTRY)
    return change if isinstance(change, Told) else vault.commit(change) or change


def record(server: Server) -> Any:
    return server.ask("GET", RECORD)[1]["data"]


def test_a_record_is_written_and_read_back(server: Server) -> None:
    assert isinstance(put(connected(server)), Change)
    assert record(server)["data"] == BOTH


def test_other_properties_stay_and_nothing_is_written_twice(server: Server) -> None:
    server.ask("POST", RECORD, {"data": {"owner": "vision", "password": "before"}})
    for _ in range(2):
        assert isinstance(put(connected(server)), Change)
        assert record(server)["data"] == {"owner": "vision"} | BOTH
        assert record(server)["metadata"]["version"] == 2


def test_a_deleted_record_gets_a_new_version(server: Server) -> None:
    server.ask("POST", RECORD, {"data": {"owner": "vision"}})
    server.ask("DELETE", RECORD)
    assert isinstance(put(connected(server)), Change)
    assert (record(server)["data"], record(server)["metadata"]["version"]) == (BOTH, 2)


@pytest.mark.parametrize("before", [0, 1])
def test_what_somebody_changed_meanwhile_is_not_overwritten(server: Server, before: int) -> None:
    for _ in range(before):
        server.ask("POST", RECORD, {"data": {"password": "before"}})
    vault = connected(server)
    change = vault.prepare(ENTRY)
    assert isinstance(change, Change)
    server.ask("POST", RECORD, {"data": {"password": "theirs"}})
    said = vault.commit(change)
    assert said is not None
    assert said.message == "somebody else has changed the record meanwhile; nothing was written"
    assert record(server)["data"] == {"password": "theirs"}


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ('path "secret/data/harbor/*" {capabilities = ["create", "update"]}', "token read `secret/data/harbor/vision`"),
        ('path "secret/data/harbor/*" {capabilities = ["read"]}', "token write `secret/data/harbor/vision`"),
    ],
)
def test_a_policy_denies_the_path(server: Server, policy: str, said: str) -> None:
    lookup = 'path "auth/token/lookup-self" {capabilities = ["read"]}'
    answer = put(connected(server, server.token(f"{policy}\n{lookup}")))
    assert isinstance(answer, Told)
    assert said in answer.message
    assert server.ask("GET", RECORD)[0] == 404


def test_the_least_policy_suffices(server: Server) -> None:
    policy = 'path "secret/data/harbor/*" {capabilities = ["create", "read", "update"]}'
    assert isinstance(put(connected(server, server.token(policy))), Change)


def test_a_version_1_engine_gets_nothing(server: Server) -> None:
    said = put(connected(server, mount="old"))
    assert isinstance(said, Told)
    assert said.message == "`old` in Vault is no KV engine of version 2"


def test_a_revoked_token(server: Server) -> None:
    token = server.token('path "secret/*" {capabilities = ["read"]}')
    server.ask("POST", "auth/token/revoke", {"token": token})
    said = put(connected(server, token))
    assert isinstance(said, Told)
    assert said.message == "Vault does not know the token: it has expired, or was revoked"


def test_a_role_logs_in(server: Server) -> None:
    server.token('path "secret/data/harbor/*" {capabilities = ["create", "read", "update"]}')
    server.ask("POST", "sys/auth/approle", {"type": "approle"})
    server.ask("POST", "auth/approle/role/writer", {"token_policies": ["robots"]})
    role = server.ask("GET", "auth/approle/role/writer/role-id")[1]["data"]["role_id"]
    secret = server.ask("POST", "auth/approle/role/writer/secret-id")[1]["data"]["secret_id"]
    assert isinstance(put(connected(server, AppRole(Credential(role), Credential(secret)))), Change)
    refused = connect(Access(server.url, "secret", AppRole(Credential(role), Credential("old"))))
    assert isinstance(refused, Told)
    assert refused.message == "Vault refuses the role's login"


def test_a_sealed_vault(server: Server) -> None:
    server.ask("PUT", "sys/seal")
    said = put(connected(server))
    assert isinstance(said, Told)
    assert said.message == "Vault is sealed, or in maintenance"


def test_the_stand_in_answers_as_vault_does(server: Server) -> None:
    """Status and errors of the same requests, which end in refusals."""
    requests: list[tuple[str, str, Any, str]] = [
        ("GET", RECORD, None, ROOT),
        ("POST", RECORD, {"data": BOTH, "options": {"cas": 3}}, ROOT),
        ("POST", RECORD, {"data": BOTH, "options": {"cas": 0}}, ROOT),
        ("POST", RECORD, {"data": BOTH, "options": {"cas": 0}}, ROOT),
        ("GET", "sys/internal/ui/mounts/kv/harbor/vision", None, ROOT),
        ("GET", "sys/internal/ui/mounts/secret/harbor/vision", None, "gone"),
        ("GET", RECORD, None, "gone"),
        ("GET", "auth/token/lookup-self", None, "gone"),
    ]
    with stand_in() as ours:
        ours.tokens.add(ROOT)
        for request in requests:
            theirs, mine = server.ask(*request), Server(ours.url).ask(*request)
            assert (mine[0], mine[1].get("errors")) == (theirs[0], theirs[1].get("errors")), request[:2]
        for mount in ours.mounts:
            path = f"sys/internal/ui/mounts/{mount}/harbor/vision"
            theirs, mine = server.ask("GET", path), Server(ours.url).ask("GET", path)
            assert mine[1]["data"] == {name: theirs[1]["data"][name] for name in mine[1]["data"]}
