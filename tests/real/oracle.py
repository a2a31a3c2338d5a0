"""Pods as they were predicted, beside the same pods as KServe makes them.

Nothing here knows how KServe decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mooring.kserve.model import Pod

Key = tuple[str, str]
Seen = tuple[frozenset[str], tuple[str, ...]]
"""What is compared of a pod: its images, and its pull Secrets in order."""


@dataclass(frozen=True)
class Judged:
    """One pod: what was predicted of it and what it is. Images are a set: KServe runs a modelcar's twice."""

    key: Key
    family: str
    component: str
    predicted: Seen
    real: Seen | None
    unknown: str = ""

    @property
    def agrees(self) -> bool:
        return self.real == self.predicted and not self.unknown

    def __str__(self) -> str:
        if self.real is None:
            return f"{self.key[1]}: predicted, but KServe makes no such workload"
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
    """Objects, the pods predicted of one, the name of a pod's workload, and KServe's pods by that name."""

    services: Sequence[Mapping[str, Any]]
    predicted: Callable[[Mapping[str, Any]], Sequence[Pod]]
    workload: Callable[[Mapping[str, Any], Pod], Key]
    accounts: Mapping[Key, tuple[str, ...]]
    real: Mapping[Key, Any]
    seconds: float

    def of(self, service: Mapping[str, Any], predicted: Sequence[Pod]) -> Iterator[Judged]:
        """Each pod of an object, as predicted and as it is."""
        for pod in predicted:
            key = self.workload(service, pod)
            secrets = pod.secrets or self.accounts[key[0], pod.service_account or "default"]
            images = frozenset(pulled(image.reference) for image in pod.images)
            component = pod.component.partition(":")[0]
            family = service["metadata"]["name"].partition("-")[0]
            yield Judged(
                key, family, component, (images, secrets), real(self.real.get(key)), pod.unknown.text if pod.unknown else ""
            )

    def judged(self) -> list[Judged]:
        return [one for service in self.services for one in self.of(service, self.predicted(service))]


def summary(oracle: Oracle) -> str:
    """Agreements and disagreements, and each disagreement in full."""
    judged = oracle.judged()
    wrong = [str(one) for one in judged if not one.agrees]
    return "\n".join([f"{len(oracle.services)} objects, {oracle.seconds:.0f} s\n{table(judged)}", *wrong])


def blind(oracle: Oracle, least: int) -> list[str]:
    """Wrong predictions that are not told in each pod they are in, or are made of too few pods.

    Lists in the wrong order, a list too short, an image too many or too few.
    """

    def turned(pod: Pod) -> Pod:
        return replace(pod, secrets=pod.secrets[::-1])

    def shortened(pod: Pod) -> Pod:
        return replace(pod, secrets=pod.secrets[:-1]) if len(pod.secrets) > 1 else pod

    def poorer(pod: Pod) -> Pod:
        return replace(pod, images=tuple(one for one in pod.images if one.reference != pod.images[0].reference))

    def stranger(pod: Pod) -> Pod:
        return replace(pod, images=(*pod.images, replace(pod.images[0], reference="stranger:1")))

    unseen = []
    for wrong in (turned, shortened, poorer, stranger):
        changed = told = 0
        for service in oracle.services:
            for pod in oracle.predicted(service):
                bad = wrong(pod)
                changed += bad != pod
                told += sum(not one.agrees for one in oracle.of(service, [bad])) if bad != pod else 0
        if not changed == told > least:
            unseen.append(f"{wrong.__name__}: {told} of {changed}")
    return unseen


def pulled(reference: str) -> str:
    """A model's address without its scheme is the image."""
    return reference.partition("://")[2] if reference.startswith("oci") else reference


def real(pod: Any) -> Seen | None:
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
