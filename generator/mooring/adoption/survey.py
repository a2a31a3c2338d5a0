"""The manifests of one environment → what a fleet has of them: registries, robots, services; what is broken stays broken.

No credential is carried over: the Secrets stay where they are made (back end `external`), and their robots are named after
them. A robot is made of a Secret that a pod names, never of one that somebody forgot: its pull is a problem of the fleet as
it was one of the manifests. What a fleet has no place for is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.fleet.credentials import in_manifest
from mooring.fleet.grants import GRANTS
from mooring.kserve.model import OBJECT, ClusterContext
from mooring.kserve.pods import pods
from mooring.manifests.paths import InputObject
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get
from mooring.pulls.facts import ClusterState, SecretFacts
from mooring.pulls.inventory import Inventory, collect
from mooring.pulls.verdict import Pull, pulls
from mooring.redaction import quote_key, shown, titled
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
Identity = tuple[str, str, str]


@dataclass(slots=True)
class AdoptedRobot:
    """A robot in the making: named as its Secret, with the projects that are pulled with it; whether one is at hand.

    `logins` are what the Secrets at hand log in as.
    """

    host: str
    secret: str
    is_at_hand: bool
    projects: set[str] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)
    logins: set[str] = field(default_factory=set)

    @property
    def login(self) -> str:
        """What it logs in as; empty where no Secret shows it, or they differ."""
        return next(iter(self.logins)) if len(self.logins) == 1 else ""


@dataclass(frozen=True, slots=True)
class AdoptedService:
    """An object of the manifests, its kind, the robots that pull its images, and the images that it writes itself."""

    item: InputObject
    info: KindInfo
    robots: Sequence[AdoptedRobot] = ()
    images: Mapping[Route, str] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.item.data

    @property
    def name(self) -> str:
        return str(self.data["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Its namespace; empty for a cluster-scoped object."""
        return str(self.data["metadata"]["namespace"]) if self.info.scope == "Namespaced" else ""

    @property
    def identity(self) -> Identity:
        """What a fleet knows a service by: namespace, kind, name."""
        return self.namespace, self.info.kind, self.name


@dataclass(slots=True)
class Survey:
    """What the manifests of an environment come to: `registries` with the number of their images, `lost` in words.

    `environment` is its name; empty where the fleet is to have none.
    """

    environment: str = ""
    registries: dict[str, int] = field(default_factory=dict)
    robots: list[AdoptedRobot] = field(default_factory=list)
    services: dict[Identity, AdoptedService] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)

    @property
    def namespaces(self) -> list[str]:
        """Those of the services, and those that a fleet has for the environment already."""
        return sorted({service.namespace for service in self.services.values() if service.namespace} | self.declared)


def survey(
    found: Sequence[InputObject], catalog: Catalog, named: Sequence[Registry] = (), environment: str = ""
) -> Survey:  # fmt: skip
    """What a fleet has of the objects; `named` are its registries, where they are not those of the images."""
    surveyed = Survey(environment)
    objects = [item.data for item in found]
    known = collect(objects)
    services = _services(found, catalog, surveyed.lost)
    context = ClusterContext.of(objects)
    images = _hosts(services, context)
    surveyed.registries = {one.name: images[one.name] for one in named} or _private(images, known)
    registries = Registries(tuple(Registry(host, (host,)) for host in surveyed.registries))
    state = ClusterState(registries, known.secrets, known.accounts)
    anywhere: dict[str, SecretFacts] = {}
    for (_, name), facts in known.secrets.items():
        anywhere.setdefault(name, facts)
    robots: dict[tuple[str, str], AdoptedRobot] = {}
    for service in services:
        used: list[AdoptedRobot] = []
        written: dict[Route, str] = {}
        for pod in pods(service.data, service.info, context):
            written |= {
                image.route: as_text(get(service.data, image.route)) for image in pod.images if image.owner == OBJECT
            }
            for pull in pulls(pod, _REF, service.namespace, state) if service.namespace else ():
                robot = _robot(pull, service.namespace, known, anywhere, registries, robots)
                used += [robot] if robot is not None and robot not in used else []
        surveyed.services[service.identity] = AdoptedService(service.item, service.info, used, written)
    surveyed.robots = list(robots.values())
    return surveyed


_REF: Any = None  # the pulls are asked which Secret serves them, not which object they are of


def _services(found: Sequence[InputObject], catalog: Catalog, lost: list[str]) -> list[AdoptedService]:
    """The objects that a fleet calls services: those with pods, in a namespace or of the cluster, each once."""
    services: dict[Identity, AdoptedService] = {}
    for item in found:
        kind, name = str(item.data["kind"]), as_text(get(item.data, ("metadata", "name")))
        where = f"{shown(item.source.path, 'file')}: {titled(kind, name)}"
        info = catalog.kind(str(item.data["apiVersion"]), kind)
        if name == GRANTS and kind == "ConfigMap":
            continue
        why = _unfit(item.data, kind, name, info)
        if info is None or why:
            lost.append(f"{where}: {why}")
            continue
        service = AdoptedService(item, info)
        if services.setdefault(service.identity, service) is not service:
            other = shown(services[service.identity].item.source.path, "file")
            lost.append(f"{where}: another one of this name, in {other}, is in the fleet")
            continue
        more = sorted({*item.data["metadata"]} - _METADATA) + sorted(
            {*item.data} - {"apiVersion", "kind", "metadata", "spec"}
        )
        if more:
            lost.append(f"{where}: {', '.join(quote_key(key) for key in more)}")
    return list(services.values())


def _unfit(data: Mapping[str, Any], kind: str, name: str, info: KindInfo | None) -> str:
    """Why an object is no service of a fleet, in words; empty for one that is."""
    metadata = data["metadata"]
    if kind in _OUTSIDE:
        return _OUTSIDE[kind]
    if info is None:
        return "no schema for its kind"
    if not (info.pod_specs or info.kind == "InferenceGraph"):
        return "it has no pods, and stays where it is"
    if not name:
        return "it has no name of its own"
    if info.scope == "Namespaced" and not as_text(metadata.get("namespace")):
        return "it names no namespace"
    if any(not isinstance(metadata.get(key) or {}, Mapping) for key in ("labels", "annotations")):
        return "its labels or annotations are not a mapping"
    if any(in_manifest(data)):
        return "a credential is written down in it; take it from a Secret first"
    return "" if isinstance(data.get("spec"), Mapping) else "it has no `spec`"


def _hosts(services: Sequence[AdoptedService], context: ClusterContext) -> Counter[str]:
    """How many images there are of each host."""
    found = Counter[str]()
    for service in services:
        references = {pulled(image.reference) for pod in pods(service.data, service.info, context) for image in pod.images}
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
        robot.logins |= _logins(here or there, reference)
        if here is not None or there is None:
            robot.namespaces.add(namespace)
        return robot
    return None


def _logins(facts: SecretFacts | None, reference: Reference) -> set[str]:
    """What the entry that the kubelet takes for the image logs in as, where that is seen."""
    keys = kubelet.ordered(facts.keys, reference) if facts is not None else ()
    login = facts.logins.get(keys[0], "") if facts is not None and keys else ""
    return {login} if login and "{{" not in login else set()  # a template that nobody has filled in


def _fits(facts: SecretFacts | None, reference: Reference) -> bool:
    """Whether the Secret may be the image's: its entries match, or they cannot be seen."""
    return facts is None or not facts.keys or bool(kubelet.ordered(facts.keys, reference))
