"""What one part of the fleet says of another: every name that is used exists, every name that is given is unique."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mooring.files import Boundary
from mooring.fleet import ca_bundle, model
from mooring.fleet.engines import unjudged
from mooring.fleet.environments import environments, policies_of
from mooring.fleet.policy_names import NEEDS_IDENTITIES, POLICIES
from mooring.problems.problem import Problem
from mooring.problems.suggestion import is_slip, suggestion
from mooring.redaction import quote, shown
from mooring.schema.catalog import shipped_versions

_PRODUCTS = {"kserve": "KServe", "kubernetes": "Kubernetes", "kyverno": "Kyverno"}
# More names than that say nothing.
_LISTED = 8
_NO_LETTER = re.compile(r"[^a-z]+")
# Namespaces that no fleet lists, and that exemptions are for.
_WELL_KNOWN = frozenset({
    "argocd", "cert-manager", "default", "external-secrets", "flux-system", "gatekeeper-system", "istio-system", "keda",
    "knative-eventing", "knative-serving", "kourier-system", "kserve", "kube-node-lease", "kube-public", "kube-system",
    "kubeflow", "kyverno", "metallb-system", "monitoring", "sealed-secrets", "vault",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """The names in a list of the fleet: `names` that were accepted, `refused` ones, and whether all of it was `read`.

    What was left out for a problem of its own makes no problem of what refers to it.
    """

    names: frozenset[str]
    refused: frozenset[str] = frozenset()
    read: bool = True

    def lacks(self, name: str) -> bool:
        """Whether the name is unknown, and not the correct form of one that was refused."""
        if not self.read or name in self.names or name in self.refused:
            return False
        return _letters(name) not in {_letters(one) for one in self.refused}


def _letters(name: str) -> str:
    """What is left of a name that was refused once it is written as it may be: `Vision_1` and `vision` are likely one."""
    return _NO_LETTER.sub("", name.lower())


def _unknown(item: model.Item, what: str, name: str, declared: Declared, *route: str | int) -> Problem:
    known = declared.names
    expected = "" if len(known) > _LISTED else ", ".join(quote(entry, "name") for entry in sorted(known))
    message = f"unknown {what} {quote(name, 'name')}"
    return item.problem("unknown-reference", message, *route, expected=expected, hint=suggestion(name, known))


def _duplicates(items: Iterable[Any], name_of: Callable[[Any], Any], what: str) -> Iterator[Problem]:
    """The problems of items whose name an earlier one has."""
    first: dict[Any, model.Item] = {}
    for item in items:
        name = name_of(item)
        other = first.setdefault(name, item)
        if other is item:
            continue
        parts = name if isinstance(name, tuple) else (name,)
        word = "/".join(shown(part, "name") for part in parts if part)
        position = other.place.source.locate(other.place.route) if other.place else None
        where = (
            f"the other one is at {shown(other.place.source.path, 'file')}:{position.line}"
            if other.place and position
            else ""
        )
        yield item.problem("duplicate-name", f"two {what} are named `{word}`", "name", hint=where)


def check(fleet: model.Fleet, boundary: Boundary, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    """Every problem between the parts of `fleet`; `declared` are the names of each list."""
    for plural in ("registries", "robots", "namespaces", "environments"):
        yield from _duplicates(getattr(fleet, plural), lambda item: item.name, plural)
    yield from _duplicates(fleet.services, lambda service: service.identity, "services")
    yield from _registries(fleet, boundary)
    for robot in fleet.robots:
        yield from _robot(fleet, robot, declared)
    yield from _services(fleet, declared)
    named: dict[str, dict[str | None, set[str]]] = {}
    for service in fleet.services:
        named.setdefault(service.name, {}).setdefault(service.namespace, set()).add(service.kind)
    for environment in fleet.environments:
        yield from _environment(fleet, environment, declared, named)
    yield from _policies(fleet, declared)
    for product in _PRODUCTS:
        yield from _version(fleet, product)


def _registries(fleet: model.Fleet, boundary: Boundary) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for registry in fleet.registries:
        for host in dict.fromkeys((registry.host, *registry.aliases)):
            owner = owners.setdefault(host.lower(), registry.name)
            if owner != registry.name:
                message = f"{quote(host, 'host')} is a host of registry {quote(owner, 'name')} already"
                yield registry.problem("duplicate-name", message, "host" if host == registry.host else "aliases")
        if registry.ca_bundle is not None:
            for code, message, hint in ca_bundle.faults(registry.ca_bundle, boundary):
                yield registry.problem(code, message, "caBundle", hint=hint)


def _robot(fleet: model.Fleet, robot: model.Robot, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    """What is wrong with one robot: its registry, projects and namespaces."""
    if robot.registry is not None and declared["registries"].lacks(robot.registry):
        yield _unknown(robot, "registry", robot.registry, declared["registries"], "registry")
    if not robot.project and not robot.projects:
        yield robot.problem(
            "missing-key", f"robot {quote(robot.name, 'name')} has no project",
            expected="`project` or `projects`",
            hint="`project:` for a project-level robot, `projects:` for a system-level one",
        )  # fmt: skip
    if robot.project and robot.projects:
        yield robot.problem(
            "unknown-key", "`project` and `projects` exclude each other", "projects", at_key=True,
            hint="a project-level robot has one `project`; a system-level one lists its `projects`",
        )  # fmt: skip


def _secrets_place(fleet: model.Fleet) -> tuple[Any, tuple[str, ...]]:
    first = next((item.place for item in (*fleet.registries, *fleet.robots) if item.place), None)
    return (first.source, ("secrets",)) if first else (None, ())


def _services(fleet: model.Fleet, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    """What is wrong with what services name, and with entries that say too little or too much."""
    for service in fleet.services:
        if service.namespace is not None and declared["namespaces"].lacks(service.namespace):
            yield _unknown(service, "namespace", service.namespace, declared["namespaces"], "namespace")
        for index, name in enumerate(service.robots or ()):
            if declared["robots"].lacks(name):
                yield _unknown(service, "robot", name, declared["robots"], "robots", index)
        if service.spec is None and service.manifests is None:
            yield service.problem(
                "missing-key", f"service {quote(service.name, 'name')} has neither `spec` nor `manifests`",
                expected="`spec` or `manifests`",
            )  # fmt: skip
        if service.spec is not None and service.manifests is not None:
            yield service.problem("unknown-key", "`spec` and `manifests` exclude each other", "manifests", at_key=True)


def _environment(
    fleet: model.Fleet,
    environment: model.Environment,
    declared: Mapping[str, Declared],
    named: Mapping[str, Mapping[str | None, Collection[str]]],
) -> Iterator[Problem]:
    """What an environment says of things that are not there; `named` are the kinds of the services by name and namespace."""
    for index, name in enumerate(environment.namespaces or ()):
        if declared["namespaces"].lacks(name):
            yield _unknown(environment, "namespace", name, declared["namespaces"], "namespaces", index)
    for plural, what in (("registries", "registry"), ("robots", "robot")):
        for index, entry in enumerate(environment.raw.get(plural, ())):
            if declared[plural].lacks(entry["name"]):
                yield _unknown(environment, what, entry["name"], declared[plural], plural, index, "name")
    yield from _robots_there(fleet, environment)
    for index, entry in enumerate(environment.raw.get("services", ())):
        name, namespace = entry["name"], entry.get("namespace")
        if name not in named and declared["services"].lacks(name):
            yield _unknown(environment, "service", name, declared["services"], "services", index, "name")
        elif name in named and namespace not in named[name]:
            there = sorted(quote(each, "name") for each in named[name] if each)
            where = ", ".join([*there[:_LISTED], *(["…"] if len(there) > _LISTED else [])])
            message = f"service {quote(name, 'name')} does not stand in namespace {quote(namespace or '', 'name')}"
            yield environment.problem("unknown-reference", message, "services", index, expected=f"namespace {where}")
        elif name in named:
            yield from _service_there(environment, index, entry, named[name][namespace])
    yield from _rules(environment, environment.policies.rules, "policies", "rules")
    for product in _PRODUCTS:
        yield from _version(environment, product)


def _service_there(
    environment: model.Environment, index: int, entry: Mapping[str, Any], kinds: Collection[str]
) -> Iterator[Problem]:
    """The problem of an override of a service that the environment does not have; `kinds` are those of its name."""
    name, namespace, kind = quote(entry["name"], "name"), entry.get("namespace"), entry.get("kind")
    if namespace is not None and environment.namespaces is not None and namespace not in environment.namespaces:
        message = f"service {name} is not in environment {quote(environment.name, 'name')}, which has no such namespace"
        hint = (
            suggestion(namespace, environment.namespaces) or "add it to the environment's `namespaces:`, or drop the entry"
        )
        yield environment.problem("unknown-reference", message, "services", index, "namespace", hint=hint)
    elif kind is not None and kind not in kinds:
        message = f"no service {name} of kind {quote(kind, 'choice')} is in the fleet"
        expected = ", ".join(sorted(quote(one, "choice") for one in kinds))
        yield environment.problem("unknown-reference", message, "services", index, "kind", expected=expected)


def _robots_there(fleet: model.Fleet, environment: model.Environment) -> Iterator[Problem]:
    """The problems of overrides of robots that are open to no namespace of the environment."""
    robots = {robot.name: robot for robot in fleet.robots}
    there = environment.namespaces
    if there is None:
        there = tuple(namespace.name for namespace in fleet.namespaces)
    for index, entry in enumerate(environment.raw.get("robots", ())):
        robot = robots.get(entry["name"])
        patterns = entry.get("namespaces") or (robot.namespaces if robot is not None else None)
        if robot is None or not patterns or any(fnmatchcase(name, pattern) for name in there for pattern in patterns):
            continue
        message = (
            f"robot {quote(robot.name, 'name')} is open to no namespace of environment {quote(environment.name, 'name')}"
        )
        hint = "see the robot's `namespaces:`; an override of what is not there changes nothing"
        yield environment.problem("unknown-reference", message, "robots", index, "name", hint=hint)


def _exemption(exemption: model.Exemption, namespaces: Collection[str]) -> Iterator[Problem]:
    """The problem of an exemption whose namespace looks like a misspelt one: others than the fleet's may be exempt."""
    name = exemption.namespace
    if name in namespaces or name in _WELL_KNOWN:
        return
    meant = next((one for one in sorted({*namespaces, *_WELL_KNOWN}) if is_slip(name, one)), None)
    if meant is not None:
        message = f"unknown namespace {quote(name, 'name')}"
        hint = f"did you mean {quote(meant, 'name')}? list the namespace with `manage: false` where it is another one"
        yield exemption.problem("unknown-reference", message, "namespace", hint=hint)


