"""What an environment changes of an image: Harbor's host, and a name, tag or digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mooring.fleet import model
from mooring.registry.reference import parse


@dataclass(frozen=True, slots=True)
class Retarget:
    """`hosts`: host name as it is compared (lower case, no port) → the environment's host; false where nothing changes.

    `used` collects the names of the overrides that applied: one that never does names nothing.
    """

    hosts: Mapping[str, str] = field(default_factory=dict)
    images: tuple[model.ImageOverride, ...] = ()
    used: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.hosts or self.images)

    def image(self, written: str) -> str:
        """The image, or model URI, as it is in the environment; as it is written where nothing applies."""
        scheme, separator, rest = written.rpartition("://")
        if separator and not scheme.startswith("oci"):
            return written
        reference = parse(rest)
        if reference is None:
            return written
        rest = self._override(rest)
        host = self.hosts.get(reference.host_name)
        if host is not None and rest.startswith(reference.host + "/"):
            rest = host + rest[len(reference.host) :]
        return scheme + separator + rest

    def _override(self, image: str) -> str:
        """Kustomize's `images:`, at every place (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/)."""
        name, _, digest = image.partition("@")
        colon = name.rfind(":")
        tag = name[colon + 1 :] if colon > name.rfind("/") else ""
        bare = name[:colon] if tag else name
        for override in self.images:
            if override.name != bare:
                continue
            self.used.add(override.name)
            bare = override.new_name or bare
            if override.digest:
                return f"{bare}@{override.digest}"
            if override.new_tag:
                return f"{bare}:{override.new_tag}"
        return bare + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def retarget(base: model.Fleet, resolved: model.Fleet, environment: model.Environment) -> Retarget:
    """What `environment` changes of images, from the registries before and after it was merged."""
    hosts = {}
    after = {registry.name: registry.host for registry in resolved.registries}
    for registry in base.registries:
        if after[registry.name] != registry.host:
            for host in (registry.host, *registry.aliases):
                reference = parse(f"{host}/x/y")
                if reference is not None:
                    hosts[reference.host_name] = after[registry.name]
    return Retarget(hosts, environment.images)
