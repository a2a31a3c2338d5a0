"""Services that take in what a release of KServe installs: each runtime by its name and by its formats, each preset."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

_GPU = {"resources": {"limits": {"nvidia.com/gpu": "1"}}}
_MODEL = {"uri": "hf://org/model"}
_ROUTERS: tuple[dict[str, Any], ...] = (
    {}, {"router": {"scheduler": {}, "route": {}}},
    {"router": {"scheduler": {"config": {"inline": {"plugins": [{"type": "predicted-latency-producer"}]}}}}},
    {"router": {"scheduler": {"config": {"inline": {"plugins": [{"type": "precise-prefix-cache-scorer"}]}}}}},
)  # fmt: skip
_SIZES: tuple[dict[str, Any], ...] = (
    {}, {"worker": {}}, {"worker": {}, "parallelism": {"data": 2}}, {"worker": {}, "parallelism": {"pipeline": 2}},
)  # fmt: skip


def services(objects: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Services for the objects of a release, by kind and name."""
    for name, runtime in objects["ClusterServingRuntime"].items():
        nodes = {"workerSpec": {}} if "workerSpec" in runtime["spec"] else {}
        for entry in runtime["spec"]["supportedModelFormats"]:
            for protocol in ("", "v1", "v2", "grpc-v2"):
                model = {"modelFormat": {"name": entry["name"]}, "storageUri": "pvc://a"}
                model |= {"protocolVersion": protocol} if protocol else {}
                yield _service({"model": model, **nodes})
                yield _service({"model": {**model, "modelFormat": entry}, **nodes})
        for more in ({}, _GPU, {"runtimeVersion": "9"}):
            yield _service(
                {"model": {"modelFormat": {"name": "any"}, "runtime": name, "storageUri": "pvc://a", **more}, **nodes}
            )
    for router, size, prefill in itertools.product(_ROUTERS, _SIZES, (None, *_SIZES)):
        spec = {"model": _MODEL, **router, **size} | ({"prefill": prefill} if prefill is not None else {})
        yield {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "LLMInferenceService",
               "metadata": {"name": "svc", "namespace": "ns"}, "spec": spec}  # fmt: skip


def _service(predictor: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
            "metadata": {"name": "svc", "namespace": "ns"}, "spec": {"predictor": predictor}}  # fmt: skip