def _policies(fleet: model.Fleet, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    """What is wrong with the fleet's policies."""
    source, _ = _secrets_place(fleet)
    owner = model.Item(place=model.Place(source, ("policies",))) if source else model.Item()
    yield from _rules(owner, fleet.policies.rules, "rules")
    for environment, name, message, hint in unjudged(fleet):
        item, route = (environment, ("policies", "rules")) if environment else (owner, ("rules",))
        yield item.problem("unknown-choice", message, *route, name, hint=hint, at_key=True)
    if NEEDS_IDENTITIES in fleet.policies.actions() and not fleet.policies.identities:
        message = f"`{NEEDS_IDENTITIES}` is on, but `policies.identities` is empty: nobody could apply the grants"
        hint = "name the user of what syncs the repository, such as the GitOps controller's service account"
        yield owner.problem("missing-key", message, "rules", NEEDS_IDENTITIES, hint=hint, at_key=True)
    namespaces = declared["namespaces"]
    on = {name for environment in environments(fleet) for name in policies_of(fleet, environment).actions()}
    for exemption in fleet.policies.exempt:
        if namespaces.read:
            yield from _exemption(exemption, namespaces.names | namespaces.refused)
        for index, name in enumerate(exemption.policies):
            if name not in POLICIES:
                yield _choice(exemption, "policy", name, POLICIES, "policies", index)
            elif name not in on:
                message, hint = f"policy `{name}` is on in no environment", "an exemption of it changes nothing: take it out"
                yield exemption.problem("unknown-reference", message, "policies", index, hint=hint)


def _rules(owner: model.Item, rules: Mapping[str, model.RulePolicy], *route: str) -> Iterator[Problem]:
    for name in rules:
        if name not in POLICIES:
            yield _choice(owner, "policy", name, POLICIES, *route, name, at_key=True)


def _choice(
    item: model.Item, what: str, name: str, known: Collection[str], *route: str | int, at_key: bool = False
) -> Problem:
    expected = ", ".join(f"`{entry}`" for entry in known)
    hint = "" if name[:1].isdigit() else suggestion(name, known)  # no version is a misspelt other one
    message = f"unknown {what} {quote(name, 'choice')}"
    return item.problem("unknown-choice", message, *route, expected=expected, hint=hint, at_key=at_key)


def _version(owner: model.Fleet | model.Environment, product: str) -> Iterator[Problem]:
    wanted = getattr(owner.versions, product)
    shipped = shipped_versions(product)
    if wanted is None or wanted in shipped:
        return
    if isinstance(owner, model.Environment):
        item: model.Item = owner
    else:
        source, _ = _secrets_place(owner)
        item = model.Item(place=model.Place(source, ())) if source else model.Item()
    yield _choice(item, f"version of {_PRODUCTS[product]}", wanted, shipped, "versions", product)
