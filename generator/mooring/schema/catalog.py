"""The shipped schemas: which kinds are known at which version, and where pod specs and images stand in them."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.files.data import data_dir, data_files, data_text

Pattern = tuple[str, ...]
CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
"""The lists of a pod spec whose entries have an image, in the order in which Kubernetes starts them."""


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """An image besides a pod spec's own containers and volumes; `form` is `image`, or `uri` for a model's address."""

    path: Pattern
    pod_spec: Pattern | None
    form: str


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One kind at one API version; patterns are keys from the object's root, `*` for any item of a list."""

    api_version: str
    kind: str
    scope: str
    plural: str
    storage: bool
    product: str
    schema_path: Path
    pod_specs: tuple[Pattern, ...]
    images: tuple[ImagePlace, ...]

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


@functools.cache
def shipped_versions(product: str) -> tuple[str, ...]:
    """The versions of a product whose schemas are shipped, oldest first."""
    found = [path.parent.name for path in data_files("schemas", f"{product}/*/index.json")]
    return tuple(sorted(found, key=_numbers))


@functools.cache
def products() -> tuple[str, ...]:
    """Every product whose schemas are shipped."""
    return tuple(sorted({path.parents[1].name for path in data_files("schemas", "*/*/index.json")}))


def _info(name: str, facts: Mapping[str, object], product: str, folder: Path) -> KindInfo:
    """A kind of the index, by its name `<apiVersion>/<kind>`."""
    api_version, _, kind = name.rpartition("/")
    places = facts["images"]
    specs = facts["podSpecs"]
    assert isinstance(places, list) and isinstance(specs, list)  # noqa: S101 - for the type checker
    return KindInfo(
        api_version=api_version,
        kind=kind,
        scope=str(facts["scope"]),
        plural=str(facts["plural"]),
        storage=bool(facts["storage"]),
        product=product,
        schema_path=folder / str(facts["schema"]),
        pod_specs=tuple(tuple(place) for place in specs),
        images=tuple(
            ImagePlace(tuple(place["path"]), tuple(place["podSpec"]) if place["podSpec"] else None, place["form"])
            for place in places
        ),
    )


@functools.cache
def _index(product: str, version: str) -> Mapping[str, KindInfo]:
    folder = data_dir("schemas") / product / version
    kinds = json.loads(data_text(folder / "index.json"))["kinds"]
    return {name: _info(name, facts, product, folder) for name, facts in kinds.items()}


def _age(info: KindInfo) -> tuple[bool, str]:
    return (info.storage, info.api_version)


class Catalog:
    """The kinds of one choice of `versions`: product → version, the newest shipped where none is chosen."""

    def __init__(self, versions: Mapping[str, str] | None = None) -> None:
        self._kinds: dict[str, KindInfo] = {}
        self._named: dict[str, list[KindInfo]] = {}
        self.versions: dict[str, str] = {}
        chosen = versions or {}
        for product in products():
            shipped = shipped_versions(product)
            version = chosen.get(product, shipped[-1])
            self.versions[product] = version if version in shipped else shipped[-1]
            self._kinds |= _index(product, self.versions[product])
        for info in self._kinds.values():
            self._named.setdefault(info.kind, []).append(info)

    def kind(self, api_version: str, kind: str) -> KindInfo | None:
        """The kind at exactly that API version; None where its schema is not known."""
        return self._kinds.get(f"{api_version}/{kind}")

    def kinds_named(self, kind: str) -> list[KindInfo]:
        """The kinds of that name, one for each group: the stored version, else the newest."""
        best: dict[str, KindInfo] = {}
        for info in self._named.get(kind, ()):
            if info.group not in best or _age(info) > _age(best[info.group]):
                best[info.group] = info
        return sorted(best.values(), key=lambda info: info.api_version)

    def all_kinds(self) -> list[KindInfo]:
        """Every kind at every version, in a stable order."""
        return sorted(self._kinds.values(), key=lambda info: (info.api_version, info.kind))
