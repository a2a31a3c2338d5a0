"""What mooring predicts of each pod, its images and its pull Secrets in order, is what KServe makes of it.

KServe's own controller turns InferenceServices into Deployments, and a Pod from each goes through KServe's webhook and the
API server's ServiceAccount plugin. Nothing here knows how KServe decides.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mooring.catalog import Catalog, KindInfo
from mooring.kserve.pods import Pod, Surroundings, pods
from tests.real import kserve_controller as kserve
from tests.real import oracle_cases as cases
from tests.real.apiserver import ApiServer, Programs
from tests.real.conftest import Modules, Tools

pytestmark = pytest.mark.xdist_group("oracle")  # one KServe, whatever the number of processes
PLATFORM = {
    "storageInitializer": f"{cases.HOST}/platform/storage-initializer:v1",
    "agent": f"{cases.HOST}/platform/agent:v1",
    "explainers": f"{cases.HOST}/platform/art-explainer:v1",
}
CONFIG = {
    "storageInitializer": {"image": PLATFORM["storageInitializer"]},
    "agent": {"image": PLATFORM["agent"]},
    "explainers": {"art": {"image": f"{cases.HOST}/platform/art-explainer", "defaultImageVersion": "v1"}},
}
PATIENCE = 80.0
Key = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """One pod: what was predicted of it and what it is. Images are a set: KServe runs a modelcar's twice."""

    key: Key
    family: str
    component: str
    predicted: tuple[frozenset[str], tuple[str, ...]]
    real: tuple[frozenset[str], tuple[str, ...]] | None
    unknown: str = ""

    @property
    def agrees(self) -> bool:
        return self.real == self.predicted and not self.unknown

    def __str__(self) -> str:
        if self.real is None:
            return f"{self.key[1]}: predicted, but KServe makes no such Deployment"
        images, secrets = self.predicted
        lines = [f"{self.key[0]}/{self.key[1]} {self.unknown}"]
        if images != self.real[0]:
            lines.append(
                f"  images: predicted alone {sorted(images - self.real[0])}, real alone {sorted(self.real[0] - images)}"
            )
        if secrets != self.real[1]:
            lines.append(f"  secrets: predicted {list(secrets)}, real {list(self.real[1])}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Oracle:
    services: Sequence[cases.Object]
    around: Surroundings
    info: KindInfo
    real: Mapping[Key, Any]
    seconds: float


@pytest.fixture(scope="module")
def oracle(tool: Tools, module: Modules, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    programs = Programs(etcd=tool("etcd"), apiserver=tool("kube-apiserver"), kubectl=tool("kubectl"))
    manager, source, start = tool("kserve-manager"), module("kserve"), time.monotonic()
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    services, runtimes = list(cases.services()), cases.runtimes()
    around = Surroundings.of(runtimes, platform_images=PLATFORM)
    with kserve.running(programs, manager, source, tmp_path_factory.mktemp("oracle"), CONFIG) as server:
        _applied(
            server, *({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in cases.NAMESPACES)
        )
        _applied(server, *cases.accounts())
        _applied(server, *runtimes)
        since = kserve.version(server)
        _applied(server, *services)
        wanted = {_deployment(service, pod) for service in services for pod in pods(service, info, around)}
        found = kserve.deployments(server, since, wanted, PATIENCE)
        real = kserve.created(server, found)
        yield Oracle(services, around, info, real, time.monotonic() - start)


def _applied(server: ApiServer, *objects: cases.Object) -> None:
    done = server.apply(*objects)
    assert done.returncode == 0, done.stderr


def _deployment(service: cases.Object, pod: Pod) -> Key:
    """The Deployment whose pods these are."""
    name, (component, _, part) = service["metadata"]["name"], pod.component.partition(":")
    if component == "canary":
        name = f"{name}-{part}-predictor"
    else:
        name = f"{name}-predictor-worker" if component == "worker" else f"{name}-{component}"
    return service["metadata"]["namespace"], name


def of_service(service: cases.Object, predicted: Sequence[Pod], real: Mapping[Key, Any]) -> Iterator[Judged]:
    """Each pod of an InferenceService, as predicted and as it is."""
    for pod in predicted:
        key = _deployment(service, pod)
        secrets = pod.secrets or cases.ACCOUNTS[key[0], pod.service_account or "default"]
        images = frozenset(_pulled(image.reference) for image in pod.images)
        component = pod.component.partition(":")[0]
        family = service["metadata"]["name"].partition("-")[0]
        yield Judged(key, family, component, (images, secrets), _real(real.get(key)), pod.unknown)


def _pulled(reference: str) -> str:
    """A model's address without its scheme is the image."""
    return reference.partition("://")[2] if reference.startswith("oci") else reference


def _real(pod: Any) -> tuple[frozenset[str], tuple[str, ...]] | None:
    if pod is None:
        return None
    spec = pod["spec"]
    images = [container["image"] for part in ("initContainers", "containers") for container in spec.get(part, [])]
    images += [volume["image"]["reference"] for volume in spec.get("volumes", []) if "image" in volume]
    return frozenset(images), tuple(entry["name"] for entry in spec.get("imagePullSecrets", []))


def table(judged: Sequence[Judged]) -> str:
    """Agreements and disagreements by component and by family."""
    lines = []
    for title, of in (("component", lambda one: one.component), ("family", lambda one: one.family)):
        lines.append(f"{title:14} pods  agree  disagree")
        good, bad = Counter(of(one) for one in judged if one.agrees), Counter(of(one) for one in judged if not one.agrees)
        lines += [f"{name:14} {good[name] + bad[name]:4} {good[name]:6} {bad[name]:9}" for name in sorted({*good, *bad})]
    agreed = sum(one.agrees for one in judged)
    return "\n".join([*lines, f"{'in all':14} {len(judged):4} {agreed:6} {len(judged) - agreed:9}"])


def judge(oracle: Oracle) -> list[Judged]:
    return [
        one
        for service in oracle.services
        for one in of_service(service, pods(service, oracle.info, oracle.around), oracle.real)
    ]


def test_every_pod_is_as_predicted(oracle: Oracle) -> None:
    judged = judge(oracle)
    summary = f"{len(oracle.services)} InferenceServices, {oracle.seconds:.0f} s\n{table(judged)}"
    print(summary)
    assert len(oracle.services) >= 200
    wrong = [str(one) for one in judged if not one.agrees]
    assert not wrong, "\n".join([summary, *wrong])


def test_no_pod_is_unforeseen(oracle: Oracle) -> None:
    assert set(oracle.real) - {one.key for one in judge(oracle)} == set()


def test_the_comparison_sees_a_wrong_prediction(oracle: Oracle) -> None:
    """Lists in the wrong order, a list too short, an image too many or too few: each is told in each pod it is in."""

    def turned(pod: Pod) -> Pod:
        return replace(pod, secrets=pod.secrets[::-1])

    def shortened(pod: Pod) -> Pod:
        return replace(pod, secrets=pod.secrets[:-1]) if len(pod.secrets) > 1 else pod

    def poorer(pod: Pod) -> Pod:
        return replace(pod, images=tuple(one for one in pod.images if one.reference != pod.images[0].reference))

    def stranger(pod: Pod) -> Pod:
        return replace(pod, images=(*pod.images, replace(pod.images[0], reference="stranger:1")))

    for wrong in (turned, shortened, poorer, stranger):
        changed = told = 0
        for service in oracle.services:
            right = pods(service, oracle.info, oracle.around)
            for pod in right:
                bad = wrong(pod)
                changed += bad != pod
                told += sum(not one.agrees for one in of_service(service, [bad], oracle.real)) if bad != pod else 0
        assert changed == told > 50, f"{wrong.__name__}: {told} of {changed}"
