"""Existing manifests → a fleet file that renders to the same objects; what is broken in them stays broken in it.

No credential is carried over: the Secrets stay where they are made (back end `external`), and their robots are named after
them. A robot is made of a Secret that a pod names, never of one that somebody forgot: its pull is a problem of the fleet as
it was one of the manifests. What a fleet has no place for, and what had to be made up, is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.check.adopted import AdoptedRobot, AdoptedService, written
from mooring.fleet.credentials import in_manifest
from mooring.fleet.grants import GRANTS
from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.manifests.paths import InputObject
from mooring.problems.routes import as_text, get
from mooring.pulls.facts import ClusterState, SecretFacts
from mooring.pulls.inventory import Inventory, collect
from mooring.pulls.verdict import Pull, pulls
from mooring.redaction import quote, quote_key, shown
from mooring.registry import kubelet
from mooring.registry.reference import Reference, host_name, pulled
from mooring.registry.registries import Registries, Registry
from mooring.registry.similar import WELL_KNOWN
from mooring.schema.catalog import Catalog, KindInfo

_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_MADE_OUTSIDE = "the Secret is still made outside of the fleet"
_OUTSIDE = {
    "Secret": "no credential stands in a fleet; keep it out of git",
    "ExternalSecret": _MADE_OUTSIDE, "SealedSecret": _MADE_OUTSIDE,
    "Namespace": "the namespace is still made outside of the fleet (`manage: false`)",
}  # fmt: skip


@dataclass(slots=True)
class Adopted:
    """The fleet file's `text`, its private registries with the number of their images, and in words what is left out."""

    text: str = ""
    registries: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def adopt(found: list[InputObject], catalog: Catalog, named: Sequence[Registry] = ()) -> Adopted:
    """The fleet of the objects; `named` are its registries, where they are not those of the images."""
    adopted = Adopted()
    objects = [item.data for item in found]
    known = collect(objects)
    services = list(_services(found, catalog, adopted))
    context = ClusterContext.of(objects)
    images = _images(services, context)
    adopted.registries = {one.name: images[one.name] for one in named} or _private(images, known)
    hosts = list(adopted.registries)
    registries = Registries(tuple(Registry(host, (host,)) for host in hosts))
    state = ClusterState(registries, known.secrets, known.accounts)
    anywhere: dict[str, SecretFacts] = {}
    for (_, name), facts in known.secrets.items():
        anywhere.setdefault(name, facts)
    robots: dict[tuple[str, str], AdoptedRobot] = {}
    entries = []
    for data, info in services:
        namespace = as_text(get(data, ("metadata", "namespace")))
        used = []
        for pod in pods(data, info, context):
            for pull in pulls(pod, _REF, namespace, state):
                robot = _robot(pull, namespace, known, anywhere, registries, robots) if info.scope != "Cluster" else None
                used += [robot] if robot is not None and robot not in used else []
        entries.append(AdoptedService(data, info, used))
    adopted.text = written(hosts, list(robots.values()), entries)
    return adopted


_REF: Any = None  # the pulls are asked which Secret serves them, not which object they are of


def _services(found: list[InputObject], catalog: Catalog, adopted: Adopted) -> Iterator[tuple[Mapping[str, Any], KindInfo]]:
    """The objects that a fleet calls services: those with pods, in a namespace or of the cluster."""
    for item in found:
        data = item.data
        kind, name = str(data["kind"]), as_text(get(data, ("metadata", "name")))
        where = f"{shown(item.source.path, 'file')}: {shown(kind, 'choice')} {quote(name, 'name')}"
        info = catalog.kind(str(data["apiVersion"]), kind)
        if kind in _OUTSIDE:
            adopted.lost.append(f"{where}: {_OUTSIDE[kind]}")
            continue
        if name == GRANTS:
            continue
        if info is None:
            adopted.lost.append(f"{where}: no schema for its kind")
        elif not (info.pod_specs or info.kind == "InferenceGraph"):
            adopted.lost.append(f"{where}: it has no pods, and stays where it is")
        elif not name:
            adopted.lost.append(f"{where}: it has no name of its own")
        elif info.scope == "Namespaced" and not as_text(get(data, ("metadata", "namespace"))):
            adopted.lost.append(f"{where}: it names no namespace")
        elif any(not isinstance(data["metadata"].get(key) or {}, Mapping) for key in ("labels", "annotations")):
            adopted.lost.append(f"{where}: its labels or annotations are no mapping")
        elif any(in_manifest(data)):
            adopted.lost.append(f"{where}: a credential is written down in it; take it from a Secret first")
        elif not isinstance(data.get("spec"), Mapping):
            adopted.lost.append(f"{where}: it has no `spec`")
        else:
            more = sorted({*data["metadata"]} - _METADATA) + sorted({*data} - {"apiVersion", "kind", "metadata", "spec"})
            if more:
                adopted.lost.append(f"{where}: {', '.join(quote_key(key) for key in more)}")
            yield data, info


def _images(services: list[tuple[Mapping[str, Any], KindInfo]], context: ClusterContext) -> Counter[str]:
    """How many images there are of each host."""
    found = Counter[str]()
    for data, info in services:
        references = {pulled(image.reference) for pod in pods(data, info, context) for image in pod.images}
        found.update(reference.host for reference in references if reference is not None)
    return found


def _private(images: Counter[str], known: Inventory) -> dict[str, int]:
    """The private registries: those that Secrets at hand are for, and the hosts of images that are no public registry's."""
    own = [host for host in images if host_name(host) not in WELL_KNOWN and host != "localhost"]
    return {host: images[host] for host in dict.fromkeys((*known.hosts, *own))}


def _robot(
    pull: Pull,
    namespace: str,
    known: Inventory,
    anywhere: Mapping[str, SecretFacts],
    registries: Registries,
    robots: dict[tuple[str, str], AdoptedRobot],
) -> AdoptedRobot | None:
    """The robot of the Secret that serves the pull, or may: one that the pod names; None where it names none of use.

    It is open to the namespaces in which its Secret stands, or may stand where none of that name is at hand.
    """
    reference = pulled(pull.image)
    registry = registries.recognise(reference) if reference is not None else None
    if reference is None or registry is None:
        return None
    for name in pull.secrets:
        here, there = known.secrets.get((namespace, name)), anywhere.get(name)
        if not _fits(here or there, reference):
            continue
        robot = robots.setdefault((registry.name, name), AdoptedRobot(registry.name, name, there is not None))
        robot.projects.add(reference.project)
        if here is not None or there is None:
            robot.namespaces.add(namespace)
        return robot
    return None


def _fits(facts: SecretFacts | None, reference: Reference) -> bool:
    """Whether the Secret may be the image's: its entries match, or they cannot be seen."""
    return facts is None or not facts.keys or bool(kubelet.ordered(facts.keys, reference))
