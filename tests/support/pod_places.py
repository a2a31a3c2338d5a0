"""A Harbor image at every place that can hold one, of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.policies.model import Object
from mooring.policies.samples import KSERVE, container

Place = tuple[str, str, str, Object, tuple[str | int, ...]]
"""Name, apiVersion, kind, spec, and where in it the pod spec is that holds the image."""


def places(image: str, beside: str = "docker.io/library/busybox:1") -> Iterator[Place]:
    """A Harbor image at every place that can hold one; `beside` is the image of a container that needs no Secret."""
    plain = {"containers": container(beside)}
    yield "pod-init", "v1", "Pod", {**plain, "initContainers": container(image)}, ()
    yield "pod-ephemeral", "v1", "Pod", {**plain, "ephemeralContainers": container(image)}, ()
    volume = {"name": "m", "image": {"reference": image}}
    yield "pod-volume", "v1", "Pod", {**plain, "volumes": [volume]}, ()
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        spec = {"template": {"spec": {"containers": container(image)}}}
        yield kind.lower(), "apps/v1", kind, spec, ("template", "spec")
    yield "job", "batch/v1", "Job", {"template": {"spec": {"containers": container(image)}}}, ("template", "spec")
    job = {"spec": {"template": {"spec": {"containers": container(image)}}}}
    yield "cronjob", "batch/v1", "CronJob", {"jobTemplate": job}, ("jobTemplate", "spec", "template", "spec")
    knative = {"template": {"spec": {"containers": container(image)}}}
    yield "knative", "serving.knative.dev/v1", "Service", knative, ("template", "spec")
    yield from _kserve_places(image, plain)
    yield from _llm_places(image, plain)


def _kserve_places(image: str, plain: Object) -> Iterator[Place]:
    model: Object = {"modelFormat": {"name": "onnx"}}
    beta, alpha = f"{KSERVE}/v1beta1", f"{KSERVE}/v1alpha1"
    service = "InferenceService"
    yield "predictor", beta, service, {"predictor": {"containers": container(image)}}, ("predictor",)
    yield "predictor-model-image", beta, service, {"predictor": {"model": {**model, "image": image}}}, ("predictor",)
    oci = {"predictor": {"model": {**model, "storageUri": f"oci://{image}"}}}
    yield "predictor-oci-model", beta, service, oci, ("predictor",)
    native = {"predictor": {"model": {**model, "storageUri": f"oci+native://{image}"}}}
    yield "predictor-oci-native-model", beta, service, native, ("predictor",)
    alias = {"predictor": {"sklearn": {"storageUri": f"oci://{image}"}}}
    yield "predictor-alias-oci-model", beta, service, alias, ("predictor",)
    uris: list[Object] = [{"uri": f"oci+fetch://{image}", "mountPath": "/mnt/models"}]
    yield "predictor-oci-fetch-uris", beta, service, {"predictor": {"model": model, "storageUris": uris}}, ("predictor",)
    transformer = {**plain, "storageUris": uris}
    yield "transformer-uris", beta, service, {"predictor": {"model": model}, "transformer": transformer}, ("transformer",)
    env = [
        {**plain["containers"][0], "name": "kserve-container", "env": [{"name": "STORAGE_URI", "value": f"oci://{image}"}]}
    ]
    yield "predictor-storage-env", beta, service, {"predictor": {"containers": env}}, ("predictor",)
    yield "predictor-alias", beta, service, {"predictor": {"sklearn": {"image": image}}}, ("predictor",)
    worker: Object = {"predictor": {"model": model, "workerSpec": {"containers": container(image)}}}
    yield "worker", beta, service, worker, ("predictor", "workerSpec")
    for component in ("transformer", "explainer"):
        part: Object = {"predictor": {"model": model}, component: {"containers": container(image)}}
        yield component, beta, service, part, (component,)
    canary = {"predictor": {"model": model}, "canary": [{"predictor": {"containers": container(image)}}]}
    yield "canary", beta, service, canary, ("canary", 0, "predictor")
    yield "runtime", alpha, "ServingRuntime", {"containers": container(image)}, ()
    yield (
        "runtime-worker",
        alpha,
        "ServingRuntime",
        {**plain, "workerSpec": {"containers": container(image)}},
        ("workerSpec",),
    )


def _llm_places(image: str, plain: Object) -> Iterator[Place]:
    alpha, llm = f"{KSERVE}/v1alpha1", f"{KSERVE}/v1alpha2"
    yield "llm-template", llm, "LLMInferenceService", {"template": {"containers": container(image)}}, ("template",)
    yield "llm-v1alpha1", alpha, "LLMInferenceService", {"template": {"containers": container(image)}}, ("template",)
    yield (
        "llm-worker",
        llm,
        "LLMInferenceService",
        {"template": plain, "worker": {"containers": container(image)}},
        ("worker",),
    )
    prefill = {"template": plain, "prefill": {"template": {"containers": container(image)}}}
    yield "llm-prefill", llm, "LLMInferenceService", prefill, ("prefill", "template")
    deep = {"template": plain, "prefill": {"worker": {"containers": container(image)}}}
    yield "llm-prefill-worker", llm, "LLMInferenceService", deep, ("prefill", "worker")
    router = {"template": plain, "router": {"scheduler": {"template": {"containers": container(image)}}}}
    yield "llm-scheduler", llm, "LLMInferenceService", router, ("router", "scheduler", "template")
    uri = {"model": {"uri": f"oci://{image}"}, "template": plain}
    yield "llm-model", llm, "LLMInferenceService", uri, ("template",)
    lora = {"model": {"uri": "hf://a/b", "lora": {"adapters": [{"uri": f"oci://{image}"}]}}, "template": plain}
    yield "llm-adapter", llm, "LLMInferenceService", lora, ("template",)


def with_secret(spec: Any, place: tuple[str | int, ...], secret: str) -> Any:
    if not place:
        return {**spec, "imagePullSecrets": [{"name": secret}]}
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        return [with_secret(item, rest, secret) if index == step else item for index, item in enumerate(spec)]
    return {**spec, step: with_secret(spec[step], rest, secret)}


def owners(image: str) -> Iterator[Place]:
    """The same without ephemeral containers: they come when the pod's list stands already."""
    yield from (place for place in places(image) if "ephemeralContainers" not in place[3])
