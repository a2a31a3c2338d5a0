"""An environment as the planner sees it: registries with their projects, robots' logins, runtimes and KServe's images."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import ResolvedEnvironment, catalog_for
from mooring.schema.catalog import shipped_versions
from tests.support.fleet_files import REGISTRY, environments, loaded

HEAD = """\
registries:
- {name: harbor, host: harbor.example.com, aliases: [cr.example.com, harbor.example.com], publicProjects: [open]}
- {name: other, host: other.example.com, robotPrefix: "r-"}
robots:
- {name: vision, projects: [a, b]}
- {name: speech, project: c, registry: other}
- {name: more, project: c}
namespaces: [{name: vision}, {name: empty}]
environments: [{name: prod}]
"""
LATEST = shipped_versions("kserve")[-1]


def resolved(folder: Path, text: str) -> ResolvedEnvironment:
    [found] = environments(folder, text).values()
    return found


def test_the_registries_know_the_projects_of_their_robots(tmp_path: Path) -> None:
    found = resolved(tmp_path, HEAD)
    known = {one.name: (one.hosts, sorted(one.projects), sorted(one.public_projects)) for one in found.registries.all}
    assert known == {
        "harbor": (("harbor.example.com", "cr.example.com"), ["a", "b", "c"], ["open"]),
        "other": (("other.example.com",), ["c"], []),
    }


def test_a_robot_s_hosts_and_login_are_its_registry_s(tmp_path: Path) -> None:
    found = resolved(tmp_path, HEAD)
    robots = found.robots.by_name
    assert found.hosts(robots["vision"]) == ("harbor.example.com", "cr.example.com")
    assert found.hosts(robots["speech"]) == ("other.example.com",)
    logins = {name: found.login(robot) for name, robot in robots.items()}
    assert logins == {"vision": "robot$vision", "speech": "r-c+speech", "more": "robot$c+more"}


def test_a_robot_of_no_registry_has_no_host(tmp_path: Path) -> None:
    found = resolved(tmp_path, "robots: [{name: a, project: a}]\nenvironments: [{name: prod}]\n")
    assert (found.hosts(found.robots.by_name["a"]), found.login(found.robots.by_name["a"])) == ((), "robot$a+a")


def test_services_by_namespace(tmp_path: Path) -> None:
    """Every namespace that is listed has an entry; what is cluster-scoped stands under `_cluster`."""
    services = (
        "services:\n- {name: a, namespace: vision, spec: {predictor: {minReplicas: 1}}}\n"
        "- {name: r, kind: ClusterServingRuntime, spec: {containers: []}}\n"
        "- {name: b, namespace: elsewhere, spec: {predictor: {minReplicas: 1}}}\n"
    )
    found = resolved(tmp_path, HEAD + services)
    named = {where: [service.name for service in services] for where, services in found.services.items()}
    assert named == {"vision": ["a"], "empty": [], "_cluster": ["r"], "elsewhere": ["b"]}
    assert (found.name, list(found.namespaces)) == ("prod", ["empty", "vision"])


def test_the_first_namespace_of_a_name_counts(tmp_path: Path) -> None:
    found = resolved(tmp_path, REGISTRY + "namespaces: [{name: a, manage: false}, {name: a}]\nenvironments: [{name: b}]\n")
    assert found.namespaces["a"].manage is False


RUNTIME = "containers: [{name: kserve-container, image: harbor.example.com/a/IMAGE:1}]"
RUNTIMES = f"""\
services:
- {{name: own, kind: ServingRuntime, namespace: vision, spec: {{{RUNTIME.replace("IMAGE", "own")}}}}}
- {{name: shared, kind: ClusterServingRuntime, spec: {{{RUNTIME.replace("IMAGE", "shared")}}}}}
- name: base
  kind: LLMInferenceServiceConfig
  namespace: vision
  spec: {{template: {{containers: [{{name: main, image: "harbor.example.com/a/base:1"}}]}}}}
"""
IMAGES = """\
platform: {runtimes: none, images: {agent: "harbor.example.com/a/agent:1"}}
environments:
- name: prod
  images:
  - {name: harbor.example.com/a/shared, newTag: "2"}
  - {name: harbor.example.com/a/agent, newTag: "3"}
  - {name: harbor.example.com/a/base, newTag: "4"}
  - {name: harbor.example.com/a/unused, newTag: "5"}
"""


def test_runtimes_and_settings_in_the_environment_s_images(tmp_path: Path) -> None:
    found = resolved(tmp_path, HEAD.replace("environments: [{name: prod}]\n", IMAGES) + RUNTIMES)
    runtimes = {key: data["spec"]["containers"][0]["image"] for key, data in found.context.runtimes.items()}
    assert runtimes == {("vision", "own"): "harbor.example.com/a/own:1", ("", "shared"): "harbor.example.com/a/shared:2"}
    assert found.context.platform == {"agent": "harbor.example.com/a/agent:3"}
    [config] = found.context.configs.values()
    assert config["spec"]["template"]["containers"][0]["image"] == "harbor.example.com/a/base:4"
    assert config["spec"]["template"]["imagePullSecrets"] == [{"name": "harbor-vision"}]
    assert found.overrides == {f"harbor.example.com/a/{name}" for name in ("shared", "agent", "base")}


def test_where_the_runtimes_stand_in_the_fleet_file(tmp_path: Path) -> None:
    """`services[0]` and `[1]`; one that an LLM service takes in is no runtime."""
    placed = resolved(tmp_path, HEAD + RUNTIMES).placed_runtimes()
    assert {key: one.base for key, one in placed.items()} == {
        ("ServingRuntime", "vision", "own"): ("services", 0), ("ClusterServingRuntime", "", "shared"): ("services", 1),
    }  # fmt: skip
    assert resolved(tmp_path, HEAD).placed_runtimes() == {}


@pytest.mark.parametrize(("text", "release", "mode", "has_runtimes"), [
    ("", "", "", True),
    (f"versions: {{kserve: '{LATEST}'}}\n", LATEST, "", True),
    ("versions: {kserve: '9.99'}\n", "", "", True),
    ("platform: {deploymentMode: Standard}\n", "", "Standard", True),
    (f"versions: {{kserve: '{LATEST}'}}\nplatform: {{runtimes: none}}\n", LATEST, "", False),
])  # fmt: skip
def test_what_the_fleet_says_of_kserve(text: str, release: str, mode: str, has_runtimes: bool, tmp_path: Path) -> None:
    context = resolved(tmp_path, HEAD + text).context
    assert (context.release, context.mode, bool(context.runtimes)) == (release, mode, has_runtimes)


def test_the_schemas_are_those_of_the_versions_that_are_named(tmp_path: Path) -> None:
    oldest = shipped_versions("kserve")[0]
    fleet = loaded(tmp_path, HEAD + f"versions: {{kserve: '{oldest}'}}\n").fleet
    assert fleet is not None
    versions = catalog_for(fleet).versions
    assert (versions["kserve"], versions["kubernetes"]) == (oldest, shipped_versions("kubernetes")[-1])
