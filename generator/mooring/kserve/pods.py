"""An object → the pods it becomes: their images, and the `imagePullSecrets` that each will really have.

Where pod specs and images stand is derived from the kind's schema; only what KServe does beyond that is written here and
in the modules beside this one. Objects may be malformed: what is not as it should be is passed over, never a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mooring.catalog import KindInfo
from mooring.edit import get
from mooring.position import Route

Origin = Literal["spec", "runtime", "model", "platform", "volume"]
OBJECT = "object"
GROUP = "serving.kserve.io/"
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
    will have, in order, and `references` where the object writes those that it writes; `unknown` says what of the pod
    cannot be known from the objects at hand."""

    component: str
    route: Route | None
    images: tuple[Image, ...]
    secrets: tuple[str, ...]
    service_account: str | None = None
    references: Mapping[str, Route] = field(default_factory=dict)
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is: runtimes by (namespace, name; namespace empty for a cluster's) and KServe's own images."""

    runtimes: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    platform: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, objects: Iterable[Mapping[str, Any]], *, platform_images: Mapping[str, str] | None = None) -> Surroundings:
        """Surroundings from objects at hand: the runtimes among them are what counts."""
        runtimes = {}
        for data in objects:
            if data.get("kind") in ("ServingRuntime", "ClusterServingRuntime"):
                namespace = "" if data["kind"] == "ClusterServingRuntime" else text(get(data, ("metadata", "namespace")))
                runtimes[namespace, text(get(data, ("metadata", "name")))] = data
        return cls(runtimes, platform_images or {})


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


def written(spec: Mapping[str, Any], route: Route, owner: str = OBJECT) -> Iterator[Image]:
    """The images written in a pod spec: its containers' and its image volumes'."""
    for plural in _CONTAINER_LISTS:
        for index, container in enumerate(items(spec.get(plural))):
            image = container.get("image") if isinstance(container, dict) else None
            if isinstance(image, str) and image:
                origin: Origin = "spec" if owner == OBJECT else "runtime"
                yield Image(image, (*route, plural, index, "image"), origin, owner)
    for index, volume in enumerate(items(spec.get("volumes"))):
        source = volume.get("image") if isinstance(volume, dict) else None
        if isinstance(source, dict) and isinstance(source.get("reference"), str):
            yield Image(source["reference"], (*route, "volumes", index, "image", "reference"), "volume", owner)


def model_images(uri: Any, route: Route, around: Surroundings, platform_at: Route) -> Iterator[Image]:
    """What a model's address brings into a pod: the model where it is an image, else KServe's storage initializer.

    A mounted `pvc://` needs neither (https://kserve.github.io/website/docs/model-serving/storage/providers/pvc).
    """
    if not isinstance(uri, str) or not uri:
        return
    if uri.startswith("oci"):
        yield Image(uri, route, "model")
    elif not uri.startswith("pvc://"):
        yield from platform_image("storageInitializer", platform_at, around)


def platform_image(key: str, route: Route, around: Surroundings) -> Iterator[Image]:
    """An image that KServe adds by itself, where it is known; `route` leads to what makes it do so."""
    if key in around.platform:
        yield Image(around.platform[key], route, "platform", "inferenceservice-config")


def environment_models(spec: Mapping[str, Any], route: Route, around: Surroundings, container: str = "") -> Iterator[Image]:
    """The model of a custom container, given as env `STORAGE_URI`: of the one with that name, else of the first."""
    found = [(index, one) for index, one in enumerate(items(spec.get("containers"))) if isinstance(one, dict)]
    for index, one in [entry for entry in found if not container or entry[1].get("name") == container][:1]:
        for number, entry in enumerate(items(one.get("env"))):
            if isinstance(entry, dict) and entry.get("name") == STORAGE_URI:
                here = (*route, "containers", index, "env", number, "value")
                yield from model_images(entry.get("value"), here, around, here)


def pods(data: Mapping[str, Any], info: KindInfo, around: Surroundings) -> tuple[Pod, ...]:
    """The pods that an object becomes, in the order of its schema's pod specs."""
    if info.api_version.startswith(GROUP):
        if info.kind == "InferenceService":
            from mooring.kserve import inferenceservice

            return tuple(inferenceservice.pods(data, info, around))
        if info.kind in ("LLMInferenceService", "LLMInferenceServiceConfig"):
            from mooring.kserve import llm

            return tuple(llm.pods(data, info, around))
        if info.kind == "InferenceGraph":
            return tuple(_graph(data, around))
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
    """The router: its Secrets are those of ConfigMap kserve/inferenceservice-config, which no object here writes."""
    image = around.platform.get("router")
    images = (Image(image, ("spec",), "platform", "inferenceservice-config"),) if image else ()
    account = text(get(data, ("spec", "serviceAccountName"))) or None
    unknown = "its pull Secrets stand in ConfigMap `kserve/inferenceservice-config`, under `router`"
    yield Pod("router", None, images, (), account, unknown=unknown)
