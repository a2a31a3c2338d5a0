"""crane, with the docker configuration that mooring's template makes, and `mooring doctor` meet the same registry: they
agree on whether an image is given, and on why not.

What crane says is read by `doctor --events`, as a container runtime's words are: doctor's own cause must be among those
that the words fit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from mooring import cli
from mooring.doctor.events import heard
from mooring.doctor.from_node import answers, jobs
from tests.real.conftest import Tools
from tests.real.crane import Crane
from tests.real.esoctl import Esoctl, docker_config
from tests.real.kubeconform import Kubeconform
from tests.real.network_faults import FAULTS, Faulty
from tests.support.harbor import HarborStandIn
from tests.support.harbor.state import Robot, State

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: pulls}}
registries: [{{name: harbor, host: "{host}", caBundle: ca.pem, publicProjects: [open]}}]
secrets: {{backend: external-secrets, store: {{kind: ClusterSecretStore, name: vault}}}}
robots: [{{name: puller, project: vision, expires: never, secret: {{key: harbor/vision/puller}}}}]
namespaces: [{{name: vision}}]
services:
- name: app
  namespace: vision
  kind: Deployment
  spec:
    selector: {{matchLabels: {{app: app}}}}
    template:
      metadata: {{labels: {{app: app}}}}
      spec: {{containers: [{{name: c, image: "{host}/{image}"}}]}}
"""
LOGIN, SECRET = "robot$vision+puller", 'Puller $ecret:1 "\\é'


class Said(NamedTuple):
    """What came of one pull: doctor's causes, and crane's words; empty where it pulled."""

    causes: list[str]
    pullable: bool
    crane: str

    @property
    def heard(self) -> set[str]:
        """The causes that crane's words fit."""
        found = heard(f'Failed to pull image "x.example.com/a:1": {" ".join(self.crane.split())}'.encode())
        return {cause for one in found for cause in one.causes}


class Node(NamedTuple):
    """The tools, and a folder with a fleet."""

    crane: Path
    esoctl: Esoctl
    folder: Path

    def pull(self, at: Faulty, image: str = "vision/app:1.0", login: str = LOGIN, secret: str = SECRET) -> Said:
        """Asks doctor for the service, and crane for its image, with one and the same credential."""
        (self.folder / "ca.pem").write_bytes(at.ca)
        # What no robot pulls is not rendered; the Secret is the same for any image.
        self._fleet(at.host, "vision/app:1.0")
        assert cli.main(["render", "-q"]) == 0
        rendered = (self.folder / "overlays/default/vision/access/secret-harbor-puller.yaml").read_text(encoding="utf-8")
        made = self.esoctl.template(yaml.safe_load(rendered), {"username": login, "password": secret})
        self._fleet(at.host, image)
        config = self.folder / "config.json"
        config.write_text(json.dumps(docker_config(made)), encoding="utf-8")
        command = [
            *at.before,
            sys.executable,
            "-m",
            "mooring",
            "doctor",
            "app",
            "--docker-config",
            config,
            "--format",
            "json",
        ]
        run = subprocess.run(
            command, env={**os.environ, **at.env}, capture_output=True, text=True, check=False, timeout=120
        )  # fmt: skip
        (found,) = json.loads(run.stdout)["pulls"]
        causes = [cause["code"] for cause in found["causes"]]
        assert run.returncode == bool(causes), run.stderr
        crane = Crane(self.crane, self.folder / "crane", self.folder / "ca.pem", at.before, at.env)
        pulled = crane.pull(docker_config(made), f"{at.host}/{image}")
        return Said(causes, found["pullable"], pulled.stderr if pulled.returncode else "")

    def _fleet(self, host: str, image: str) -> None:
        (self.folder / "fleet.yaml").write_text(FLEET.format(host=host, image=image), encoding="utf-8")


def asked_from_here(at: Faulty, folder: Path) -> set[str]:
    """The causes that the Job of `--from-node` finds, its script run by the shell and the curl of this machine."""
    (job,) = yaml.safe_load_all(jobs("registry.example.com/curl:8", ["n1"], [f"https://{at.host}"], at.ca))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    env = {one["name"]: one["value"] for one in container["env"]}
    run = subprocess.run(
        [*at.before, *container["command"]], env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), **env, **at.env},
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    (found,) = answers(run.stdout)
    assert (found.node, found.host) == ("n1", at.host)
    return set(found.causes)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, tool: Tools, esoctl: Esoctl) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("node")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield Node(tool("crane"), esoctl, folder)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_network(node: Node, tmp_path: Path, fault: str) -> None:
    cause, made = FAULTS[fault]
    with made(tmp_path) as at:
        said = node.pull(at)
        from_node = asked_from_here(at, tmp_path)
    assert (said.causes, said.pullable) == ([cause], False)
    assert cause in from_node
    assert said.crane != ""
    # Of a page crane says only that it is none of its answers.
    assert cause in said.heard or (cause == "proxy-answers" and not said.heard), said.crane


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory, tool: Tools, node: Node) -> Iterator[HarborStandIn]:
    """A Harbor with the real docker-registry behind it, and an image that crane has pushed."""
    tool("docker-registry")
    with HarborStandIn(tmp_path_factory.mktemp("harbor"), registry=True) as server:
        state = server.state
        for project in ("vision", "speech"):
            state.add_project(project)
        state.add_project("open", public=True)
        for project in ("vision", "open"):
            pusher = state.add_robot(f"pusher-{project}", project, access=["repository:push", "repository:pull"])
            config = {"auths": {server.host: {"username": state.login(pusher), "password": pusher.secret}}}
            folder = node.folder / project
            folder.mkdir()
            run = Crane(node.crane, folder, server.ca_pem).push(config, f"{server.host}/{project}/app:1.0")
            assert run.returncode == 0, run.stderr
        yield server


