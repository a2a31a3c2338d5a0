"""What an environment changes of an image: Harbor's host, and a name, tag or digest."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mooring.fleet import model
from mooring.registry.reference import is_oci, parse


class ChangedImage(NamedTuple):
    """An image as it is in an environment, and the names of the overrides that applied to it."""

    image: str
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageChanges:
    """`hosts`: host name as it is compared (lower case, no port) → the environment's host; false where nothing changes.

    `images` are the overrides by the name that they are for, each with its place in their list.
    """

    hosts: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, Sequence[tuple[int, model.ImageOverride]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hosts or self.images)

    def changed(self, written: str) -> ChangedImage:
        """The image, or model URI, as it is in the environment; as it is written where nothing applies."""
        scheme, separator, rest = written.rpartition("://")
        if separator and not is_oci(written):
            return ChangedImage(written)
        reference = parse(rest)
        if reference is None:
            return ChangedImage(written)
        rest, overrides = self._overridden(rest)
        host = self.hosts.get(reference.host_name)
        if host is not None and rest.startswith(reference.host + "/"):
            rest = host + rest[len(reference.host) :]
        return ChangedImage(scheme + separator + rest, overrides)

    def _overridden(self, image: str) -> ChangedImage:
        """Kustomize's `images:`, at every place (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/)."""
        name, _, digest = image.partition("@")
        colon = name.rfind(":")
        tag = name[colon + 1 :] if colon > name.rfind("/") else ""
        bare = name[:colon] if tag else name
        last, names = -1, list[str]()
        # What a rename makes of it is looked up again among the overrides that follow.
        while (entry := self._after(last, bare)) is not None:
            last, override = entry
            names.append(override.name)
            bare = override.new_name or bare
            if override.digest:
                return ChangedImage(f"{bare}@{override.digest}", tuple(names))
            if override.new_tag:
                return ChangedImage(f"{bare}:{override.new_tag}", tuple(names))
        return ChangedImage(bare + (f":{tag}" if tag else "") + (f"@{digest}" if digest else ""), tuple(names))

    def _after(self, last: int, name: str) -> tuple[int, model.ImageOverride] | None:
        """The first override for `name` that stands behind place `last`."""
        overrides = self.images.get(name, ())
        start = bisect.bisect_right(overrides, last, key=lambda entry: entry[0])
        return overrides[start] if start < len(overrides) else None


def image_changes(base: model.Fleet, resolved: model.Fleet, environment: model.Environment) -> ImageChanges:
    """What `environment` changes of images, from the registries before and after it was merged."""
    hosts = {}
    after = {registry.name: registry.host for registry in resolved.registries}
    for registry in base.registries:
        if after[registry.name] != registry.host:
            for host in (registry.host, *registry.aliases):
                reference = parse(f"{host}/x/y")
                if reference is not None:
                    hosts[reference.host_name] = after[registry.name]
    images: dict[str, list[tuple[int, model.ImageOverride]]] = {}
    for index, override in enumerate(environment.images):
        images.setdefault(override.name, []).append((index, override))
    return ImageChanges(hosts, images)
