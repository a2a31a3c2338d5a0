"""The fleet's registries: a host is recognised loosely here, and covered strictly elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.registry.reference import Reference, host_name
from mooring.registry.similar import meant_instead


@dataclass(frozen=True, slots=True)
class Registry:
    """A private registry: `hosts` are its host and aliases, each `host[:port]`; `projects` those that are known.

    `within` narrows it: of its images only those below such a path are private (`--registry HOST/PROJECT`).
    """

    name: str
    hosts: tuple[str, ...]
    public_projects: frozenset[str] = frozenset()
    robot_prefix: str = "robot$"
    projects: frozenset[str] = frozenset()
    within: tuple[str, ...] = ()

    def is_public(self, reference: Reference) -> bool:
        """Whether anybody may pull the image; its host must be written exactly, as for a credential."""
        return reference.project in self.public_projects and reference.host in self.hosts

    def has(self, reference: Reference) -> bool:
        """Whether an image of its host is one of its own."""
        return not self.within or any(f"{reference.path}/".startswith(f"{path}/") for path in self.within)


class Registries:
    """Registries by any of their host names."""

    def __init__(self, registries: tuple[Registry, ...], others: tuple[str, ...] = ()) -> None:
        self.all = registries
        self._others = frozenset(map(host_name, others))
        self._by_host: dict[str, list[Registry]] = {}
        for registry in registries:
            for name in {host_name(host) for host in registry.hosts}:
                self._by_host.setdefault(name, []).append(registry)
        self.hosts = tuple(host for registry in registries for host in registry.hosts)
        self._projects = tuple(
            (registry.hosts[0], project)
            for registry in registries
            for project in sorted(registry.projects | registry.public_projects)
        )

    def recognise(self, reference: Reference) -> Registry | None:
        """The registry whose host or alias the image's host is, letter case and port aside; an exact one first."""
        found = [registry for registry in self._by_host.get(reference.host_name, ()) if registry.has(reference)]
        exact = (registry for registry in found if reference.host in registry.hosts)
        return next(exact, found[0] if found else None)

    def similar(self, reference: Reference) -> str:
        """What an image that is of none of them was probably meant to be; nothing where it is what it says."""
        if reference.host_name in self._by_host or reference.host_name in self._others:
            return ""
        return meant_instead(reference, self.hosts, self._projects)
