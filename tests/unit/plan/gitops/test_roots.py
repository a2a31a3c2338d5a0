"""What is synced as one: a root that holds something, and all that it takes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import CLUSTER
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
