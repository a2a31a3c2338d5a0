"""What KServe's webhook changes inside an InferenceService: container names, default resources, quantities.

Sources: https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor_custom.go, and beside it
transformer_custom.go and inference_service_defaults.go (`setResourceRequirementDefaults`). The webhook reads the object into
types of its own, so that quantities are written back in their canonical form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve.defaulting import Rewriting
from mooring.kserve.deployment import ANNOTATION
from mooring.kserve.inferenceservice import FRAMEWORKS
from mooring.kserve.model import GROUP, SERVING
from mooring.kserve.quantities import canonical
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote
from mooring.schema.catalog import KindInfo

DRIFTS = "drifts"
_DEFAULTED = tuple((part, name) for part in ("limits", "requests") for name in ("cpu", "memory"))
_OF_RELEASES = '`{cpu: "1", memory: 2Gi}` is what KServe\'s releases are installed with'


def drifts(data: Mapping[str, Any], info: KindInfo) -> Iterator[Rewriting]:
    """What of the object is stored otherwise than it is written, with what is to be written instead."""
    if info.kind != "InferenceService" or not info.api_version.startswith(GROUP):
        return
    for component in ("predictor", "transformer", "explainer"):
        found = get(data, ("spec", component))
        if isinstance(found, dict) and _is_defaulted(found, component, data):
            yield from _first_container(found, component)
    yield from _quantities(get(data, ("spec",)), ("spec",))


def _is_defaulted(component: Mapping[str, Any], name: str, data: Mapping[str, Any]) -> bool:
    """Whether the webhook completes the component's first container: it is a custom one, and there is no doubt which."""
    containers = as_list(component.get("containers"))
    if not containers or not all(isinstance(one, dict) for one in containers):
        return False
    if name == "explainer":
        return not isinstance(component.get("art"), dict)
    if name == "transformer":
        return True
    is_custom = not any(isinstance(component.get(key), dict) for key in FRAMEWORKS)
    serving = [one for one in containers if one.get("name") == SERVING]
    return is_custom and len(serving) <= 1 and get(data, ANNOTATION) != "ModelMesh"


def _first_container(component: Mapping[str, Any], name: str) -> Iterator[Rewriting]:
    """What the webhook does to the first container of a custom component, unless KServe's settings have no defaults."""
    containers, route = component["containers"], ("spec", name, "containers", 0)
    called = as_text(containers[0].get("name"))
    if called != SERVING and (name != "predictor" or len(containers) == 1 or not called):
        message = f"KServe's webhook renames container {quote(called, 'name')} to `{SERVING}`"
        yield Rewriting(DRIFTS, message, (*route, "name") if called else route, f"write `name: {SERVING}`")
    resources = containers[0].get("resources")
    missing = [f"`{part}.{one}`" for part, one in _DEFAULTED if get(resources, (part, one)) is None]
    if missing:
        message = f"KServe's webhook adds its default of {', '.join(missing)} to the `resources` of this container"
        place: Route = (*route, "resources") if isinstance(resources, dict) else route
        yield Rewriting(DRIFTS, message, place, f"write them; {_OF_RELEASES}", at_key=isinstance(resources, dict))


def _quantities(data: Any, route: Route) -> Iterator[Rewriting]:
    """The quantities of `resources:` anywhere below that are not in the form in which they are written back."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _quantities(item, (*route, index))
        return
    for key, value in data.items() if isinstance(data, dict) else ():
        if key != "resources":
            yield from _quantities(value, (*route, key))
            continue
        for part in ("limits", "requests"):
            found = get(value, (part,))
            for name, written in found.items() if isinstance(found, dict) else ():
                stored = canonical(written)
                if stored is not None and stored != written:
                    form = "a string" if str(written) == stored else quote(stored, "name")
                    message = f"KServe's webhook stores the quantity {quote(written, 'name')} as {form}"
                    yield Rewriting(DRIFTS, message, (*route, key, part, name), f'write `"{stored}"`')
