"""Objects at hand → what the pull path asks of a cluster: pull Secrets, ServiceAccounts, grants, private registries.

A Secret's registries are read from its docker configuration, an ExternalSecret's from its template. A SealedSecret and a
ciphertext of sops show none. Grants (ConfigMap `mooring-pull-grants`) say what a robot may pull.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mooring.fleet.grants import GRANTS, LOGIN, pairs_by_secret
from mooring.kserve.podspec import names
from mooring.problems.routes import as_text, get
from mooring.pulls.facts import RobotFacts, SecretFacts
from mooring.pulls.makers import Makers, collect_makers
from mooring.pulls.verdict import MALFORMED, WRONG_TYPE
from mooring.registry.dockerconfig import OLDER_TYPE
from mooring.registry.pullsecret import PullSecret, pull_secret
from mooring.registry.reference import host_name
from mooring.registry.similar import WELL_KNOWN

# The newer key counts where both stand (https://github.com/knative/serving/blob/v0.48.1/pkg/deployment/config.go).
KNATIVE = ("knative-serving", "config-deployment")
_SKIPPING = ("registries-skipping-tag-resolving", "registriesSkippingTagResolving")
_Key = tuple[str, str]
_Object = Mapping[str, Any]


@dataclass(slots=True)
class Inventory:
    """What the objects show, each by (namespace, name): `skipping` are the hosts whose tags Knative leaves alone, `projects`
    those that grants name, by host, `granted` the namespaces whose grants are at hand."""

    secrets: dict[_Key, SecretFacts] = field(default_factory=dict)
    accounts: dict[_Key, tuple[str, ...]] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    skipping: frozenset[str] = frozenset()
    projects: dict[str, frozenset[str]] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    makers: Makers = field(default_factory=Makers)


def collect(objects: Iterable[_Object]) -> Inventory:
    """What the objects show of their cluster."""
    objects = list(objects)
    known = Inventory(makers=collect_makers(objects))
    grants: list[_Object] = []
    for data in objects:
        kind, key = data.get("kind"), name_of(data)
        made = pull_secret(data)
        if made is not None:
            place, facts = (made.namespace, made.name), _facts(made)
            known.secrets[place] = _either(known.secrets.get(place, facts), facts)
            known.hosts |= dict.fromkeys(_private(made.config.keys))
        elif kind == "ServiceAccount":
            known.accounts[key] = names(data.get("imagePullSecrets"))
        elif kind == "ConfigMap" and key[1] == GRANTS:
            grants.append(data)
        elif kind == "ConfigMap" and key == KNATIVE:
            given = [value for name in _SKIPPING if (value := get(data, ("data", name))) is not None]
            known.skipping = frozenset(host.strip() for host in as_text(given[0]).split(",")) if given else frozenset()
    for data in grants:
        _grant(data, known)
    return known


def _facts(made: PullSecret) -> SecretFacts:
    """What the pull path asks of a Secret at hand."""
    config = made.config
    usable = tuple(entry.key for entry in config.entries if entry.is_usable)
    fault = WRONG_TYPE if made.wrong_type else ""
    if not fault and (config.refused or (made.faults and not config.entries)):
        fault = MALFORMED
    return SecretFacts(
        usable,
        None,
        fault,
        refused=config.refused and not made.wrong_type,
        empty=tuple(entry.key for entry in config.entries if not entry.is_usable),
        without_auth=frozenset(entry.key for entry in config.entries if not entry.has_auth),
        logins={entry.key: entry.username for entry in config.entries if entry.username},
        is_older=made.type == OLDER_TYPE,
        is_unseen=made.is_unseen,
    )


def _either(first: SecretFacts, second: SecretFacts) -> SecretFacts:
    """What is known of a Secret that two objects make: only what both say, whichever of them the cluster has."""
    if first == second:
        return first
    both = tuple(key for key in first.keys if key in second.keys) if first.fault == second.fault else ()
    fault = first.fault if first.fault == second.fault else ""
    return SecretFacts(both, None, fault, without_auth=first.without_auth | second.without_auth, is_unseen=True)


def name_of(data: _Object) -> _Key:
    """An object's namespace and name."""
    return as_text(get(data, ("metadata", "namespace"))), as_text(get(data, ("metadata", "name")))


def _private(keys: Iterable[str]) -> Iterator[str]:
    """The hosts of `auths` keys, globs left out; and well-known public ones, where a login does not make an image private:
    most of what they hold is public, and `--registry` says otherwise."""
    for key in keys:
        host = (key.partition("://")[2] or key).partition("/")[0]
        if host and host_name(host) not in WELL_KNOWN and not set("*?[") & set(host.removeprefix("[")):
            yield host


def _grant(data: _Object, known: Inventory) -> None:
    """What the robot of each pull Secret may pull, and where a Secret shows no registry, which ones it is for."""
    namespace = as_text(get(data, ("metadata", "namespace")))
    known.granted.add(namespace)
    for name, pairs in pairs_by_secret(data):
        hosts = tuple(dict.fromkeys(pair.partition("/")[0] for pair in sorted(pairs)))
        known.hosts |= dict.fromkeys(hosts)
        for host, _, project in (pair.partition("/") for pair in pairs):
            known.projects[host] = known.projects.get(host, frozenset()) | {project}
        facts = known.secrets.get((namespace, name))
        if facts is not None:
            projects = ",".join(sorted({pair.partition("/")[2] for pair in pairs}))
            robot = RobotFacts(name, pairs, projects, None, as_text(get(data, ("data", f"{LOGIN}{name}"))))
            keys = (*facts.keys, *hosts) if facts.is_unseen else facts.keys
            known.secrets[namespace, name] = dataclasses.replace(facts, keys=keys, robot=robot, is_unseen=False)
