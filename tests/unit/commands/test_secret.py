"""`mooring secret set`: where the credential comes from, where it goes, and what is said where it cannot."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mooring.cli import main
from mooring.files import locked
from mooring.redaction import Credential
from tests.support.canary import CANARIES, leaks
from tests.support.example import SMALL
from tests.support.sealing import sealing_key
from tests.support.vault import ROLE_ID, SECRET_ID, TOKEN, VaultStandIn, vault

RECORD = "secret/data/harbor/vision"
SECRET = CANARIES[1]
BOTH = {"username": "robot$vision+vision", "password": SECRET}


@pytest.fixture
def server(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultStandIn]:
    """A stand-in for Vault, a token for it, and a fleet of one robot in the working directory."""
    (here / "fleet.yaml").write_text(SMALL)
    for name in ("VAULT_NAMESPACE", "VAULT_CACERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with vault() as started:
        monkeypatch.setenv("VAULT_ADDR", started.url)
        yield started


@pytest.fixture(autouse=True)
def nothing_is_shown(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What the test has read of the output; none of it may hold a credential."""
    caplog.set_level("DEBUG")
    said: list[str] = []
    yield said
    shown = "".join([*said, *capfd.readouterr(), caplog.text]).lower()
    secrets = [*leaks(SECRET), TOKEN, ROLE_ID, SECRET_ID]
    assert not [secret for secret in secrets if secret.lower() in shown]


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], nothing_is_shown: list[str]) -> SimpleNamespace:
    def read() -> str:
        found = "".join(capfd.readouterr())
        nothing_is_shown.append(found)
        return found

    return SimpleNamespace(read=read)


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Standard input with a text."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def private(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def test_from_standard_input(server: VaultStandIn, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace) -> None:
    for word in ("written", "unchanged"):
        give(monkeypatch, f"{SECRET}\n")
        assert main(["secret", "set", "vision"]) == 0
        assert said.read() == f"{word}: `secret/harbor/vision` (external-secrets) for environment `default`\n"
    assert server.records == {RECORD: [BOTH]}


def test_from_a_file_as_json(server: VaultStandIn, here: Path, said: SimpleNamespace) -> None:
    file = private(here / "new", SECRET)
    assert main(["secret", "set", "vision", "--secret-file", file, "--format", "json"]) == 0
    assert json.loads(said.read()) == {
        "robot": "vision",
        "written": [
            {
                "environments": ["default"],
                "backend": "external-secrets",
                "place": "secret/harbor/vision",
                "changed": True,
            }
        ],
        "problems": [],
    }
    assert server.records == {RECORD: [BOTH]}


def test_what_vault_refuses_ends_with_1(server: VaultStandIn, here: Path, said: SimpleNamespace) -> None:
    server.sealed = True
    file = private(here / "new", SECRET)
    assert main(["secret", "set", "vision", "--secret-file", file]) == 1
    assert said.read() == (
        "error: environment `default`: Vault is sealed, or in maintenance\n       hint: unseal it, then run again\n"
    )
    assert main(["secret", "set", "vision", "--secret-file", file, "--format", "json"]) == 1
    assert json.loads(said.read())["problems"] == [
        {
            "environments": ["default"],
            "message": "Vault is sealed, or in maintenance",
            "hint": "unseal it, then run again",
        }
    ]


