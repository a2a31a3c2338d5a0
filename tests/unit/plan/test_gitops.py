"""What Argo CD and Flux are told to sync: names that never change, kinds that are permitted, what waits for what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import files
from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, SERVICES, TOGETHER, collisions, object_name, root_name
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.problems.problem import ObjectRef
from mooring.tree.run import resolve_all
from tests.support.fleet_files import REGISTRY, loaded, said

POLICIES = [ObjectRef("policies.kyverno.io/v1", "ValidatingPolicy", "", "mooring-x")]
SERVICE = "services:\n- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: 'docker.io/a:1'}]}}}\n"
REPO = "repo: 'https://git.example.com/fleet.git'"
LONG = "n" * 63


def resolved(folder: Path, text: str) -> dict[str, ResolvedEnvironment]:
    read = loaded(folder, REGISTRY + text)
    assert list(read.problems) == []
    return resolve_all(read, [])


def contexts(found: ResolvedEnvironment, where: str, policies: list[ObjectRef] = POLICIES) -> dict[str, dict[str, Any]]:
    """The values of what syncs the roots of a namespace, or of `_cluster`, by the file's name."""
    if where == CLUSTER:
        planned, own = plan_cluster(found, "policies/kyverno", []), policies
    else:
        planned, own = plan_namespace(found, found.namespaces[where]), [ObjectRef("v1", "ConfigMap", where, "grants")]
    made = files.of_namespace(found, where, planned, own)
    return {artifact.path.rpartition("/")[2]: dict(artifact.context) for artifact in made}


def environment(found: ResolvedEnvironment) -> dict[str, dict[str, Any]]:
    return {artifact.path.rpartition("/")[2]: dict(artifact.context) for artifact in files.of_environment(found)}


def test_names_are_joined_and_never_change(tmp_path: Path) -> None:
    """The expected texts are contract: a renamed object rolls every model of its root."""
    found = resolved(tmp_path, "namespaces: [{name: vision}]\n")["default"]
    assert root_name(found) == "small-default"
    assert object_name(found, "", ROOT_OF_CLUSTER) == "small-default-cluster"
    assert [object_name(found, "vision", stage) for stage in (ACCESS, SERVICES, TOGETHER)] == [
        "small-default-vision-access", "small-default-vision-services", "small-default-vision",
    ]  # fmt: skip
    assert object_name(found, "v" * 40, SERVICES) == f"small-default-{'v' * 40}-services"
    assert object_name(found, "v" * 41, SERVICES) == f"small-default-{'v' * 29}-1afc777946-services"
    assert object_name(found, "v" * 28 + "-" + "v" * 12, SERVICES) == f"small-default-{'v' * 28}-94d340e6ca-services"
    assert {len(object_name(found, LONG, stage)) for stage in (ACCESS, SERVICES, TOGETHER)} == {63}
    assert object_name(found, LONG, TOGETHER) != object_name(found, LONG[:-1], TOGETHER)


@pytest.mark.parametrize(("tool", "layout", "environments", "found"), [
    ("argo-cd", "", "{name: a, namespaces: [b-c]}, {name: a-b, namespaces: [c]}", ["duplicate-name 7:34"]),
    # Each Flux sees its own cluster alone.
    ("flux", "", "{name: a, namespaces: [b-c]}, {name: a-b, namespaces: [c]}", []),
    ("argo-cd", "", "{name: a, namespaces: [c]}, {name: b, namespaces: [c]}", []),
    # `_cluster`, and the root of another environment.
    ("argo-cd", "layout: together", "{name: a, namespaces: [cluster]}", ["duplicate-name 7:45"]),
    ("argo-cd", "layout: together", "{name: a, namespaces: [c]}, {name: a-c, namespaces: []}", ["duplicate-name 8:51"]),
    ("argo-cd", "", "{name: a, namespaces: [cluster, access]}", []),
    ("flux", "", "{name: a, namespaces: [cluster, access]}", []),
])  # fmt: skip
def test_names_that_collide(tool: str, layout: str, environments: str, found: list[str], tmp_path: Path) -> None:
    text = (
        f"gitops: {{tool: {tool}, {REPO}, {layout}}}\nversions: {{}}\n"
        f"namespaces: [{{name: b-c}}, {{name: c}}, {{name: cluster}}, {{name: access}}]\nenvironments: [{environments}]\n"
    )
    assert [said(problem) for problem in collisions(resolved(tmp_path, text))] == found


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
    source = environment(found)["source.yaml"]
    assert (source["ref"], source["url"]) == (reference, "https://git.example.com/fleet.git")


@pytest.mark.parametrize(("revision", "reference"), [
    ("", {"tag": "latest"}),
    ("revision: '1.0'", {"tag": "1.0"}),
    (f"revision: 'sha256:{'0' * 64}'", {"digest": f"sha256:{'0' * 64}"}),
])  # fmt: skip
def test_an_artifact_of_flux(revision: str, reference: dict[str, str], tmp_path: Path) -> None:
    gitops = f"{{tool: flux, repo: 'oci://harbor.example.com/fleet', source: oci, {revision}}}"
    found = resolved(tmp_path, f"gitops: {gitops}\nnamespaces: [{{name: vision}}]\n")["default"]
    assert environment(found)["source.yaml"]["ref"] == reference
    source = {"kind": "OCIRepository", "name": "small-default"}
    assert [made["source"] for made in (environment(found)["root.yaml"], contexts(found, "vision")["access.yaml"])] == [
        source
    ] * 2