@pytest.fixture
def puller(harbor: HarborStandIn) -> Iterator[Robot]:
    robot = harbor.state.add_robot("puller", "vision", secret=SECRET)
    yield robot
    harbor.state.robots.pop(robot.id, None)


def _disabled(state: State, robot: Robot) -> None:
    state.change(robot, disabled=True)


def _expired(state: State, robot: Robot) -> None:
    state.change(robot, expires_at=1)


def _deleted(state: State, robot: Robot) -> None:
    del state.robots[robot.id]


def _powerless(state: State, robot: Robot) -> None:
    state.change(robot, permissions=())


def _nothing(state: State, robot: Robot) -> None:
    pass


PULLS: dict[str, tuple[list[str], Callable[[State, Robot], None], dict[str, str]]] = {
    "a good robot": ([], _nothing, {}),
    "a digit of every kind in the secret": ([], _nothing, {"secret": SECRET}),
    "a wrong secret": (["credential-refused"], _nothing, {"secret": "Wrong-Secret-1"}),
    "a disabled robot": (["credential-refused"], _disabled, {}),
    "an expired robot": (["credential-refused"], _expired, {}),
    "a deleted robot": (["credential-refused"], _deleted, {}),
    "the `$` eaten": (["credential-refused"], _nothing, {"login": "robot+puller"}),
    "another letter case": (["credential-refused"], _nothing, {"login": LOGIN.upper()}),
    "a public project masks a bad credential": (
        ["credential-masked"], _nothing, {"image": "open/app:1.0", "secret": "Wrong-Secret-1"},
    ),
    "no right in another project": (["secret-not-referenced", "no-pull-right"], _nothing, {"image": "speech/app:1.0"}),
    "no such project": (["secret-not-referenced", "no-such-project"], _nothing, {"image": "nosuch/app:1.0"}),
    "no such repository": (["no-such-repository"], _nothing, {"image": "vision/nosuch:1.0"}),
    "no such tag": (["no-such-tag"], _nothing, {"image": "vision/app:2.0"}),
    "no such digest": (["no-such-tag"], _nothing, {"image": f"vision/app@sha256:{'0' * 64}"}),
}  # fmt: skip


@pytest.mark.parametrize("row", PULLS)
def test_what_harbor_refuses(node: Node, harbor: HarborStandIn, puller: Robot, row: str) -> None:
    """Each credential and target."""
    causes, spoil, more = PULLS[row]
    spoil(harbor.state, puller)
    said = node.pull(Faulty(harbor.host, harbor.ca_pem.read_bytes()), **more)
    assert said.causes == causes
    assert said.pullable == (said.crane == ""), said.crane
    if not said.pullable:
        assert causes[-1] in said.heard, said.crane


def test_a_node_reaches_harbor(harbor: HarborStandIn, tmp_path: Path) -> None:
    assert asked_from_here(Faulty(harbor.host, harbor.ca_pem.read_bytes()), tmp_path) == {"reachable"}


def test_the_job_is_what_kubernetes_takes(kubeconform: Kubeconform, tmp_path: Path) -> None:
    path = tmp_path / "jobs.yaml"
    servers = ["https://harbor.example.com", "https://h.example.com:8443"]
    path.write_text(jobs("registry.example.com/curl:8", ["n1", "n2"], servers, b"PEM\nPEM\n"), encoding="utf-8")
    assert [one.status for one in kubeconform.judge(path)["jobs.yaml"]] == ["statusValid"] * 2


@pytest.mark.parametrize(("part", "cause"), [("database_down", "database-down"), ("registry_down", "registry-part-down")])
def test_a_part_of_harbor_that_is_down(node: Node, harbor: HarborStandIn, puller: Robot, part: str, cause: str) -> None:
    setattr(harbor.state, part, True)
    try:
        said = node.pull(Faulty(harbor.host, harbor.ca_pem.read_bytes()))
    finally:
        setattr(harbor.state, part, False)
    assert (said.causes, said.pullable) == ([cause], False)
    assert cause in said.heard, said.crane
