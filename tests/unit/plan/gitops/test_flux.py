"""Flux: what waits for what, and how it spells a revision."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import CLUSTER
from mooring.plan.gitops import files
from mooring.problems.problem import ObjectRef
from tests.support.synced import POLICIES, REPO, SERVICE, contexts, of_environment, resolved


def test_services_of_flux_wait_for_what_lets_them_pull(tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: flux, {REPO}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    made = contexts(found, "vision")
    assert made["services.yaml"]["dependsOn"] == [{"name": "small-default-vision-access"}, {"name": "small-default-cluster"}]
    assert (made["services.yaml"]["wait"], made["services.yaml"].get("healthCheckExprs")) == (False, None)
    assert (made["access.yaml"]["wait"], made["access.yaml"]["deletionPolicy"]) == (False, "Orphan")
    assert "dependsOn" not in made["access.yaml"] and "deletionPolicy" not in made["services.yaml"]


@pytest.mark.parametrize(("policies", "kinds"), [
    (POLICIES, ["ValidatingPolicy"]),
    ([*POLICIES, ObjectRef("policies.kyverno.io/v1", "MutatingPolicy", "", "m")], ["MutatingPolicy", "ValidatingPolicy"]),
    ([ObjectRef("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "", "v")], []),
])  # fmt: skip
def test_flux_waits_for_a_webhook_and_never_for_ready(policies: list[ObjectRef], kinds: list[str], tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: flux, {REPO}}}\n")["default"]
    made = contexts(found, CLUSTER, policies)["cluster.yaml"]
    checks = made.get("healthCheckExprs", [])
    assert (made["wait"], [check["kind"] for check in checks]) == (True, kinds)
    for check in checks:
        assert "WebhookConfigured" in check["current"] and "ready" not in check["current"].lower()


@pytest.mark.parametrize(("revision", "reference"), [
    ("", {"branch": "main"}),
    ("revision: refs/heads/release/1", {"branch": "release/1"}),
    ("revision: refs/tags/v1.0", {"tag": "v1.0"}),
    ("revision: refs/pull/1/head", {"name": "refs/pull/1/head"}),
    ("revision: main", {"branch": "main"}),
    (f"revision: {'0a' * 20}", {"commit": "0a" * 20}),
])  # fmt: skip
def test_how_flux_spells_a_revision(revision: str, reference: dict[str, str], tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: flux, {REPO}, {revision}}}\n")["default"]
    source = of_environment(found)["source.yaml"]
    assert (source["ref"], source["url"]) == (reference, "https://git.example.com/fleet.git")


@pytest.mark.parametrize(("revision", "reference"), [
    ("", {"tag": "latest"}),
    ("revision: '1.0'", {"tag": "1.0"}),
    (f"revision: 'sha256:{'0' * 64}'", {"digest": f"sha256:{'0' * 64}"}),
])  # fmt: skip
def test_an_artifact_of_flux(revision: str, reference: dict[str, str], tmp_path: Path) -> None:
    gitops = f"{{tool: flux, repo: 'oci://harbor.example.com/fleet', source: oci, {revision}}}"
    found = resolved(tmp_path, f"gitops: {gitops}\nnamespaces: [{{name: vision}}]\n")["default"]
    assert of_environment(found)["source.yaml"]["ref"] == reference
    source = {"kind": "OCIRepository", "name": "small-default"}
    assert [made["source"] for made in (of_environment(found)["root.yaml"], contexts(found, "vision")["access.yaml"])] == [
        source
    ] * 2


@pytest.mark.parametrize(("gitops", "template", "ignore", "secret"), [
    (REPO, "gitops/git-repository", "/*\n!/overlays/default\n!/policies\n!/gitops/flux/default\n", None),
    (f"{REPO}, secretName: reader", "gitops/git-repository",
     "/*\n!/overlays/default\n!/policies\n!/gitops/flux/default\n", {"name": "reader"}),
    ("repo: 'oci://harbor.example.com/fleet', source: oci", "gitops/oci-repository", None, None),
])  # fmt: skip
def test_the_source(gitops: str, template: str, ignore: str | None, secret: dict[str, str] | None, tmp_path: Path) -> None:
    """Flux's own namespaces and other environments stay out of it; a Secret is named, never rendered."""
    found = resolved(tmp_path, f"gitops: {{tool: flux, {gitops}}}\n{SERVICE}namespaces: [{{name: vision}}]\n")["default"]
    source, root = [one for one in files.of_environment(found) if not one.path.endswith("kustomization.yaml")]
    assert (source.path, source.template) == ("gitops/flux/default/source.yaml", template)
    assert (source.context.get("ignore"), source.context.get("secret")) == (ignore, secret)
    assert (root.context["path"], root.context["deletionPolicy"]) == ("./gitops/flux/default", "Orphan")


def test_services_wait_for_secrets_where_they_are_to(tmp_path: Path) -> None:
    gitops = f"{{tool: flux, {REPO}, waitForSecrets: WAIT}}"
    text = f"gitops: {gitops}\nnamespaces: [{{name: vision}}]\n"
    waiting = contexts(resolved(tmp_path, text.replace("WAIT", "true"))["default"], "vision")["access.yaml"]
    [check] = waiting["healthCheckExprs"]
    assert (waiting["wait"], check["kind"], check["apiVersion"]) == (True, "ExternalSecret", "external-secrets.io/v1")
    assert check["current"] == "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')"
    assert check["failed"] == "status.conditions.exists(c, c.type == 'Ready' && c.status == 'False')"
    other = contexts(resolved(tmp_path, text.replace("WAIT", "false"))["default"], "vision")["access.yaml"]
    assert "healthCheckExprs" not in other


SECOND = SERVICE.replace("services:\n", "").replace("name: a,", "name: b,")
OF_A_TEAM = "- {name: legacy, namespace: vision, manifests: services/legacy}\n"
ARTIFACT = "repo: 'oci://harbor.example.com/fleet', source: oci"


@pytest.mark.parametrize(("gitops", "more", "changed"), [
    (REPO, SECOND, []),
    (REPO, OF_A_TEAM, ["source.yaml"]),
    (ARTIFACT, OF_A_TEAM, []),
])  # fmt: skip
def test_after_which_service_what_nothing_syncs_is_another(
    gitops: str, more: str, changed: list[str], tmp_path: Path
) -> None:
    """docs/flux.md says so: `source.yaml` and `root.yaml` are applied by hand."""
    base = tmp_path / "services" / "legacy"
    base.mkdir(parents=True)
    (base / "kustomization.yaml").write_text("resources: [one.yaml]\n")
    (base / "one.yaml").write_text(
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: legacy}\n"
        "spec: {predictor: {containers: [{name: c, image: 'docker.io/a:1'}]}}\n"
    )
    text = f"gitops: {{tool: flux, {gitops}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}"
    before, after = (of_environment(resolved(tmp_path, each)["default"]) for each in (text, text + more))
    by_hand = ("source.yaml", "root.yaml")
    assert [name for name in by_hand if before[name] != after[name]] == changed
