"""Argo CD: the same Applications in each layout, apply and diff of one kind, where they go."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import CLUSTER
from mooring.plan.gitops import argo_cd
from mooring.plan.gitops.names import SERVICES
from mooring.plan.gitops.roots import Root
from tests.support.synced import LONG, REPO, SERVICE, contexts, of_environment, resolved


def test_a_rolling_set_lists_what_a_split_layout_has(tmp_path: Path) -> None:
    """The same Applications, by the same names: another layout rolls nothing."""
    namespaces = f"namespaces: [{{name: vision}}, {{name: empty}}, {{name: {LONG}}}]\n"
    text = f"gitops: {{tool: argo-cd, {REPO}, layout: LAYOUT}}\n{namespaces}{SERVICE}"
    split = resolved(tmp_path, text.replace("LAYOUT", "split"))["default"]
    rolling = resolved(tmp_path, text.replace("LAYOUT", "rolling"))["default"]
    made = {where: contexts(split, where) for where in (CLUSTER, "vision", "empty", LONG)}
    applications = [one for files_of in made.values() for name, one in files_of.items() if "spec" in one]
    elements = of_environment(rolling)["application-set.yaml"]["elements"]
    of_split = [
        (one["name"], one["labels"]["mooring.dev/stage"], one["spec"]["source"]["path"], one["spec"]["project"],
         one["spec"]["destination"]["namespace"])
        for one in applications
    ]  # fmt: skip
    of_set = [(one["name"], one["stage"], one["path"], one["project"], one["namespace"]) for one in elements]
    assert sorted(of_set) == sorted(of_split)
    left = {where: sorted(contexts(rolling, where)) for where in made}
    assert left["vision"] == ["access-project.yaml", "kustomization.yaml", "services-project.yaml"]
    template = of_environment(rolling)["application-set.yaml"]["spec"]
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
    made = [*of_environment(found).values(), *contexts(found, "vision").values(), *contexts(found, CLUSTER).values()]
    applications = [one for one in made if "spec" in one]
    assert len(applications) == {"split": 4, "together": 3, "rolling": 2}[layout]
    for one in applications:
        assert one["spec"]["syncPolicy"]["syncOptions"] == options
        annotations = one.get("annotations") or one["metadata"]["annotations"]
        assert annotations["argocd.argoproj.io/compare-options"] == diff
        assert "argocd.argoproj.io/sync-wave" not in annotations


def test_the_root_of_argo_cd_prunes_nothing(tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    root = of_environment(found)["root.yaml"]
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
    root = of_environment(found)["root.yaml"]["spec"]["destination"]
    assert root == {"server": "https://kubernetes.default.svc", "namespace": "argocd"}


def test_what_is_denied_is_tried_again_with_the_newest_commit(tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: vision}}]\n{SERVICE}")["default"]
    retry = {"limit": 20, "refresh": True, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "1m"}}
    made = [of_environment(found)["root.yaml"], contexts(found, "vision")["services.yaml"]]
    assert [one["spec"]["syncPolicy"]["retry"] for one in made] == [retry] * 2


@pytest.mark.parametrize(("outside", "watched"), [
    ((), "."),
    (("policies/kyverno",), ".;/policies/kyverno"),
    (("services/legacy",), None),
    (("policies/kyverno", "services/legacy"), None),
])  # fmt: skip
def test_where_a_change_concerns_a_root(outside: tuple[str, ...], watched: str | None, tmp_path: Path) -> None:
    """Nothing is said of a root that takes in a team's own base: Argo CD would miss what that takes in itself."""
    found = resolved(tmp_path, f"gitops: {{tool: argo-cd, {REPO}}}\n")["default"]
    root = Root(SERVICES, "vision", "overlays/default/vision/services", frozenset(), frozenset(), outside)
    [application] = [one for one in argo_cd.of_root(found, root, "x") if one.template == "gitops/application"]
    assert application.context["annotations"].get("argocd.argoproj.io/manifest-generate-paths") == watched


@pytest.mark.parametrize("service", [
    "{name: a, namespace: vision, manifests: services/a}",
    "{name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: 'docker.io/a:1'}]}}}",
])  # fmt: skip
def test_a_rolling_set_has_services_however_they_are_written(service: str, tmp_path: Path) -> None:
    folder = tmp_path / "services" / "a"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n")
    text = f"gitops: {{tool: argo-cd, {REPO}, layout: rolling}}\nnamespaces: [{{name: vision}}]\nservices: [{service}]\n"
    elements = of_environment(resolved(tmp_path, text)["default"])["application-set.yaml"]["elements"]
    assert [one["stage"] for one in elements] == ["cluster", "access", "services"]
