"""What `gitops` says and its tool cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fleet_files import REGISTRY, loaded, said

REPO = "repo: 'https://git.example.com/fleet.git'"


@pytest.mark.parametrize(("gitops", "found"), [
    ("{tool: none}", []),
    # Nothing is asked of a fleet without a tool.
    ("{repo: '../x', revision: 'a b', layout: rolling, tenants: true}", []),
    ("{tool: argo-cd}", ["missing-key 5:9"]),
    (f"{{tool: argo-cd, {REPO}, source: git, layout: rolling, apply: client, projects: false, revision: HEAD}}", []),
    (f"{{tool: flux, {REPO}, source: git, layout: split, tenants: true, waitForSecrets: true, secretName: a}}", []),
    (f"{{tool: flux, {REPO}, layout: together}}", ["unknown-choice 5:73"]),
    (f"{{tool: flux, {REPO}, apply: client}}", ["unknown-choice 5:72"]),
    (f"{{tool: flux, {REPO}, projects: false}}", ["unknown-choice 5:75"]),
    (f"{{tool: argo-cd, {REPO}, source: oci}}", ["unknown-choice 5:76"]),
    (f"{{tool: argo-cd, {REPO}, tenants: true}}", ["unknown-choice 5:77"]),
    (f"{{tool: argo-cd, {REPO}, waitForSecrets: true}}", ["unknown-choice 5:84"]),
    (f"{{tool: argo-cd, {REPO}, secretName: a}}", ["unknown-choice 5:80"]),
    ("{tool: argo-cd, repo: 'https://t0ken@git.example.com/fleet.git'}", ["plaintext-credential 5:31"]),
    ("{tool: argo-cd, repo: 'oci://git.example.com/fleet'}", ["bad-repository 5:31"]),
    ("{tool: flux, repo: 'git@git.example.com:fleet.git'}", ["bad-repository 5:28"]),
    (f"{{tool: flux, {REPO}, source: oci}}", ["bad-repository 5:28"]),
    ("{tool: flux, repo: 'oci://harbor.example.com/fleet', source: oci, revision: refs/heads/main}",
     ["bad-repository 5:85"]),
    (f"{{tool: flux, {REPO}, revision: HEAD}}", ["bad-repository 5:75"]),
    (f"{{tool: argo-cd, {REPO}, revision: 'a..b'}}", ["bad-repository 5:78"]),
])  # fmt: skip
def test_settings_of_the_fleet(gitops: str, found: list[str], tmp_path: Path) -> None:
    read = loaded(tmp_path, f"{REGISTRY}gitops: {gitops}\n")
    assert [said(problem) for problem in read.problems] == found
    # What has a problem is not rendered by halves.
    assert read.fleet is not None
    assert (read.fleet.gitops.tool == "none") == (bool(found) or "tool: none" in gitops or "tool" not in gitops)


@pytest.mark.parametrize(("tool", "clusters", "found"), [
    # Two that say nothing may each have an Argo CD of its own.
    ("argo-cd", ["", ""], []),
    ("argo-cd", ["{name: one}", "{name: two}"], []),
    ("argo-cd", ["{name: one}", ""], []),
    ("argo-cd", ["{name: one}", "{name: one}"], ["duplicate-name 9:57"]),
    ("argo-cd", ["{server: 'https://a.example.com'}", "{server: 'https://a.example.com/'}"], ["duplicate-name 9:57"]),
    # The one that is not written is where the tool runs.
    ("argo-cd", ["{name: in-cluster}", ""], ["duplicate-name 8:55"]),
    ("argo-cd", ["", "{server: 'https://kubernetes.default.svc'}"], ["duplicate-name 9:57"]),
    ("argo-cd", ["{}", ""], ["missing-key 8:55"]),
    ("argo-cd", ["{name: a, server: 'https://a.example.com'}", ""], ["unknown-key 8:56"]),
    ("argo-cd", ["{server: 'a.example.com'}", ""], ["bad-host 8:64"]),
    ("argo-cd", ["{name: '{{ .x }}'}", ""], ["bad-name 8:62"]),
    ("flux", ["{name: one}", ""], ["unknown-choice 8:55"]),
    ("flux", ["{server: 'https://kubernetes.default.svc'}", ""], []),
    ("flux", ["", ""], []),
    ("none", ["{name: one}", "{name: one}"], []),
])  # fmt: skip
def test_clusters_of_environments(tool: str, clusters: list[str], found: list[str], tmp_path: Path) -> None:
    given = [f", gitops: {{cluster: {cluster}}}" if cluster else "" for cluster in clusters]
    text = (
        f"{REGISTRY}gitops: {{tool: {tool}, {REPO}}}\nnamespaces: [{{name: vision}}]\nenvironments:\n"
        f"- {{name: one, namespaces: [vision]{given[0]}}}\n- {{name: later, namespaces: [vision]{given[1]}}}\n"
    )
    assert [said(problem) for problem in loaded(tmp_path, text).problems] == found


@pytest.mark.parametrize(("namespaces", "policies", "message"), [
    ("[a], [a, b]", "", "environments `one` and `two` go to one cluster, and both have namespace `a`"),
    ("[a], [b]", "", "environments `one` and `two` go to one cluster, and both have the policies"),
    ("[a], [b]", "policies: {rules: {NAMES}}\n", None),
])  # fmt: skip
def test_what_two_environments_of_one_cluster_share(
    namespaces: str, policies: str, message: str | None, tmp_path: Path
) -> None:
    off = ", ".join(f"{name}: {{enabled: false}}" for name in (
        "require-pull-secret", "restrict-pull-secret-use", "pull-secret-shape", "no-default-namespace"))  # fmt: skip
    first, _, second = namespaces.partition(", ")
    text = (
        f"{REGISTRY}gitops: {{tool: argo-cd, {REPO}}}\nnamespaces: [{{name: a}}, {{name: b}}]\nenvironments:\n"
        f"- {{name: one, namespaces: {first}, gitops: {{cluster: {{name: x}}}}}}\n"
        f"- {{name: two, namespaces: {second}, gitops: {{cluster: {{name: x}}}}}}\n" + policies.replace("NAMES", off)
    )
    assert [problem.message for problem in loaded(tmp_path, text).problems] == ([message] if message else [])
