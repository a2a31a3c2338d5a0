"""An object → the pods it becomes: their images, and the `imagePullSecrets` that each will really have.

Where pod specs and images stand is derived from the kind's schema; only what KServe does beyond that is written here and
in the modules beside this one. Objects may be malformed: what is not as it should be is passed over, never a crash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve import inferenceservice, llm, platform
from mooring.kserve.model import GROUP, LLM_CONFIG, ClusterContext, Pod, Unknown
from mooring.kserve.platform import CONFIG, SYSTEM
from mooring.kserve.podspec import at, fetching, images_of, names, platform_image, references
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get
from mooring.schema.catalog import KindInfo


def pods(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> tuple[Pod, ...]:
    """The pods that an object becomes, in the order of its schema's pod specs."""
    if info.api_version.startswith(GROUP):
        if info.kind == "InferenceService":
            return tuple(inferenceservice.pods(data, info, context))
        if info.kind in ("LLMInferenceService", LLM_CONFIG):
            return tuple(llm.pods(data, info, context))
        if info.kind == "InferenceGraph":
            return tuple(_graph(data, context))
        if info.kind in ("LocalModelCache", "LocalModelNamespaceCache"):
            return tuple(_download(data, context))
    return tuple(_plain(data, info))


def _plain(data: Mapping[str, Any], info: KindInfo) -> Iterator[Pod]:
    for pattern in info.pod_specs:
        for route, spec in at(data, pattern):
            if isinstance(spec, dict):
                component = "worker" if route[-1] == "workerSpec" else "template" if route[-1] == "spec" else str(route[-1])
                account = as_text(spec.get("serviceAccountName")) or None
                own = names(spec.get("imagePullSecrets"))
                yield Pod(component, route, tuple(images_of(spec, route)), own, account, references(spec, route))


def _graph(data: Mapping[str, Any], context: ClusterContext) -> Iterator[Pod]:
    """The router: its image and its Secrets stand in KServe's settings; no object here writes them.

    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha1/inferencegraph/raw_ig.go
    """
    images = tuple(platform_image("router", ("spec",), context))
    account = as_text(get(data, ("spec", "serviceAccountName"))) or None
    absent = f"ConfigMap `{SYSTEM}/{CONFIG}`, which names its Secrets under `router`, is not among the files given"
    found = context.settings
    secrets = found.router_secrets if found is not None else ()
    yield Pod("router", None, images, secrets, account, unknown=None if found is not None else Unknown("settings", absent))


def _download(data: Mapping[str, Any], context: ClusterContext) -> Iterator[Pod]:
    """The job that brings a model to a node: it names no Secret and no account, in the namespace of KServe's settings.

    The object's `serviceAccountName` is for the model store's credentials only.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha1/localmodelnode/controller.go
    """
    route: Route = ("spec", "sourceModelUri")
    namespace = context.settings.job_namespace if context.settings is not None else ""
    images = tuple(fetching(as_text(get(data, route)), route, context, use=platform.DOWNLOAD)) if namespace else ()
    absent = f"ConfigMap `{SYSTEM}/{CONFIG}`, which names its namespace under `localModel`, is not among the files given"
    unknown = None if namespace else Unknown("settings", absent)
    yield Pod("download", None, images, (), unknown=unknown, namespace=namespace)
