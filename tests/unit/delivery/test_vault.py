"""A record in Vault: what is written, what is left as it is, and what is said where Vault or the way to it refuses."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hvac.constants.client
import hvac.v1
import pytest

from mooring.delivery.model import Access, AppRole, Entry, Told
from mooring.delivery.vault import Change, Vault, below, connect
from mooring.redaction import Credential
from tests.support.canary import CANARIES, leaks
from tests.support.certificates import Authority
from tests.support.vault import ROLE_ID, SECRET_ID, TOKEN, VaultStandIn, vault

RECORD = "secret/data/harbor/vision"
SECRET = CANARIES[0]
ENTRY = Entry("harbor/vision", "username", "password", "robot$vision", Credential(SECRET))
BOTH = {"username": "robot$vision", "password": SECRET}


@pytest.fixture
def server() -> Iterator[VaultStandIn]:
    with vault() as started:
        yield started


def access(server: VaultStandIn, **other: Any) -> Access:
    return Access(**{"address": server.url, "mount": "secret", "login": Credential(TOKEN)} | other)


def put(reached: Access, entry: Entry = ENTRY) -> Told | Change:
    """Writes the entry; what was written, or what is said against it."""
    found = connect(reached)
    if isinstance(found, Told):
        return found
    change = found.prepare(entry)
    return change if isinstance(change, Told) else found.commit(change) or change


def writes(server: VaultStandIn) -> list[str]:
    return [path for method, path in server.asked if method != "GET" and not path.startswith("auth/")]


def test_a_record_is_made(server: VaultStandIn) -> None:
    said = put(access(server))
    assert isinstance(said, Change)
    assert (said.place, said.needed) == ("secret/harbor/vision", True)
    assert server.records == {RECORD: [BOTH]}


def test_other_properties_stay(server: VaultStandIn) -> None:
    server.records[RECORD] = [{"owner": "vision", "password": "before"}]
    put(access(server))
    assert server.records[RECORD][1:] == [{"owner": "vision"} | BOTH]


def test_a_record_that_holds_both_is_not_written(server: VaultStandIn) -> None:
    server.records[RECORD] = [{"owner": "vision"} | BOTH]
    said = put(access(server))
    assert isinstance(said, Change)
    assert not said.needed
    assert writes(server) == []


def test_a_deleted_record_gets_a_new_version(server: VaultStandIn) -> None:
    server.records[RECORD] = [{"owner": "vision"}, None]
    put(access(server))
    assert server.records[RECORD][2:] == [BOTH]


@pytest.mark.parametrize("before", [[], [{"owner": "vision"}], [{"owner": "vision"}, None]])
def test_what_somebody_changed_meanwhile_is_not_overwritten(server: VaultStandIn, before: list[Any]) -> None:
    server.records[RECORD] = [*before]
    theirs = {"password": "theirs"}
    server.before_write = lambda: server.records[RECORD].append(theirs)
    assert put(access(server)) == (
        "somebody else has changed the record meanwhile; nothing was written",
        "look at the record, then run again",
    )
    assert server.records[RECORD] == [*before, theirs]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", RECORD, "Vault does not let this token read `secret/data/harbor/vision`"),
        ("POST", RECORD, "Vault does not let this token write `secret/data/harbor/vision`"),
    ],
)
def test_a_policy_denies_the_path(server: VaultStandIn, method: str, path: str, said: str) -> None:
    server.denied = {(method, path)}
    assert put(access(server)) == (said, "give its policy `read`, `create` and `update` on that path")
    assert not server.records.get(RECORD)


def test_a_mount_that_is_not_there(server: VaultStandIn) -> None:
    said = put(access(server, mount="kv"))
    assert said[0] == "Vault does not let this token reach `kv/data/harbor/vision`, or nothing is mounted at `kv`"


def test_a_version_1_engine_gets_nothing(server: VaultStandIn) -> None:
    assert put(access(server, mount="old")) == (
        "`old` in Vault is no KV engine of version 2",
        "name the mount of a version 2 engine with `--vault-mount`",
    )
    assert [method for method, _ in server.asked] == ["GET"]


def test_a_path_below_the_mount_is_no_mount(server: VaultStandIn) -> None:
    said = put(access(server, mount="secret/team"))
    assert said[0] == "`secret/team` in Vault is no KV engine of version 2"


def test_a_sealed_vault(server: VaultStandIn) -> None:
    server.sealed = True
    assert put(access(server)) == ("Vault is sealed, or in maintenance", "unseal it, then run again")


def test_a_token_that_has_expired(server: VaultStandIn) -> None:
    server.tokens.clear()
    assert put(access(server)) == (
        "Vault does not know the token: it has expired, or was revoked",
        "log in to Vault again",
    )


@pytest.mark.parametrize("status", [500, 502])
def test_a_write_that_fails_inside_vault_may_have_happened(server: VaultStandIn, status: int) -> None:
    server.instead["POST", RECORD] = (status, {"errors": [f"failed to write {SECRET}"]})
    said = put(access(server))
    assert said[1] == "whether the record was written is not known: run again, it is written only where it has to be"
    assert SECRET not in str(said)


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, b"<html>sign in</html>", "the server does not answer as a Vault does"),
        (200, {"data": []}, "the server does not answer as a Vault does"),
        (302, b"", "the server does not answer as a Vault does"),
        (429, {"errors": []}, "Vault refuses further requests: its quota is used up"),
        (501, {"errors": []}, "Vault is not initialized"),
    ],
)
def test_what_is_no_vault_or_not_ready(server: VaultStandIn, status: int, answer: Any, said: str) -> None:
    server.instead["GET", "sys/internal/ui/mounts/secret/harbor/vision"] = (status, answer)
    assert put(access(server))[0] == said


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = put(Access(f"http://127.0.0.1:{port}", "secret", Credential(TOKEN)))
    assert said == (
        f"nothing listens at `http://127.0.0.1:{port}`",
        "look at `--vault-address`, and whether Vault runs",
    )


def test_a_role_logs_in(server: VaultStandIn) -> None:
    server.tokens.clear()
    put(access(server, login=AppRole(Credential(ROLE_ID), Credential(SECRET_ID))))
    assert server.records == {RECORD: [BOTH]}


def test_no_other_login_is_sent(server: VaultStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("VAULT_TOKEN", "of-the-variable")
    put(access(server, login=AppRole(Credential(ROLE_ID), Credential(SECRET_ID))))
    assert [headers.get("X-Vault-Token") for headers in server.headers][:2] == [None, "hvs.of-the-role"]
    assert not [headers for headers in server.headers if "Authorization" in headers]


def test_a_path_that_vault_does_not_serve_is_no_absent_record(server: VaultStandIn) -> None:
    server.instead["GET", RECORD] = (404, {"errors": ["no handler for route"]})
    assert put(access(server)) == ("Vault has nothing at that path", "look at `--vault-mount` and VAULT_NAMESPACE")
    assert writes(server) == []


def test_a_role_that_vault_refuses(server: VaultStandIn) -> None:
    assert put(access(server, login=AppRole(Credential(ROLE_ID), Credential("old")))) == (
        "Vault refuses the role's login",
        "look at the role ID, and make a new secret ID",
    )


def test_a_namespace_is_sent(server: VaultStandIn) -> None:
    server.namespace = "teams"
    put(access(server, namespace="teams"))
    assert server.records == {RECORD: [BOTH]}


def test_a_private_ca_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    with vault(authority.issue(tmp_path, "127.0.0.1")) as server:
        assert put(access(server)) == (
            f"the certificate of `{server.url}` is not trusted, or it speaks no TLS",
            "name its CA with `--vault-ca`",
        )
        assert isinstance(put(access(server, ca=tmp_path / "ca.pem")), Change)
        assert server.records == {RECORD: [BOTH]}


@pytest.fixture
def _hvacs_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What hvac reads when it is imported, and when a client is made, all of it wrong."""
    (tmp_path / ".vault-token").write_text("of-the-home")
    with monkeypatch.context() as patched:
        for name in ("ADDR", "TOKEN", "NAMESPACE", "CACERT", "CAPATH", "CLIENT_CERT", "CLIENT_KEY"):
            patched.setenv(f"VAULT_{name}", str(tmp_path / f"no-{name}"))
        patched.setenv("HOME", str(tmp_path))
        importlib.reload(hvac.constants.client)
        importlib.reload(hvac.v1)
        patched.setattr(hvac, "Client", hvac.v1.Client)
        yield
    importlib.reload(hvac.constants.client)
    importlib.reload(hvac.v1)


