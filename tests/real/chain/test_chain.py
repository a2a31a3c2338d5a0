"""A robot's credential on its whole way: made in Harbor, written to Vault, made a Secret of by External Secrets in each
namespace, and pulled with by what stands there.
"""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests.real import apiserver as api
from tests.real.chain.fleet import SERVICES, image
from tests.real.chain.node import pulling
from tests.real.chain.world import World

ROTATED = "mirror"  # the robot of both namespaces


@pytest.fixture(scope="module", autouse=True)
def delivered(world: World) -> None:
    """Every robot of the fleet stands in Harbor and in Vault, and every namespace's Secret shows it."""
    said = world.mooring("robots", "apply", *world.as_admin, "--format", "json")
    assert said.returncode == 0, said.stdout + said.stderr
    for service, (_, robot) in SERVICES.items():
        api.until(partial(shows, world, service, f"robot${robot}+{robot}"), f"the Secret of {service}")


def shows(world: World, service: str, login: str) -> bool:
    return world.node.login(service) == login


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


def test_a_gap_is_seen(world: World) -> None:
    """What the loop of pulls is there for: a robot that is disabled while a namespace still has it."""
    state = world.harbor.state
    robot = state.robot("robot$vision+vision")
    assert robot is not None
    with pulling(world.node) as seen:
        state.change(robot, disabled=True)
        api.until(lambda: bool(seen.gaps), "a pull to be refused")
        state.change(robot, disabled=False)
    assert "detector as robot$vision+vision" in seen.gaps[0]


def test_a_rotation_arrives_without_a_gap(world: World) -> None:
    old, new = (f"robot${ROTATED}+{ROTATED}{end}" for end in ("", "-b"))
    words = ["--kubeconfig", world.cluster.kubeconfig, "--wait", "2m", "--settle", "3s", "--grace", "5s"]
    with pulling(world.node) as seen:
        api.until(lambda: seen.came[old] > 0, "a pull with the old login")
        said = world.mooring("robots", "rotate", ROTATED, *world.as_admin, *words, "--format", "json")
    assert said.returncode == 0, said.stdout + said.stderr
    [rotated] = json.loads(said.stdout)["robots"]
    assert rotated["state"] == "done"
    assert [turn["step"] for turn in rotated["steps"]] == [
        "create", "deliver", "prove", "disable", "delete", "done",
    ]  # fmt: skip
    assert (seen.gaps, seen.came[new] > 0) == ([], True)
    assert world.harbor.state.robot(old) is None
    assert {service: world.node.login(service) for service in SERVICES} == {
        "chat": new, "detector": "robot$vision+vision", "reader": new,
    }  # fmt: skip
    assert [world.node.pull(service) for service in SERVICES] == ["", "", ""]
    print(f"\n{sum(seen.came.values())} pulls ({dict(seen.came)}), gaps: {len(seen.gaps)}")
