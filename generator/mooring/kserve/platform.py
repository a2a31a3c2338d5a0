"""KServe's own settings, where they are at hand: ConfigMap `inferenceservice-config`, and ClusterStorageContainers.

https://github.com/kserve/kserve/blob/v0.20.0/config/configmap/inferenceservice.yaml
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.problems.routes import get
from mooring.schema import validation

SYSTEM = "kserve"  # the namespace that KServe's own objects stand in
CONFIG = "inferenceservice-config"
INIT, DOWNLOAD = "initContainer", "localModelDownloadJob"  # what a ClusterStorageContainer is for


@dataclass(frozen=True, slots=True)
class Settings:
    """What the ConfigMap says: images by its keys, the router's pull Secrets, where models are downloaded to a node, and
    the `mode` in which services without an annotation are deployed (empty where that cannot be read)."""

    images: Mapping[str, str]
    router_secrets: tuple[str, ...]
    job_namespace: str
    mode: str = ""


def is_settings(data: Mapping[str, Any]) -> bool:
    place = get(data, ("metadata", "namespace")), get(data, ("metadata", "name"))
    return data.get("kind") == "ConfigMap" and place == (SYSTEM, CONFIG)


def settings(data: Mapping[str, Any]) -> Settings:
    """The ConfigMap's entries are JSON; one that is none says nothing."""
    entries = data.get("data")
    entries = entries if isinstance(entries, dict) else {}
    parts = {key: _json(value) for key, value in entries.items()}
    images = {key: part["image"] for key, part in parts.items() if isinstance(part.get("image"), str) and part["image"]}
    art = get(parts, ("explainers", "art"))
    if isinstance(art, dict) and isinstance(art.get("image"), str):
        images["explainers"] = f"{art['image']}:{art.get('defaultImageVersion', '')}".removesuffix(":")
    secrets = get(parts, ("router", "imagePullSecrets"))
    named = tuple(name for name in secrets if isinstance(name, str) and name) if isinstance(secrets, list) else ()
    jobs = get(parts, ("localModel", "jobNamespace"))
    mode = get(parts, ("deploy", "defaultDeploymentMode"))
    return Settings(images, named, jobs if isinstance(jobs, str) else "", mode if isinstance(mode, str) else "")


def _json(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def storage_containers(
    containers: Iterable[Mapping[str, Any]], uri: str, *, use: str = INIT, name: str = ""
) -> Iterator[Mapping[str, Any]]:
    """The ClusterStorageContainers that may fetch a model from `uri`: the named one, else all that say they can.

    KServe takes one of these, and nothing says which.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/webhook/admission/pod/storage_initializer_injector.go
    """
    for container in containers:
        spec = container.get("spec")
        if not isinstance(spec, dict) or container.get("disabled") is True or spec.get("workloadType", INIT) != use:
            continue
        formats = spec.get("supportedUriFormats")
        asked = name in ("", get(container, ("metadata", "name")))
        if asked and any(_supports(one, uri) for one in (formats if isinstance(formats, list) else ())):
            yield container


def _supports(entry: Any, uri: str) -> bool:
    if not isinstance(entry, dict):
        return False
    prefix, pattern = entry.get("prefix"), entry.get("regex")
    if isinstance(prefix, str) and prefix:
        return uri.startswith(prefix)
    return isinstance(pattern, str) and bool(pattern) and validation.found_in(pattern, uri)
