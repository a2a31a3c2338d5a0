"""What mooring predicts of an LLMInferenceService's pods, images and pull Secrets in order, is what KServe makes of them.

The controller of LLM services is a program of its own. It merges KServe's presets and the bases at hand, makes the
ServiceAccounts, and writes Deployments and LeaderWorkerSets; a Pod from each goes through the API server's plugins.
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
from tests.real import oracle_llm_cases as cases
from tests.real.apiserver import Programs
from tests.real.conftest import Modules, Tools
from tests.real.oracle import Key, Oracle, blind, summary

pytestmark = pytest.mark.xdist_group("oracle-llm")
CONFIG = {"storageInitializer": {"image": f"{oracle_around.HOST}/platform/storage-initializer:v1"}}
PATIENCE = 400.0  # KServe makes a key and a certificate for each service: more than a second


@pytest.fixture(scope="module")
def oracle(tool: Tools, module: Modules, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    programs = Programs(etcd=tool("etcd"), apiserver=tool("kube-apiserver"), kubectl=tool("kubectl"))
    manager, source, start = tool("kserve-llmisvc"), module("kserve"), time.monotonic()
    info = Catalog().kind(cases.API, "LLMInferenceService")
    assert info is not None
    settings, services = kserve.configmap(source, CONFIG), list(cases.services())
    context = ClusterContext.of([settings, *kserve.presets(source), *cases.configs()])

    def predicted(service: Mapping[str, Any]) -> tuple[Pod, ...]:
        return pods(service, info, context)

    def workload(service: Mapping[str, Any], pod: Pod) -> Key:
        """A Deployment, or a LeaderWorkerSet where there are workers, and of which of its pods it is."""
        if pod.component == "scheduler":
            name = "-kserve-router-scheduler"
        else:
            role, _, _ = pod.component.partition(":")
            role = "" if role != "prefill" else "-prefill"
            several = any(one.component == f"{role}:worker".strip("-:") for one in predicted(service))
            part = "worker" if pod.component.endswith("worker") else "leader"
            name = f"-kserve-mn{role}.{part}" if several else f"-kserve{role}"
        return service["metadata"]["namespace"], service["metadata"]["name"] + name

    wanted = {workload(service, pod) for service in services for pod in predicted(service)}
    single = {key for key in wanted if "." not in key[1]}
    several = {(namespace, name.partition(".")[0]) for namespace, name in wanted - single}
    with kserve.running(programs, manager, source, tmp_path_factory.mktemp("llm"), CONFIG, llm=True) as server:
        kserve.applied(server, *map(kserve.namespace, oracle_around.NAMESPACES))
        kserve.applied(server, *oracle_around.accounts())
        kserve.applied(server, *cases.configs())
        since = [kserve.version(server), kserve.version(server, kserve.LEADER_WORKER_SETS)]
        kserve.applied(server, *services)
        made = kserve.workloads(server, since[0], single, PATIENCE)
        templates = {key: one["spec"]["template"] for key, one in made.items()}
        groups = kserve.workloads(server, since[1], several, PATIENCE, kserve.LEADER_WORKER_SETS)
        for (namespace, name), one in groups.items():
            for part in ("leader", "worker"):
                if template := one["spec"]["leaderWorkerTemplate"].get(f"{part}Template"):
                    templates[namespace, f"{name}.{part}"] = template
        real = kserve.admitted(server, templates)
        yield Oracle(services, predicted, workload, oracle_around.ACCOUNTS, real, time.monotonic() - start)


def test_every_pod_is_as_predicted(oracle: Oracle) -> None:
    said = summary(oracle)
    print(said)
    assert len(oracle.services) >= 50
    assert all(one.agrees for one in oracle.judged()), said


def test_no_pod_is_unforeseen(oracle: Oracle) -> None:
    assert set(oracle.real) - {one.key for one in oracle.judged()} == set()


def test_the_comparison_sees_a_wrong_prediction(oracle: Oracle) -> None:
    assert blind(oracle, least=15) == []
