"""What mooring predicts of each pod, its images and its pull Secrets in order, is what KServe makes of it.

KServe's own controller turns InferenceServices and InferenceGraphs into Deployments, and a Pod from each goes through
KServe's webhook and the API server's ServiceAccount plugin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mooring.kserve.model import ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.schema.catalog import Catalog
from tests.real import kserve_controller as kserve
from tests.real import oracle_around
from tests.real import oracle_cases as cases
from tests.real.apiserver import Programs
from tests.real.conftest import Modules, Tools
from tests.real.oracle import Key, Oracle, blind, summary

pytestmark = pytest.mark.xdist_group("oracle")  # one KServe, whatever the number of processes
CONFIG = {
    "storageInitializer": {"image": f"{oracle_around.HOST}/platform/storage-initializer:v1"},
    "agent": {"image": f"{oracle_around.HOST}/platform/agent:v1"},
    "explainers": {"art": {"image": f"{oracle_around.HOST}/platform/art-explainer", "defaultImageVersion": "v1"}},
    "router": {"image": f"{oracle_around.HOST}/platform/router:v1", "imagePullSecrets": ["router-b", "router-a"]},
}
WITHOUT_LIST = {**CONFIG, "router": {"image": f"{oracle_around.HOST}/platform/router:v2", "imagePullSecrets": []}}
PATIENCE = 80.0


@pytest.fixture(scope="module")
def oracle(tool: Tools, module: Modules, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    programs = Programs(etcd=tool("etcd"), apiserver=tool("kube-apiserver"), kubectl=tool("kubectl"))
    manager, source, start = tool("kserve-manager"), module("kserve"), time.monotonic()
    context = [*oracle_around.runtimes(), *oracle_around.storage_containers()]
    # KServe reads its ConfigMap at each turn: what comes after a change of it meets the new one.
    rounds = [(CONFIG, [*cases.services(), *cases.graphs("graph")]), (WITHOUT_LIST, [*cases.graphs("bare")])]
    known: dict[str, ClusterContext] = {}
    real: dict[Key, Any] = {}
    catalog = Catalog()

    def predicted(service: Mapping[str, Any]) -> tuple[Pod, ...]:
        info = catalog.kind(service["apiVersion"], service["kind"])
        assert info is not None
        return pods(service, info, known[service["metadata"]["name"]])

    with kserve.running(programs, manager, source, tmp_path_factory.mktemp("oracle"), CONFIG) as server:
        kserve.applied(server, *map(kserve.namespace, oracle_around.NAMESPACES))
        kserve.applied(server, *oracle_around.accounts())
        kserve.applied(server, *context)
        for config, services in rounds:
            settings = kserve.configmap(source, config)
            known |= dict.fromkeys((one["metadata"]["name"] for one in services), ClusterContext.of([*context, settings]))
            since = kserve.version(server)
            kserve.applied(server, settings, *services)
            wanted = {_deployment(service, pod) for service in services for pod in predicted(service)}
            found = kserve.workloads(server, since, wanted, PATIENCE)
            made = kserve.admitted(server, {key: one["spec"]["template"] for key, one in found.items()})
            real = {**made, **real}  # what an earlier round made may be made again
        every = [service for _, services in rounds for service in services]
        yield Oracle(every, predicted, _deployment, oracle_around.ACCOUNTS, real, time.monotonic() - start)


def _deployment(service: Mapping[str, Any], pod: Pod) -> Key:
    """The Deployment whose pods these are."""
    name, (component, _, part) = service["metadata"]["name"], pod.component.partition(":")
    if component == "canary":
        name = f"{name}-{part}-predictor"
    elif component != "router":
        name = f"{name}-predictor-worker" if component == "worker" else f"{name}-{component}"
    return service["metadata"]["namespace"], name


def test_every_pod_is_as_predicted(oracle: Oracle) -> None:
    said = summary(oracle)
    print(said)
    assert len(oracle.services) >= 200
    assert all(one.agrees for one in oracle.judged()), said


def test_no_pod_is_unforeseen(oracle: Oracle) -> None:
    assert set(oracle.real) - {one.key for one in oracle.judged()} == set()


def test_the_comparison_sees_a_wrong_prediction(oracle: Oracle) -> None:
    assert blind(oracle, least=50) == []