@pytest.mark.usefixtures("_hvacs_variables")
def test_hvac_reads_no_variable_by_itself(server: VaultStandIn) -> None:
    found = connect(access(server))
    assert isinstance(found, Vault)
    client = found._client
    assert (client.url, client.token, client.adapter.namespace) == (server.url, TOKEN, None)
    assert not client.adapter._kwargs["cert"]
    assert client.adapter._kwargs["verify"] is True
    assert isinstance(put(access(server)), Change)
    role = connect(access(server, login=AppRole(Credential(ROLE_ID), Credential("old"))))
    assert isinstance(role, Told)


def test_nothing_shows_a_credential(server: VaultStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    reached = access(server)
    found = connect(reached)
    assert isinstance(found, Vault)
    change = found.prepare(ENTRY)
    shown = f"{reached!r} {found!r} {change!r} {ENTRY!r} {caplog.text}".lower()
    assert TOKEN not in shown
    assert not [form for form in leaks(SECRET) if form in shown]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("harbor/vision", "harbor/vision"),
        ("secret/harbor/vision", "harbor/vision"),
        ("secret/data/harbor/vision", "harbor/vision"),
        ("data/harbor", "data/harbor"),
    ],
)
def test_a_key_is_found_as_external_secrets_finds_it(key: str, path: str) -> None:
    assert below(key, "secret") == path
