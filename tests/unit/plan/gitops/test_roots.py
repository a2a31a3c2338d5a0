"""What is synced as one: a root that holds something, and all that it takes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import CLUSTER
from mooring.plan.gitops.roots import roots
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.problems.problem import ObjectRef
from mooring.tree.run import resolve_all
from tests.support.fleet_files import REGISTRY, loaded
from tests.support.synced import REPO, SERVICE, contexts, kinds, of_environment, resolved


@pytest.mark.parametrize("tool", ["argo-cd", "flux"])
def test_a_namespace_without_services_has_no_root_of_them(tool: str, tmp_path: Path) -> None:
    text = f"gitops: {{tool: {tool}, {REPO}}}\nnamespaces: [{{name: vision}}, {{name: empty}}]\n{SERVICE}"
    found = resolved(tmp_path, text)["default"]
    assert "services.yaml" in contexts(found, "vision")
    assert not [name for name in contexts(found, "empty") if name.startswith("services")]


@pytest.mark.parametrize("tool", ["argo-cd", "flux"])
def test_a_base_of_a_team_is_not_forgotten(tool: str, tmp_path: Path) -> None:
    """It may take in any folder: Argo CD is not told to look at some only, Flux's source keeps them all."""
    base = tmp_path / "services" / "legacy"
    base.mkdir(parents=True)
    (base / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    (base / "all.yaml").write_text(
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: b}\n"
        "spec: {predictor: {containers: [{name: c, image: 'docker.io/a:1'}]}}\n---\n"
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n"
    )
    text = (
        f"gitops: {{tool: {tool}, {REPO}}}\nnamespaces: [{{name: vision}}]\n"
        "services:\n- {name: legacy, namespace: vision, manifests: services/legacy}\n"
    )
    found = resolved(tmp_path, text)["default"]
    made = contexts(found, "vision")
    if tool == "flux":
        assert of_environment(found)["source.yaml"]["ignore"].splitlines()[:2] == ["/overlays/*", "!/overlays/default"]
    else:
        assert list(made["services.yaml"]["annotations"]) == ["argocd.argoproj.io/compare-options"]
        assert ("", "Service") in kinds(made["services-project.yaml"]["namespacedKinds"])
        watched = contexts(found, CLUSTER)["cluster.yaml"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"]
        assert watched == ".;/policies/kyverno"


OWN = [
    ObjectRef("v1", "Namespace", "", "vision"),
    ObjectRef("v1", "ConfigMap", "vision", "mooring-pull-grants"),
    ObjectRef("external-secrets.io/v1", "ExternalSecret", "vision", "a"),
    ObjectRef("kustomize.config.k8s.io/v1beta1", "Kustomization", "", ""),
]
OF_ACCESS = {("", "ConfigMap"), ("external-secrets.io", "ExternalSecret")}
INFERENCE = ("serving.kserve.io", "InferenceService")


@pytest.mark.parametrize(("layout", "found"), [
    ("split", [
        ("access", "vision", "overlays/default/vision/access", OF_ACCESS, {("", "Namespace")}),
        ("services", "vision", "overlays/default/vision/services", {INFERENCE}, set()),
    ]),
    ("together", [("together", "vision", "overlays/default/vision", OF_ACCESS | {INFERENCE}, {("", "Namespace")})]),
])  # fmt: skip
def test_the_roots_of_a_namespace(layout: str, found: list[object], tmp_path: Path) -> None:
    """Kustomize's own files are no objects; what is in a namespace and what is not is told apart."""
    text = f"gitops: {{tool: argo-cd, {REPO}, layout: {layout}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}"
    environment = resolved(tmp_path, text)["default"]
    planned = plan_namespace(environment, environment.namespaces["vision"])
    made = roots(environment, "vision", planned, OWN)
    assert [(one.stage, one.namespace, one.path, one.namespaced, one.cluster_wide) for one in made] == found
    assert [one.has_services for one in made] == [one.stage != "access" for one in made]


def test_the_root_of_what_stands_in_no_namespace(tmp_path: Path) -> None:
    """A kind of its services without a schema is taken to be in none either."""
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / "odd.yaml").write_text("apiVersion: odd.example.com/v1\nkind: Odd\nmetadata: {name: b}\n")
    text = (
        f"gitops: {{tool: argo-cd, {REPO}}}\nservices:\n- {{name: odd, manifests: services/odd.yaml}}\n"
        "- {name: r, kind: ClusterServingRuntime, spec: {containers: [{name: c, image: 'docker.io/a:1'}]}}\n"
    )
    read = loaded(tmp_path, REGISTRY + text)
    environment = resolve_all(read, [])["default"]
    planned = plan_cluster(environment, "policies/kyverno", [])
    policy = ObjectRef("policies.kyverno.io/v1", "ValidatingPolicy", "", "mooring-x")
    [root] = roots(environment, CLUSTER, planned, [policy, OWN[3]])
    expected = {
        ("policies.kyverno.io", "ValidatingPolicy"),
        ("serving.kserve.io", "ClusterServingRuntime"),
        ("odd.example.com", "Odd"),
    }
    assert (root.cluster_wide & expected, root.namespaced, root.outside) == (expected, frozenset(), ("policies/kyverno",))
    assert root.cluster_wide == expected
