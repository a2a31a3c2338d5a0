"""InferenceServices for the oracle test, and the runtimes and ServiceAccounts they meet; the same ones at each run.

Each family turns a different rule of KServe's; within a family the details are drawn by a seeded generator.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

Object = dict[str, Any]

SEED = 20
HOST = "harbor.example.com"
DIGEST = "sha256:" + "ab" * 32
NAMESPACES = ("alpha", "beta")
SERVER_TYPE = "serving.kserve.io/server-type"
# The lists of the ServiceAccounts in each namespace; the first is what Pods without an account get.
ACCOUNTS = {
    ("alpha", "default"): ("account-default",),
    ("alpha", "listed"): ("account-b", "account-a"),
    ("alpha", "bare"): (),
    ("beta", "default"): (),
    ("beta", "listed"): ("account-c",),
    ("beta", "bare"): (),
}


def accounts() -> list[Object]:
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": namespace},
            "imagePullSecrets": listed(secrets),
        }
        for (namespace, name), secrets in ACCOUNTS.items()
    ]


def listed(names: tuple[str, ...] | list[str]) -> list[Object]:
    return [{"name": name} for name in names]


def _format(name: str, version: str | None = None, priority: int | None = None, auto: bool = True) -> Object:
    entry: Object = {"name": name, "autoSelect": auto}
    if version is not None:
        entry["version"] = version
    if priority is not None:
        entry["priority"] = priority
    return entry


def _runtime(
    name: str, image: str, formats: list[Object], *, namespace: str = "", secrets: tuple[str, ...] = (),
    protocols: tuple[str, ...] = ("v1", "v2"), server: str = "", gpu: bool = False, more: Object | None = None,
    beside: list[Object] | None = None,
) -> Object:  # fmt: skip
    container: Object = {"name": "kserve-container", "image": image}
    if gpu:
        container["resources"] = {"limits": {"nvidia.com/gpu": "1"}}
    metadata: Object = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if server:
        metadata["annotations"] = {SERVER_TYPE: server}
    spec: Object = {"supportedModelFormats": formats, "containers": [container, *(beside or [])], **(more or {})}
    if protocols:
        spec["protocolVersions"] = list(protocols)
    if secrets:
        spec["imagePullSecrets"] = listed(secrets)
    kind = "ServingRuntime" if namespace else "ClusterServingRuntime"
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def runtimes() -> list[Object]:
    """Of equal ones KServe takes the youngest, then by name: so the one whose name comes first is created last here."""
    skl = [_format("sklearn", "1", 1)]
    nodes = {
        "workerSpec": {
            "pipelineParallelSize": 2,
            "tensorParallelSize": 1,
            "imagePullSecrets": listed(("nodes-worker", "shared")),
            "containers": [{"name": "worker-container", "image": f"{HOST}/rt/worker:1"}],
        }
    }
    bare_nodes = {
        "workerSpec": {
            "pipelineParallelSize": 2,
            "tensorParallelSize": 1,
            "containers": [{"name": "worker-container", "image": f"{HOST}/rt/bare-worker:1"}],
        }
    }
    sidecars = [
        {"name": "transformer-container", "image": f"{HOST}/rt/transformer:1"},
        {"name": "beside", "image": f"{HOST}/rt/beside:1"},
    ]
    return [
        _runtime("kserve-sklearnserver", f"{HOST}/rt/sklearn:1.0", skl),
        _runtime("sklearn-first", f"{HOST}/rt/sklearn-first:1.0", [_format("sklearn", "1", 5)], secrets=("rt-first",)),
        _runtime(
            "sklearn-v2", f"{HOST}/rt/sklearn-v2:1.0", [_format("sklearn", "2", 9)], secrets=("rt-v2",), protocols=("v2",)
        ),
        _runtime("sklearn-manual", f"{HOST}/rt/sklearn-m:1.0", [_format("sklearn", "1", 99, auto=False)], secrets=("rt-m",)),
        _runtime("sklearn-off", f"{HOST}/rt/sklearn-o:1.0", [_format("sklearn", "1", 99)], more={"disabled": True}),
        _runtime("sklearn-alpha", f"{HOST}/rt/sklearn-a:1.0", skl, namespace="alpha", secrets=("rt-alpha", "shared")),
        _runtime("both", f"{HOST}/rt/both-cluster:1.0", [_format("both", "1")], secrets=("rt-both-cluster",)),
        _runtime("both", f"{HOST}/rt/both-alpha:1.0", [_format("both", "1")], namespace="alpha", secrets=("rt-both-alpha",)),
        _runtime("xgb-z", f"{HOST}/rt/xgb-z:1", [_format("xgboost", "1")], protocols=()),
        _runtime("xgb-v2", f"{HOST}/rt/xgb-v2:1", [_format("xgboost", "1", 2)], protocols=("v2", "grpc-v2")),
        _runtime("xgb-b", f"{HOST}/rt/xgb-b:1", [_format("xgboost", "2"), _format("xgboost", "1")], secrets=("rt-xgb",)),
        _runtime("xgb-a", f"{HOST}/rt/xgb-a:1", [_format("xgboost", "1")], protocols=("v1",)),
        _runtime("lgb-none", f"{HOST}/rt/lgb-none:1", [_format("lightgbm", "1")]),
        # the priority that counts is that of the first entry with the format's name, whatever its version
        _runtime("lgb-late", f"{HOST}/rt/lgb-late:1", [_format("lightgbm", "9", 1), _format("lightgbm", "1", 90)]),
        _runtime("lgb-early", f"{HOST}/rt/lgb-early:1", [_format("lightgbm", "1", 3)], secrets=("rt-lgb",)),
        _runtime("kserve-huggingfaceserver", f"{HOST}/rt/hf:1.0", [_format("huggingface", "1", 1)], secrets=("rt-hf",)),
        _runtime("hf-gpu", f"{HOST}/rt/hf:2.0-gpu", [_format("hfgpu", "1")], server="huggingfaceserver", gpu=True),
        _runtime("kserve-vllmserver", f"{HOST}/rt/vllm-openai:v1", [_format("vllm", "1")], secrets=("rt-vllm",)),
        _runtime("vllm-digest", f"{HOST}/rt/vllm-openai@{DIGEST}", [_format("vllmd", "1")], server="vllmserver"),
        _runtime("vllm-both", f"{HOST}/rt/vllm-openai:v1@{DIGEST}", [_format("vllmb", "1")], server="vllmserver"),
        _runtime("vllm-cpu", f"{HOST}/rt/vllm-openai-cpu:v1", [_format("vllmc", "1")], server="vllmserver"),
        _runtime("vllm-gpu", f"{HOST}/rt/vllm-openai:v2", [_format("vllmg", "1")], server="vllmserver", gpu=True),
        _runtime("kserve-tensorflow-serving", f"{HOST}/rt/tf:2.6", [_format("tensorflow", "1")]),
        _runtime("tf-untagged", f"{HOST}:8443/rt/tf", [_format("tfu", "1")], server="tensorflow-serving"),
        _runtime("kserve-torchserve", f"{HOST}:8443/rt/torch:0.9", [_format("pytorch", "1")], secrets=("rt-torch",)),
        _runtime("crew", f"{HOST}/rt/crew:1", [_format("crew", "1")], secrets=("rt-crew", "shared"), beside=sidecars),
        _runtime("named", HOST + "/rt/{{.Name}}:{{ .Namespace }}", [_format("named", "1")]),
        _runtime("nodes", f"{HOST}/rt/head:1", [_format("nodes", "1", 1)], secrets=("nodes-head", "shared"), more=nodes),
        _runtime("nodes-bare", f"{HOST}/rt/bare-head:1", [_format("bare", "1", 1)], more=bare_nodes),
        _runtime("nodes-not", f"{HOST}/rt/nodes-not:1", [_format("nodes", "1", 9)], secrets=("rt-not",)),
    ]


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
}


def services() -> Iterator[Object]:
    """The InferenceServices, in the two namespaces in turn."""
    draw = Draw(random.Random(SEED))
    for family, (make, count) in FAMILIES.items():
        for number in range(count):
            metadata: Object = {"name": f"{family}-{number}", "namespace": NAMESPACES[number % 2]}
            metadata["annotations"] = {
                "serving.kserve.io/deploymentMode": "Standard",
                "serving.kserve.io/autoscalerClass": "none",
            }
            spec = make(draw)
            yield {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}
