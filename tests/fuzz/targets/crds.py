"""Mutated CRDs: the reader refuses them in its own words, or makes schemas of them that both validators take."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

from mooring.schema.crd import Malformed, kinds
from mooring.yaml.document import read_manifests
from tests.support.spoilt import ODD, nodes, replaced

_TEXT: Mapping[str, Any] = {"type": "string"}
_POD: Mapping[str, Any] = {
    "type": "object", "required": ["containers"], "x-kubernetes-preserve-unknown-fields": True,
    "properties": {
        "containers": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {"image": _TEXT}}},
        "imagePullSecrets": {
            "type": "array", "items": {"type": "object", "properties": {"name": {"type": "string", "default": ""}}},
        },
    },
}  # fmt: skip
_SPEC: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "template": _POD, "image": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9, "nullable": True},
        "port": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        "size": {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "enum": [1, 2], "default": 1},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "storageUris": {"type": "array", "uniqueItems": True, "items": {"type": "object", "properties": {"uri": _TEXT}}},
        "object": {"type": "object", "x-kubernetes-embedded-resource": True, "not": {"required": ["status"]}},
    },
}  # fmt: skip


def _crd(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    version = {"name": "v1", "served": True, "storage": True, "schema": {
        "openAPIV3Schema": {"type": "object", "properties": {"spec": spec}},
    }}  # fmt: skip
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [version],
        },
    }  # fmt: skip


# One with everything, and one for each property, which is mutated in a quarter of the time.
VALUES: Sequence[Any] = (
    _crd(_SPEC), *(_crd({"type": "object", "properties": {name: inner}}) for name, inner in _SPEC["properties"].items()),
)  # fmt: skip
# Every node replaced by every odd value.
SEEDS: Sequence[bytes] = (
    *(json.dumps(value, indent=1).encode() for value in VALUES),
    *(json.dumps(replaced(VALUES[0], route, value)).encode() for route in nodes(VALUES[0]) for value in ODD),
)
_TOKENS = """
"type": "items": "properties": "required": "enum": "pattern":
"anyOf": "not": "default": null, {} [] "(" "a{99}" "\\\\z" "(?i)"
"nullable":true, "additionalProperties":true, 1e400 -1 18446744073709551616 {"items": [[ {"properties":{"a":
"""
TOKENS: Sequence[bytes] = _TOKENS.encode().split()


def disagreement(data: bytes) -> str | None:
    for document in read_manifests(data, "crd.yaml")[0]:
        try:
            found = list(kinds(document.data))
        except Malformed as refused:
            if not str(refused):
                return "words: nothing is said"
            continue
        for kind in found:
            # The metadata's schema is of mooring's own, always the same, and longer than the rest.
            properties = {**kind.schema.get("properties", {}), "metadata": {}}
            try:
                jsonschema_rs.Draft202012Validator({**kind.schema, "properties": properties})
            except ValueError as error:
                return f"schema: jsonschema-rs does not take it: {str(error)[:200]}"
    return None
