"""What the policies of a fleet are made from: hosts, public projects and actions of all its environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet.policy_names import POLICIES as POLICIES_THERE_ARE
from mooring.plan import policies
from mooring.plan.policies import PolicyFiles, policy_input
from mooring.policies.model import PolicyInput, Sample
from mooring.policies.plan import KEPT, KEPT_MUTATING, PARAMETERS
from mooring.tree.run import resolve_all
from tests.support.fleet_files import loaded

REGISTRIES = """\
registries:
- {name: harbor, host: harbor.example.com, publicProjects: [open]}
- {name: other, host: other.example.com, robotPrefix: "r-"}
"""
ROBOTS = """\
robots:
- {name: first, project: only, registry: other}
- {name: second, projects: [b, c]}
"""
POLICIES = """\
policies:
  explicit: true
  rules: {disallow-public-registries: {enabled: false}, require-pull-secret: {action: Deny}}
  exempt: [{namespace: kube-system, policies: [require-pull-secret], reason: r, until: 2099-01-01}]
environments:
- name: test
- name: prod
  registries: [{name: harbor, host: prod.example.com, publicProjects: [free]}]
  policies: {rules: {require-pull-secret: {action: Audit}}}
"""


def given(folder: Path, text: str) -> PolicyInput:
    read = loaded(folder, text)
    assert read.fleet is not None
    return policy_input(read.fleet)


def test_hosts_and_public_projects_of_the_fleet_itself(tmp_path: Path) -> None:
    found = given(tmp_path, REGISTRIES + ROBOTS + POLICIES.replace("disallow-public-registries", "allowed-registries"))
    assert found.registries == (("harbor.example.com",), ("other.example.com",)), "prod patches its own"
    assert found.public == ("harbor.example.com/open",)
    assert found.robot_prefixes == ("r-", "robot$")
    assert (found.engine, found.explicit) == ("kyverno", True)
    assert [(item.namespace, item.reason) for item in found.exempt] == [("kube-system", "r")]
    assert found.actions["require-pull-secret"] == "Deny", "the fleet's own word comes before an environment's"
    assert "allowed-registries" not in found.actions


def test_a_fleet_without_registries_has_the_usual_prefix(tmp_path: Path) -> None:
    found = given(tmp_path, "robots: [{name: a, project: a}]\n")
    assert (found.registries, found.robot_prefixes) == ((), ("robot$",))
    assert found.sample == Sample("registry.invalid", "team", "harbor-team", None)


@pytest.mark.parametrize(("robots", "sample"), [
    (ROBOTS, Sample("harbor.example.com", "b", "harbor-second", "harbor.example.com/open", "robot$second")),
    ("robots: [{name: a, project: open}, {name: second, projects: [open, c]}]\n",
     Sample("harbor.example.com", "c", "harbor-second", "harbor.example.com/open", "robot$second")),
    ("robots: [{name: first, project: only, registry: other}]\n",
     Sample("harbor.example.com", "team", "harbor-team", "harbor.example.com/open", "robot$team+app")),
])  # fmt: skip
def test_the_suites_are_made_with_a_robot_of_the_first_registry(robots: str, sample: Sample, tmp_path: Path) -> None:
    """The first private project of the first robot that is of it; where none is, names that stand for one."""
    assert given(tmp_path, REGISTRIES + robots).sample == sample


def planned(folder: Path, text: str) -> PolicyFiles:
    read = loaded(folder, text)
    assert read.fleet is not None
    return policies.plan(read.fleet, resolve_all(read, []))


def test_the_files_of_the_policies_and_what_each_environment_changes(tmp_path: Path) -> None:
    text = REGISTRIES + ROBOTS + POLICIES.replace("disallow-public-registries", "allowed-registries")
    found = planned(tmp_path, text)
    assert found.of("test").folder == "policies/kyverno" and list(found.pages) == ["policies/kyverno/README.md"]
    assert {f"policies/kyverno/{name}.yaml" for name in ("require-pull-secret", "kustomization")} <= set(found.paths)
    actions = {name: wanted.actions["require-pull-secret"] for name, wanted in found.inputs.items()}
    assert actions == {"test": "Deny", "prod": "Audit"}
    assert found.inputs["prod"].public == ("prod.example.com/free",)
    facts = [patch["target"]["name"] for patch in found.patches["prod"] if "/spec/variables/0/name" in patch["patch"]]
    acting = [patch["target"]["name"] for patch in found.patches["prod"] if "/spec/validationActions" in patch["patch"]]
    assert found.patches["test"] == [] and acting == ["^mooring-require-pull-secret$"] and len(facts) > 1
    kinds = {(ref.kind, ref.name) for ref in found.of("prod").objects if ref.name.endswith("require-pull-secret")}
    assert kinds == {("ValidatingPolicy", "mooring-require-pull-secret")}


def test_an_older_environment_is_given_the_fleets_text(tmp_path: Path) -> None:
    """KServe 0.15 has other places of pod specs; the files below `policies/` are those of the fleet's version."""
    older = 'environments: [{name: test, versions: {kserve: "0.15"}}, {name: prod}]\n'
    found = planned(tmp_path, REGISTRIES + ROBOTS + older)
    rendered = {artifact.path: artifact.context for artifact in found.artifacts}
    for name in ("test", "prod"):
        given = {artifact.path: artifact.context for artifact in found.of_cluster(name)}
        assert "policies/kyverno/require-pull-secret.yaml" in given
        assert given == {path: rendered[path] for path in given}


