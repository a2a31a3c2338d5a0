"""LLMInferenceService and its config → their pods: nothing but an account crosses from one template to another.

The model is in every pod that serves: `template`, `worker`, and those under `prefill`; the scheduler holds it where it has
a tokenizer. https://github.com/kserve/kserve/tree/v0.20.0/pkg/controller/v1alpha2/llmisvc
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve.llmconfig import Layers, layers
from mooring.kserve.model import LLM_CONFIG, OBJECT, ClusterContext, Image, Pod, Unknown
from mooring.kserve.podspec import platform_image, references
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.registry.reference import is_oci
from mooring.schema.catalog import KindInfo

_TEMPLATE: Route = ("template",)
_WORKER: Route = ("worker",)
_PREFILL: Route = ("prefill", "template")
_PREFILL_WORKER: Route = ("prefill", "worker")
_SCHEDULER: Route = ("router", "scheduler", "template")
_COMPONENTS: dict[Route, str] = {
    _TEMPLATE: "template",
    _WORKER: "worker",
    _PREFILL: "prefill",
    _PREFILL_WORKER: "prefill:worker",
    _SCHEDULER: "scheduler",
    ("router", "scheduler", "tokenizer", "template"): "tokenizer",
}
_DOWNLOADED = ("hf://", "s3://")
_INITIALIZER = ("initContainers", "storage-initializer")
_SIDECAR = ("initContainers", "llm-d-routing-sidecar")
_VERSION = re.compile(r"(\d+)\.(\d+)\.\d+")
_CONFIG = re.compile(r"-config-?([tT]ext|[fF]ile)")
_ASKS = "precise-prefix-cache-scorer"
_TOKENIZER = ("containers", "tokenizer")


def pods(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Iterator[Pod]:
    """The pods of each template that there is, and of each that a preset would bring which is not given."""
    whole = layers(data, context)
    paths = [pattern[1:] for pattern in sorted(info.pod_specs)]
    paths = [path for path in paths if not _theirs(path, whole) and whole.specs(path)]
    present = {_part(path) for path in paths}
    expected = dict.fromkeys(("template", *whole.absent)) if data.get("kind") != LLM_CONFIG else {}
    # A base may be for any part: that it is absent is said of the first pod alone.
    shared: tuple[str, ...] = ("",)
    for path in paths:
        yield _pod(path, whole, context, whole.unknown(*shared, _part(path)))
        shared = ()
    for part in expected:
        if part and part not in present:
            storage = tuple(_storage(whole, {}, context)) if part != "router" else ()
            component = "scheduler" if part == "router" else part
            unknown = whole.unknown(*shared, part) or Unknown("base", "no template of it is among the files given")
            yield Pod(component, None, storage, (), unknown=unknown)
            shared = ()


def _part(path: Route) -> str:
    """The presets that a template may come from."""
    return str(path[0]) if path[0] in ("prefill", "router") else "template"


def _theirs(path: Route, whole: Layers) -> bool:
    """Whether the scheduler is not the service's. A template written in the service counts, as it does for policies."""
    elsewhere = bool(get(whole.merged, ("router", "scheduler", "pool", "ref", "name")))
    return path[0] == "router" and elsewhere and get(whole.all[-1].spec, path) is None


def _pod(path: Route, whole: Layers, context: ClusterContext, unknown: Unknown | None) -> Pod:
    """The pod of the template at a path."""
    images = whole.images(path)
    serves = path[0] != "router"
    storage: list[Image] = []
    if serves or (path == _SCHEDULER and _TOKENIZER in images):
        storage = [*_storage(whole, images, context, adapters=serves)]
    if path == _SCHEDULER and _needs_no_tokenizer(whole):
        _taken_out(_TOKENIZER, images)
    own = get(whole.all[-1].spec, path)
    route: Route | None = ("spec", *path) if isinstance(own, dict) else None
    where = references(own, route) if isinstance(own, dict) and route is not None else {}
    found = (*images.values(), *storage)
    component = _COMPONENTS.get(path, str(path[-1]))
    return Pod(component, route, found, whole.secrets(path), _account(path, whole), where, unknown)


