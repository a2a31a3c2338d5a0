"""InferenceService → its pods.

The list of a predictor with a `model` is united with its runtime's, its own first as a rule (`runtime.united`); workers
get the runtime's and the predictor's *worker* lists only, and the account of their own spec; a canary has of the stable
predictor whatever it does not write itself; a transformer and an explainer have their own and nothing else.
https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/components/predictor.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve import runtime
from mooring.kserve.model import SERVING, TRANSFORMING, WORKER, ClusterContext, Image, Pod, Unknown
from mooring.kserve.podspec import at, environment_models, images_of, model_images, names, platform_image, references
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote
from mooring.schema.catalog import KindInfo

ALIASES = (
    "sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle",
)  # fmt: skip
FRAMEWORKS = ("model", *ALIASES)
WITH_V2 = ("triton", "onnx", "huggingface")  # the keys that stand for a protocol too, where none is written
_PREDICTOR: Route = ("spec", "predictor")
_SEVERAL = "MULTI_MODEL_SERVER"
_LISTS = ("initContainers", "containers", "volumes")


def pods(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Iterator[Pod]:
    """The pods of every component that stands in the object."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    stable = get(data, _PREDICTOR)
    stable = stable if isinstance(stable, dict) else {}
    base = _Predictor(stable, _PREDICTOR, metadata, context)
    if stable:
        yield from _predictor(base, "predictor", "worker")
    for component in ("transformer", "explainer"):
        spec = get(data, ("spec", component))
        if isinstance(spec, dict):
            yield _component(spec, ("spec", component), component, info, context)
    for index, canary in enumerate(as_list(get(data, ("spec", "canary")))):
        spec = canary.get("predictor") if isinstance(canary, dict) else None
        if isinstance(spec, dict):
            name = f"canary:{as_text(spec.get('name')) or index}"
            place = ("spec", "canary", index, "predictor")
            own = _Predictor(spec, place, metadata, context, base)
            yield from _predictor(own, name, f"{name}:worker")