ENGINES = """\
policies: {engine: %s, identities: [u]}
environments:
- {name: test, policies: {engine: kubernetes}}
- {name: prod%s}
"""


def test_each_environment_has_its_engine(tmp_path: Path) -> None:
    found = planned(tmp_path, REGISTRIES + ROBOTS + ENGINES % ("kyverno", ""))
    assert {name: found.of(name).folder for name in found.inputs} == {
        "test": "policies/kubernetes", "prod": "policies/kyverno",
    }  # fmt: skip
    assert sorted(found.pages) == ["policies/kubernetes/README.md", "policies/kyverno/README.md"]
    judging = {name: {ref.kind for ref in found.of(name).objects if ref.name != PARAMETERS} for name in found.inputs}
    assert judging["prod"] == {"ClusterRole", "ValidatingPolicy"}
    assert judging["test"] == {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
    templates = {artifact.template.partition("-")[0] for artifact in found.of_cluster("test")}
    assert templates == {"policy/kubernetes", KEPT}
    assert found.patches == {"test": [], "prod": []}


@pytest.mark.parametrize(("fleets", "of_prod", "used"), [
    ("kyverno", ", policies: {engine: kubernetes}", ["kubernetes"]),
    ("kubernetes", "", ["kubernetes"]),
    ("kubernetes", ", policies: {engine: kyverno}", ["kubernetes", "kyverno"]),
])  # fmt: skip
def test_what_no_environment_uses_has_no_folder(fleets: str, of_prod: str, used: list[str], tmp_path: Path) -> None:
    found = planned(tmp_path, REGISTRIES + ROBOTS + ENGINES % (fleets, of_prod))
    assert sorted(found.engines) == used
    assert {path.split("/")[1] for path in found.paths} == set(used)


OFF = ", ".join(f"{name}: {{enabled: false}}" for name in POLICIES_THERE_ARE)


@pytest.mark.parametrize("engine", ["kyverno", "kubernetes"])
@pytest.mark.parametrize(
    "where", ["policies: {engine: %s, rules: {%s}}", "environments: [{name: e, policies: {engine: %s, rules: {%s}}}]"]
)
def test_the_policy_that_keeps_parameters_stays_whichever_are_off(engine: str, where: str, tmp_path: Path) -> None:
    found = planned(tmp_path, f"{REGISTRIES}{ROBOTS}{where % (engine, OFF)}\n")
    [name] = found.inputs
    kept = [artifact for artifact in found.of_cluster(name) if artifact.template == KEPT]
    assert [artifact.path for artifact in kept] == [f"policies/{engine}/parameters.yaml"]
    assert [(ref.kind, ref.name) for ref in found.of(name).objects][:2] == [
        ("ValidatingAdmissionPolicy", PARAMETERS), ("ValidatingAdmissionPolicyBinding", PARAMETERS),
    ]  # fmt: skip
    assert not any(patch["target"]["name"] == f"^{PARAMETERS}$" for patch in found.patches[name])
    [root] = [artifact for artifact in found.artifacts if artifact.path == f"policies/{engine}/kustomization.yaml"]
    assert "parameters.yaml" in root.context["resources"]


@pytest.mark.parametrize(("fleets", "kept"), [
    ("policies: {engine: kubernetes, rules: {inject-pull-secret: {}}}", True),
    ("policies: {engine: kubernetes, rules: {inject-pull-secret: {enabled: false}}}", True),
    ("policies: {engine: kubernetes}", False),
    ("policies: {rules: {inject-pull-secret: {}}}", False),
    ('policies: {rules: {inject-pull-secret: {}}}\nversions: {kubernetes: "1.36"}', True),
    ('policies: {rules: {inject-pull-secret: {}}}\nversions: {kubernetes: "1.35"}', False),
    ("environments: [{name: e, policies: {engine: kubernetes, rules: {inject-pull-secret: {}}}}]", True),
])  # fmt: skip
def test_what_keeps_the_parameters_of_mutations(fleets: str, kept: bool, tmp_path: Path) -> None:
    """Where the API server mutates, or may have: a version that nobody named may be too old for its kind."""
    found = planned(tmp_path, f"{REGISTRIES}{ROBOTS}{fleets}\n")
    [name] = found.inputs
    paths = [f"overlays/{name}/_cluster/parameters.yaml"] if kept else []
    for artifacts in (found.extra[name], found.of_cluster(name)):
        assert [artifact.path for artifact in artifacts if artifact.template == KEPT_MUTATING] == paths


OLDER = 'versions: {kubernetes: "1.35"}\n'
MUTATIONS = """\
policies: {engine: kubernetes, rules: {inject-pull-secret: {enabled: %s}}}
environments:
- {name: new, versions: {kubernetes: "1.36"}, policies: {rules: {inject-pull-secret: {}}}}
- {name: old, versions: {kubernetes: "1.35"}, policies: {rules: {inject-pull-secret: {enabled: false}}}}
"""


@pytest.mark.parametrize(
    ("head", "enabled", "of_fleet"), [("", "true", True), ("", "false", False), (OLDER, "false", False)]
)
def test_mutations_stand_where_the_version_has_them(head: str, enabled: str, of_fleet: bool, tmp_path: Path) -> None:
    found = planned(tmp_path, REGISTRIES + ROBOTS + head + MUTATIONS % enabled)
    name = "inject-pull-secret.yaml"
    assert (f"policies/kubernetes/{name}" in found.paths) == of_fleet
    assert (f"overlays/new/_cluster/{name}" in [one.path for one in found.extra["new"]]) != of_fleet
    deleted = [patch["target"]["kind"] for patch in found.patches["old"] if "$patch: delete" in patch["patch"]]
    assert deleted == (["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"] if of_fleet else [])
    assert found.extra["old"] == []


def test_the_suites_own_objects_are_not_judged(tmp_path: Path) -> None:
    """They are wrong on purpose; the suite itself is what the CLI reads."""
    checked = policies.checked_paths(planned(tmp_path, REGISTRIES + ROBOTS + "policies: {suites: true}\n"))
    assert "policies/kyverno/require-pull-secret.yaml" in checked
    inside = {path.rpartition("/")[2] for path in checked if "/tests/" in path}
    assert inside == {"kyverno-test.yaml"}
