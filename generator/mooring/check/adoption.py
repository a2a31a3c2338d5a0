"""Existing manifests → a fleet file that renders to the same objects, plus the pull Secrets' names that were missing.

No credential is carried over: the Secrets stay where they are made (back end `external`), and their robots are named after
them. What a fleet has no place for is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
from mooring.registry.reference import DOCKER_HUB, Reference, pulled
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog, KindInfo
from mooring.yaml.dump import dump

_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_CONSUMED = frozenset({"Secret", "ExternalSecret", "SealedSecret", "Namespace"})


@dataclass(slots=True)
class Adopted:
    """The fleet file's `text`, and in words what it could not carry over."""

    text: str = ""
    lost: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Robot:
    """A robot in the making: named as its Secret, with the projects that were pulled with it."""

    host: str
    secret: str
    projects: set[str] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)


def adopt(found: list[InputObject], catalog: Catalog) -> Adopted:
    """The fleet of the objects."""
    adopted = Adopted()
    objects = [item.data for item in found]
    known = collect(objects)
    services = list(_services(found, catalog, adopted))
    hosts = list(known.hosts) or _hosts_that_name_secrets(services)
    registries = Registries(tuple(Registry(host, (host,)) for host in hosts))
    context = ClusterContext.of(objects)
    state = ClusterState(registries, known.secrets, known.accounts)
    anywhere: dict[str, SecretFacts] = {}
    for (_, name), facts in known.secrets.items():
        anywhere.setdefault(name, facts)
    robots: dict[tuple[str, str], _Robot] = {}
    entries = []
    for data, info in services:
        namespace = as_text(get(data, ("metadata", "namespace")))
        used = []
        for pod in pods(data, info, context):
            for pull in pulls(pod, _REF, namespace, state):
                robot = _robot(pull, namespace, known, anywhere, registries, robots) if info.scope != "Cluster" else None
                used += [robot] if robot is not None and robot not in used else []
        entries.append((data, info, used))
    adopted.text = _written(hosts, list(robots.values()), entries)
    return adopted


_REF: Any = None  # the pulls are asked which Secret serves them, not which object they are of


def _services(found: list[InputObject], catalog: Catalog, adopted: Adopted) -> Iterator[tuple[Mapping[str, Any], KindInfo]]:
    """The objects that a fleet calls services: those with pods, in a namespace or of the cluster."""
    for item in found:
        data = item.data
        kind, name = str(data["kind"]), as_text(get(data, ("metadata", "name")))
        where = f"{shown(item.source.path, 'file')}: {shown(kind, 'choice')} {quote(name, 'name')}"
        info = catalog.kind(str(data["apiVersion"]), kind)
        if kind in _CONSUMED or name == GRANTS:
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


def _hosts_that_name_secrets(services: list[tuple[Mapping[str, Any], KindInfo]]) -> list[str]:
    """Where no Secret is at hand: the hosts of images whose pods name one."""
    hosts: dict[str, None] = {}
    for data, info in services:
        for pod in pods(data, info, ClusterContext()):
            references = [pulled(image.reference) for image in pod.images] if pod.secrets else []
            hosts |= {ref.host: None for ref in references if ref is not None and ref.host != DOCKER_HUB}
    return list(hosts)


def _robot(
    pull: Pull,
    namespace: str,
    known: Inventory,
    anywhere: Mapping[str, SecretFacts],
    registries: Registries,
    robots: dict[tuple[str, str], _Robot],
) -> _Robot | None:
    """The robot that is to serve the pull: of the Secret that does, else of the first one named, else a new one."""
    reference = pulled(pull.image)
    registry = registries.recognise(reference) if reference is not None else None
    if reference is None or registry is None:
        return None
    facts = ((name, known.secrets.get((namespace, name)) or anywhere.get(name)) for name in pull.secrets)
    name = next((name for name, there in facts if _fits(there, reference)), f"harbor-{reference.project}")
    robot = robots.setdefault((registry.name, name), _Robot(registry.name, name))
    robot.projects.add(reference.project)
    robot.namespaces.add(namespace)
    return robot


def _fits(facts: SecretFacts | None, reference: Reference) -> bool:
    """Whether the Secret may be the image's: its entries match, or they cannot be seen."""
    return facts is None or not facts.keys or bool(kubelet.ordered(facts.keys, reference))


def _written(hosts: list[str], robots: list[_Robot], entries: list[tuple[Mapping[str, Any], KindInfo, list[_Robot]]]) -> str:
    names = {host: f"harbor-{index}" if index else "harbor" for index, host in enumerate(hosts)}
    called = {id(robot): robot.secret if len(hosts) == 1 else f"{robot.secret}-{names[robot.host]}" for robot in robots}
    fleet: dict[str, Any] = {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "fleet"},
        "registries": [{"name": names[host], "host": host} for host in hosts] or _NO_REGISTRY,
        "secrets": {"backend": "external"},
    }
    if robots:
        fleet["robots"] = [
            {
                "name": called[id(robot)], "registry": names[robot.host], "projects": sorted(robot.projects),
                "secretName": robot.secret, "namespaces": sorted(robot.namespaces), "expires": "never",
            }
            for robot in robots
        ]  # fmt: skip
    spaces = sorted({str(get(data, ("metadata", "namespace"))) for data, info, _ in entries if info.scope == "Namespaced"})
    fleet["namespaces"] = [{"name": name, "manage": False} for name in spaces]
    services = [_service(data, info, [called[id(robot)] for robot in used]) for data, info, used in entries]
    fleet |= {"services": services} if services else {}
    return _HEAD + dump(fleet)


_NO_REGISTRY = [{"name": "harbor", "host": "harbor.example.com"}]
_HEAD = """\
# yaml-language-server: $schema=.mooring/fleet.schema.json
# Adopted from manifests. The Secrets are still made outside git (`backend: external`), the namespaces elsewhere
# (`manage: false`). Write each robot's `expires` as Harbor shows it, and narrow its `projects` to one service's.
"""


def _service(data: Mapping[str, Any], info: KindInfo, robots: list[str]) -> dict[str, Any]:
    metadata = data["metadata"]
    entry: dict[str, Any] = {"name": metadata["name"]}
    if info.scope == "Namespaced":
        entry["namespace"] = metadata["namespace"]
    entry |= {"kind": info.kind, "apiVersion": info.api_version}
    if robots:
        entry["robots"] = robots
    entry |= {key: dict(metadata[key]) for key in ("labels", "annotations") if metadata.get(key)}
    return {**entry, "spec": data["spec"]}
