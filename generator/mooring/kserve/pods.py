"""An object → the pods it becomes: their images, and the `imagePullSecrets` that each will really have.

Where pod specs and images stand is derived from the kind's schema; only what KServe does beyond that is written here and
in the modules beside this one. Objects may be malformed: what is not as it should be is passed over, never a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mooring.kserve import platform
from mooring.kserve.platform import CONFIG, SYSTEM, Settings
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.schema.catalog import KindInfo

Origin = Literal["spec", "runtime", "model", "platform", "volume"]
OBJECT = "object"
GROUP = "serving.kserve.io/"
LLM_CONFIG = "LLMInferenceServiceConfig"
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
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
    unknown: str = ""
    runtime: Mapping[str, Any] | None = None
    namespace: str | None = None


_Named = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is, by (namespace, name; namespace empty for a cluster's): runtimes, and configs of LLM services;
    KServe's own images; its settings, where they are at hand; and its ClusterStorageContainers by name."""

    runtimes: _Named = field(default_factory=dict)
    platform: Mapping[str, str] = field(default_factory=dict)
    configs: _Named = field(default_factory=dict)
    settings: Settings | None = None
    storage: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, objects: Iterable[Mapping[str, Any]], *, platform_images: Mapping[str, str] | None = None) -> Surroundings:
        """Surroundings from objects at hand: what of them counts for other objects' pods."""
        runtimes, configs, storage, settings = {}, {}, {}, None
        for data in objects:
            kind, name = data.get("kind"), text(get(data, ("metadata", "name")))
            namespace = "" if kind == "ClusterServingRuntime" else text(get(data, ("metadata", "namespace")))
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

    def beside(self, other: Surroundings) -> Surroundings:
        """These surroundings, and what else the others have."""
        return Surroundings(
            {**other.runtimes, **self.runtimes}, {**other.platform, **self.platform}, {**other.configs, **self.configs},
            self.settings or other.settings, self.storage or other.storage,
        )  # fmt: skip


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def names(value: Any) -> tuple[str, ...]:
    """The names in an `imagePullSecrets` list."""
    return tuple(text(entry.get("name")) for entry in items(value) if isinstance(entry, dict) and entry.get("name"))


def references(spec: Mapping[str, Any], route: Route) -> dict[str, Route]:
    """The names in a pod spec's `imagePullSecrets`, and where each is written."""
    found: dict[str, Route] = {}
    for index, entry in enumerate(items(spec.get("imagePullSecrets"))):
        if isinstance(entry, dict):
            found.setdefault(text(entry.get("name")), (*route, "imagePullSecrets", index))
    return found


def at(data: Any, pattern: tuple[str, ...], done: Route = ()) -> Iterator[tuple[Route, Any]]:
    """What stands at a pattern, `*` standing for every item of a list."""
    for depth, step in enumerate(pattern):
        if step == "*":
            for index, item in enumerate(items(data)):
                yield from at(item, pattern[depth + 1 :], (*done, *pattern[:depth], index))
            return
        if not isinstance(data, dict):
            return
        data = data.get(step)
    if data is not None:
        yield (*done, *pattern), data


def containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, int, dict[str, Any], str, tuple[str, ...]]]:
    """A pod spec's containers and volumes: list, index, entry, its image ("" without one), and where in the entry it is."""
    for plural in _CONTAINER_LISTS:
        for index, container in enumerate(items(spec.get(plural))):
            if isinstance(container, dict):
                yield plural, index, container, text(container.get("image")), ("image",)
    for index, volume in enumerate(items(spec.get("volumes"))):
        if isinstance(volume, dict):
            yield "volumes", index, volume, text(get(volume, ("image", "reference"))), ("image", "reference")


def written(spec: Mapping[str, Any], route: Route, owner: str = OBJECT) -> Iterator[Image]:
    """The images written in a pod spec: its containers' and its image volumes'."""
    for plural, index, _, image, rest in containers(spec):
        if image:
            origin: Origin = "volume" if plural == "volumes" else "spec" if owner == OBJECT else "runtime"
            yield Image(image, (*route, plural, index, *rest), origin, owner)


def model_images(uri: Any, route: Route, around: Surroundings, container: str = "", first: Any = None) -> Iterator[Image]:
    """What a model's address brings into a pod: the model where it is an image, else what fetches it.

    That is KServe's storage initializer, in the image of the ClusterStorageContainer for such addresses: of the name
    `container` where the service chooses one; of several addresses the first decides. A mounted `pvc://` needs neither
    (https://kserve.github.io/website/docs/model-serving/storage/providers/pvc).
    """
    if not isinstance(uri, str) or not uri:
        return
    if uri.startswith("oci"):
        yield Image(uri, route, "model")
    elif not uri.startswith("pvc://"):
        yield from fetching(text(first) or uri, route, around, container)


