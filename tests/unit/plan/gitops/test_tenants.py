"""The account of a team, and what it may do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.namespace import plan_namespace
from tests.support.synced import REPO, SERVICE, contexts, resolved


def test_a_team_s_account_may_change_its_kinds_and_nothing_else(tmp_path: Path) -> None:
    """It stays where there are no services: Flux deletes the last one with its rights."""
    text = f"gitops: {{tool: flux, {REPO}, tenants: true}}\nnamespaces: [{{name: vision}}, {{name: empty}}]\n{SERVICE}"
    found = resolved(tmp_path, text)["default"]
    name = "small-default-vision-services"
    made = contexts(found, "vision")
    assert made["services.yaml"]["serviceAccountName"] == made["service-account.yaml"]["name"] == name
    assert made["service-account.yaml"]["namespace"] == "flux-system"
    assert not [file for file in ("access.yaml",) if "serviceAccountName" in made[file]]
    assert sorted(contexts(found, "empty")) == ["access.yaml", "kustomization.yaml", "service-account.yaml"]
    for namespace in ("vision", "empty"):
        artifacts = plan_namespace(found, found.namespaces[namespace]).artifacts
        [binding] = [one for one in artifacts if one.template == "namespace/role-binding"]
        subject = {"kind": "ServiceAccount", "name": f"small-default-{namespace}-services", "namespace": "flux-system"}
        assert binding.context["subjects"] == [subject]
        [role] = [one for one in artifacts if one.template == "namespace/role"]
        assert [rule["apiGroups"] for rule in role.context["rules"]] == [["serving.kserve.io"]]
        [listed] = [one for one in artifacts if one.path.endswith("access/kustomization.yaml")]
        assert {"role.yaml", "role-binding.yaml"} < set(listed.context["resources"])


@pytest.mark.parametrize("gitops", [f"{{tool: flux, {REPO}}}", f"{{tool: argo-cd, {REPO}}}", "{tool: none, tenants: true}"])
def test_without_tenants_there_are_no_accounts(gitops: str, tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {gitops}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    templates = {one.template for one in plan_namespace(found, found.namespaces["vision"]).artifacts}
    assert not templates & {"namespace/role", "namespace/role-binding"}
    assert "service-account.yaml" not in contexts(found, "vision")


def test_a_kind_without_a_schema_gives_its_whole_group(tmp_path: Path) -> None:
    """Nobody knows what a Role would call it."""
    folder = tmp_path / "services" / "odd"
    folder.mkdir(parents=True)
    (folder / "odd.yaml").write_text("apiVersion: odd.example.com/v1\nkind: Odd\nmetadata: {name: b}\n")
    text = (
        f"gitops: {{tool: flux, {REPO}, tenants: true}}\nnamespaces: [{{name: vision}}]\n"
        "services:\n- {name: odd, namespace: vision, manifests: services/odd}\n"
    )
    found = resolved(tmp_path, text)["default"]
    artifacts = plan_namespace(found, found.namespaces["vision"]).artifacts
    [role] = [one for one in artifacts if one.template == "namespace/role"]
    rules = {rule["apiGroups"][0]: rule["resources"] for rule in role.context["rules"]}
    assert (rules["odd.example.com"], "*" in rules["serving.kserve.io"]) == (["*"], False)