@pytest.mark.parametrize("tool", ["argo-cd", "flux"])
def test_a_namespace_without_services_has_no_root_of_them(tool: str, tmp_path: Path) -> None:
    text = f"gitops: {{tool: {tool}, {REPO}}}\nnamespaces: [{{name: vision}}, {{name: empty}}]\n{SERVICE}"
    found = resolved(tmp_path, text)["default"]
    assert "services.yaml" in contexts(found, "vision")
    assert not [name for name in contexts(found, "empty") if name.startswith("services")]


def test_a_rolling_set_lists_what_a_split_layout_has(tmp_path: Path) -> None:
    """The same Applications, by the same names: another layout rolls nothing."""
    namespaces = f"namespaces: [{{name: vision}}, {{name: empty}}, {{name: {LONG}}}]\n"
    text = f"gitops: {{tool: argo-cd, {REPO}, layout: LAYOUT}}\n{namespaces}{SERVICE}"
    split = resolved(tmp_path, text.replace("LAYOUT", "split"))["default"]
    rolling = resolved(tmp_path, text.replace("LAYOUT", "rolling"))["default"]
    made = {where: contexts(split, where) for where in (CLUSTER, "vision", "empty", LONG)}
    applications = [one for files_of in made.values() for name, one in files_of.items() if "spec" in one]
    elements = environment(rolling)["application-set.yaml"]["elements"]
    of_split = [
        (one["name"], one["labels"]["mooring.dev/stage"], one["spec"]["source"]["path"], one["spec"]["project"],
         one["spec"]["destination"]["namespace"])
        for one in applications
    ]  # fmt: skip
    of_set = [(one["name"], one["stage"], one["path"], one["project"], one["namespace"]) for one in elements]
    assert sorted(of_set) == sorted(of_split)
    left = {where: sorted(contexts(rolling, where)) for where in made}
    assert left["vision"] == ["access-project.yaml", "kustomization.yaml", "services-project.yaml"]
    template = environment(rolling)["application-set.yaml"]["spec"]
    assert template["syncPolicy"] == applications[0]["spec"]["syncPolicy"]


@pytest.mark.parametrize(("apply", "options", "diff"), [
    ("server", ["ServerSideApply=true", "FailOnSharedResource=true"], "ServerSideDiff=true"),
    ("client", ["FailOnSharedResource=true"], "ServerSideDiff=false"),
])  # fmt: skip
@pytest.mark.parametrize("layout", ["split", "together", "rolling"])
def test_server_side_apply_and_diff_go_together(
    layout: str, apply: str, options: list[str], diff: str, tmp_path: Path
) -> None:
    gitops = f"{{tool: argo-cd, {REPO}, layout: {layout}, apply: {apply}}}"
    found = resolved(tmp_path, f"gitops: {gitops}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    made = [*environment(found).values(), *contexts(found, "vision").values(), *contexts(found, CLUSTER).values()]
    applications = [one for one in made if "spec" in one]
    assert len(applications) == {"split": 4, "together": 3, "rolling": 2}[layout]
    for one in applications:
        assert one["spec"]["syncPolicy"]["syncOptions"] == options
        annotations = one.get("annotations") or one["metadata"]["annotations"]
        assert annotations["argocd.argoproj.io/compare-options"] == diff
        assert "argocd.argoproj.io/sync-wave" not in annotations


def test_the_root_of_argo_cd_prunes_nothing(tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    root = environment(found)["root.yaml"]
    assert root["spec"]["syncPolicy"]["automated"] == {"prune": False, "selfHeal": True}
    assert "finalizers" not in root
    assert contexts(found, "vision")["services.yaml"]["spec"]["syncPolicy"]["automated"]["prune"] is True


@pytest.mark.parametrize(("cluster", "destination"), [
    ("", {"server": "https://kubernetes.default.svc"}),
    ("gitops: {cluster: {name: prod}}", {"name": "prod"}),
    ("gitops: {cluster: {server: 'https://prod.example.com'}}", {"server": "https://prod.example.com"}),
])  # fmt: skip
def test_where_an_environment_goes(cluster: str, destination: dict[str, str], tmp_path: Path) -> None:
    text = (
        f"gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}"
        f"environments: [{{name: prod, {cluster}}}]\n"
    )
    found = resolved(tmp_path, text)["prod"]
    made = contexts(found, "vision")
    expected = {**destination, "namespace": "vision"}
    assert made["services.yaml"]["spec"]["destination"] == expected
    assert made["services-project.yaml"]["destinations"] == [expected]
    assert contexts(found, CLUSTER)["cluster.yaml"]["spec"]["destination"] == {**destination, "namespace": "kube-system"}
    # The Applications themselves are for the cluster that Argo CD runs in.
    root = environment(found)["root.yaml"]["spec"]["destination"]
    assert root == {"server": "https://kubernetes.default.svc", "namespace": "argocd"}


def kinds(listed: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(one["group"], one["kind"]) for one in listed}


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
    assert {("policies.kyverno.io", "ValidatingPolicy"), ("policies.kyverno.io", "MutatingPolicy"),
            ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy")} < kinds(cluster["clusterKinds"])  # fmt: skip
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
    assert environment(rolling)["kustomization.yaml"]["resources"] == ["application-set.yaml"]
    assert {one["project"] for one in environment(rolling)["application-set.yaml"]["elements"]} == {"default"}


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
        assert environment(found)["source.yaml"]["ignore"].splitlines()[:2] == ["/overlays/*", "!/overlays/default"]
    else:
        assert list(made["services.yaml"]["annotations"]) == ["argocd.argoproj.io/compare-options"]
        assert ("", "Service") in kinds(made["services-project.yaml"]["namespacedKinds"])
        watched = contexts(found, CLUSTER)["cluster.yaml"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"]
        assert watched == ".;/policies/kyverno"


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
