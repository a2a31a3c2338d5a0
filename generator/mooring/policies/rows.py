"""The objects of the suites: for each policy what it refuses, what it admits, and what it leaves alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mooring.policies.decisions import TABLE, Decision, made
from mooring.policies.model import PolicyInput

NAMESPACE = "suite"
BARE = "suite-without-grants"
_KSERVE = "serving.kserve.io"
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One object and what the policy is to say of it: `pass`, `fail`, or `skip` where its conditions leave it alone."""

    object: Object
    result: str


def _object(api_version: str, kind: str, name: str, spec: Object, namespace: str | None = NAMESPACE) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def _pod(name: str, image: str, secrets: list[str] | None = None, namespace: str = NAMESPACE, **more: Any) -> Object:
    spec: Object = {"containers": [{"name": "main", "image": image}], **more}
    if secrets is not None:
        spec["imagePullSecrets"] = [{"name": secret} for secret in secrets]
    return _object("v1", "Pod", name, spec, namespace)


def _container(image: str) -> list[Object]:
    return [{"name": "main", "image": image}]


_Place = tuple[str, str, str, Object, tuple[str | int, ...]]
"""Name, apiVersion, kind, spec, and where in it the pod spec is that holds the image."""


def _places(image: str) -> Iterator[_Place]:
    """A Harbor image at every place that can hold one."""
    plain = {"containers": [{"name": "main", "image": "docker.io/library/busybox:1"}]}
    yield "pod-init", "v1", "Pod", {**plain, "initContainers": _container(image)}, ()
    yield "pod-ephemeral", "v1", "Pod", {**plain, "ephemeralContainers": _container(image)}, ()
    volume = {"name": "m", "image": {"reference": image}}
    yield "pod-volume", "v1", "Pod", {**plain, "volumes": [volume]}, ()
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        spec = {"template": {"spec": {"containers": _container(image)}}}
        yield kind.lower(), "apps/v1", kind, spec, ("template", "spec")
    yield "job", "batch/v1", "Job", {"template": {"spec": {"containers": _container(image)}}}, ("template", "spec")
    job = {"spec": {"template": {"spec": {"containers": _container(image)}}}}
    yield "cronjob", "batch/v1", "CronJob", {"jobTemplate": job}, ("jobTemplate", "spec", "template", "spec")
    knative = {"template": {"spec": {"containers": _container(image)}}}
    yield "knative", "serving.knative.dev/v1", "Service", knative, ("template", "spec")
    yield from _kserve_places(image, plain)
    yield from _llm_places(image, plain)


def _kserve_places(image: str, plain: Object) -> Iterator[_Place]:
    model: Object = {"modelFormat": {"name": "onnx"}}
    beta, alpha = f"{_KSERVE}/v1beta1", f"{_KSERVE}/v1alpha1"
    service = "InferenceService"
    yield "predictor", beta, service, {"predictor": {"containers": _container(image)}}, ("predictor",)
    yield "predictor-model-image", beta, service, {"predictor": {"model": {**model, "image": image}}}, ("predictor",)
    oci = {"predictor": {"model": {**model, "storageUri": f"oci://{image}"}}}
    yield "predictor-oci-model", beta, service, oci, ("predictor",)
    native = {"predictor": {"model": {**model, "storageUri": f"oci+native://{image}"}}}
    yield "predictor-oci-native-model", beta, service, native, ("predictor",)
    alias = {"predictor": {"sklearn": {"storageUri": f"oci://{image}"}}}
    yield "predictor-alias-oci-model", beta, service, alias, ("predictor",)
    uris: list[Object] = [{"uri": f"oci+fetch://{image}", "mountPath": "/mnt/models"}]
    yield "predictor-oci-fetch-uris", beta, service, {"predictor": {"model": model, "storageUris": uris}}, ("predictor",)
    transformer = {"containers": [{"name": "main", "image": "busybox"}], "storageUris": uris}
    yield "transformer-uris", beta, service, {"predictor": {"model": model}, "transformer": transformer}, ("transformer",)
    env = [{"name": "main", "image": "busybox", "env": [{"name": "STORAGE_URI", "value": f"oci://{image}"}]}]
    yield "predictor-storage-env", beta, service, {"predictor": {"containers": env}}, ("predictor",)
    yield "predictor-alias", beta, service, {"predictor": {"sklearn": {"image": image}}}, ("predictor",)
    worker: Object = {"predictor": {"model": model, "workerSpec": {"containers": _container(image)}}}
    yield "worker", beta, service, worker, ("predictor", "workerSpec")
    for component in ("transformer", "explainer"):
        part: Object = {"predictor": {"model": model}, component: {"containers": _container(image)}}
        yield component, beta, service, part, (component,)
    canary = {"predictor": {"model": model}, "canary": [{"predictor": {"containers": _container(image)}}]}
    yield "canary", beta, service, canary, ("canary", 0, "predictor")
    yield "runtime", alpha, "ServingRuntime", {"containers": _container(image)}, ()
    yield (
        "runtime-worker",
        alpha,
        "ServingRuntime",
        {**plain, "workerSpec": {"containers": _container(image)}},
        ("workerSpec",),
    )


