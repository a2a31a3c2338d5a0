"""Objects at hand → what the pull path asks of a cluster: pull Secrets, ServiceAccounts, grants, private registries.

A Secret's registries are read from its docker configuration, an ExternalSecret's from its template. A SealedSecret and a
ciphertext of sops show none: they are assumed to be for every private registry. Grants (ConfigMap `mooring-pull-grants`)
say what a robot may pull.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mooring.fleet.grants import GRANTS, pairs_by_secret
from mooring.kserve.podspec import names
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get
from mooring.pulls.verdict import RobotFacts, SecretFacts
from mooring.registry.dockerconfig import DATA_KEY, SECRET_TYPE, of_secret
from mooring.registry.reference import host_name
from mooring.registry.similar import WELL_KNOWN

# The newer key counts where both stand (https://github.com/knative/serving/blob/v0.48.1/pkg/deployment/config.go).
_KNATIVE = ("knative-serving", "config-deployment")
_SKIPPING = ("registries-skipping-tag-resolving", "registriesSkippingTagResolving")
_QUOTED_HOST = re.compile(r'["\\]+([A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?)\\?"')
_TEMPLATE: Route = ("spec", "target", "template", "data", DATA_KEY)
_Key = tuple[str, str]
_Object = Mapping[str, Any]


@dataclass(slots=True)
class Inventory:
    """What the objects show, each by (namespace, name). `sealed` are Secrets whose registries cannot be seen, `skipping`
    the hosts whose tags Knative leaves alone, `projects` those that grants name, by host."""

    secrets: dict[_Key, SecretFacts] = field(default_factory=dict)
    sealed: set[_Key] = field(default_factory=set)
    accounts: dict[_Key, tuple[str, ...]] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    skipping: frozenset[str] = frozenset()
    projects: dict[str, frozenset[str]] = field(default_factory=dict)


def collect(objects: Iterable[_Object]) -> Inventory:
    """What the objects show of their cluster."""
    known = Inventory()
    grants: list[_Object] = []
    for data in objects:
        kind, key = data.get("kind"), name_of(data)
        made = makes(data)
        if made is not None:
            keys, _ = registries_of(data)
            known.secrets[made] = SecretFacts(keys or (), None)
            known.hosts |= dict.fromkeys(_private(keys or ()))
            if keys is None:
                known.sealed.add(made)
        elif kind == "ServiceAccount":
            known.accounts[key] = names(data.get("imagePullSecrets"))
        elif kind == "ConfigMap" and key[1] == GRANTS:
            grants.append(data)
        elif kind == "ConfigMap" and key == _KNATIVE:
            given = [value for name in _SKIPPING if (value := get(data, ("data", name))) is not None]
            known.skipping = frozenset(host.strip() for host in as_text(given[0]).split(",")) if given else frozenset()
    for data in grants:
        _grant(data, known)
    return known


def name_of(data: _Object) -> _Key:
    """An object's namespace and name."""
    return as_text(get(data, ("metadata", "namespace"))), as_text(get(data, ("metadata", "name")))


def makes(data: _Object) -> _Key | None:
    """The pull Secret that an object is or makes; None for any other object."""
    kind, key = data.get("kind"), name_of(data)
    if kind == "Secret" and data.get("type") == SECRET_TYPE:
        return key
    if kind in ("ExternalSecret", "SealedSecret") and _is_docker(data):
        return key[0], as_text(get(data, ("spec", "target", "name"))) or key[1]
    return None


def registries_of(data: _Object) -> tuple[tuple[str, ...] | None, Route]:
    """The registries that the object of a pull Secret shows, None where they are sealed; and where they stand in it."""
    if data.get("kind") != "Secret":
        return tuple(_template_hosts(data)) or None, _TEMPLATE
    config, _, route = of_secret(data)
    if config is None or "sops" in data or any(key.startswith("ENC[") for key in config.keys):
        return None, route
    return config.keys, route


def _private(keys: Iterable[str]) -> Iterator[str]:
    """The hosts of `auths` keys, globs left out; and well-known public ones, where a login does not make an image private:
    most of what they hold is public, and `--registry` says otherwise."""
    for key in keys:
        host = (key.partition("://")[2] or key).partition("/")[0]
        if host and host_name(host) not in WELL_KNOWN and not set("*?[") & set(host.removeprefix("[")):
            yield host


def _is_docker(data: _Object) -> bool:
    places = (("spec", "target", "template", "type"), ("spec", "template", "type"))
    return any(get(data, place) == SECRET_TYPE for place in places)


def _template_hosts(data: _Object) -> Iterator[str]:
    template = get(data, _TEMPLATE)
    if isinstance(template, str):
        yield from (host for host in _QUOTED_HOST.findall(template) if "." in host or ":" in host)


def _grant(data: _Object, known: Inventory) -> None:
    """What the robot of each pull Secret may pull, and where a Secret shows no registry, which ones it is for."""
    namespace = as_text(get(data, ("metadata", "namespace")))
    for name, pairs in pairs_by_secret(data):
        hosts = tuple(dict.fromkeys(pair.partition("/")[0] for pair in sorted(pairs)))
        known.hosts |= dict.fromkeys(hosts)
        for host, _, project in (pair.partition("/") for pair in pairs):
            known.projects[host] = known.projects.get(host, frozenset()) | {project}
        facts = known.secrets.get((namespace, name))
        if facts is not None:
            projects = ",".join(sorted({pair.partition("/")[2] for pair in pairs}))
            robot = RobotFacts(name, pairs, projects, None)
            known.secrets[namespace, name] = SecretFacts(facts.keys or hosts, robot)
            known.sealed.discard((namespace, name))
