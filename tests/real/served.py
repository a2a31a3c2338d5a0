"""InferenceServices that admission lets through, the runtimes that they meet, and what KServe is to make of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mooring.policies.samples import KSERVE

Object = dict[str, Any]
HOST, LAB = "harbor.example.com", "lab.example.com:8443"  # of the fleet that the policies are rendered from
OWN, OPEN, RUNTIME = "harbor-vision", "lab-shared", "harbor-runtime"
ACCOUNT, RUNNER = "puller", "runner"  # their lists have the services' Secret, and the runtimes'; the default one's is empty
APP, MODEL, SHARED, ENGINE = (
    f"{HOST}/vision/app:1.0",
    f"{HOST}/vision/model:1.0",
    f"{LAB}/base/app:1.0",
    f"{HOST}/engine/x:1",
)
PLAIN = "docker.io/library/server:1"


class Shape(NamedTuple):
    """`made` are the Deployments of it, by what comes behind its name."""

    spec: Object
    made: tuple[str, ...] = ("predictor",)
    labels: Mapping[str, str] = {}
    scaled: str = "hpa"


def _listed(spec: Object, *secrets: str) -> Object:
    return {**spec, "imagePullSecrets": [{"name": name} for name in secrets]}


def _custom(image: str, name: str = "kserve-container") -> Object:
    return {"containers": [{"name": name, "image": image}]}


def _model(runtime: str, **more: Any) -> Object:
    model = {"modelFormat": {"name": "onnx"}, "runtime": runtime, "storageUri": "gs://models/onnx", **more}
    return {"model": {key: value for key, value in model.items() if value is not None}}


def _canary(predictor: Object) -> list[Object]:
    return [{"trafficPercent": 10, "predictor": {**predictor, "name": "next"}}]


_SERVER = _custom(PLAIN)["containers"]
_PLAIN, _OCI = _model("plain"), _model("plain", storageUri=f"oci://{MODEL}")
_NODES = _model("nodes", storageUri="pvc://claim/models")
_NEXT: Object = {"model": {"modelFormat": {"name": "onnx"}, "name": "kserve-container", "image": APP}}
_URIS = [{"uri": f"oci://{MODEL}", "mountPath": "/mnt/models/a"}]
_ENV = [{"name": "STORAGE_URI", "value": f"oci://{MODEL}"}]

SHAPES: Mapping[str, Shape] = {
    "custom": Shape({"predictor": _listed(_custom(APP), OWN)}),
    "open-secret": Shape({"predictor": _listed(_custom(SHARED), OPEN)}),
    "public": Shape({"predictor": _custom(f"{HOST}/library/app:1")}),
    "sidecar": Shape({"predictor": _listed({"containers": [*_SERVER, {"name": "beside", "image": APP}]}, OWN)}),
    "init": Shape({"predictor": _listed({**_PLAIN, "initContainers": [{"name": "prepare", "image": APP}]}, OWN)}),
    "modelcar": Shape({"predictor": _listed(_OCI, OWN)}),
    "image-volume": Shape({"predictor": _listed(_model("plain", storageUri=f"oci+native://{MODEL}"), OWN)}),
    "several-uris": Shape({"predictor": _listed({**_model("plain", storageUri=None), "storageUris": _URIS}, OWN)}),
    "storage-env": Shape({"predictor": _listed({"containers": [{**_SERVER[0], "env": _ENV}]}, OWN)}),
    "model-image": Shape({"predictor": _listed(_model("plain", image=APP), OWN)}),
    "framework": Shape({"predictor": _listed({"sklearn": {"storageUri": f"oci://{MODEL}"}}, OWN)}),
    "logged": Shape(
        {"predictor": _listed({**_custom(APP), "logger": {"mode": "all", "url": "http://sink.example.com"}}, OWN)}
    ),
    "transformer": Shape(
        {"predictor": _listed(_OCI, OWN), "transformer": _listed(_custom(APP), OWN)}, ("predictor", "transformer")
    ),
    "explainer": Shape({"predictor": _PLAIN, "explainer": _listed(_custom(APP), OWN)}, ("predictor", "explainer")),
    "worker": Shape(
        {"predictor": {**_NODES, "workerSpec": _listed(_custom(APP, "worker-container"), OWN)}},
        ("predictor", "predictor-worker"),
        scaled="none",
    ),
    "canary": Shape({"predictor": _PLAIN, "canary": _canary(_listed(_NEXT, OWN))}, ("predictor", "next-predictor")),
    "canary-inherits": Shape({"predictor": _listed(_OCI, OWN), "canary": _canary(_NEXT)}, ("predictor", "next-predictor")),
    "runtime-own": Shape({"predictor": _model("owned")}),
    "cluster-runtime-own": Shape({"predictor": _model("cluster-owned")}),
    "both-lists": Shape({"predictor": _listed(_model("owned", storageUri=f"oci://{MODEL}"), OWN)}),
    "runtime-bare": Shape({"predictor": _listed(_model("bare"), RUNTIME)}),
    # For a server of several models KServe makes a ConfigMap, with the service's labels.
    "several-models": Shape(
        {"predictor": _listed(_model("several", storageUri=None), OWN)}, labels={"app.kubernetes.io/managed-by": "mooring"}
    ),
}
# Where owners need no list of their own.
IMPLICIT: Mapping[str, Shape] = {
    "account": Shape({"predictor": {**_custom(APP), "serviceAccountName": ACCOUNT}}),
    "runtime-account": Shape({"predictor": {**_model("cluster-bare"), "serviceAccountName": RUNNER}}),
}
# Where the policies name what is missing.
INJECTED: Mapping[str, Shape] = {
    "injected": Shape({"predictor": _custom(SHARED)}),
    "injected-canary": Shape(
        {"predictor": _PLAIN, "canary": _canary({"model": {**_NEXT["model"], "image": SHARED}})},
        ("predictor", "next-predictor"),
    ),
}
# Their runtime brings an image from Harbor, and nobody its Secret.
LACKING: Mapping[str, Shape] = {
    "lacking": Shape({"predictor": _model("bare")}),
    "lacking-cluster": Shape({"predictor": _model("cluster-bare")}),
    "lacking-beside": Shape(
        {"predictor": _model("bare"), "transformer": _listed(_custom(APP), OWN)}, ("predictor", "transformer")
    ),
}
# It stands before the policies, which would refuse it.
STANDING = Shape({"predictor": _custom(APP)})


def runtimes(namespace: str) -> list[Object]:
    worker = {
        "containers": [{"name": "worker-container", "image": PLAIN}],
        "pipelineParallelSize": 2,
        "tensorParallelSize": 1,
    }
    return [
        _runtime("plain", namespace, _custom(PLAIN)),
        _runtime("several", namespace, {**_custom(APP), "multiModel": True}, OWN),
        _runtime("nodes", namespace, {**_custom(PLAIN), "workerSpec": worker}),
        _runtime("owned", namespace, _custom(ENGINE), RUNTIME),
        _runtime("bare", namespace, _custom(ENGINE)),
        _runtime("cluster-owned", "", _custom(ENGINE), RUNTIME),
        _runtime("cluster-bare", "", _custom(ENGINE)),
    ]


def _runtime(name: str, namespace: str, pod: Object, *secrets: str) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    formats = [{"name": "onnx", "version": "1"}, {"name": "sklearn", "version": "1", "autoSelect": name == "plain"}]
    spec = {
        "supportedModelFormats": formats,
        "protocolVersions": ["v1", "v2"],
        **(_listed(pod, *secrets) if secrets else pod),
    }
    kind = "ServingRuntime" if namespace else "ClusterServingRuntime"
    return {"apiVersion": f"{KSERVE}/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def service(name: str, shape: Shape, namespace: str) -> Object:
    metadata: Object = {"name": name, "namespace": namespace, "labels": {**shape.labels}}
    annotations = {"deploymentMode": "Standard", "autoscalerClass": shape.scaled}
    metadata["annotations"] = {f"{KSERVE}/{key}": value for key, value in annotations.items()}
    return {"apiVersion": f"{KSERVE}/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": shape.spec}


def granted() -> dict[str, str]:
    """The namespace's grants, as mooring renders them: what each Secret may pull, and who may use it."""
    found = {OWN: f"{HOST}/vision", RUNTIME: f"{HOST}/engine", OPEN: f"{LAB}/base,{LAB}/tools", "_open": OPEN}
    found |= {f"_inferenceservice.{name}": OWN for name in (*SHAPES, *IMPLICIT)}
    found |= {f"_inferenceservice.{name}": f"{RUNTIME},{OWN}" for name in ("runtime-bare", *LACKING)}
    return {**found, "_servingruntime.owned": RUNTIME, "_servingruntime.several": OWN}


def accounts(namespace: str) -> list[Object]:
    lists = {"default": (), ACCOUNT: (OWN,), RUNNER: (RUNTIME,)}
    frame = {"apiVersion": "v1", "kind": "ServiceAccount"}
    return [
        {**frame, **_listed({"metadata": {"name": name, "namespace": namespace}}, *secrets)}
        for name, secrets in lists.items()
    ]
