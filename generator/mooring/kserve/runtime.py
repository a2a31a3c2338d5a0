"""The ServingRuntime of a predictor: which one KServe takes, and its images as KServe edits them.

https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mooring.kserve.model import SERVING, WORKER, ClusterContext, Image, Released
from mooring.kserve.podspec import images_of, names
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.registry.reference import unresolved

# A runtime without protocols comes after all that have some.
_PROTOCOLS = ("v1", "v2", "grpc-v1", "grpc-v2")
_SERVER_TYPE = "serving.kserve.io/server-type"
# KServe knows its own runtimes by name where the annotation is missing.
_SERVERS = {
    "kserve-tensorflow-serving": "tensorflow-serving", "kserve-torchserve": "torchserve",
    "kserve-huggingfaceserver": "huggingfaceserver", "kserve-vllmserver": "vllmserver",
}  # fmt: skip
_GPU_BUILDS = ("tensorflow-serving", "torchserve", "huggingfaceserver")
_TAG = re.compile(r":[\w.\-]*\Z", re.ASCII)
_PLACEHOLDER = re.compile(r"\{\{\s*\.(Name|Namespace|(?:Labels|Annotations)\.\w+)\s*\}\}")


def find(
    model: Mapping[str, Any], namespace: str, context: ClusterContext, *, nodes: bool = False
) -> Mapping[str, Any] | None:
    """The runtime that `model.runtime` names, a namespaced one before a cluster's; else the one KServe would select.

    It selects by priority, then by the lowest protocol version; of equal ones the youngest, which no file tells: here
    the one whose name comes first, as KServe does for those of one second. Only runtimes that have workers serve several
    nodes, and they serve nothing else.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor_model.go
    """
    name = model.get("runtime")
    if isinstance(name, str) and name:
        return context.runtimes.get((namespace, name)) or context.runtimes.get(("", name))
    for place in (namespace, ""):
        found = [
            (isinstance(runtime, Released) and runtime.assumed, *rank, name, runtime)
            for (where, name), runtime in context.runtimes.items()
            if where == place and (rank := _rank(runtime, model, nodes)) is not None
        ]
        if found:
            return min(found, key=lambda entry: entry[:4])[4]
    return None


def _rank(runtime: Mapping[str, Any], model: Mapping[str, Any], nodes: bool) -> tuple[float, int] | None:
    """Where a runtime stands among those that offer themselves for the model's format; None where it does not."""
    wanted = model.get("modelFormat")
    wanted = wanted if isinstance(wanted, dict) else {}
    spec = runtime.get("spec")
    if not isinstance(spec, dict) or spec.get("disabled") or spec.get("multiModel"):
        return None
    if (spec.get("workerSpec") is not None) != nodes:
        return None
    protocols = as_list(spec.get("protocolVersions"))
    if protocols and (as_text(model.get("protocolVersion")) or "v1") not in protocols:
        return None
    formats = [
        entry
        for entry in as_list(spec.get("supportedModelFormats"))
        if isinstance(entry, dict) and entry.get("name") == wanted.get("name")
    ]
    version = wanted.get("version")
    if not any(entry.get("autoSelect") and (version is None or _same(entry, version)) for entry in formats):
        return None
    # The first entry of that name has the priority that counts, whatever its version.
    priority = formats[0].get("priority")
    lowest = min((_PROTOCOLS.index(one) for one in protocols if one in _PROTOCOLS), default=len(_PROTOCOLS))
    return (-priority if isinstance(priority, int) else math.inf), lowest


def _same(entry: Mapping[str, Any], version: Any) -> bool:
    return entry.get("version") is not None and str(entry["version"]) == str(version)


def described(runtime: Mapping[str, Any]) -> str:
    """`ServingRuntime/name`."""
    return f"{runtime.get('kind')}/{as_text(get(runtime, ('metadata', 'name')))}"


def secrets(runtime: Mapping[str, Any], part: Route = ()) -> tuple[str, ...]:
    """The names in the runtime's own list, or its workers'."""
    return names(get(runtime, ("spec", *part, "imagePullSecrets")))


