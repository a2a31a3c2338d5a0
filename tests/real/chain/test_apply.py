"""`mooring robots apply` against Vault's own server: the robot is created, its credential stands in Vault, and it pulls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.real.conftest import Tools
from tests.real.vault_server import Server, running
from tests.support.harbor import HarborStandIn
from tests.support.harbor.client import Client

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
registries: [{{name: harbor, host: "{host}", caBundle: ca.pem}}]
secrets: {{backend: external-secrets, store: {{name: vault}}}}
robots: [{{name: ci, project: vision, expires: never}}]
namespaces: [{{name: vision}}]
"""
RECORD = "secret/data/harbor/ci"
LEAST = 'path "secret/data/harbor/*" {capabilities = ["create", "read", "update"]}'
KNOWS_ITSELF = 'path "auth/token/lookup-self" {capabilities = ["read"]}'
ASKS = 'path "sys/capabilities-self" {capabilities = ["update"]}'


class Place(NamedTuple):
    folder: Path
    harbor: HarborStandIn
    vault: Server

    def run(self, what: str, policy: str = LEAST) -> subprocess.CompletedProcess[str]:
        """`mooring robots plan` or `apply`, as Harbor's administrator and with a token of that policy."""
        token = self.folder / "token"
        token.touch(0o600)
        token.write_text(self.vault.token(policy))
        command = [sys.executable, "-m", "mooring", "robots", what, "--credentials", "admin"]
        options = ["--vault-address", self.vault.url, "--vault-token-file", "token"]
        return subprocess.run(command + options, cwd=self.folder, capture_output=True, text=True, check=False)

    def pull(self) -> int:
        """The status of a pull with what stands in Vault: a token for it, and the manifest with that."""
        record = self.vault.ask("GET", RECORD)[1]["data"]["data"]
        scope = "/service/token?service=harbor-registry&scope=repository:vision/app:pull"
        with Client(self.harbor) as client:
            token = client.ask("GET", scope, (record["username"], record["password"])).json()["token"]
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.oci.image.manifest.v1+json"}
            return client.ask("GET", "/v2/vision/app/manifests/1", None, None, **headers).status


@pytest.fixture
def place(tool: Tools, tmp_path: Path) -> Iterator[Place]:
    with running(tool("vault-server")) as vault, HarborStandIn(tmp_path / "harbor") as harbor:
        harbor.state.add_image("vision/app", "1")
        (tmp_path / "ca.pem").write_bytes(harbor.ca_pem.read_bytes())
        (tmp_path / "fleet.yaml").write_text(FLEET.format(host=harbor.host))
        (tmp_path / "admin").write_text(f"{harbor.admin.name}\n{harbor.admin.password}\n")
        (tmp_path / "admin").chmod(0o600)
        yield Place(tmp_path, harbor, vault)


def test_a_created_robot_pulls_with_what_stands_in_vault(place: Place) -> None:
    said = place.run("apply")
    assert (said.returncode, said.stderr) == (0, "")
    assert "  robot$vision+ci: created\n      its credential is in `secret/harbor/ci` (external-secrets)\n" in said.stdout
    assert place.pull() == 200
    (robot,) = place.harbor.state.robots.values()
    assert robot.secret not in said.stdout
    assert place.run("apply").returncode == 0
    assert place.vault.ask("GET", RECORD)[1]["data"]["metadata"]["version"] == 1


def test_a_robot_whose_secret_was_lost_pulls_again(place: Place) -> None:
    state = place.harbor.state
    robot = state.add_robot("ci", "vision", duration=-1)
    state.change(robot, description="mooring: robot ci of fleet small")
    assert "\n  > robot$vision+ci (robot `ci`): deliver\n" in place.run("plan").stdout
    assert place.run("apply").returncode == 0
    assert place.pull() == 200


def test_a_login_of_a_deleted_robot_is_replaced(place: Place) -> None:
    old = {"owner": "vision", "username": "robot$vision+ci", "password": "Old12345"}
    place.vault.ask("POST", RECORD, {"data": old})
    assert place.run("apply").returncode == 0
    assert place.pull() == 200
    versions = [place.vault.ask("GET", f"{RECORD}?version={number}")[1]["data"]["data"] for number in (1, 2, 3)]
    assert versions[:2] == [old, {"owner": "vision"}]
    assert versions[2]["owner"] == "vision"


@pytest.mark.parametrize("asks", ["", ASKS])
def test_nothing_is_created_that_vault_does_not_let_it_write(asks: str, place: Place) -> None:
    said = place.run("apply", f'path "secret/data/harbor/*" {{capabilities = ["read"]}}\n{KNOWS_ITSELF}\n{asks}')
    assert said.returncode == 1
    assert "Vault does not let this token write `secret/data/harbor/ci`" in said.stdout
    assert place.harbor.state.robots == {}
    created = [seen for seen in place.harbor.seen if seen.method == "POST"]
    assert len(created) == (0 if asks else 1)
