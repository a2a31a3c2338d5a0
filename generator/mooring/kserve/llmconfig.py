"""LLMInferenceService → the layers that its pods are merged from: KServe's presets, its `baseRefs`, and its own spec.

Which presets apply is decided by the spec with the bases merged *over* it; then all are merged again, the service last.
https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha2/llmisvc/config_merge.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.kserve.model import LLM_CONFIG, OBJECT, ClusterContext, Image, Origin, Unknown
from mooring.kserve.platform import SYSTEM
from mooring.kserve.podspec import names, parts
from mooring.kserve.released import release_of
from mooring.kserve.runtime import filled, united
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote

_PREFIX = "kserve-config-llm-"
_SCHEDULER: Route = ("router", "scheduler")


@dataclass(frozen=True, slots=True)
class Layer:
    """One spec of the merge. `route` is where the service asks for it; its own spec is written there."""

    spec: Mapping[str, Any]
    route: Route
    owner: str = OBJECT
    origin: Origin = "spec"


@dataclass(frozen=True, slots=True)
class Layers:
    """A service's specs, the lowest first; `merged` is what they come to, pod specs aside, whose lists merge by name.

    `absent` are the configs that are not among the files given, by the part of the service that they are for, "" for all.
    """

    metadata: Mapping[str, Any]
    all: Sequence[Layer]
    absent: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def merged(self) -> Any:
        whole: Any = {}
        for layer in self.all:
            whole = _over(whole, layer.spec)
        return whole

    def top(self, path: Route) -> tuple[Layer | None, Any]:
        """What counts at a path, the highest that something is; and whose it is."""
        for layer in reversed(self.all):
            found = get(layer.spec, path)
            if found not in (None, "", [], {}):
                return layer, found
        return None, None

    def specs(self, path: Route) -> list[tuple[Layer, dict[str, Any]]]:
        """The pod specs at a path, empty ones too: one that is there brings its pod about."""
        found = ((layer, get(layer.spec, path)) for layer in self.all)
        return [(layer, spec) for layer, spec in found if isinstance(spec, dict)]

    def images(self, path: Route) -> dict[tuple[str, str], Image]:
        """The images of the pod spec at a path, by list and name: containers and volumes merge by their names."""
        images: dict[tuple[str, str], Image] = {}
        for layer, spec in self.specs(path):
            for part in parts(spec):
                key = part.plural, as_text(part.entry.get("name")) or str(part.position)
                if part.image:
                    route = (*layer.route, *path, *part.route) if layer.owner == OBJECT else layer.route
                    origin: Origin = "volume" if part.is_volume else layer.origin
                    images[key] = Image(self.filled(part.image), route, origin, layer.owner)
        return images

    def secrets(self, path: Route) -> tuple[str, ...]:
        merged: tuple[str, ...] = ()
        for _, spec in self.specs(path):
            merged = united(names(spec.get("imagePullSecrets")), merged)
        return merged

    def unknown(self, *parts: str) -> Unknown | None:
        """What is not among the files given for the parts of the service, "" being what is for all of them."""
        absent = [name for part in parts for name in self.absent.get(part, ())]
        if not absent:
            return None
        return Unknown("base", f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not among the files given")

    def filled(self, image: str) -> str:
        return filled(image.replace(".ObjectMeta.", "."), self.metadata)


def layers(data: Mapping[str, Any], context: ClusterContext) -> Layers:
    """The layers of a service; a config has itself alone."""
    metadata, spec = data.get("metadata"), data.get("spec")
    metadata = metadata if isinstance(metadata, dict) else {}
    own = Layer(spec if isinstance(spec, dict) else {}, ("spec",))
    if data.get("kind") == LLM_CONFIG:
        return Layers(metadata, [own])
    absent: dict[str, list[str]] = {}
    bases: list[Layer] = []
    resolved = own.spec
    for index, entry in enumerate(as_list(own.spec.get("baseRefs"))):
        name = as_text(get(entry, ("name",)))
        found = _find(name, metadata, context)
        if found is not None:
            bases.append(Layer(found, ("spec", "baseRefs", index), f"{LLM_CONFIG}/{name}", "runtime"))
            resolved = _over(resolved, found)
        elif name:
            absent.setdefault("", []).append(f"base {quote(name, 'name')}")
    presets: list[Layer] = []
    for part, suffix in _presets(resolved):
        name = _PREFIX + suffix
        found = _find(name, metadata, context)
        if found is not None:
            presets.append(Layer(found, ("spec",), f"{LLM_CONFIG}/{name}", "platform"))
        elif part:
            absent.setdefault(part, []).append(f"preset {quote(name, 'name')}")
    return Layers(metadata, [*presets, *bases, own], absent)


def _find(name: str, metadata: Mapping[str, Any], context: ClusterContext) -> dict[str, Any] | None:
    """A config's spec: from the service's namespace, else from KServe's; one without a namespace may be put there, and
    comes before what a release has."""
    places = (as_text(metadata.get("namespace")), SYSTEM, "")
    found = [context.configs[place, name] for place in places if (place, name) in context.configs]
    if not found:
        return None
    spec = next((one for one in found if release_of(one) is None), found[0]).get("spec")
    return spec if isinstance(spec, dict) else {}


def _presets(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The presets that KServe takes for a spec: the part that needs it, "" where it holds no pod spec as KServe ships it."""
    scheduler = get(spec, _SCHEDULER)
    if isinstance(scheduler, dict):
        if not get(scheduler, ("pool", "ref", "name")):
            yield "router", "scheduler"
        plugins = as_list(get(scheduler, ("config", "inline", "plugins")))
        if any(get(one, ("type",)) == "predicted-latency-producer" for one in plugins):
            yield "router", "scheduler-latency-predictor"
    if isinstance(get(spec, ("router", "route")), dict) and not get(spec, ("router", "route", "http", "refs")):
        yield "", "router-route"
    if isinstance(spec.get("tracing"), dict):
        yield "", "tracing"
    prefill = spec.get("prefill")
    if isinstance(prefill, dict):
        yield from _workload("prefill", prefill, "prefill-")
    yield from _workload("template", spec, "decode-" if isinstance(prefill, dict) else "")


def _workload(part: str, spec: Mapping[str, Any], role: str) -> Iterator[tuple[str, str]]:
    if not isinstance(spec.get("worker"), dict):
        yield part, f"{role}template"
        return
    size = spec.get("parallelism")
    for keys, how in ((("data", "dataLocal"), "data"), (("pipeline",), "pipeline")):
        if any(isinstance(number := get(size, (key,)), int) and number > 0 for key in keys):
            yield part, f"{role}worker-{how}-parallel"
            return


def _over(below: Any, above: Any) -> Any:
    """Objects merge; of anything else what is above counts, where something is."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}
    return below if above in (None, "", []) else above
