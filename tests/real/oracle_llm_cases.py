"""LLMInferenceServices for the oracle test, and the configs that they are merged over; the same ones at each run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.real.oracle_around import DIGEST, HOST, NAMESPACES, Object, listed

API = "serving.kserve.io/v1alpha2"
_LISTS: tuple[tuple[str, ...], ...] = ((), (), ("own-a",), ("own-b", "own-a"), ("shared", "own-a"), ("own-a", "shared"))
_URIS = (
    "hf://org/model", "s3://models/a", "pvc://claim/models", f"oci://{HOST}/models/a:1", f"oci+native://{HOST}/models/b@{DIGEST}",
)  # fmt: skip


def _main(image: str = "", **more: Any) -> Object:
    return {"name": "main", **({"image": image} if image else {}), **more}


def _config(name: str, namespace: str, **spec: Any) -> Object:
    metadata = {"name": name, "namespace": namespace}
    spec = {"model": {"uri": "hf://base/model"}, **spec}
    return {"apiVersion": API, "kind": "LLMInferenceServiceConfig", "metadata": metadata, "spec": spec}


def _pool(name: str, namespace: str) -> Object:
    spec = {
        "selector": {"matchLabels": {"app": "theirs"}},
        "targetPorts": [{"number": 8000}],
        "endpointPickerRef": {"name": "theirs", "port": {"number": 9002}},
    }
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "inference.networking.k8s.io/v1", "kind": "InferencePool", "metadata": metadata, "spec": spec}


def configs() -> list[Object]:
    """Bases in KServe's namespace and in the services' own, which come first; one brings workers about, one a scheduler."""
    first = {
        "containers": [_main(f"{HOST}/base/vllm:1"), {"name": "beside", "image": f"{HOST}/base/beside:1"}],
        "imagePullSecrets": listed(["base-a", "shared"]),
        "volumes": [{"name": "data", "image": {"reference": f"{HOST}/base/data:1"}}],
    }
    second = {
        "containers": [{"name": "beside", "image": f"{HOST}/second/beside:2"}],
        "initContainers": [{"name": "prepare", "image": f"{HOST}/second/prepare:1"}],
        "imagePullSecrets": listed(["second", "shared", "base-a"]),
        "serviceAccountName": "listed",
    }
    own = {"containers": [_main(HOST + "/alpha/{{ .ObjectMeta.Name }}:1")], "imagePullSecrets": listed(["alpha-base"])}
    fetched = {"initContainers": [{"name": "storage-initializer", "image": f"{HOST}/own/fetch:1"}], "containers": []}
    nodes = {"worker": {"containers": [_main(f"{HOST}/base/worker:1")], "imagePullSecrets": listed(["nodes"])}}
    scheduler = {"containers": [_main(f"{HOST}/base/epp:1")], "imagePullSecrets": listed(["epp"])}
    return [
        *(_pool("theirs", namespace) for namespace in NAMESPACES),
        _config("first", "kserve", template=first),
        _config("second", "kserve", template=second),
        _config("both", "kserve", template=first),
        _config("both", "alpha", template=own),
        _config("fetching", "kserve", template=fetched),
        _config("nodes", "kserve", **nodes),
        _config("scheduled", "kserve", router={"scheduler": {"template": scheduler}}),
        _config("pre", "kserve", prefill={"template": {"containers": [], "imagePullSecrets": listed(["pre", "shared"])}}),
    ]


class Draw:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def one(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def pod(self, image: str = "vllm", **more: Any) -> Object:
        """A template, with or without an image, a list and an account of its own."""
        spec: Object = {"containers": [_main(self.one("", f"{HOST}/own/{image}:1"))], **more}
        if own := self.rng.choice(_LISTS):
            spec["imagePullSecrets"] = listed(own)
        if account := self.one(None, None, "listed", "bare"):
            spec["serviceAccountName"] = account
        if self.rng.random() < 0.2:
            spec["containers"].append({"name": "more", "image": f"{HOST}/own/more:1"})
        return spec

    def some(self, **fields: Object) -> Object:
        return {key: value for key, value in fields.items() if self.rng.random() < 0.6}


def _plain(draw: Draw) -> Object:
    return draw.some(template=draw.pod())


def _based(draw: Draw) -> Object:
    names = draw.one(["first"], ["second"], ["first", "second"], ["second", "first"], ["both"], ["both", "second"])
    return {"baseRefs": listed(names), **draw.some(template=draw.pod())}


def _replaced(draw: Draw) -> Object:
    """What merges by name: a volume, and a container that changes nothing but its image."""
    volumes = [{"name": "data", "image": {"reference": f"{HOST}/own/data:2"}}]
    containers = [{"name": "beside", "image": f"{HOST}/own/beside:3"}]
    return {"baseRefs": listed(["first"]), "template": {"containers": containers, "volumes": volumes}}


def _fetched(draw: Draw) -> Object:
    """What fetches the model: not at all, in an image of its own, or for adapters."""
    spec: Object = {"baseRefs": listed(draw.one([], ["fetching"])), **draw.some(template=draw.pod())}
    if draw.rng.random() < 0.3:
        spec["storageInitializer"] = {"enabled": False}
    elif draw.rng.random() < 0.6:
        adapters = [{"name": "one", "uri": draw.one("hf://org/lora", "pvc://claim/lora")}]
        spec["model"] = {"lora": {"adapters": adapters}}
    return spec


_NODES: Object = {"parallelism": {"data": 2, "dataLocal": 1, "tensor": 1}}


def _workers(draw: Draw) -> Object:
    spec = {**_NODES, "worker": draw.pod("worker"), **draw.some(template=draw.pod())}
    return draw.one(spec, {**_NODES, "baseRefs": listed(["nodes"]), **draw.some(template=draw.pod(), worker=draw.pod())})


def _prefill(draw: Draw) -> Object:
    workers = {**_NODES, "worker": draw.pod("worker"), **draw.some(template=draw.pod())}
    prefill = draw.one({}, {"template": draw.pod("prefill")}, workers)
    bases = listed(draw.one([], ["pre"], ["first"]))
    return {"prefill": prefill, "baseRefs": bases, **draw.one(draw.some(template=draw.pod()), workers)}


def _scheduled(draw: Draw) -> Object:
    scheduler = draw.one({}, {"template": draw.pod("epp")}, {"pool": {"ref": {"name": "theirs"}}})
    spec = {"baseRefs": listed(draw.one([], ["scheduled"], ["second"])), **draw.some(template=draw.pod())}
    return {**spec, "router": {"scheduler": scheduler}}


def _predicted(draw: Draw) -> Object:
    """A scheduler that foresees latencies has more containers; one that looks at prefixes keeps its tokenizer."""
    plugins = [{"type": draw.one("predicted-latency-producer", "precise-prefix-cache-scorer")}, {"type": "queue-scorer"}]
    config = {"apiVersion": "inference.networking.x-k8s.io/v1alpha1", "kind": "EndpointPickerConfig", "plugins": plugins}
    return {"router": {"scheduler": {"config": {"inline": config}}}, **draw.some(template=draw.pod())}


FAMILIES: dict[str, tuple[Callable[[Draw], Object], int]] = {
    "plain": (_plain, 4),
    "based": (_based, 9),
    "replaced": (_replaced, 1),
    "fetched": (_fetched, 8),
    "workers": (_workers, 7),
    "prefill": (_prefill, 9),
    "scheduled": (_scheduled, 8),
    "predicted": (_predicted, 4),
}


def services() -> Iterator[Object]:
    """The services, in the two namespaces in turn."""
    draw = Draw(random.Random(20))
    for family, (make, count) in FAMILIES.items():
        for number in range(count):
            metadata: Object = {"name": f"{family}-{number}", "namespace": NAMESPACES[number % 2]}
            spec = make(draw)
            spec["model"] = {"name": "model", "uri": draw.rng.choice(_URIS), **spec.get("model", {})}
            yield {"apiVersion": API, "kind": "LLMInferenceService", "metadata": metadata, "spec": spec}