def _model(predictor: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The predictor's implementation: its key and what stands there; ("", {}) for a custom one."""
    for key in FRAMEWORKS:
        found = predictor.get(key)
        if isinstance(found, dict):
            return key, found
    return "", {}


def _over(below: Any, above: Any) -> Any:
    """What is empty above is taken from below; lists are one or the other."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}
    return below if above in (None, "", 0, [], {}) else above


class _Predictor:
    """A predictor as KServe sees it: a canary is merged over the stable one, which is `base` then."""

    def __init__(
        self, spec: Mapping[str, Any], route: Route, metadata: Mapping[str, Any], context: ClusterContext,
        base: _Predictor | None = None,
    ) -> None:  # fmt: skip
        self.spec, self.route, self.metadata, self.context, self.base = spec, route, metadata, context, base
        self.key, self.own = _model(spec)
        self.whole: Mapping[str, Any] = _over(base.spec, spec) if base else spec
        model = self.own
        if base and base.key:
            self.key, model = self.key or base.key, _over({**base.model, "modelFormat": None}, self.own)
            if not model.get("modelFormat"):
                model["modelFormat"] = base.model.get("modelFormat")
        self.model: dict[str, Any] = dict(model)
        if self.key not in ("", "model"):
            self.model.setdefault("modelFormat", {"name": self.key})
            if self.key in WITH_V2 and not self.model.get("protocolVersion"):
                self.model["protocolVersion"] = "v2"
        self.runtime = self._runtime()

    def _runtime(self) -> Mapping[str, Any] | None:
        if not self.key:
            return None
        if self.base and not self.own.get("runtime") and self.base.runtime is not None:
            return self.base.runtime  # also where KServe selected it: it writes its choice down before it turns to canaries
        nodes = isinstance(self.spec.get("workerSpec"), dict)
        namespace = as_text(self.metadata.get("namespace"))
        return runtime.find(self.model, namespace, self.context, nodes=nodes)

    def place(self, *path: str) -> Route:
        """Where what stands at a path is written: in the object's stable predictor where a canary does not write it."""
        mine = get(self.spec, path)
        base = self.base
        return (*base.route, *path) if base and not mine and get(base.spec, path) else (*self.route, *path)

    @property
    def model_at(self) -> Route:
        """Where the object says which runtime it wants."""
        if not self.key:
            return self.route
        return (*self.route, self.key, "runtime") if self.own.get("runtime") else self.place(self.key)

    def edit(self, container: str, image: str) -> str:
        if container == SERVING:
            return runtime.edited(image, self.runtime, self.model, self.metadata)
        return runtime.filled(image, self.metadata) if container == TRANSFORMING else image

    def written(self) -> Iterator[Image]:
        """The images that the object writes for the pod itself."""
        yield from images_of(self.spec, self.route)
        if self.base:
            left = {key: self.base.spec[key] for key in _LISTS if self.base.spec.get(key) and not self.spec.get(key)}
            yield from images_of(left, self.base.route)

    def models(self) -> Iterator[Image]:
        """What brings the models in. Of a canary's own `storageUris` KServe makes nothing yet: what it asks for counts."""
        chosen = as_text(self.whole.get("storageContainerName"))
        if self.key:
            place = self.place(self.key, "storageUri")
            yield from model_images(self.model.get("storageUri"), place, self.context, chosen)
            storage = self.model.get("storage")
            if isinstance(storage, dict) and storage.get("path") and not self.model.get("storageUri"):
                yield from platform_image("storageInitializer", self.place(self.key, "storage"), self.context)
        else:
            yield from environment_models(self.spec, self.route, self.context, SERVING, chosen)
        several = [*at(self.spec, ("storageUris", "*", "uri"))]
        for below, uri in several:
            yield from model_images(uri, (*self.route, *below), self.context, chosen, several[0][1])

    def agent(self) -> Iterator[Image]:
        """KServe's agent logs and batches; and it loads the models of a server of several, which is any without one."""
        for key in ("logger", "batcher"):
            if isinstance(self.whole.get(key), dict):
                yield from platform_image("agent", self.place(key), self.context)
        if self._several_models():
            yield from platform_image("agent", self.place(self.key) if self.key else self.route, self.context)

    def _several_models(self) -> bool:
        """https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go"""
        containers = as_list(self.whole.get("containers"))
        if containers:
            env = as_list(get(containers[0], ("env",)))
            return {"name": _SEVERAL, "value": "true"} in env
        if not self.key or get(self.model, ("modelFormat", "name")) == "huggingface":
            return False
        return not (self.model.get("storageUri") or self.model.get("storage") or self.whole.get("storageUris"))


def _predictor(own: _Predictor, component: str, worker: str) -> Iterator[Pod]:
    """The pods of a predictor, the stable one or a canary's: its own and its workers'."""
    found, spec = own.runtime, own.whole
    images = [*own.written()]
    image = own.model.get("image")
    if isinstance(image, str) and image:
        images.append(Image(own.edit(SERVING, image), own.place(own.key, "image"), "spec"))
    secrets = names(spec.get("imagePullSecrets"))
    if found is not None:
        replaced = {as_text(one.get("name")) for one in as_list(spec.get("containers")) if _has_image(one)} & {TRANSFORMING}
        replaced |= {SERVING} if image else set()
        images += runtime.images(found, (), replaced, own.model_at, own.edit)
        secrets = runtime.united(secrets, runtime.secrets(found))
    images += [*own.models(), *own.agent()]
    account = as_text(spec.get("serviceAccountName")) or None
    listed = own.place("imagePullSecrets")[:-1]
    where = references(spec, listed)
    yield Pod(component, own.route, _once(images), secrets, account, where, _missing(own), found)
    yield from _worker(own, worker)


def _missing(own: _Predictor) -> Unknown | None:
    if not own.key or own.runtime is not None:
        return None
    name = as_text(own.model.get("runtime"))
    absent = f"runtime {quote(name, 'name')} is" if name else "the runtime that KServe selects is"
    return Unknown("runtime", f"{absent} not among the files given")


def _has_image(container: Any) -> bool:
    return isinstance(container, dict) and bool(container.get("image"))


def _once(images: list[Image]) -> tuple[Image, ...]:
    """Each image once per owner: two addresses of one model need one storage initializer."""
    seen: dict[tuple[str, str, Route], Image] = {}
    for image in images:
        seen.setdefault((image.reference, image.owner, image.route if image.owner == "object" else ()), image)
    return tuple(seen.values())


def _worker(own: _Predictor, component: str) -> Iterator[Pod]:
    """The workers of a multi-node predictor: a `workerSpec` of the service turns them on. They load the model too."""
    place = (*own.route, "workerSpec")
    worker = own.spec.get("workerSpec")
    if not isinstance(worker, dict):
        return
    images = [*images_of(worker, place)]
    secrets = names(worker.get("imagePullSecrets"))
    if own.runtime is not None:
        replaced = {WORKER} if any(_has_image(one) for one in as_list(worker.get("containers"))) else set()
        images += runtime.images(own.runtime, ("workerSpec",), replaced, own.model_at, lambda _, image: image)
        secrets = runtime.united(secrets, runtime.secrets(own.runtime, ("workerSpec",)))
    images += [*own.models(), *own.agent()]
    account = as_text(worker.get("serviceAccountName")) or None
    yield Pod(component, place, _once(images), secrets, account, references(worker, place), runtime=own.runtime)


def _component(spec: Mapping[str, Any], route: Route, component: str, info: KindInfo, context: ClusterContext) -> Pod:
    """A transformer or an explainer: what is written in it, and nothing of the predictor's."""
    images = [*images_of(spec, route)]
    for place in info.images:
        if place.pod_spec == route:
            for found, value in at(spec, place.path[len(route) :]):
                here = (*route, *found)
                if place.form == "image" and isinstance(value, str) and value:
                    images.append(Image(value, here, "spec"))
                elif place.form == "uri":
                    first = get(spec, ("storageUris", 0, "uri")) if "storageUris" in place.path else None
                    images += model_images(value, here, context, first=first)
    images += _art(spec, route, context)
    images += environment_models(spec, route, context)
    for key in ("logger", "batcher") if component == "transformer" else ("logger",):
        if isinstance(spec.get(key), dict):
            images += platform_image("agent", (*route, key), context)
    account = as_text(spec.get("serviceAccountName")) or None
    own = names(spec.get("imagePullSecrets"))
    return Pod(component, route, _once(images), own, account, references(spec, route))


def _art(spec: Mapping[str, Any], route: Route, context: ClusterContext) -> Iterator[Image]:
    """KServe's own explainer, whose image it adds where the service writes none."""
    art = spec.get("art")
    if isinstance(art, dict) and not art.get("image"):
        for image in platform_image("explainers", (*route, "art"), context):
            reference = runtime.edited(image.reference, None, art, {})
            yield Image(reference, image.route, image.origin, image.owner)