def united(own: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """A service's list merged over its runtime's, in the order of Kubernetes' strategic merge.

    Both lists keep their order, and the service's comes first, except that what only the runtime has goes before the
    first name that both have and that it precedes in the runtime's.
    https://github.com/kubernetes/apimachinery/blob/v0.36.1/pkg/util/strategicpatch/patch.go (mergeSortedSlice)
    """
    places = {name: place for place, name in reversed([*enumerate(below)])}
    right = list(dict.fromkeys(own))
    taken = set(right)
    left = [name for name in dict.fromkeys(below) if name not in taken]
    merged: list[str] = []
    at = 0  # what of `left` is merged already
    for name in right:
        while at < len(left) and name in places and places[left[at]] < places[name]:
            merged.append(left[at])
            at += 1
        merged.append(name)
    return (*merged, *left[at:])


def images(
    runtime: Mapping[str, Any], part: Route, replaced: set[str], route: Route, edit: Callable[[str, str], str]
) -> Iterator[Image]:
    """The images that the runtime's pod spec brings; `replaced` names the containers whose image the service writes.

    `route` is where the service says that it wants this runtime; `edit` is what KServe makes of a named container's image.
    Of a worker's containers only one becomes a pod's.
    """
    spec = get(runtime, ("spec", *part))
    if not isinstance(spec, dict):
        return
    for image in images_of(spec, ("spec", *part), described(runtime)):
        container = get(runtime, image.route[:-1])
        name = as_text(container.get("name")) if isinstance(container, dict) else ""
        if name in replaced or (part and image.origin == "runtime" and name != WORKER):
            continue
        yield Image(edit(name, image.reference), route, image.origin, image.owner)


def edited(image: str, runtime: Mapping[str, Any] | None, model: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    """The image of the container that serves, as KServe changes it, wherever it is written.

    A `runtimeVersion` is its tag. Else, by the kind of server: with a GPU the tag gets `-gpu`, and vLLM without one
    comes from the repository with `-cpu`. A digest is left alone.
    https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go
    """
    image = filled(image, metadata)
    if "@sha256:" in image:
        return image
    found = _TAG.search(image)
    tag = found.group() if found else ""
    bare = image.removesuffix(tag)
    version = as_text(model.get("runtimeVersion"))
    if version:
        return f"{bare}:{version}"
    server = _server(runtime) if runtime is not None else ""
    if not tag or not server:
        return image
    if _gpu(model, runtime):
        return f"{image}-gpu" if server in _GPU_BUILDS and not image.endswith("-gpu") else image
    return f"{bare}-cpu{tag}" if server == "vllmserver" and not bare.endswith("-cpu") else image


def has_placeholders_only(image: str) -> bool:
    """Whether all that is to be filled in in an image is what KServe fills in itself."""
    return not unresolved(_PLACEHOLDER.sub("", image))


def filled(image: str, metadata: Mapping[str, Any]) -> str:
    """The placeholders in an image of a runtime, such as `{{.Name}}`, replaced by the service's metadata."""

    def value(found: re.Match[str]) -> str:
        first, _, key = found[1].partition(".")
        here = metadata.get(first.lower())
        return as_text(here.get(key)) if key and isinstance(here, dict) else as_text(here)

    return _PLACEHOLDER.sub(value, image)


def _server(runtime: Mapping[str, Any]) -> str:
    annotated = get(runtime, ("metadata", "annotations"))
    named = as_text(annotated.get(_SERVER_TYPE)) if isinstance(annotated, dict) else ""
    return named or _SERVERS.get(as_text(get(runtime, ("metadata", "name"))), "")


def _gpu(model: Mapping[str, Any], runtime: Mapping[str, Any] | None) -> bool:
    """Whether the container that serves has a limit for NVIDIA's GPUs, or parts of them: by the service or the runtime."""
    serving = [
        container
        for container in as_list(get(runtime, ("spec", "containers")))
        if isinstance(container, dict) and container.get("name") == SERVING
    ]
    limits = [get(container, ("resources", "limits")) for container in (model, *serving)]
    return any(
        str(name) == "nvidia.com/gpu" or str(name).startswith("nvidia.com/mig-")
        for limit in limits
        if isinstance(limit, dict)
        for name in limit
    )
