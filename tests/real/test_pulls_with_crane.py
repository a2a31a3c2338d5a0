"""crane pulls from docker-registry behind the stand-in for Harbor, with the docker configuration that mooring's own template
makes of a robot's login and secret, and is refused where Harbor refuses."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import urllib3
import yaml

from mooring import cli
from tests.real.conftest import Tools
from tests.real.crane import Crane
from tests.real.esoctl import Esoctl, docker_config
from tests.support.harbor import HarborStandIn
from tests.support.harbor.certificates import Authority
from tests.support.harbor.state import Robot

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: pulls}}
registries: [{{name: harbor, host: "{host}"}}]
secrets: {{backend: external-secrets, store: {{kind: ClusterSecretStore, name: vault}}}}
robots: [{{name: puller, project: vision, expires: never, namespaces: [vision], secret: {{key: harbor/vision/puller}}}}]
namespaces: [{{name: vision}}]
"""
SECRET = 'Puller $ecret:1 "\\'


class Node(NamedTuple):
    """A Harbor with an image, and a crane that has what mooring's template makes."""

    harbor: HarborStandIn
    crane: Crane
    esoctl: Esoctl
    template: dict[str, Any]

    def config(self, login: str, secret: str) -> dict[str, Any]:
        return docker_config(self.esoctl.template(self.template, {"username": login, "password": secret}))

    def pull(self, image: str, robot: Robot, secret: str = "") -> str:
        """Empty where crane pulled, else its words."""
        login = self.harbor.state.login(robot)
        run = self.crane.pull(self.config(login, secret or robot.secret), f"{self.harbor.host}/{image}")
        return run.stderr if run.returncode else ""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, tool: Tools, esoctl: Esoctl) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("node")
    tool("docker-registry")
    with HarborStandIn(folder / "harbor", registry=True) as harbor, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("fleet.yaml").write_text(FLEET.format(host=harbor.host), encoding="utf-8")
        assert cli.main(["render"]) == 0
        rendered = Path("overlays/default/vision/access/secret-harbor-puller.yaml").read_text(encoding="utf-8")
        yield Node(harbor, Crane(tool("crane"), folder, harbor.ca_pem), esoctl, yaml.safe_load(rendered))


@pytest.fixture(scope="module")
def puller(node: Node) -> Robot:
    """Pulls from the project into which a robot with that right has pushed."""
    node.harbor.state.add_project("speech")
    pusher = node.harbor.state.add_robot("pusher", "vision", access=["repository:push", "repository:pull"])
    config = node.config(node.harbor.state.login(pusher), pusher.secret)
    run = node.crane.push(config, f"{node.harbor.host}/vision/team/app:1.0")
    assert run.returncode == 0, run.stderr
    return node.harbor.state.add_robot("puller", "vision", secret=SECRET)


def test_a_robot_pulls_with_the_configuration_of_the_template(node: Node, puller: Robot) -> None:
    assert node.pull("vision/team/app:1.0", puller) == ""


def test_it_pulls_by_digest_and_finds_no_other_tag(node: Node, puller: Robot) -> None:
    digest = node.harbor.state.tags["vision/team/app"]["1.0"]
    assert node.pull(f"vision/team/app@{digest}", puller) == ""
    assert "artifact vision/team/app:2.0 not found" in node.pull("vision/team/app:2.0", puller)


def test_who_may_only_pull_pushes_nothing(node: Node, puller: Robot) -> None:
    run = node.crane.push(node.config(node.harbor.state.login(puller), SECRET), f"{node.harbor.host}/vision/team/app:2.0")
    assert (run.returncode, "UNAUTHORIZED" in run.stderr) == (1, True)
    assert list(node.harbor.state.tags["vision/team/app"]) == ["1.0"]


@pytest.mark.parametrize("image", ["speech/asr:1.0", "nosuchproject/app:1.0"])
def test_another_project_is_refused(node: Node, puller: Robot, image: str) -> None:
    assert "UNAUTHORIZED" in node.pull(image, puller)


def test_a_wrong_secret_is_refused(node: Node, puller: Robot) -> None:
    refusal = node.pull("vision/team/app:1.0", puller, "Wrong-Secret-1")
    assert "unauthorized to access repository: vision/team/app, action: pull" in refusal


def test_a_disabled_an_expired_and_a_deleted_robot_are_refused(node: Node, puller: Robot) -> None:
    state = node.harbor.state
    for number, spoil in enumerate(
        (
            lambda robot: state.change(robot, disabled=True),
            lambda robot: state.change(robot, expires_at=1),
            lambda robot: state.robots.pop(robot.id),
        )
    ):
        robot = state.add_robot(f"spoilt-{number}", "vision")
        assert node.pull("vision/team/app:1.0", robot) == ""
        spoil(robot)
        assert "UNAUTHORIZED" in node.pull("vision/team/app:1.0", robot)


def test_who_does_not_trust_the_authority_pulls_nothing(node: Node, puller: Robot, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority().pem)
    config = node.config(node.harbor.state.login(puller), SECRET)
    run = Crane(node.crane.program, tmp_path, other).pull(config, f"{node.harbor.host}/vision/team/app:1.0")
    assert (run.returncode, "certificate signed by unknown authority" in run.stderr) == (1, True)


def test_the_registry_itself_takes_harbors_tokens(node: Node, puller: Robot) -> None:
    """A token that the stand-in gave to a client, straight to docker-registry: signed, named and scoped as it wants."""
    pool = urllib3.PoolManager(ca_certs=str(node.harbor.ca_pem), retries=False)
    login = base64.b64encode(f"{node.harbor.state.login(puller)}:{SECRET}".encode()).decode()
    scope = "service=harbor-registry&scope=repository:vision/team/app:pull"
    given = pool.request("GET", f"{node.harbor.url}/service/token?{scope}", headers={"Authorization": f"Basic {login}"})
    token = given.json()["token"]
    port = node.harbor.registry.port  # type: ignore[attr-defined]
    headers = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    url = f"http://127.0.0.1:{port}/v2/vision/team/app/manifests/1.0"
    assert pool.request("GET", url, headers=headers).status == 401
    assert pool.request("GET", url, headers={**headers, "Authorization": f"Bearer {token}"}).status == 200
    pool.clear()
