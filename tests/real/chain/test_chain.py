"""A robot's credential on its whole way: made in Harbor, written to Vault, made a Secret of by External Secrets in each
namespace, and pulled with by what stands there.
"""

from __future__ import annotations

import json

import pytest

from tests.real import apiserver as api
from tests.real.chain.fleet import ROBOTS, SERVICES, image
from tests.real.chain.world import World


@pytest.fixture(scope="module", autouse=True)
def delivered(world: World) -> None:
    """Every robot of the fleet stands in Harbor and in Vault, and every namespace's Secret shows it."""
    for name in ROBOTS:
        robot = world.harbor.state.add_robot(name, name)
        said = world.mooring("secret", "set", name, "--vault-token-file", world.vault_token, stdin=robot.secret)
        assert said.returncode == 0, said.stderr
    for service, (_, robot) in SERVICES.items():
        login = f"robot${robot}+{robot}"
        api.until(lambda service=service, login=login: world.node.login(service) == login, f"the Secret of {service}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_pulled_with_its_live_secret(service: str, world: World) -> None:
    assert world.node.pull(service) == ""


@pytest.mark.parametrize("service", SERVICES)
def test_doctor_agrees(service: str, world: World) -> None:
    namespace, robot = SERVICES[service]
    words = ["--kubeconfig", world.cluster.kubeconfig, "--secret", f"{namespace}/harbor-{robot}", "--format", "json"]
    said = world.mooring("doctor", image(world.harbor.host, service), *words, "--ca-bundle", world.tree / "ca.pem")
    assert (said.returncode, said.stderr) == (0, "")
    verdict = json.loads(said.stdout)
    assert (verdict["login"], verdict["pullable"], verdict["causes"]) == (world.node.login(service), True, [])