def _llm_places(image: str, plain: Object) -> Iterator[_Place]:
    alpha, llm = f"{_KSERVE}/v1alpha1", f"{_KSERVE}/v1alpha2"
    yield "llm-template", llm, "LLMInferenceService", {"template": {"containers": _container(image)}}, ("template",)
    yield "llm-v1alpha1", alpha, "LLMInferenceService", {"template": {"containers": _container(image)}}, ("template",)
    yield (
        "llm-worker",
        llm,
        "LLMInferenceService",
        {"template": plain, "worker": {"containers": _container(image)}},
        ("worker",),
    )
    prefill = {"template": plain, "prefill": {"template": {"containers": _container(image)}}}
    yield "llm-prefill", llm, "LLMInferenceService", prefill, ("prefill", "template")
    deep = {"template": plain, "prefill": {"worker": {"containers": _container(image)}}}
    yield "llm-prefill-worker", llm, "LLMInferenceService", deep, ("prefill", "worker")
    router = {"template": plain, "router": {"scheduler": {"template": {"containers": _container(image)}}}}
    yield "llm-scheduler", llm, "LLMInferenceService", router, ("router", "scheduler", "template")
    uri = {"model": {"uri": f"oci://{image}"}, "template": plain}
    yield "llm-model", llm, "LLMInferenceService", uri, ("template",)
    lora = {"model": {"uri": "hf://a/b", "lora": {"adapters": [{"uri": f"oci://{image}"}]}}, "template": plain}
    yield "llm-adapter", llm, "LLMInferenceService", lora, ("template",)


def _with(spec: Any, place: tuple[str | int, ...], secret: str) -> Any:
    if not place:
        return {**spec, "imagePullSecrets": [{"name": secret}]}
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        return [_with(item, rest, secret) if index == step else item for index, item in enumerate(spec)]
    return {**spec, step: _with(spec[step], rest, secret)}


def _verdict(decision: Decision, *, explicit: bool) -> str:
    """Where owners need no list of their own, those without one are left to their Pods."""
    listed = decision.own or (decision.kind == "canary" and decision.stable)
    return decision.policy if explicit or decision.kind == "pod" or listed else "pass"


