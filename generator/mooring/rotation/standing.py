"""Where a robot's credential stands: its environments, their namespaces, and what these pull with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mooring import backends
from mooring.cluster import Cluster, PullSecret, Unread, pull_secret
from mooring.delivery import Delivery, Told
from mooring.fleet import model
from mooring.harbor.desired import Desired
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import namespaces_of, plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.registry.credentials import AuthEntry


@dataclass(frozen=True, slots=True)
class Stand:
    """A robot in one environment: the namespaces that have its Secret, and the images that they pull with it."""

    environment: ResolvedEnvironment = field(repr=False)
    robot: model.Robot
    namespaces: tuple[str, ...]
    images: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.environment.name

    @property
    def host(self) -> str:
        return self.environment.hosts(self.robot)[0]

    @property
    def is_filed(self) -> bool:
        """Whether the back end is files of the repository."""
        return backends.has_ciphertexts(self.environment.fleet.backend_of(self.robot))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the live Secret of a namespace has for the registry: a login, or why that cannot be said."""

    credential: AuthEntry | None
    why: str = ""


def stands(robot: Desired, found: Mapping[str, ResolvedEnvironment]) -> tuple[Stand, ...]:
    """The robot in each of its environments."""
    made = []
    for name, own in robot.environments.items():
        environment = found[name]
        namespaces = tuple(namespaces_of(environment, own.name))
        images: dict[str, None] = {}
        for namespace in namespaces:
            pulls, _ = follow_pulls(environment, plan_namespace(environment, environment.namespaces[namespace]))
            images.update({pull.image: None for pull in pulls if pull.robot and pull.robot.name == own.name and pull.image})
        made.append(Stand(environment, own, namespaces, tuple(images)))
    return tuple(made)


def shown(stand: Stand, cluster: Cluster | None) -> dict[str, Shown]:
    """What the Secret of each namespace has, by `environment/namespace`."""
    return {f"{stand.name}/{namespace}": _shown(stand, cluster, namespace) for namespace in stand.namespaces}


def _shown(stand: Stand, cluster: Cluster | None, namespace: str) -> Shown:
    """One namespace's."""
    if cluster is None:
        return Shown(None)
    secret = pull_secret(cluster, namespace, stand.robot.secret)
    if isinstance(secret, Unread):
        return Shown(None, secret.message)
    return _of_secret(secret, stand.host)


def _of_secret(secret: PullSecret, host: str) -> Shown:
    entry = secret.logins.get(host)
    if entry is not None:
        return Shown(entry)
    return Shown(None, secret.faults[0] if secret.faults else "the Secret has no entry for the registry")


def arrived(stand: Stand, delivery: Delivery, login: str) -> dict[str, Shown]:
    """What the Secrets have, where somebody vouches for it: what the back end holds for the login."""
    secret = delivery.secret(stand.robot.name, stand.environment, login)
    one = Shown(None, secret.message) if isinstance(secret, Told) else Shown(AuthEntry(stand.host, login, secret.reveal()))
    return {f"{stand.name}/{namespace}": one for namespace in stand.namespaces}
