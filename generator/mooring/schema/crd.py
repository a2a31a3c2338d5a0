"""CustomResourceDefinition → strict JSON Schemas, and where pod specs and images stand in them.

Unknown fields are refused exactly where the API server would prune them (or, asked strictly, refuse them): in every
object that lists its properties, unless it preserves unknown fields
(https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning).
A `null` is refused unless the field is nullable or has a default, as there. CEL validations are the API server's alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.schema.catalog import CONTAINER_LISTS, Pattern

DEEPEST = 100  # levels of a schema: a pod spec's deepest is 15 below the CRD's own
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_COMBINED = ("allOf", "anyOf", "oneOf")
_KEPT = (
    "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties", "multipleOf",
)  # fmt: skip
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ : what people write of it.
_STRINGS = {"type": ["object", "null"], "additionalProperties": {"type": "string"}}
_OWNER = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string"} for name in ("apiVersion", "kind", "name", "uid")},
        **{name: {"type": ["boolean", "null"]} for name in ("blockOwnerDeletion", "controller")},
    },
}
_MANAGED_FIELDS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string"} for name in ("apiVersion", "fieldsType", "manager", "operation", "subresource")},
        "fieldsV1": {"type": ["object", "null"]},
        "time": {"type": ["string", "null"]},
    },
}
OBJECT_META: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "generateName": {"type": "string"},
        "namespace": {"type": "string"},
        "labels": _STRINGS,
        "annotations": _STRINGS,
        "finalizers": {"type": ["array", "null"], "items": {"type": "string"}},
        "ownerReferences": {"type": ["array", "null"], "items": _OWNER},
        "creationTimestamp": {"type": ["string", "null"]},
        "deletionTimestamp": {"type": ["string", "null"]},
        "deletionGracePeriodSeconds": {"type": ["integer", "null"]},
        "generation": {"type": "integer"},
        "managedFields": {"type": ["array", "null"], "items": _MANAGED_FIELDS},
        "resourceVersion": {"type": "string"},
        "selfLink": {"type": "string"},
        "uid": {"type": "string"},
    },
}


class Malformed(ValueError):
    """No CRD that an API server would take; the message says where and why, in our words."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One version of a kind: its strict schema, and its places (patterns from the object's root)."""

    api_version: str
    kind: str
    plural: str
    scope: str
    storage: bool
    schema: Mapping[str, Any]
    pod_specs: tuple[Pattern, ...]
    images: tuple[Mapping[str, Any], ...]


def kinds(crd: Mapping[str, Any]) -> Iterator[Kind]:
    """Every served version of a CRD (`apiextensions.k8s.io/v1`). `Malformed` where it is none."""
    spec = _part(crd, "spec", dict)
    group, scope, named = _part(spec, "group", str), _part(spec, "scope", str), _part(spec, "names", dict)
    kind, plural = _part(named, "kind", str), _part(named, "plural", str)
    for version in _part(spec, "versions", list):
        if not isinstance(version, Mapping):
            raise Malformed("an entry of `versions` is not a mapping")
        if not version.get("served", True):
            continue
        api_version = f"{group}/{_part(version, 'name', str)}"
        node = _part(_part(version, "schema", dict), "openAPIV3Schema", dict)
        _checked(node)
        body = strict(node)
        yield Kind(
            api_version, kind, plural, scope, bool(version.get("storage")), rooted(body, api_version, kind),
            tuple(pod_specs(body)), tuple(images(body)),
        )  # fmt: skip


def _part(mapping: Any, name: str, kind: type) -> Any:
    found = mapping.get(name) if isinstance(mapping, Mapping) else None
    if not isinstance(found, kind):
        raise Malformed(f"`{name}` is missing, or not what it should be")
    return found


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -math.inf < value < math.inf


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


# What may stand under the keys of a schema that are read here.
_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "type": lambda value: value in ("object", "array", "string", "integer", "number", "boolean"),
    "pattern": lambda value: isinstance(value, str), "enum": lambda value: isinstance(value, list) and bool(value),
    "required": _are_texts, "uniqueItems": lambda value: isinstance(value, bool), "minimum": _is_number,
    "maximum": _is_number, "multipleOf": lambda value: _is_number(value) and value > 0,
    "properties": lambda value: isinstance(value, dict),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _is_count),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), lambda value: isinstance(value, list) and bool(value)),
}  # fmt: skip


def _checked(node: Any, depth: int = 0) -> None:
    """Raises `Malformed` where a schema, or one in it, is not of the form that the rest of this module relies on."""
    if not isinstance(node, Mapping):
        raise Malformed("a schema is not a mapping")
    if depth > DEEPEST:
        raise Malformed(f"schemas stand in each other more than {DEEPEST} deep")
    for name, fits in _SHAPES.items():
        if name in node and not fits(node[name]):
            raise Malformed(f"`{name}` of a schema is not what it should be")
    inside = [*node.get("properties", {}).values(), *(part for name in _COMBINED for part in node.get(name, ()))]
    inside += [node[name] for name in ("items", "not") if name in node]
    inside += [more] if (more := node.get("additionalProperties", True)) not in (True, False) else []
    for part in inside:
        _checked(part, depth + 1)


