"""What lets a namespace pull: which robots' Secrets stand in it, and what the grants there say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.plan.access import AccessFiles
from mooring.plan.namespace import plan_namespace
from mooring.plan.planned import Planned
from tests.support.fleet_files import environments, loaded, said

HEAD = """\
registries:
- {name: harbor, host: harbor.example.com, aliases: [cr.example.com, harbor.example.com], publicProjects: [open]}
secrets: {backend: external-secrets, store: {name: vault}}
"""
ROBOTS = """\
robots:
- {name: vision, project: vision, expires: 2099-01-01}
- {name: shared, projects: [a, b], namespaces: [vision], expires: 2099-01-01}
- {name: outside, project: outside, namespaces: [vision], backend: external}
- {name: idle, project: idle}
"""
# What Argo CD and Flux do not delete, and Argo CD does not call a difference once it is nobody's.
KEPT = {
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
SERVICES = """\
services:
- {name: detector, namespace: vision, spec: {predictor: {containers: [{name: c, image: harbor.example.com/vision/a:1}]}}}
- {name: public, namespace: vision, spec: {predictor: {containers: [{name: c, image: harbor.example.com/open/a:1}]}}}
"""


def planned(folder: Path, text: str) -> Planned:
    """What namespace `vision` of the fleet comes to."""
    found = environments(folder, text)["default"]
    return plan_namespace(found, found.namespaces["vision"])


def contexts(found: Planned | AccessFiles, template: str) -> list[dict[str, Any]]:
    return [dict(artifact.context) for artifact in found.artifacts if artifact.template == template]


def test_the_grants_of_a_namespace(tmp_path: Path) -> None:
    """By Secret the pairs that its robot may pull; by service its Secrets; what is open to all; each robot's login."""
    found = planned(tmp_path, HEAD + ROBOTS + "namespaces: [{name: vision}]\n" + SERVICES)
    [grants] = contexts(found, "namespace/pull-grants")
    assert grants["namespace"] == "vision"
    assert grants["data"] == {
        "_inferenceservice.detector": "harbor-vision",
        "_login.harbor-outside": "robot$outside+outside",
        "_login.harbor-shared": "robot$shared",
        "_login.harbor-vision": "robot$vision+vision",
        "_open": "harbor-outside,harbor-shared",
        "harbor-outside": "cr.example.com/outside,harbor.example.com/outside",
        "harbor-shared": "cr.example.com/a,cr.example.com/b,harbor.example.com/a,harbor.example.com/b",
        "harbor-vision": "cr.example.com/vision,harbor.example.com/vision",
    }


def test_nothing_is_open_where_no_robot_stands_for_all(tmp_path: Path) -> None:
    robots = "robots: [{name: vision, project: vision}]\n"
    [grants] = contexts(planned(tmp_path, HEAD + robots + "namespaces: [{name: vision}]\n" + SERVICES),
                        "namespace/pull-grants")  # fmt: skip
    assert "_open" not in grants["data"] and "_inferenceservice.public" not in grants["data"]


def test_the_secrets_that_are_rendered(tmp_path: Path) -> None:
    """One for each robot that stands there, but for those whose Secret is made elsewhere."""
    found = planned(tmp_path, HEAD + ROBOTS + "namespaces: [{name: vision}]\n" + SERVICES)
    paths = [artifact.path for artifact in found.artifacts if artifact.template.startswith("secret/")]
    assert paths == [f"overlays/default/vision/access/secret-harbor-{name}.yaml" for name in ("shared", "vision")]
    [first, _] = [artifact.context for artifact in found.artifacts if artifact.template.startswith("secret/")]
    assert (first["secret"], first["namespace"], first["robot"]) == ("harbor-shared", "vision", "shared")
    owners = [(claim.path, claim.owner) for claim in found.claims if "secret-" in claim.path]
    assert owners == [(paths[0], "robot `shared`"), (paths[1], "robot `vision`")]


@pytest.mark.parametrize(("namespace", "files"), [
    ("{name: vision}", ["namespace.yaml", "pull-grants.yaml", "secret-harbor-vision.yaml"]),
    ("{name: vision, manage: false}", ["pull-grants.yaml", "secret-harbor-vision.yaml"]),
    ("{name: vision, defaultServiceAccount: manage}",
     ["namespace.yaml", "pull-grants.yaml", "secret-harbor-vision.yaml", "service-account.yaml"]),
])  # fmt: skip
def test_the_files_of_a_namespace(namespace: str, files: list[str], tmp_path: Path) -> None:
    robots = "robots: [{name: vision, project: vision}]\n"
    found = planned(tmp_path, HEAD + robots + f"namespaces: [{namespace}]\n" + SERVICES)
    resources = {artifact.path: artifact.context.get("resources") for artifact in found.artifacts}
    assert resources["overlays/default/vision/access/kustomization.yaml"] == files
    for account in contexts(found, "namespace/service-account"):
        assert account == {"namespace": "vision", "annotations": KEPT, "secrets": [{"name": "harbor-vision"}]}


