"""One cluster for the rows of the decision table: what stands in it, and what the pull path says of a row."""

from __future__ import annotations

import json
from typing import Any

from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.verdict import Pull, pulls
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog
from tests.support.decisions import GOOD, OTHER, Decision, Sample, made

SAMPLES = (
    Sample("harbor.example.com", "vision", "harbor-vision", "harbor.example.com/library"),
    Sample("harbor.example.com:8443", "vision", "harbor-vision", "harbor.example.com:8443/library"),
)


NAMESPACE = "team-a"


CATALOG = Catalog()


def state(decision: Decision, sample: Sample) -> ClusterState:
    registry = Registry("harbor", (sample.host,), frozenset({"library"}))
    secrets = {}
    for symbol, project in ((GOOD, sample.project), (OTHER, "other")):
        robot = RobotFacts(symbol, frozenset({f"{sample.host}/{project}"}), project, None)
        secrets[NAMESPACE, sample.names[symbol]] = SecretFacts((sample.host,), robot)
    account = tuple(sample.names[name] for name in decision.account)
    return ClusterState(Registries((registry,)), secrets, {(NAMESPACE, "default"): account})


def judged(decision: Decision, sample: Sample) -> tuple[dict[str, Any], Pull]:
    """The row's object, and the pull of the row's image."""
    data, runtime = made(decision, sample, NAMESPACE)
    info = CATALOG.kind(data["apiVersion"], data["kind"])
    assert info is not None
    context = ClusterContext.of([runtime] if runtime else [])
    ref = ObjectRef(data["apiVersion"], data["kind"], NAMESPACE, data["metadata"]["name"])
    image = sample.images[decision.image]
    found = [
        pull
        for pod in pods(data, info, context)
        for pull in pulls(pod, ref, NAMESPACE, state(decision, sample))
        if pull.image == image
    ]
    assert len(found) == 1, found
    return data, found[0]


def secret(name: str, host: str, namespace: str = NAMESPACE) -> dict[str, Any]:
    config = json.dumps({"auths": {host: {"auth": "YTpi"}}})
    metadata = {"name": name, "namespace": namespace}
    kind = "kubernetes.io/dockerconfigjson"
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": kind,
        "stringData": {".dockerconfigjson": config},
    }
