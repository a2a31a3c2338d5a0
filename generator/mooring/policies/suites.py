"""A runnable `kyverno test` suite for each policy: objects that pass and objects that fail, one row for each.

The objects are made from one host, project and Secret of the fleet, so a suite is as large for a thousand namespaces as
for one. Each place that can hold an image has an object without a list (refused) and one with it (admitted).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mooring.artifact import Artifact
from mooring.catalog import Catalog
from mooring.policies.model import PolicyInput

_NAMESPACE = "suite"
_BARE = "suite-without-grants"
_KSERVE = "serving.kserve.io"
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One object and what the policy is to say of it: `pass`, `fail`, or `skip` where its conditions leave it alone."""

    object: Object
    result: str


def _crds(objects: list[Object], catalog: Catalog) -> list[Object]:
    """The custom kinds among the objects, for a CLI that knows only some of them by itself."""
    found: dict[str, Object] = {}
    for data in objects:
        info = catalog.kind(data["apiVersion"], data["kind"])
        if info is None or info.product == "kubernetes":
            continue
        version = {
            "name": info.api_version.rpartition("/")[2],
            "served": True,
            "storage": False,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }
        names = {
            "kind": info.kind,
            "plural": info.plural,
            "singular": info.kind.lower(),
            "listKind": f"{info.kind}List",
        }
        name = f"{info.plural}.{info.group}"
        entry: Object = {"crd": name, "group": info.group, "scope": info.scope, "names": names, "versions": []}
        versions = found.setdefault(name, entry)["versions"]
        if all(known["name"] != version["name"] for known in versions):
            versions.append(version)
    for entry in found.values():
        entry["versions"][-1]["storage"] = True
    return [found[name] for name in sorted(found)]


def plan(given: PolicyInput, folder: str, catalog: Catalog) -> list[Artifact]:
    """The files below `<folder>/tests/`."""
    rows = {
        "require-pull-secret": [*_require(given)],
        "no-default-namespace": [*_default(given)],
        "pull-secret-shape": [*_shape(given)],
    }
    artifacts = []
    for policy, found in rows.items():
        here = f"{folder}/tests/{policy}"
        results = [
            {
                "isValidatingPolicy": True,
                "policy": f"mooring-{policy}",
                "kind": row.object["kind"],
                "resources": [_handle(row.object)],
                "result": row.result,
            }
            for row in found
        ]
        context = {"name": policy, "policy": f"../../{policy}.yaml", "results": results}
        artifacts.append(Artifact(f"{here}/kyverno-test.yaml", "policy/suite", context))
        objects = [row.object for row in found]
        artifacts.append(Artifact(f"{here}/resources.yaml", "policy/suite-resources", {"objects": objects}))
        cluster: dict[str, Any] = {"objects": [*_cluster(given)]}
        kinds = _crds(objects, catalog)
        if kinds:
            # The CLI reads one CRD of each file.
            cluster["crds"] = [f"crds/{kind['crd']}.yaml" for kind in kinds]
            artifacts += [Artifact(f"{here}/crds/{kind['crd']}.yaml", "policy/suite-crd", kind) for kind in kinds]
        artifacts.append(Artifact(f"{here}/clusterresources.yaml", "policy/suite-cluster", cluster))
    return artifacts


def _handle(thing: Object) -> str:
    metadata = thing["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else str(metadata["name"])


def _cluster(given: PolicyInput) -> Iterator[Object]:
    host, project, secret = given.sample
    for name in (_NAMESPACE, _BARE, "default"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "mooring-pull-grants", "namespace": _NAMESPACE},
        "data": {secret: f"{host}/{project}", "other": f"{host}/other", "_pod.any": f"{host}/{project}"},
    }


def _object(api_version: str, kind: str, name: str, spec: Object, namespace: str | None = _NAMESPACE) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def _pod(name: str, image: str, secrets: list[str] | None = None, namespace: str = _NAMESPACE, **more: Any) -> Object:
    spec: Object = {"containers": [{"name": "main", "image": image}], **more}
    if secrets is not None:
        spec["imagePullSecrets"] = [{"name": secret} for secret in secrets]
    return _object("v1", "Pod", name, spec, namespace)


def _container(image: str) -> list[Object]:
    return [{"name": "main", "image": image}]