@pytest.mark.parametrize("engine", ["kyverno", "kubernetes"])
def test_a_namespace_says_that_it_is_mooring_s_and_has_grants(engine: str, tmp_path: Path) -> None:
    """Whichever engine judges: it is the policies alone that change with it."""
    labels = {"team": "a", "app.kubernetes.io/managed-by": "mooring", "mooring.dev/pull-grants": "true"}
    namespace = "namespaces: [{name: vision, labels: {team: a}, annotations: {note: b}}]\n"
    found = planned(tmp_path, HEAD + f"policies: {{engine: {engine}}}\n" + namespace)
    [made] = contexts(found, "namespace/namespace")
    assert (made["name"], made["labels"]) == ("vision", labels)
    assert made["annotations"] == {"note": "b", **KEPT}


def problems(folder: Path, text: str) -> list[str]:
    return [said(problem) for problem in planned(folder, text).problems]


def test_two_robots_of_one_secret(tmp_path: Path) -> None:
    """Said at the second one's `secretName`, line 9 of the fleet file."""
    robots = (
        "robots:\n- {name: a, project: a, secretName: one, namespaces: [vision]}\n"
        "- {name: b, project: b, secretName: one, namespaces: [vision]}\n"
    )
    found = planned(tmp_path, HEAD + robots + "namespaces: [{name: vision}]\n")
    assert [said(problem) for problem in found.problems] == ["duplicate-name 9:37"]
    assert found.problems[0].message == "robots `a` and `b` share Secret `one` in `vision`"
    assert len([claim for claim in found.claims if "secret-" in claim.path]) == 1


@pytest.mark.parametrize(("length", "found"), [(246, []), (247, ["bad-name 8:78"])])
def test_a_secret_whose_name_is_too_long_for_a_key_of_the_grants(length: int, found: list[str], tmp_path: Path) -> None:
    """A key of a ConfigMap has 253 characters, and `_login.` takes seven of them."""
    name = f"{'.'.join(['a' * 49] * 5)}"[: length - 9] + "z" * 9
    robots = f"robots:\n- {{name: a, project: a, namespaces: [vision], backend: external, secretName: {name}}}\n"
    assert problems(tmp_path, HEAD + robots + "namespaces: [{name: vision}]\n") == found


OPEN, OWN = "_open", "_inferenceservice.detector"
WHICH = """\
environments:
- name: default
  policies: {{rules: {{restrict-pull-secret-use: {{enabled: {restrict}}}{inject}}}}}
- name: other
"""


@pytest.mark.parametrize(("restrict", "inject", "read"), [
    ("true", "", True),
    ("false", "", False),
    ("false", ", inject-pull-secret: {}", True),
    ("true", ", inject-pull-secret: {}", True),
])  # fmt: skip
def test_who_may_use_a_secret_is_told_where_a_policy_reads_it(
    restrict: str, inject: str, read: bool, tmp_path: Path
) -> None:
    """In that environment alone; what a Secret may pull, and its robot's login, is told everywhere."""
    text = HEAD + ROBOTS + "namespaces: [{name: vision}]\n" + SERVICES + WHICH.format(restrict=restrict, inject=inject)
    resolved = environments(tmp_path, text)
    told = {}
    for name, found in resolved.items():
        [grants] = contexts(plan_namespace(found, found.namespaces["vision"]), "namespace/pull-grants")
        told[name] = set(grants["data"])
    assert told["other"] >= {OPEN, OWN, "_login.harbor-vision", "harbor-vision"}
    assert told["default"] == (told["other"] if read else told["other"] - {OPEN, OWN})
    assert list(grants["data"]) == sorted(grants["data"])


def test_the_grants_do_not_grow_with_services_that_nobody_looks_up(tmp_path: Path) -> None:
    one = SERVICES.partition("- {name: public")[0]
    many = one + "".join(one.partition("services:\n")[2].replace("detector", f"detector-{number}") for number in range(50))
    off = "policies: {rules: {restrict-pull-secret-use: {enabled: false}}}\n"
    sizes = []
    for services in (one, many):
        found = planned(tmp_path, HEAD + ROBOTS + "namespaces: [{name: vision}]\n" + services + off)
        [grants] = contexts(found, "namespace/pull-grants")
        sizes.append(len(grants["data"]))
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(("enabled", "found"), [("true", ["at most 237: it is part of a ConfigMap's key"]), ("false", [])])
def test_a_name_that_is_too_long_for_a_key_that_nobody_reads_is_none(enabled: str, found: list[str], tmp_path: Path) -> None:
    runtime = f"""\
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {{name: {"a" * 240}}}
spec: {{supportedModelFormats: [{{name: a}}], containers: [{{name: c, image: harbor.example.com/vision/a:1}}]}}
"""
    services = "services: [{name: kept, namespace: vision, manifests: kept.yaml}]\n"
    policies = f"policies: {{rules: {{restrict-pull-secret-use: {{enabled: {enabled}}}}}}}\n"
    loaded(tmp_path, "", kept=runtime)
    made = planned(tmp_path, HEAD + ROBOTS + "namespaces: [{name: vision}]\n" + services + policies)
    assert [problem.hint for problem in made.problems if problem.hint and "ConfigMap" in problem.hint] == found
