"""The ServingRuntime of a predictor: which one KServe takes, and its images as KServe edits them.

https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.edit import get
from mooring.kserve.pods import Image, Surroundings, items, names, text, written
from mooring.position import Route


def find(model: Mapping[str, Any], namespace: str, around: Surroundings) -> Mapping[str, Any] | None:
    """The runtime that `model.runtime` names, a namespaced one before a cluster's; else the one KServe would select."""
    name = model.get("runtime")
    if isinstance(name, str) and name:
        return around.runtimes.get((namespace, name)) or around.runtimes.get(("", name))
    for place in (namespace, ""):
        found = [
            (priority, runtime)
            for (where, _), runtime in sorted(around.runtimes.items())
            if where == place and (priority := _fit(runtime, model)) is not None
        ]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
    return None


def _fit(runtime: Mapping[str, Any], model: Mapping[str, Any]) -> int | None:
    """The priority with which a runtime offers itself for the model's format; None where it does not."""
    wanted = model.get("modelFormat")
    wanted = wanted if isinstance(wanted, dict) else {}
    spec = runtime.get("spec")
    if not isinstance(spec, dict) or spec.get("disabled") or spec.get("multiModel"):
        return None
    protocol = text(model.get("protocolVersion"))
    if protocol and spec.get("protocolVersions") and protocol not in items(spec.get("protocolVersions")):
        return None
    for entry in items(spec.get("supportedModelFormats")):
        if not isinstance(entry, dict) or not entry.get("autoSelect") or entry.get("name") != wanted.get("name"):
            continue
        if wanted.get("version") is None or str(entry.get("version")) == str(wanted["version"]):
            priority = entry.get("priority")
            return priority if isinstance(priority, int) else 0
    return None


def described(runtime: Mapping[str, Any]) -> str:
    """`ServingRuntime/name`."""
    return f"{runtime.get('kind')}/{text(get(runtime, ('metadata', 'name')))}"


def secrets(runtime: Mapping[str, Any], part: Route = ()) -> tuple[str, ...]:
    """The names in the runtime's own list, or its workers'."""
    return names(get(runtime, ("spec", *part, "imagePullSecrets")))


def images(
    runtime: Mapping[str, Any], part: Route, model: Mapping[str, Any], replaced: set[str], route: Route
) -> Iterator[Image]:
    """The images that the runtime's pod spec brings; `replaced` names the containers whose image the service writes.

    `route` is where the service says that it wants this runtime.
    """
    spec = get(runtime, ("spec", *part))
    if not isinstance(spec, dict):
        return
    version = text(model.get("runtimeVersion"))
    for image in written(spec, ("spec", *part), described(runtime)):
        container = get(runtime, image.route[:-1])
        name = text(container.get("name")) if isinstance(container, dict) else ""
        if name in replaced:
            continue
        reference = image.reference
        if version and name == "kserve-container":
            reference = _tagged(reference, version)
        yield Image(reference, route, image.origin, image.owner)


def _tagged(image: str, tag: str) -> str:
    if "@" in image:
        return image
    colon = image.rfind(":")
    return f"{image[:colon] if colon > image.rfind('/') else image}:{tag}"
