"""The kinds of services, of `spec:` and of manifests, and KServe's own."""

from __future__ import annotations

from pathlib import Path

from mooring.plan.gitops.permitted import kinds_of_kserve, kinds_of_services
from mooring.plan.namespace import plan_namespace
from tests.support.synced import SERVICE, resolved


def test_kinds_of_services(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "b"
    folder.mkdir(parents=True)
    (folder / "b.yaml").write_text("apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: "
                                   "{restartPolicy: Never, containers: [{name: c, image: 'docker.io/a:1'}]}}}\n"
                                   "---\napiVersion: odd.example.com/v1\nkind: Odd\nmetadata: {name: o}\n")  # fmt: skip
    text = f"namespaces: [{{name: vision}}]\n{SERVICE}- {{name: b, namespace: vision, manifests: services/b}}\n"
    found = resolved(tmp_path, text)["default"]
    planned = plan_namespace(found, found.namespaces["vision"])
    assert {*kinds_of_services(planned.injected, planned.others)} == {
        ("serving.kserve.io", "InferenceService"), ("batch", "Job"), ("odd.example.com", "Odd"),
    }  # fmt: skip


def test_kinds_of_kserve_by_scope(tmp_path: Path) -> None:
    found = resolved(tmp_path, "")["default"]
    namespaced, cluster_wide = kinds_of_kserve(found, "Namespaced"), kinds_of_kserve(found, "Cluster")
    assert {group for group, _ in namespaced | cluster_wide} == {"serving.kserve.io"}
    assert ("serving.kserve.io", "ServingRuntime") in namespaced - cluster_wide
    assert ("serving.kserve.io", "ClusterServingRuntime") in cluster_wide - namespaced