def require_pull_secret(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image without a list and with one; the decision table; and what must go on."""
    sample = given.sample
    secret, image = sample.secret, sample.images["harbor"]
    owner = "fail" if given.explicit else "pass"
    for name, api_version, kind, spec, place in _places(image):
        yield Row(_object(api_version, kind, f"{name}-without", spec), "fail" if kind == "Pod" else owner)
        yield Row(_object(api_version, kind, f"{name}-with", _with(spec, place, secret)), "pass")
    for decision in TABLE:
        if decision.image in sample.images:
            yield Row(made(decision, sample, NAMESPACE)[0], _verdict(decision, explicit=given.explicit))
    yield Row(_pod("pod-without-grants", image, [secret], BARE), "fail")
    yield Row(_pod("pod-without-grants-or-harbor", "nginx", None, BARE), "pass")
    yield Row(_object("v1", "Pod", "pod-null-lists", {"containers": _container("nginx"), "initContainers": None}), "pass")
    spec = {"predictor": {"model": None, "containers": None, "imagePullSecrets": None}}
    yield Row(_object(f"{_KSERVE}/v1beta1", "InferenceService", "null-everywhere", spec), "pass")
    runtime = {"containers": _container(image)}
    kind = "ClusterServingRuntime"
    yield Row(_object(f"{_KSERVE}/v1alpha1", kind, "cluster-runtime-without", runtime, None), owner)
    yield Row(_object(f"{_KSERVE}/v1alpha1", kind, "cluster-runtime-with", _with(runtime, (), secret), None), "pass")
    leaving = _pod("pod-being-deleted", image)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Row(leaving, "skip")


def no_default_namespace(given: PolicyInput) -> Iterator[Row]:
    """What must not stand in `default`, there and elsewhere."""
    secret, image = given.sample.secret, given.sample.images["harbor"]
    service = {"predictor": {"model": {"modelFormat": {"name": "onnx"}}}}
    beta = f"{_KSERVE}/v1beta1"
    docker = {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="}}
    target = {"target": {"template": {"type": "kubernetes.io/dockerconfigjson"}}}
    for namespace in ("default", NAMESPACE):
        result = "fail" if namespace == "default" else "skip"
        yield Row(_object(beta, "InferenceService", f"service-{namespace}", service, namespace), result)
        yield Row(_pod(f"pod-{namespace}", image, [secret], namespace), result)
        metadata = {"name": f"secret-{namespace}", "namespace": namespace}
        yield Row({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **docker}, result)
        es = _object("external-secrets.io/v1", "ExternalSecret", f"external-{namespace}", target, namespace)
        yield Row(es, result)
    yield Row(_pod("pod-of-docker-hub", "nginx", None, "default"), "pass")
    metadata = {"name": "opaque", "namespace": "default"}
    yield Row({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": {}}, "pass")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def pull_secret_shape(given: PolicyInput) -> Iterator[Row]:
    """Docker configurations that are well formed and a robot's, and those that are not."""
    host, project = given.sample.host, given.sample.project
    robot = f"{given.robot_prefixes[0]}{project}+app"
    words = "not-a-secret"

    def secret(name: str, config: object, kind: str = "kubernetes.io/dockerconfigjson") -> Object:
        text = config if isinstance(config, str) else json.dumps(config)
        metadata = {"name": name, "namespace": NAMESPACE}
        data = {".dockerconfigjson": _base64(text)}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": data}

    def auths(key: str, auth: object, **more: str) -> Object:
        return {"auths": {key: {"auth": auth, **more}}}

    good = _base64(f"{robot}:{words}")
    yield Row(secret("good", auths(host, good)), "pass")
    yield Row(secret("good-with-names", auths(host, good, username=robot, password=words)), "pass")
    yield Row(secret("other-registry", auths("registry.example.org", "?")), "pass")
    yield Row(secret("no-auths", {}), "pass")
    yield Row(secret("opaque", auths(host, "?"), "Opaque"), "skip")
    yield Row(secret("admin", auths(host, _base64(f"admin:{words}"))), "fail")
    yield Row(secret("person", auths(host, _base64(f"jane:{words}"))), "fail")
    yield Row(secret("person-upper-case-host", auths(host.upper(), _base64(f"jane:{words}"))), "fail")
    yield Row(secret("person-with-scheme", auths(f"https://{host}/v2/", _base64(f"jane:{words}"))), "fail")
    yield Row(secret("no-auth", {"auths": {host: {"username": robot, "password": words}}}), "fail")
    yield Row(secret("no-base64", auths(host, "***")), "fail")
    yield Row(secret("no-colon", auths(host, _base64(robot))), "fail")
    yield Row(secret("no-password", auths(host, _base64(f"{robot}:"))), "fail")
    yield Row(secret("other-login", auths(host, good, username="admin")), "fail")
