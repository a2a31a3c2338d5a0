"""The fleet's registries: a host is recognised loosely here, and covered strictly elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.registry.reference import Reference, host_name


@dataclass(frozen=True, slots=True)
class Registry:
    """A Harbor: `hosts` are its host and aliases, each `host[:port]`."""

    name: str
    hosts: tuple[str, ...]
    public_projects: frozenset[str] = frozenset()
    robot_prefix: str = "robot$"

    def is_public(self, reference: Reference) -> bool:
        """Whether anybody may pull the image; its host must be written exactly, as for a credential."""
        return reference.project in self.public_projects and reference.host in self.hosts


class Registries:
    """Registries by any of their host names."""

    def __init__(self, registries: tuple[Registry, ...]) -> None:
        self.all = registries
        self._by_host: dict[str, list[Registry]] = {}
        for registry in registries:
            for name in {host_name(host) for host in registry.hosts}:
                self._by_host.setdefault(name, []).append(registry)

    def recognise(self, reference: Reference) -> Registry | None:
        """The registry whose host or alias the image's host is, letter case and port aside; an exact one first."""
        found = self._by_host.get(reference.host_name, [])
        exact = (registry for registry in found if reference.host in registry.hosts)
        return next(exact, found[0] if found else None)
