"""What the readers of this package give: pods and their images, and what else there is that counts for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from mooring.kserve import platform
from mooring.kserve.platform import Settings
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get

Origin = Literal["spec", "runtime", "model", "platform", "volume"]


OBJECT = "object"


GROUP = "serving.kserve.io/"


LLM_CONFIG = "LLMInferenceServiceConfig"


STORAGE_URI = "STORAGE_URI"


# Containers that KServe knows by their names.
SERVING, TRANSFORMING, WORKER = "kserve-container", "transformer-container", "worker-container"


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a pod. `owner` is `object`, or `<Kind>/<name>` of the runtime that brings it; `route` leads to it
    in the object, or to what makes the pod have it where the object does not write it."""

    reference: str
    route: Route
    origin: Origin
    owner: str = OBJECT


class Unknown(NamedTuple):
    """What decides over a pod and is not at hand: one word for programs (`rules.REASONS`), and a clause for people."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod. `route` is its pod spec's place in the object, None where none stands there; `secrets` are the names it
    will have, in order, and `references` where the object writes those that it writes; `runtime` is the one whose pod spec
    and list are merged into it; `unknown` says what of the pod cannot be known from the objects at hand. `namespace` is
    where it runs, where that is not its object's."""

    component: str
    route: Route | None
    images: tuple[Image, ...]
    secrets: tuple[str, ...]
    service_account: str | None = None
    references: Mapping[str, Route] = field(default_factory=dict)
    unknown: Unknown | None = None
    runtime: Mapping[str, Any] | None = None
    namespace: str | None = None


class Released(dict[str, Any]):
    """An object that a release of KServe installs; `assumed` where nobody said that the cluster is of that release."""

    def __init__(self, data: Mapping[str, Any], release: str, *, assumed: bool = False) -> None:
        super().__init__(data)
        self.release, self.assumed = release, assumed


_Named = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ClusterContext:
    """What else there is, by (namespace, name; namespace empty for a cluster's): runtimes, and configs of LLM services;
    KServe's own images; its settings, where they are at hand; its ClusterStorageContainers by name; and what a fleet says of
    its `release` and of the `mode` in which services without an annotation are deployed (empty where it says nothing)."""

    runtimes: _Named = field(default_factory=dict)
    platform: Mapping[str, str] = field(default_factory=dict)
    configs: _Named = field(default_factory=dict)
    settings: Settings | None = None
    storage: tuple[Mapping[str, Any], ...] = ()
    release: str = ""
    mode: str = ""

    @classmethod
    def of(cls, objects: Iterable[Mapping[str, Any]], *, platform_images: Mapping[str, str] | None = None) -> ClusterContext:
        """The context that objects at hand make: what of them counts for other objects' pods."""
        runtimes, configs, storage, settings = {}, {}, {}, None
        for data in objects:
            kind, name = data.get("kind"), as_text(get(data, ("metadata", "name")))
            namespace = "" if kind == "ClusterServingRuntime" else as_text(get(data, ("metadata", "namespace")))
            if kind in ("ServingRuntime", "ClusterServingRuntime"):
                runtimes[namespace, name] = data
            elif kind == LLM_CONFIG:
                configs[namespace, name] = data
            elif kind == "ClusterStorageContainer":
                storage[name] = data
            elif platform.is_settings(data):
                settings = platform.settings(data)
        images = {**(platform_images or {}), **(settings.images if settings is not None else {})}
        return cls(runtimes, images, configs, settings, tuple(storage[name] for name in sorted(storage)))

    def beside(self, other: ClusterContext) -> ClusterContext:
        """This context, and what else the other one has."""
        return ClusterContext(
            {**other.runtimes, **self.runtimes}, {**other.platform, **self.platform}, {**other.configs, **self.configs},
            self.settings or other.settings, self.storage or other.storage, self.release or other.release,
            self.mode or other.mode,
        )  # fmt: skip
