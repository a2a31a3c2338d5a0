"""InferenceService → its pods.

The list of a predictor with a `model` is united with its runtime's, its own first; workers get the runtime's and the
predictor's *worker* lists only; a canary inherits the stable predictor's list unless it has one; a transformer and an
explainer have their own and nothing else.
https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/components/predictor.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.catalog import KindInfo
from mooring.edit import get
from mooring.kserve import runtime
from mooring.kserve.pods import (
    Image,
    Pod,
    Surroundings,
    at,
    environment_models,
    items,
    model_images,
    names,
    references,
    text,
    written,
)
from mooring.position import Route

FRAMEWORKS = (
    "model", "sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle",
)  # fmt: skip
_PREDICTOR: Route = ("spec", "predictor")


def pods(data: Mapping[str, Any], info: KindInfo, around: Surroundings) -> Iterator[Pod]:
    """The pods of every component that stands in the object."""
    namespace = text(get(data, ("metadata", "namespace")))
    stable = get(data, _PREDICTOR)
    stable = stable if isinstance(stable, dict) else {}
    if stable:
        yield from _predictor(stable, _PREDICTOR, "predictor", "worker", namespace, around, None, stable)
    for component in ("transformer", "explainer"):
        spec = get(data, ("spec", component))
        if isinstance(spec, dict):
            yield _component(spec, ("spec", component), component, info, around)
    for index, canary in enumerate(items(get(data, ("spec", "canary")))):
        spec = canary.get("predictor") if isinstance(canary, dict) else None
        if isinstance(spec, dict):
            name = f"canary:{text(spec.get('name')) or index}"
            place = ("spec", "canary", index, "predictor")
            inherited = names(stable.get("imagePullSecrets"))
            yield from _predictor(spec, place, name, f"{name}:worker", namespace, around, inherited, stable)


def _model(predictor: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The predictor's implementation: its key and what stands there; ("", {}) for a custom one."""
    for key in FRAMEWORKS:
        found = predictor.get(key)
        if isinstance(found, dict):
            return key, found
    return "", {}


def _predictor(
    spec: Mapping[str, Any], route: Route, component: str, worker: str, namespace: str, around: Surroundings,
    inherited: tuple[str, ...] | None, stable: Mapping[str, Any],
) -> Iterator[Pod]:  # fmt: skip
    key, model = _model(spec)
    # What a canary does not write it has from the stable predictor: its runtime among them.
    chosen = dict(model)
    if inherited is not None and key:
        for name in ("runtime", "modelFormat", "protocolVersion"):
            chosen.setdefault(name, _model(stable)[1].get(name))
    if key not in ("", "model"):
        chosen.setdefault("modelFormat", {"name": key})
    found = runtime.find(chosen, namespace, around) if key else None
    wants = (*route, key, "runtime") if key and model.get("runtime") else (*route, key) if key else route
    own = names(spec.get("imagePullSecrets"))
    secrets = own or (inherited or ())
    images = [*written(spec, route)]
    if isinstance(model.get("image"), str) and model["image"]:
        images.append(Image(model["image"], (*route, key, "image"), "spec"))
    if found is not None:
        replaced = {text(container.get("name")) for container in items(spec.get("containers")) if _has_image(container)}
        if model.get("image"):
            replaced.add("kserve-container")
        images += runtime.images(found, (), chosen, replaced, wants)
        secrets = tuple(dict.fromkeys((*secrets, *runtime.secrets(found))))
    if key:
        place = (*route, key, "storageUri")
        images += model_images(model.get("storageUri"), place, around, place)
    else:
        images += environment_models(spec, route, around)
    for below, uri in at(spec, ("storageUris", "*", "uri")):
        images += model_images(uri, (*route, *below), around, (*route, *below))
    account = text(spec.get("serviceAccountName")) or None
    missing = _missing(key, chosen, found)
    where = references(spec, route) if own else references(stable, _PREDICTOR)
    yield Pod(component, route, _once(images), secrets, account, where, missing)
    yield from _worker(spec, route, worker, found, chosen, wants, account)


def _missing(key: str, model: Mapping[str, Any], found: Mapping[str, Any] | None) -> str:
    if not key or found is not None:
        return ""
    name = text(model.get("runtime"))
    return f"runtime `{name}` is not at hand" if name else "KServe selects a runtime that is not at hand"


def _has_image(container: Any) -> bool:
    return isinstance(container, dict) and bool(container.get("image"))


def _once(images: list[Image]) -> tuple[Image, ...]:
    """Each image once per owner: two addresses of one model need one storage initializer."""
    seen: dict[tuple[str, str, Route], Image] = {}
    for image in images:
        seen.setdefault((image.reference, image.owner, image.route if image.owner == "object" else ()), image)
    return tuple(seen.values())


def _worker(
    spec: Mapping[str, Any], route: Route, component: str, found: Mapping[str, Any] | None, model: Mapping[str, Any],
    wants: Route, account: str | None,
) -> Iterator[Pod]:  # fmt: skip
    """The workers of a multi-node predictor: a `workerSpec` of the service turns them on."""
    place = (*route, "workerSpec")
    worker = spec.get("workerSpec")
    if not isinstance(worker, dict):
        return
    images = [*written(worker, place)]
    secrets = names(worker.get("imagePullSecrets"))
    if found is not None:
        replaced = {text(container.get("name")) for container in items(worker.get("containers")) if _has_image(container)}
        images += runtime.images(found, ("workerSpec",), model, replaced, wants)
        secrets = tuple(dict.fromkeys((*secrets, *runtime.secrets(found, ("workerSpec",)))))
    account = text(worker.get("serviceAccountName")) or account
    yield Pod(component, place, _once(images), secrets, account, references(worker, place))


def _component(spec: Mapping[str, Any], route: Route, component: str, info: KindInfo, around: Surroundings) -> Pod:
    """A transformer or an explainer: what is written in it, and nothing of the predictor's."""
    images = [*written(spec, route)]
    for place in info.images:
        if place.pod_spec == route:
            for found, value in at(spec, place.path[len(route) :]):
                here = (*route, *found)
                if place.form == "image" and isinstance(value, str) and value:
                    images.append(Image(value, here, "spec"))
                elif place.form == "uri":
                    images += model_images(value, here, around, here)
    images += environment_models(spec, route, around)
    account = text(spec.get("serviceAccountName")) or None
    own = names(spec.get("imagePullSecrets"))
    return Pod(component, route, _once(images), own, account, references(spec, route))
