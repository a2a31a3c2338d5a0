"""LLMInferenceService and its config → their pods: nothing crosses from one template to another.

The model (and each LoRA adapter) is in every pod that serves: `template`, `worker`, and those under `prefill`; the
scheduler holds none. https://github.com/kserve/kserve/tree/v0.20.0/pkg/controller/v1alpha2/llmisvc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.catalog import KindInfo
from mooring.edit import get
from mooring.kserve.pods import Image, Pod, Surroundings, at, model_images, names, references, text, written
from mooring.position import Route

_COMPONENTS: dict[Route, str] = {
    ("spec", "template"): "template",
    ("spec", "worker"): "worker",
    ("spec", "prefill", "template"): "prefill",
    ("spec", "prefill", "worker"): "prefill:worker",
    ("spec", "router", "scheduler", "template"): "scheduler",
    ("spec", "router", "scheduler", "tokenizer", "template"): "tokenizer",
}
_WITHOUT_MODEL = frozenset({"scheduler", "tokenizer"})
# Below `lora` the CRD keeps unknown fields, so the schema does not show this place.
_ADAPTERS = ("spec", "model", "lora", "adapters", "*", "uri")


def pods(data: Mapping[str, Any], info: KindInfo, around: Surroundings) -> Iterator[Pod]:
    """The pods of each template that stands in the object; `template` always, it comes from a preset where not written."""
    models = [*at(data, ("spec", "model", "uri")), *at(data, _ADAPTERS)]
    storage = [image for route, uri in models for image in model_images(uri, route, around, route)]
    seen = False
    for pattern in sorted(info.pod_specs):
        spec = get(data, pattern)
        if not isinstance(spec, dict):
            continue
        component = _COMPONENTS.get(pattern, str(pattern[-1]))
        seen = seen or component == "template"
        yield _pod(component, spec, pattern, () if component in _WITHOUT_MODEL else tuple(storage))
    if not seen and info.kind == "LLMInferenceService" and storage:
        yield Pod("template", None, tuple(storage), (), unknown="its template comes from a preset that is not at hand")


def _pod(component: str, spec: Mapping[str, Any], route: Route, storage: tuple[Image, ...]) -> Pod:
    account = text(spec.get("serviceAccountName")) or None
    images = (*written(spec, route), *storage)
    return Pod(component, route, images, names(spec.get("imagePullSecrets")), account, references(spec, route))
