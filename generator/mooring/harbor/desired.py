"""The robots that the fleet wants, by the Harbor that has them: several environments may share one.

Least privilege: a robot may pull from the projects that the fleet grants it, and nothing else. `effect` is never written:
a manager robot's rights are compared with it, and none has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mooring.fleet import model
from mooring.fleet.environments import expiry_place
from mooring.harbor.names import Identity, Level
from mooring.harbor.robots import Access, Mark
from mooring.plan.environment import ResolvedEnvironment


@dataclass(frozen=True, slots=True)
class Desired:
    """A robot that the fleet wants in one Harbor. `login` is the whole one; `expires` is a day, `never`, or None where the
    fleet does not say; `environments` are those that want it, by name, with the fleet's robot as it is there."""

    name: str
    identity: Identity
    login: str
    access: frozenset[Access]
    expires: str | None
    mark: Mark
    is_adopted: bool
    place: model.Place | None = field(compare=False, repr=False)
    environments: Mapping[str, model.Robot] = field(compare=False, repr=False)

    @property
    def level(self) -> Level:
        return self.identity.level

    @property
    def projects(self) -> tuple[str, ...]:
        return tuple(sorted({access.namespace for access in self.access}))


@dataclass(frozen=True, slots=True)
class Harbor:
    """One Harbor of the fleet, by its address, and the robots that are wanted there; `disagreeing` are pairs of environments
    that want one robot in two ways, with its name."""

    url: str
    registry: model.Registry
    fleet: str
    environments: tuple[str, ...]
    robots: tuple[Desired, ...]
    disagreeing: tuple[tuple[str, str, str], ...] = ()


def harbors(resolved: Mapping[str, ResolvedEnvironment]) -> tuple[Harbor, ...]:
    """Every Harbor of the environments, in the fleet's order."""
    registries: dict[str, model.Registry] = {}
    users: dict[str, dict[str, None]] = {}
    wanted: dict[str, dict[str, Desired]] = {}
    disagreeing: dict[str, list[tuple[str, str, str]]] = {}
    fleet = ""
    for environment, one in resolved.items():
        fleet = one.fleet.metadata.name
        for registry in one.fleet.registries:
            registries.setdefault(registry.url, registry)
            users.setdefault(registry.url, {})[environment] = None
        for robot in one.fleet.robots:
            its = one.fleet.registry_of(robot)
            found = _desired(robot, its, one) if its is not None and robot.all_projects else None
            if its is None or found is None:
                continue
            before = wanted.setdefault(its.url, {}).get(found.login)
            if before is None:
                wanted[its.url][found.login] = found
            elif before == found:
                wanted[its.url][found.login] = _shared(before, found)
            else:
                disagreeing.setdefault(its.url, []).append((found.name, next(iter(before.environments)), environment))
    return tuple(
        Harbor(url, registry, fleet, tuple(users[url]), tuple(wanted.get(url, {}).values()), tuple(disagreeing.get(url, ())))
        for url, registry in registries.items()
    )


def _desired(robot: model.Robot, registry: model.Registry, one: ResolvedEnvironment) -> Desired:
    """What an environment wants of one robot."""
    identity = Identity("project" if robot.project else "system", robot.project or "", robot.harbor_name)
    return Desired(
        robot.name, identity, robot.full_login(registry.robot_prefix),
        frozenset(Access("project", project, "repository", "pull") for project in robot.all_projects),
        robot.expires, Mark(robot.name, one.fleet.metadata.name), robot.login is not None,
        expiry_place(robot, one.expiry_places), {one.name: robot},
    )  # fmt: skip


def _shared(one: Desired, other: Desired) -> Desired:
    """A robot that two environments want alike."""
    return Desired(
        one.name, one.identity, one.login, one.access, one.expires, one.mark, one.is_adopted, one.place,
        {**one.environments, **other.environments},
    )  # fmt: skip
