"""Mutated CRDs: the reader refuses them in its own words, or makes schemas of them that both validators take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from mooring.schema.crd import Malformed, kinds
from mooring.yaml.document import read_manifests
from tests.spoilt import ODD, nodes, replaced

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
_CRD: Mapping[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com", "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets"},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": _SPEC}}},
        }],
    },
}  # fmt: skip
# Every node replaced by every odd value, and some to mutate from.
SEEDS: Sequence[bytes] = (
    json.dumps(_CRD, indent=1).encode(),
    *(json.dumps(replaced(_CRD, route, value)).encode() for route in nodes(_CRD) for value in ODD),
)
_TOKENS = """
"type": "items": "properties": "required": "enum": "pattern":
"anyOf": "not": "default": null, {} [] "(" "a{99}" "\\\\z" "(?i)"
"nullable":true, "additionalProperties":true, 1e400 -1 18446744073709551616 {"items": [[ {"properties":{"a":
"""
TOKENS: Sequence[bytes] = _TOKENS.encode().split()


def disagreements(batch: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    for data in batch:
        for document in read_manifests(data, "crd.yaml")[0]:
            try:
                found = list(kinds(document.data))
            except Malformed as refused:
                if not str(refused):
                    yield data, "words: nothing is said"
                continue
            for kind in found:
                try:
                    jsonschema_rs.Draft202012Validator(dict(kind.schema))
                except ValueError as error:
                    yield data, f"schema: jsonschema-rs does not take it: {str(error)[:200]}"
