"""The ClusterServingRuntimes and the presets of LLM services that a release of KServe installs.

Only what decides over pulls is kept: formats, images, pull Secrets, and what tells when KServe takes or edits them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modules import Module

from mooring.yaml.document import read_manifests

# What the release's own page installs; a module that lacks it has its chart's files, whose images are `latest` until Helm
# fills in the chart's version.
_INSTALLED = "install/{version}/kserve-cluster-resources.yaml"
CHART = "charts/kserve-runtime-configs/files/"
_KINDS = ("ClusterServingRuntime", "LLMInferenceServiceConfig")
_LISTS = ("initContainers", "containers")
_SERVER = "serving.kserve.io/server-type"
_OF_RUNTIME = ("disabled", "imagePullSecrets", "multiModel", "protocolVersions", "supportedModelFormats")
_SCHEDULER_VERSION = "app.kubernetes.io/version"
_CONFIG = ("-config", "--config")  # how the arguments of a scheduler name its configuration


def released(module: Module, version: str) -> dict[str, Any]:
    """The objects of a release by kind and name."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
    for data in _objects(module, version):
        kind, metadata = data["kind"], data["metadata"]
        if kind in _KINDS:
            trimmed = _runtime(data["spec"]) if kind == "ClusterServingRuntime" else _config(data["spec"])
            server = (metadata.get("annotations") or {}).get(_SERVER)
            annotated = {"annotations": {_SERVER: server}} if server else {}
            namespace = {"namespace": metadata["namespace"]} if "namespace" in metadata else {}
            found[kind][metadata["name"]] = {
                "metadata": {"name": metadata["name"], **namespace, **annotated},
                "spec": trimmed,
            }
    return found


def source(module: Module, version: str) -> str:
    """Where in the module a release's objects stand."""
    installed = _INSTALLED.format(version=version)
    return installed if any(module.files(installed)) else CHART


def write(folder: Path, minor: str, objects: dict[str, Any]) -> int:
    """Writes the objects of one release; gives the number of bytes."""
    folder.mkdir(exist_ok=True)
    text = json.dumps(objects, indent=1, sort_keys=True) + "\n"
    (folder / f"kserve-{minor}.json").write_text(text)
    return len(text)


def _objects(module: Module, version: str) -> Iterator[dict[str, Any]]:
    place = source(module, version)
    for name, content in module.files(place):
        if not name.endswith("resources.yaml"):
            continue
        text = content.replace(b":latest", f":{version}".encode()) if place == CHART else content
        documents, problems = read_manifests(text, name)
        if problems:
            raise SystemExit(f"{name} cannot be read")
        yield from (document.data for document in documents)


def _runtime(spec: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: spec[key] for key in _OF_RUNTIME if key in spec} | _pod(spec)
    return kept | ({"workerSpec": _pod(spec["workerSpec"])} if "workerSpec" in spec else {})


def _pod(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What of a pod spec decides over pulls."""
    kept: dict[str, Any] = {key: spec[key] for key in ("imagePullSecrets", "serviceAccountName") if key in spec}
    for key in _LISTS:
        if key in spec:
            kept[key] = [_container(one) for one in spec[key]]
    volumes = [{"name": one["name"], "image": one["image"]} for one in spec.get("volumes", ()) if "image" in one]
    return kept | ({"volumes": volumes} if volumes else {})


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: container[key] for key in ("name", "image") if key in container}
    args = [one for one in container.get("args", ()) if str(one).startswith(_CONFIG)]
    limits = {
        name: value
        for name, value in container.get("resources", {}).get("limits", {}).items()
        if name.startswith("nvidia.com/")
    }
    return kept | ({"args": args} if args else {}) | ({"resources": {"limits": limits}} if limits else {})


def _config(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A preset's pod specs where they stand, and what KServe asks of it beside them."""
    kept: dict[str, Any] = {key: spec[key] for key in ("model", "storageInitializer", "parallelism") if key in spec}
    for key in ("template", "worker"):
        if key in spec:
            kept[key] = _pod(spec[key])
    if "prefill" in spec:
        kept["prefill"] = _config(spec["prefill"])
    scheduler = spec.get("router", {}).get("scheduler")
    if scheduler is not None:
        below: dict[str, Any] = {"config": scheduler["config"]} if "config" in scheduler else {}
        if "ref" in scheduler.get("pool", {}):
            below["pool"] = {"ref": scheduler["pool"]["ref"]}
        annotations = scheduler.get("annotations", {})
        if _SCHEDULER_VERSION in annotations:
            below["annotations"] = {_SCHEDULER_VERSION: annotations[_SCHEDULER_VERSION]}
        if "template" in scheduler:
            below["template"] = _pod(scheduler["template"])
        if "tokenizer" in scheduler:
            below["tokenizer"] = {"template": _pod(scheduler["tokenizer"].get("template", {}))}
        kept["router"] = {"scheduler": below}
    return kept