def test_a_role_a_namespace_and_a_mount(server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_NAMESPACE", "teams")
    server.namespace, server.tokens, server.mounts = "teams", set(), {"kv": "2"}
    role, secret = private(here / "role", ROLE_ID), private(here / "id", SECRET_ID)
    give(monkeypatch, SECRET)
    options = ["--vault-mount", "kv", "--vault-role-id-file", role, "--vault-secret-id-file", secret]
    assert main(["secret", "set", "vision", *options]) == 0
    assert server.records == {"kv/data/harbor/vision": [BOTH]}


def test_an_option_goes_before_its_variable(server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", "https://vault.example.com")
    monkeypatch.setenv("VAULT_TOKEN", "another")
    give(monkeypatch, SECRET)
    options = ["--vault-address", server.url, "--vault-token-file", private(here / "token", f"{TOKEN}\n")]
    assert main(["secret", "set", "vision", *options]) == 0
    assert server.records == {RECORD: [BOTH]}


def test_the_token_that_vault_login_left(server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    private(here / ".vault-token", TOKEN)
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision"]) == 0
    assert server.records == {RECORD: [BOTH]}


def test_external_is_somebody_elses(
    server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace
) -> None:
    (here / "fleet.yaml").write_text(SMALL.replace("  store: {kind: ClusterSecretStore, name: vault}\n", "").replace(
        "backend: external-secrets", "backend: external").replace(", secret: {key: harbor/vision}", ""))  # fmt: skip
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision"]) == 1
    assert said.read() == (
        "error: environment `default`: robot `vision` has the back end `external`: its Secret is made outside of mooring\n"
        "       hint: put the credential where Secret `harbor-vision` is made, or give the robot another `backend`\n"
    )
    assert server.asked == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--env", "prod"], "no environment is named `prod`"),
        (["--vault-address", "http://vault.example.com"], "Vault's address is plain HTTP"),
        (["--vault-address", "https://user:pass@vault.example.com"], "Vault's address is not `https://host`"),
        (["--vault-mount", "a b"], "`--vault-mount` is not the path of a mount"),
        (["--vault-ca", "absent.pem"], "the file of Vault's CA does not exist"),
        (["--vault-role-id-file", "fleet.yaml"], "AppRole needs a role ID and a secret ID, and no token"),
    ],
)
def test_what_is_refused_before_vault_is_asked(
    server: VaultStandIn, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace, options: list[str], message: str
) -> None:
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision", *options]) == 2
    assert message in said.read()
    assert server.asked == []


TWO = "environments:\n- name: dev\n- name: prod\n  robots: [{name: vision, secret: {key: harbor/prod}}]\n"


@pytest.mark.parametrize("options", [[], ["--env", "dev"]])
def test_each_environment_has_its_record_all_or_none(
    server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    (here / "fleet.yaml").write_text(SMALL + TWO)
    server.denied = {("GET", "secret/data/harbor/prod")}
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision", *options]) == (0 if options else 1)
    assert server.records == ({RECORD: [BOTH]} if options else {})


def test_a_robot_that_the_fleet_has_not(
    server: VaultStandIn, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace
) -> None:
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vison"]) == 2
    assert "no robot is named `vison`" in said.read()
    assert server.asked == []


def test_a_secret_as_an_argument_is_refused_and_not_repeated(server: VaultStandIn) -> None:
    with pytest.raises(SystemExit):
        main(["secret", "set", "vision", SECRET])
    assert server.asked == []


def test_a_fault_of_ours_shows_no_credential(
    server: VaultStandIn, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace
) -> None:
    """A traceback in which every frame's values would be shown holds masks."""

    def broken() -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("mooring.delivery.vault.Vault.commit", lambda self, change: broken())
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision"]) == 3
    assert said.read()


SEALED = SMALL.replace("external-secrets\n  store: {kind: ClusterSecretStore, name: vault}", (
    "sealed-secrets\n  certificate: sealed.pem")).replace(", secret: {key: harbor/vision}", "")  # fmt: skip
FILE = "secrets/default/vision/harbor-vision.yaml"


@pytest.fixture
def sealing(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet that is kept in Sealed Secrets, and a Vault that nobody can log in to."""
    (here / "fleet.yaml").write_text(SEALED)
    (here / "sealed.pem").write_bytes(sealing_key().certificate)
    monkeypatch.setenv("VAULT_ADDR", "https://vault.example.com")
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.delenv("VAULT_TOKEN", raising=False)
    return here


def test_into_a_file(sealing: Path, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace) -> None:
    for _ in range(2):
        give(monkeypatch, SECRET)
        assert main(["secret", "set", "vision"]) == 0
        assert said.read() == (
            f"written: `{FILE}` (sealed-secrets) for environment `default`\n"
            "next: run `mooring render`, then commit `secrets/` and `overlays/`\n"
        )
    assert [path.name for path in (sealing / "secrets").rglob("*.*")] == ["harbor-vision.yaml"]
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision", "--format", "json"]) == 0
    assert json.loads(said.read()) == {
        "robot": "vision",
        "written": [{"environments": ["default"], "backend": "sealed-secrets", "place": FILE, "changed": True}],
        "problems": [],
    }


def test_no_file_is_written_while_another_run_reads(
    sealing: Path, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace
) -> None:
    monkeypatch.setattr("mooring.files.lock.PATIENCE", 0.1)
    give(monkeypatch, SECRET)
    with locked(sealing, write=False, waiting=lambda: None):
        assert main(["secret", "set", "vision"]) == 2
    assert "another run works in this repository" in said.read()
    assert not (sealing / "secrets").exists()


def test_a_prompt_keeps_nobody_waiting(sealing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_arguments: object) -> Credential:
        with locked(sealing, write=True, waiting=lambda: pytest.fail("the repository is held")):
            return Credential(SECRET)

    monkeypatch.setattr("mooring.commands.secret.read_credential", ask)
    assert main(["secret", "set", "vision"]) == 0


@pytest.mark.parametrize("is_refused", [False, True])
def test_vault_and_files_are_written_all_or_none(
    server: VaultStandIn, here: Path, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace, is_refused: bool
) -> None:
    (here / "sealed.pem").write_bytes(sealing_key().certificate)
    (here / "fleet.yaml").write_text(
        SMALL + "environments:\n- name: dev\n- name: prod\n  secrets: {backend: sealed-secrets, certificate: sealed.pem}\n"
    )
    server.denied = {("GET", RECORD)} if is_refused else set()
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision"]) == (1 if is_refused else 0)
    assert server.records == ({} if is_refused else {RECORD: [BOTH]})
    assert (here / "secrets").exists() is not is_refused
    said.read()


def test_the_login_of_a_robot_that_was_rotated(
    server: VaultStandIn, monkeypatch: pytest.MonkeyPatch, said: SimpleNamespace
) -> None:
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision", "--login", "robot$vision+vision-b"]) == 0
    assert server.records == {RECORD: [BOTH | {"username": "robot$vision+vision-b"}]}
    said.read()
    give(monkeypatch, SECRET)
    assert main(["secret", "set", "vision", "--login", "robot$vision+other"]) == 2
    assert said.read() == (
        "mooring: `--login` is no login of robot `vision`\n"
        "        hint: in environment `default` it has `robot$vision+vision`, `robot$vision+vision-b`, "
        "`robot$vision+vision-a`\n"
    )
    assert len(server.records[RECORD]) == 1