def _places(image: str) -> Iterator[tuple[str, str, str, Object, tuple[str | int, ...]]]:
    """(name, apiVersion, kind, spec, where its pod spec is): a Harbor image at every place that can hold one."""
    plain = {"containers": [{"name": "main", "image": "docker.io/library/busybox:1"}]}
    model: Object = {"modelFormat": {"name": "onnx"}}
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
    beta, alpha, llm = f"{_KSERVE}/v1beta1", f"{_KSERVE}/v1alpha1", f"{_KSERVE}/v1alpha2"
    service = "InferenceService"
    yield "predictor", beta, service, {"predictor": {"containers": _container(image)}}, ("predictor",)
    yield "predictor-model-image", beta, service, {"predictor": {"model": {**model, "image": image}}}, ("predictor",)
    oci = {"predictor": {"model": {**model, "storageUri": f"oci://{image}"}}}
    yield "predictor-oci-model", beta, service, oci, ("predictor",)
    native = {"predictor": {"model": {**model, "storageUri": f"oci+native://{image}"}}}
    yield "predictor-oci-native-model", beta, service, native, ("predictor",)
    uris = {"predictor": {"model": {**model, "storageUris": [{"uri": f"oci+fetch://{image}"}]}}}
    yield "predictor-oci-fetch-uris", beta, service, uris, ("predictor",)
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


def _require(given: PolicyInput) -> Iterator[Row]:
    host, project, secret = given.sample
    image = f"{host}/{project}/app:1.0"
    for name, api_version, kind, spec, place in _places(image):
        yield Row(_object(api_version, kind, f"{name}-without", spec), "fail")
        yield Row(_object(api_version, kind, f"{name}-with", _with(spec, place, secret)), "pass")
    bare, _, port = host.partition(":")
    other_port = f"{bare}:{'8444' if port != '8444' else '8445'}"
    mutants = {
        "no-list": (image, None),
        "empty-list": (image, []),
        "empty-name": (image, [""]),
        "other-name": (image, ["somebody-elses"]),
        "other-project": (image, ["other"]),
        "reserved-key": (image, ["_pod.any"]),
        "upper-case-host": (f"{host.upper()}/{project}/app:1.0", [secret]),
        "other-port": (f"{other_port}/{project}/app:1.0", [secret]),
        "digest": (f"{host}/{project}/app@sha256:{'0' * 64}", None),
        "project-prefix": (f"{host}/{project}x/app:1.0", [secret]),
    }
    for name, (reference, secrets) in mutants.items():
        yield Row(_pod(f"pod-{name}", reference, secrets), "fail")
    near = {
        "good": (image, [secret]),
        "good-second": (image, ["somebody-elses", secret]),
        "good-digest": (f"{host}/{project}/app@sha256:{'0' * 64}", [secret]),
        "docker-hub": ("nginx", None),
        "docker-hub-user": ("team/nginx:1", None),
        "other-registry": ("registry.example.org/team/app:1", None),
        "suffix-look-alike": (f"{bare}.evil.example/{project}/app:1", None),
        "prefix-look-alike": (f"x{host}/{project}/app:1", None),
    }
    for pair in given.public[:1]:
        near["public-project"] = (f"{pair}/busybox:1", None)
    for name, (reference, secrets) in near.items():
        yield Row(_pod(f"pod-{name}", reference, secrets), "pass")
    yield Row(_pod("pod-without-grants", image, [secret], _BARE), "fail")
    yield Row(_pod("pod-without-grants-or-harbor", "nginx", None, _BARE), "pass")
    yield Row(_object("v1", "Pod", "pod-null-lists", {"containers": _container("nginx"), "initContainers": None}), "pass")
    spec = {"predictor": {"model": None, "containers": None, "imagePullSecrets": None}}
    yield Row(_object(f"{_KSERVE}/v1beta1", "InferenceService", "null-everywhere", spec), "pass")
    inherited = {
        "predictor": {"model": {"modelFormat": {"name": "onnx"}}, "imagePullSecrets": [{"name": secret}]},
        "canary": [{"predictor": {"containers": _container(image)}}],
    }
    yield Row(_object(f"{_KSERVE}/v1beta1", "InferenceService", "canary-inherits", inherited), "pass")
    runtime = {"containers": _container(image)}
    kind = "ClusterServingRuntime"
    yield Row(_object(f"{_KSERVE}/v1alpha1", kind, "cluster-runtime-without", runtime, None), "fail")
    yield Row(_object(f"{_KSERVE}/v1alpha1", kind, "cluster-runtime-with", _with(runtime, (), secret), None), "pass")
    leaving = _pod("pod-being-deleted", image)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Row(leaving, "skip")


def _default(given: PolicyInput) -> Iterator[Row]:
    host, project, secret = given.sample
    image = f"{host}/{project}/app:1.0"
    service = {"predictor": {"model": {"modelFormat": {"name": "onnx"}}}}
    beta = f"{_KSERVE}/v1beta1"
    docker = {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="}}
    target = {"target": {"template": {"type": "kubernetes.io/dockerconfigjson"}}}
    for namespace in ("default", _NAMESPACE):
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


def _shape(given: PolicyInput) -> Iterator[Row]:
    host, project, _ = given.sample
    robot = f"{given.robot_prefixes[0]}{project}+app"
    words = "not-a-secret"

    def secret(name: str, config: object, kind: str = "kubernetes.io/dockerconfigjson") -> Object:
        text = config if isinstance(config, str) else json.dumps(config)
        metadata = {"name": name, "namespace": _NAMESPACE}
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
