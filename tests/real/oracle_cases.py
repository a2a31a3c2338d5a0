"""InferenceServices and -Graphs for the oracle test; the same ones at each run.

Each family turns a different rule of KServe's; within a family the details are drawn by a seeded generator.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.real.oracle_around import DIGEST, HOST, NAMESPACES, Object, listed

SEED = 20
STANDARD = {"serving.kserve.io/deploymentMode": "Standard", "serving.kserve.io/autoscalerClass": "none"}


def graphs(family: str) -> Iterator[Object]:
    """InferenceGraphs, whose pods have their images and lists from KServe's ConfigMap alone."""
    for number in range(6):
        metadata: Object = {"name": f"{family}-{number}", "namespace": NAMESPACES[number % 2]}
        metadata["annotations"] = dict(STANDARD)
        steps = [{"name": "only", "serviceUrl": "http://model.example.com"}]
        spec: Object = {"nodes": {"root": {"routerType": "Sequence", "steps": steps}}}
        if account := (None, "listed", "bare")[number // 2]:
            spec["serviceAccountName"] = account
        yield {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "InferenceGraph", "metadata": metadata, "spec": spec}


LISTS: tuple[tuple[str, ...], ...] = (
    (), (), ("own-a",), ("own-b", "own-a"), ("shared", "own-a"), ("own-a", "shared"), ("rt-first", "own-a", "rt-hf"),
    ("own-b", "shared", "rt-crew", "rt-alpha"), ("shared", "own-a", "nodes-head", "rt-m"),
)  # fmt: skip
URIS = (
    None, None, "s3://models/a", "gs://models/b", "hf://org/model", "pvc://claim/models", "https://example.com/m.tar.gz",
    f"oci://{HOST}/models/a:1", f"oci://{HOST}/models/b@{DIGEST}", f"oci+native://{HOST}/models/c:1",
)  # fmt: skip


class Draw:
    """What one InferenceService is drawn from."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def one(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def spec(self, **fields: Any) -> Object:
        """A component's pod spec, with or without a list and an account of its own."""
        chosen = dict(fields)
        own, account = self.rng.choice(LISTS), self.one(None, None, "listed", "bare")
        if own:
            chosen["imagePullSecrets"] = listed(own)
        if account:
            chosen["serviceAccountName"] = account
        if self.rng.random() < 0.15:
            chosen["logger"] = {"mode": "all", "url": "http://sink.example.com"}
        if self.rng.random() < 0.15:
            chosen["initContainers"] = [{"name": "prepare", "image": f"{HOST}/own/prepare:1"}]
        return chosen

    def model(self, name: str, **fields: Any) -> Object:
        chosen: Object = {
            "modelFormat": {"name": name},
            **{key: value for key, value in fields.items() if value is not None},
        }
        uri = self.rng.choice(URIS)
        if uri is not None:
            chosen.setdefault("storageUri", uri)
        return chosen

    def custom(self, name: str = "kserve-container", tag: str = "1", uri: bool = True) -> Object:
        container: Object = {"name": name, "image": f"{HOST}/own/{self.one('app', 'serve')}:{tag}"}
        address = self.rng.choice(URIS)
        if uri and address is not None:
            container["env"] = [{"name": "STORAGE_URI", "value": address}]
        return container


def _named(draw: Draw) -> Object:
    name, runtime = draw.one(
        ("sklearn", "kserve-sklearnserver"), ("sklearn", "sklearn-manual"), ("sklearn", "sklearn-first"), ("both", "both"),
        ("named", "named"), ("lightgbm", "lgb-late"),
    )  # fmt: skip
    return {"predictor": draw.spec(model=draw.model(name, runtime=runtime))}


def _selected(draw: Draw) -> Object:
    name = draw.one("sklearn", "sklearn", "xgboost", "xgboost", "lightgbm", "both", "huggingface")
    version = draw.one(None, None, "1", "2") if name in ("sklearn", "xgboost") else draw.one(None, "1")
    protocol = draw.one(None, None, "v1", "v2") if version != "2" else "v2" if name == "sklearn" else None
    model = draw.model(name, protocolVersion=protocol)
    if version is not None:
        model["modelFormat"]["version"] = version
    return {"predictor": draw.spec(model=model)}


def _framework(draw: Draw) -> Object:
    """The older form: the framework's name is the key; some imply the v2 protocol."""
    name = draw.one("sklearn", "xgboost", "lightgbm", "tensorflow", "pytorch", "huggingface")
    model = draw.model(name)
    del model["modelFormat"]
    if draw.rng.random() < 0.3:
        model["image"] = f"{HOST}/own/framework:3"
    return {"predictor": draw.spec(**{name: model})}


def _edited(draw: Draw) -> Object:
    """What KServe makes of an image's tag and repository."""
    name, runtime = draw.one(
        ("huggingface", "kserve-huggingfaceserver"), ("hfgpu", "hf-gpu"), ("vllm", "kserve-vllmserver"),
        ("vllmd", "vllm-digest"), ("vllmb", "vllm-both"), ("vllmc", "vllm-cpu"), ("vllmg", "vllm-gpu"),
        ("tensorflow", "kserve-tensorflow-serving"), ("tfu", "tf-untagged"), ("pytorch", "kserve-torchserve"),
    )  # fmt: skip
    model = draw.model(
        name, runtime=draw.one(runtime, runtime, None), runtimeVersion=draw.one(None, None, None, "7.0", "8-gpu")
    )
    image = draw.one(None, None, f"{HOST}/own/serve:5", f"{HOST}:8443/own/serve", f"{HOST}/own/serve@{DIGEST}")
    if image:
        model["image"] = image
    gpu = draw.one(None, None, "nvidia.com/gpu", "nvidia.com/mig-1g.5gb", "amd.com/gpu")
    if gpu:
        model["resources"] = {"limits": {gpu: "1"}}
    return {"predictor": draw.spec(model=model)}


def _custom(draw: Draw) -> Object:
    containers = [draw.custom()]
    if draw.rng.random() < 0.4:
        containers.append({"name": "beside", "image": f"{HOST}/own/beside:1"})
    if "env" not in containers[0] and draw.rng.random() < 0.5:
        containers[0]["env"] = [{"name": "MULTI_MODEL_SERVER", "value": "true"}]
    return {"predictor": draw.spec(containers=containers)}


def _collocated(draw: Draw) -> Object:
    """Transformer and predictor in one pod: a custom predictor, or a runtime that has a transformer too."""
    transformer: Object = {"name": "transformer-container", "args": ["--x"]}
    if draw.rng.random() < 0.5:
        own = {**transformer, "image": f"{HOST}/own/transformer:1"}
        return {"predictor": draw.spec(containers=[draw.custom(), own])}
    if draw.rng.random() < 0.6:
        transformer["image"] = f"{HOST}/own/transformer:2"
    model = draw.model("crew", runtime=draw.one("crew", None))
    containers = draw.one([], [transformer], [transformer, {"name": "second", "image": f"{HOST}/own/second:1"}])
    return {"predictor": draw.spec(model=model, **({"containers": containers} if containers else {}))}


def _transformer(draw: Draw) -> Object:
    found = draw.one(_named, _custom)(draw)
    return {**found, "transformer": draw.spec(containers=[draw.custom(tag="transform")])}


def _explainer(draw: Draw) -> Object:
    found = draw.one(_named, _selected)(draw)
    art: Object = {"type": "SquareAttack"}
    if draw.rng.random() < 0.5:
        art["image"] = f"{HOST}/own/art:1"
    elif draw.rng.random() < 0.5:
        art["runtimeVersion"] = "v9"
    explainer = draw.one({"art": art}, {"containers": [draw.custom(tag="explain", uri=False)]})
    return {**found, "explainer": draw.spec(**explainer)}


def _canary(draw: Draw) -> Object:
    name, runtime = draw.one(("sklearn", "sklearn-first"), ("sklearn", None), ("huggingface", "kserve-huggingfaceserver"))
    stable = draw.spec(model=draw.model(name, runtime=runtime, storageUri="s3://models/stable"))
    if draw.rng.random() < 0.3:
        stable["model"]["image"] = f"{HOST}/own/stable:1"
    if draw.rng.random() < 0.3:
        stable["model"]["runtimeVersion"] = "3.0"
    model = draw.model(name, runtime=draw.one(None, "sklearn-manual" if name == "sklearn" else None))
    model["name"] = "kserve-container"  # the CRD wants one here, unlike in `spec.predictor`
    if draw.rng.random() < 0.3:
        model["image"] = f"{HOST}/own/canary:2"
    canary = {**draw.spec(model=model), "name": "next"}
    return {"predictor": stable, "canary": [{"trafficPercent": 10, "predictor": canary}]}


def _nodes(draw: Draw) -> Object:
    name = draw.one("nodes", "nodes", "bare")
    uri = draw.one("pvc://claim/models", f"oci://{HOST}/models/big:1")
    model = draw.model(name, runtime=draw.one({"nodes": "nodes", "bare": "nodes-bare"}[name], None), storageUri=uri)
    worker: Object = {}
    own = draw.rng.choice(LISTS)
    if own:
        worker["imagePullSecrets"] = listed(own)
    if draw.rng.random() < 0.4:
        worker["containers"] = [{"name": "worker-container", "image": f"{HOST}/own/worker:2"}]
    if draw.rng.random() < 0.3:
        worker["serviceAccountName"] = "listed"
    predictor = draw.spec(model=model, workerSpec=worker)
    return {"predictor": predictor}


def _several(draw: Draw) -> Object:
    """Several models in one pod, and what KServe adds for a batcher."""
    uris = [
        {"uri": f"{draw.one('s3', 'gs')}://models/m{number}", "mountPath": f"/mnt/models/m{number}"} for number in (1, 2)
    ]
    uris.append({"uri": draw.one("pvc://claim/x", f"oci://{HOST}/models/e:1"), "mountPath": "/mnt/adapters/m3"})
    model: Object = {"modelFormat": {"name": "sklearn"}, "runtime": "sklearn-first"}
    found = draw.spec(model=model, storageUris=draw.one(uris, uris[:2], uris[2:]))
    if draw.rng.random() < 0.5:
        found["batcher"] = {"maxBatchSize": 2}
    return {"predictor": found}


def _chosen(draw: Draw) -> Object:
    """One of two images that could fetch the model, by name."""
    spec = draw.spec(model=draw.model("sklearn", runtime="sklearn-first", storageUri="s3://chosen/model"))
    return {"predictor": {**spec, "storageContainerName": draw.one("one-of-two", "other-of-two")}}


FAMILIES: dict[str, tuple[Callable[[Draw], Object], int]] = {
    "named": (_named, 24),
    "selected": (_selected, 36),
    "framework": (_framework, 16),
    "edited": (_edited, 44),
    "custom": (_custom, 16),
    "collocated": (_collocated, 20),
    "transformer": (_transformer, 18),
    "explainer": (_explainer, 18),
    "canary": (_canary, 20),
    "nodes": (_nodes, 18),
    "several": (_several, 10),
    "chosen": (_chosen, 8),
}


def services() -> Iterator[Object]:
    """The InferenceServices, in the two namespaces in turn."""
    draw = Draw(random.Random(SEED))
    for family, (make, count) in FAMILIES.items():
        for number in range(count):
            metadata: Object = {"name": f"{family}-{number}", "namespace": NAMESPACES[number % 2]}
            metadata["annotations"] = dict(STANDARD)
            spec = make(draw)
            yield {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}