def rooted(body: dict[str, Any], api_version: str, kind: str) -> dict[str, Any]:
    """A kind's own body as the schema of whole objects: `apiVersion` and `kind` pinned, `metadata` strict."""
    properties = dict(body.get("properties", {}))
    properties |= {"apiVersion": {"const": api_version}, "kind": {"const": kind}, "metadata": OBJECT_META}
    required = sorted({"apiVersion", "kind", "metadata", *body.get("required", [])})
    return {"$schema": DRAFT, **body, "properties": properties, "required": required}


def strict(node: Mapping[str, Any], *, values_only: bool = False) -> dict[str, Any]:
    """One node of an OpenAPI v3 schema as strict JSON Schema (draft 2020-12)."""
    out: dict[str, Any] = {name: node[name] for name in _KEPT if name in node}
    for bound, name in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if node.get(name) is True and bound in out:
            out[name] = out.pop(bound)
    if "pattern" in node and _compiles(node["pattern"]):
        out["pattern"] = node["pattern"]
    if node.get("x-kubernetes-int-or-string"):
        out["type"] = ["integer", "string"]
    elif "type" in node:
        out["type"] = node["type"]
    _combined(node, out, values_only)
    if node.get("nullable") or (not values_only and "default" in node):
        _or_null(out)
    if isinstance(node.get("items"), Mapping):
        out["items"] = strict(node["items"], values_only=values_only)
    if "properties" in node or "required" in node or node.get("type") == "object":
        _fields(node, out, values_only)
    return out


_LITERAL_BRACE = re.compile(r"(?<!\\)\{(?!\d+(?:,\d*)?\})")


def _compiles(pattern: str) -> bool:
    """Go's RE2 knows things that Python or Rust do not: such a pattern is left to the API server."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return r"\z" not in pattern and r"\Z" not in pattern and _LITERAL_BRACE.search(pattern) is None


def _or_null(out: dict[str, Any]) -> None:
    kind = out.get("type")
    if kind is not None:
        out["type"] = [*(kind if isinstance(kind, list) else [kind]), "null"]
    if "enum" in out and None not in out["enum"]:
        out["enum"] = [*out["enum"], None]


def _combined(node: Mapping[str, Any], out: dict[str, Any], values_only: bool) -> None:
    for name in _COMBINED:
        if name in node and not (name == "anyOf" and node.get("x-kubernetes-int-or-string")):
            out[name] = [strict(part, values_only=True) for part in node[name]]
    if "not" in node:
        out["not"] = strict(node["not"], values_only=True)


def _fields(node: Mapping[str, Any], out: dict[str, Any], values_only: bool) -> None:
    """Adds to `out` what an object's schema says of fields: the known ones, the required, and any others."""
    properties = {name: strict(value, values_only=values_only) for name, value in sorted(node.get("properties", {}).items())}
    if node.get("x-kubernetes-embedded-resource"):
        texts = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
        properties = {**properties, **texts, "metadata": OBJECT_META}
    if properties:
        out["properties"] = properties
    # A default is filled in before anything is validated.
    required = {name for name in node.get("required", []) if "default" not in node.get("properties", {}).get(name, {})}
    if required:
        out["required"] = sorted(required)
    more = node.get("additionalProperties")
    if isinstance(more, Mapping):
        out["additionalProperties"] = strict(more, values_only=values_only)
    elif not values_only and not node.get("x-kubernetes-preserve-unknown-fields") and more is not True:
        out["additionalProperties"] = False


def walk(schema: Mapping[str, Any], place: Pattern = ()) -> Iterator[tuple[Pattern, Mapping[str, Any]]]:
    """Every node of an inlined schema with its place."""
    yield place, schema
    for name, value in schema.get("properties", {}).items():
        yield from walk(value, (*place, name))
    if isinstance(schema.get("items"), Mapping):
        yield from walk(schema["items"], (*place, "*"))


def _is_pod_spec(schema: Mapping[str, Any]) -> bool:
    properties = schema.get("properties", {})
    return "containers" in properties and "imagePullSecrets" in properties


def pod_specs(schema: Mapping[str, Any]) -> list[Pattern]:
    """The places of pod specs: objects with both `containers` and `imagePullSecrets`."""
    return sorted(place for place, node in walk(schema) if _is_pod_spec(node) and place[:1] != ("status",))


# What a model's or an adapter's address is called (https://kserve.github.io/website/docs/model-serving/storage/overview).
_URIS = ("storageUri", "uri")
_POD_LISTS = frozenset({*CONTAINER_LISTS, "volumes"})


def images(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The places of images and model URIs besides a pod spec's own containers and volumes, which all readers know."""
    specs = set(pod_specs(schema))
    for place, node in walk(schema):
        if not place or place[0] != "spec" or node.get("type") not in ("string", ["string", "null"]):
            continue
        inside = max((spec for spec in specs if place[: len(spec)] == spec), key=len, default=None)
        below = place[len(inside) :] if inside is not None else place
        if below[:1] and below[0] in _POD_LISTS:
            continue
        uri = place[-1] == "storageUri" or (place[-1] == "uri" and _holds_a_model(place))
        if place[-1] == "image" or uri:
            yield {"path": list(place), "podSpec": list(inside) if inside else None, "form": "uri" if uri else "image"}


def _holds_a_model(place: Pattern) -> bool:
    return place[-3:-1] == ("storageUris", "*") or place[-2] == "model" or place[-3:-1] == ("adapters", "*")
