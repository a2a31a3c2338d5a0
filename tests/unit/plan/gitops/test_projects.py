"""What an Application may apply."""

from __future__ import annotations

from pathlib import Path

from mooring.plan.environment import CLUSTER
from tests.support.synced import REPO, SERVICE, contexts, kinds, of_environment, resolved


def test_a_project_permits_what_stands_there(tmp_path: Path) -> None:
    """And the last object of a kind can go: Argo CD passes over what its project does not permit."""
    deployment = (
        "- {name: w, namespace: vision, kind: Deployment, spec: {selector: {matchLabels: {app: w}}, template: "
        "{metadata: {labels: {app: w}}, spec: {containers: [{name: w, image: 'docker.io/a:1'}]}}}}\n"
    )
    text = f"gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: vision}}, {{name: other}}]\n{SERVICE}{deployment}"
    found = resolved(tmp_path, text)["default"]
    vision = contexts(found, "vision")
    permitted = kinds(vision["services-project.yaml"]["namespacedKinds"])
    assert ("apps", "Deployment") in permitted
    assert {group for group, _ in permitted} == {"apps", "serving.kserve.io"}
    assert "clusterKinds" not in vision["services-project.yaml"]
    access = vision["access-project.yaml"]
    assert kinds(access["namespacedKinds"]) == {("", "ConfigMap"), ("external-secrets.io", "ExternalSecret")}
    cluster = contexts(found, CLUSTER)["cluster-project.yaml"]
    permitted = kinds(cluster["clusterKinds"])
    # Whatever engine and policies the fleet had before.
    assert {kind for group, kind in permitted if group != "serving.kserve.io"} == {
        "ClusterRole", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingPolicy",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingPolicy",
    }  # fmt: skip
    assert ("serving.kserve.io", "ClusterServingRuntime") in permitted
    assert (cluster["refusedKinds"], "namespacedKinds" in cluster) == ([{"group": "*", "kind": "*"}], False)
    # No list is ever empty: to Argo CD an empty one permits all.
    assert all(one["namespacedKinds"] for one in vision.values() if "namespacedKinds" in one)


def test_without_projects_all_are_in_the_default_one(tmp_path: Path) -> None:
    text = f"gitops: {{tool: argo-cd, {REPO}, projects: false, layout: LAYOUT}}\nnamespaces: [{{name: vision}}]\n{SERVICE}"
    found = resolved(tmp_path, text.replace("LAYOUT", "split"))["default"]
    made = contexts(found, "vision")
    assert sorted(made) == ["access.yaml", "kustomization.yaml", "services.yaml"]
    assert made["services.yaml"]["spec"]["project"] == "default"
    rolling = resolved(tmp_path, text.replace("LAYOUT", "rolling"))["default"]
    assert contexts(rolling, "vision") == {}
    assert of_environment(rolling)["kustomization.yaml"]["resources"] == ["application-set.yaml"]
    assert {one["project"] for one in of_environment(rolling)["application-set.yaml"]["elements"]} == {"default"}
