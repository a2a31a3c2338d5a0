"""What was applied by hand before Argo CD came: whether its adoption rolls models. The last on its cluster, as it changes
KServe's settings."""

from __future__ import annotations

import copy
import json

from tests.real import kserve_controller as kserve
from tests.real.sync.applications import ArgoCd
from tests.real.sync.argo_world import EACH, NEEDS, commit, healed, rolled_out
from tests.real.sync.argocd import USER
from tests.real.sync.fleet import ENVIRONMENT, HOST, Fleet, robot, service

__all__ = ["NEEDS"]
MARK = "argocd.argoproj.io/tracking-id"
DISALLOWED = "serviceAnnotationDisallowedList"


def applied_by_hand(argo: ArgoCd, namespace: str) -> Fleet:
    """A fleet with one namespace more, which stands on the cluster but is not committed."""
    changed = copy.deepcopy(argo.written)
    changed["namespaces"].append({"name": namespace})
    changed["robots"].append(robot(namespace, [namespace]))
    changed["services"].append(service("standing", namespace, f"{HOST}/{namespace}/app:1.0", [namespace]))
    argo.cluster.prepare(argo.repository, changed)
    for stage in ("access", "services"):
        root = argo.repository.tree / "overlays" / ENVIRONMENT / namespace / stage
        done = argo.cluster.server.kubectl("apply", "--server-side", f"--kustomize={root}", f"--as={USER}")
        assert done.returncode == 0, done.stderr
    name = f"{namespace}/standing-predictor"
    argo.reached(lambda: argo.cluster.generations().get(name) == 1 and rolled_out(argo), "the service to run")
    return changed


@EACH
def test_adoption_rolls_what_carries_the_mark(argo: ArgoCd) -> None:
    """Once, as KServe copies Argo CD's annotation to its Pods; not where its settings forbid that before, and once more
    where they do so later."""
    changed = applied_by_hand(argo, "unlisted")
    assert healed(commit(argo, changed, "adopted, the annotation not listed"))
    argo.reached(lambda: argo.cluster.generations()["unlisted/standing-predictor"] == 2, "KServe to copy the annotation")

    disallow(argo)
    before = argo.cluster.generations()
    changed = applied_by_hand(argo, "listed")
    assert healed(commit(argo, changed, "adopted, the annotation listed"))
    served = argo.cluster.judge.get("/apis/serving.kserve.io/v1beta1/namespaces/listed/inferenceservices/standing")
    assert MARK in served["metadata"]["annotations"]
    argo.compared(1)
    assert argo.cluster.generations() == before | {"listed/standing-predictor": 1}

    label = argo.cluster.server.kubectl("label", "inferenceservices", "--namespace=unlisted", "standing", "touched=yes")
    assert label.returncode == 0, label.stderr
    argo.reached(lambda: argo.cluster.generations()["unlisted/standing-predictor"] > 2, "it to roll once more")


def disallow(argo: ArgoCd) -> None:
    """What docs/argo-cd.md tells to do before the first sync."""
    path = f"/api/v1/namespaces/{kserve.NAMESPACE}/configmaps/inferenceservice-config"
    stands = argo.cluster.judge.get(path)
    settings = json.loads(stands["data"]["inferenceService"])
    data = stands["data"] | {"inferenceService": json.dumps({**settings, DISALLOWED: [*settings.get(DISALLOWED, ()), MARK]})}
    about = {"name": "inferenceservice-config", "namespace": kserve.NAMESPACE}
    argo.cluster.judge.store({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data})
