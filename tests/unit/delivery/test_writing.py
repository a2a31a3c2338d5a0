"""What a robot's back ends are asked before a robot is created, what they hold, and which login is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mooring.delivery import Access, Delivery, Held, Told
from mooring.delivery.vault_errors import TOKEN_REFUSED
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import Credential
from tests.support.fleet_files import REGISTRY, environments
from tests.support.vault import TOKEN, VaultStandIn, vault

RECORD = "secret/data/harbor/ci"
LOGIN, SUCCESSOR = "robot$vision+ci", "robot$vision+ci-b"
FLEET = (
    REGISTRY
    + """\
secrets: {backend: external-secrets, store: {name: vault}}
namespaces: [{name: vision}]
robots:
- {name: ci, project: vision, expires: never}
environments:
- name: dev
- name: prod
  robots: [{name: ci, secret: {key: prod/ci}}]
- name: twin
- name: made-elsewhere
  robots: [{name: ci, backend: external}]
"""
)


@pytest.fixture
def server() -> Iterator[VaultStandIn]:
    with vault() as started:
        yield started


@pytest.fixture
def known(tmp_path: Path) -> dict[str, ResolvedEnvironment]:
    return environments(tmp_path, FLEET)


def delivery(server: VaultStandIn) -> Delivery:
    return Delivery(Access(server.url, "secret", Credential(TOKEN)))


def test_ready_reads_and_writes_nothing(server: VaultStandIn, known: dict[str, ResolvedEnvironment]) -> None:
    assert delivery(server).ready("ci", [known["dev"], known["prod"]]) == ()
    assert server.records == {}
    assert {path for method, path in server.asked if method != "GET"} == {"sys/capabilities-self"}


def test_ready_names_every_environment_that_cannot(server: VaultStandIn, known: dict[str, ResolvedEnvironment]) -> None:
    server.denied = {("GET", RECORD)}
    faults = delivery(server).ready("ci", [known[name] for name in ("dev", "prod", "twin")])
    assert [(fault.environments, fault.message) for fault in faults] == [
        (("dev", "twin"), "Vault does not let this token read `secret/data/harbor/ci`")
    ]
    (elsewhere,) = delivery(server).ready("ci", [known["dev"], known["made-elsewhere"]])
    assert elsewhere.environments == ("made-elsewhere",)
    assert "made outside of mooring" in elsewhere.message


@pytest.mark.parametrize(
    ("may", "there", "ready"),
    [
        (["create", "read"], False, True),
        (["create", "read"], True, False),
        (["read", "update"], True, True),
        (["root"], True, True),
        (["read"], False, False),
        (["deny"], False, False),
    ],
)
def test_a_token_that_may_not_write_is_found_before(
    may: list[str], there: bool, ready: bool, server: VaultStandIn, known: dict[str, ResolvedEnvironment]
) -> None:  # fmt: skip
    if there:
        server.records[RECORD] = [{"owner": "vision"}]
    server.instead["POST", "sys/capabilities-self"] = (200, {RECORD: may})
    faults = delivery(server).ready("ci", [known["dev"]])
    said = "Vault does not let this token write `secret/data/harbor/ci`"
    assert [fault.message for fault in faults] == ([] if ready else [said])


def test_a_token_that_may_not_ask_what_it_may_is_taken_to_be_able(
    server: VaultStandIn, known: dict[str, ResolvedEnvironment]
) -> None:  # fmt: skip
    server.instead["POST", "sys/capabilities-self"] = (403, {"errors": ["permission denied"]})
    assert delivery(server).ready("ci", [known["dev"]]) == ()
    server.instead["POST", "sys/capabilities-self"] = (503, {"errors": ["Vault is sealed"]})
    (fault,) = delivery(server).ready("ci", [known["dev"]])
    assert fault.message == "Vault is sealed, or in maintenance"


def test_without_an_address_nothing_is_ready_or_known(known: dict[str, ResolvedEnvironment]) -> None:
    (fault,) = Delivery().ready("ci", [known["dev"]])
    assert fault.message == "Vault's address is not known"
    assert Delivery().held("ci", known["dev"]).unknown == fault[1:]


def test_a_successor_has_its_own_login(server: VaultStandIn, known: dict[str, ResolvedEnvironment]) -> None:
    written, faults = delivery(server).write_all("ci", [known["dev"], known["twin"]], Credential("x"), SUCCESSOR)
    assert ([one.environments for one in written], faults) == ([("dev", "twin")], ())
    assert server.records == {RECORD: [{"username": SUCCESSOR, "password": "x"}]}


@pytest.mark.parametrize(
    ("versions", "held"),
    [
        ([], Held()),
        ([{"owner": "vision"}], Held()),
        ([{"username": LOGIN, "password": "x"}, None], Held()),
        ([{"username": "", "password": ""}], Held()),
        ([{"username": LOGIN, "password": "x"}], Held(LOGIN)),
        ([{"username": SUCCESSOR}], Held(SUCCESSOR)),
    ],
)
def test_what_is_held(
    versions: list[Any], held: Held, server: VaultStandIn, known: dict[str, ResolvedEnvironment]
) -> None:  # fmt: skip
    server.records[RECORD] = versions
    assert delivery(server).held("ci", known["dev"]) == held._replace(version=len(versions))


@pytest.mark.parametrize("record", [{"password": "x"}, {"username": 3, "password": "x"}, {"username": ["x"]}])
def test_a_secret_without_a_login_is_not_nothing(
    record: Any, server: VaultStandIn, known: dict[str, ResolvedEnvironment]
) -> None:
    server.records[RECORD] = [record]
    held = delivery(server).held("ci", known["dev"])
    assert held.unknown is not None
    assert held.unknown.message == "the record `harbor/ci` holds a secret, and no login that can be read"


def test_a_vault_that_does_not_tell_is_not_nothing(server: VaultStandIn, known: dict[str, ResolvedEnvironment]) -> None:
    server.tokens.clear()
    assert delivery(server).held("ci", known["dev"]) == Held(unknown=TOKEN_REFUSED)
    assert delivery(server).held("ci", known["made-elsewhere"]).unknown is not None


def test_a_secret_is_copied_only_with_its_login(server: VaultStandIn, known: dict[str, ResolvedEnvironment]) -> None:
    server.records[RECORD] = [{"username": LOGIN, "password": "x"}]
    assert delivery(server).secret("ci", known["dev"], LOGIN) == Credential("x")
    for environment, login in (("dev", SUCCESSOR), ("prod", LOGIN), ("made-elsewhere", LOGIN)):
        assert isinstance(delivery(server).secret("ci", known[environment], login), Told)