def fetching(uri: str, route: Route, around: Surroundings, name: str = "", use: str = platform.INIT) -> Iterator[Image]:
    """The images that may fetch a model from `uri`, where they are known."""
    default = [*platform_image("storageInitializer", route, around)]
    for container in platform.storage_containers(around.storage, uri, use=use, name=name):
        image = text(get(container, ("spec", "container", "image")))
        if image:
            yield Image(image, route, "platform", f"ClusterStorageContainer/{text(get(container, ('metadata', 'name')))}")
            default = []
    yield from default


def platform_image(key: str, route: Route, around: Surroundings) -> Iterator[Image]:
    """An image that KServe adds by itself, where it is known; `route` leads to what makes it do so."""
    if key in around.platform:
        yield Image(around.platform[key], route, "platform", CONFIG)


def environment_models(
    spec: Mapping[str, Any], route: Route, around: Surroundings, container: str = "", chosen: str = ""
) -> Iterator[Image]:
    """The model of a custom container, given as env `STORAGE_URI`: of the one with that name, else of the first."""
    found = [(index, one) for index, one in enumerate(items(spec.get("containers"))) if isinstance(one, dict)]
    for index, one in [entry for entry in found if not container or entry[1].get("name") == container][:1]:
        for number, entry in enumerate(items(one.get("env"))):
            if isinstance(entry, dict) and entry.get("name") == STORAGE_URI:
                here = (*route, "containers", index, "env", number, "value")
                yield from model_images(entry.get("value"), here, around, chosen)


def pods(data: Mapping[str, Any], info: KindInfo, around: Surroundings) -> tuple[Pod, ...]:
    """The pods that an object becomes, in the order of its schema's pod specs."""
    if info.api_version.startswith(GROUP):
        if info.kind == "InferenceService":
            from mooring.kserve import inferenceservice

            return tuple(inferenceservice.pods(data, info, around))
        if info.kind in ("LLMInferenceService", LLM_CONFIG):
            from mooring.kserve import llm

            return tuple(llm.pods(data, info, around))
        if info.kind == "InferenceGraph":
            return tuple(_graph(data, around))
        if info.kind in ("LocalModelCache", "LocalModelNamespaceCache"):
            return tuple(_download(data, around))
    return tuple(_plain(data, info))


def _plain(data: Mapping[str, Any], info: KindInfo) -> Iterator[Pod]:
    for pattern in info.pod_specs:
        for route, spec in at(data, pattern):
            if isinstance(spec, dict):
                component = "worker" if route[-1] == "workerSpec" else "template" if route[-1] == "spec" else str(route[-1])
                account = text(spec.get("serviceAccountName")) or None
                own = names(spec.get("imagePullSecrets"))
                yield Pod(component, route, tuple(written(spec, route)), own, account, references(spec, route))


def _graph(data: Mapping[str, Any], around: Surroundings) -> Iterator[Pod]:
    """The router: its image and its Secrets stand in KServe's settings; no object here writes them.

    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha1/inferencegraph/raw_ig.go
    """
    images = tuple(platform_image("router", ("spec",), around))
    account = text(get(data, ("spec", "serviceAccountName"))) or None
    unknown = f"its pull Secrets stand in ConfigMap `{SYSTEM}/{CONFIG}`, under `router`"
    found = around.settings
    secrets = found.router_secrets if found is not None else ()
    yield Pod("router", None, images, secrets, account, unknown="" if found is not None else unknown)


def _download(data: Mapping[str, Any], around: Surroundings) -> Iterator[Pod]:
    """The job that brings a model to a node: it names no Secret and no account, in the namespace of KServe's settings.

    The object's `serviceAccountName` is for the model store's credentials only.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha1/localmodelnode/controller.go
    """
    route: Route = ("spec", "sourceModelUri")
    namespace = around.settings.job_namespace if around.settings is not None else ""
    images = tuple(fetching(text(get(data, route)), route, around, use=platform.DOWNLOAD)) if namespace else ()
    unknown = "" if namespace else f"its namespace stands in ConfigMap `{SYSTEM}/{CONFIG}`, under `localModel`"
    yield Pod("download", None, images, (), unknown=unknown, namespace=namespace)