def _taken_out(container: tuple[str, str], images: dict[tuple[str, str], Image]) -> None:
    """A container that KServe takes out; one that the service itself writes counts all the same, as it does for policies."""
    if container in images and images[container].owner != OBJECT:
        del images[container]


def _storage(
    whole: Layers, images: dict[tuple[str, str], Image], context: ClusterContext, adapters: bool = True
) -> Iterator[Image]:
    """The model where it is an image, and what fetches a model or its adapters, unless `images` has it (or else it goes).

    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha2/llmisvc/workload_storage.go
    """
    if get(whole.merged, ("storageInitializer", "enabled")) is False:
        return
    addresses = [(route, uri) for route, uri in _addresses(whole) if adapters or "lora" not in route]
    for route, uri in addresses:
        if is_oci(uri):
            owner, place = _asked(whole, route)
            yield Image(uri, place, "model", owner)
    fetched = [route for route, uri in addresses if uri.startswith(_DOWNLOADED)]
    if fetched and _INITIALIZER not in images:
        yield from platform_image("storageInitializer", _asked(whole, fetched[0])[1], context)
    elif not fetched and not any(uri.startswith("oci+") for _, uri in addresses[:1]):
        _taken_out(_INITIALIZER, images)


def _addresses(whole: Layers) -> Iterator[tuple[Route, str]]:
    """The model's address and its adapters', each with its place in a spec."""
    for path in (("model", "uri"), ("model", "lora", "adapters")):
        found = whole.top(path)[1]
        if isinstance(found, str):
            yield path, found
        for index, adapter in enumerate(as_list(found)):
            if uri := as_text(get(adapter, ("uri",))):
                yield (*path, index, "uri"), uri


def _asked(whole: Layers, path: Route) -> tuple[str, Route]:
    """Whose what stands at a path is, and where the service says so."""
    layer = whole.top(path)[0]
    return (layer.owner, layer.route) if layer is not None and layer.owner != OBJECT else (OBJECT, ("spec", *path))


def _needs_no_tokenizer(whole: Layers) -> bool:
    """Whether KServe takes the tokenizer out of a scheduler: from 0.9 on, where no plugin of its asks for one.

    A configuration that is not written as such, in a ConfigMap or in arguments, may ask for it.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha2/llmisvc/scheduler.go
    """
    scheduler = get(whole.merged, ("router", "scheduler"))
    version = _VERSION.match(as_text(get(scheduler, ("annotations", "app.kubernetes.io/version"))))
    if version is None or (int(version[1]), int(version[2])) < (0, 9) or get(scheduler, ("config", "ref")):
        return False
    inline = get(scheduler, ("config", "inline"))
    if inline is not None:
        plugins = get(inline, ("plugins",))
        return isinstance(plugins, list) and all(get(one, ("type",)) != _ASKS for one in plugins)
    for _, spec in whole.specs(_SCHEDULER):
        for container in as_list(spec.get("containers")):
            if any(_CONFIG.search(str(one)) for one in as_list(get(container, ("args",)))):
                return False
    return True


def _account(path: Route, whole: Layers) -> str | None:
    """The pod's ServiceAccount. None is `default`, or one that KServe makes with `default`'s list.

    Leader and workers share one, the leader's first; a scheduler's is made after the template's.
    """
    asked, made = [path], ""
    if path in (_TEMPLATE, _WORKER) and whole.specs(_WORKER):
        asked, made = [_TEMPLATE, _WORKER], "-kserve-mn"
    elif path == _TEMPLATE and _SIDECAR in whole.images(path):
        made = "-kserve"
    elif path in (_PREFILL, _PREFILL_WORKER) and whole.specs(_PREFILL_WORKER):
        asked, made = [_PREFILL, _PREFILL_WORKER], "-kserve-mn-prefill"
    elif path == _SCHEDULER:
        asked, made = [_SCHEDULER, _TEMPLATE], "-epp-sa"
    for place in asked:
        account = as_text(whole.top((*place, "serviceAccountName"))[1])
        if account and not (made and account == as_text(whole.metadata.get("name")) + made):
            return account
    return None
