"""A CRD's schema made strict: unknown fields refused, what has a default not required and nullable,
as an API server does it."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.schema.crd import DEEPEST, Malformed, images, kinds, pod_specs, rooted, strict

TEXT = {"type": "string"}


@pytest.mark.parametrize(("node", "made"), [
    (TEXT, {"type": "string"}),
    ({"type": "string", "enum": ["a"], "maxLength": 3, "description": "x"}, {"type": "string", "enum": ["a"],
    "maxLength": 3}),
    ({"x-kubernetes-int-or-string": True}, {"type": ["integer", "string"]}),
    ({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, TEXT]}, {"type": ["integer", "string"]}),
    # A default is filled in before anything is judged: `null` becomes it.
    ({"type": "string", "default": "a"}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": False}, {"type": "string"}),
    ({"type": "string", "default": "a", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"type": "string", "nullable": True, "enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"type": "object", "properties": {"a": {"type": "string", "default": "x"}, "b": TEXT}, "required": ["b", "a"]},
     {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": TEXT}, "required": ["b"],
      "additionalProperties": False}),
    # What is not declared is refused, unless the CRD keeps it.
    ({"type": "object"}, {"type": "object", "additionalProperties": False}),
    ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"type": "object"}),
    ({"type": "object", "additionalProperties": True}, {"type": "object"}),
    ({"type": "object", "additionalProperties": TEXT}, {"type": "object", "additionalProperties": TEXT}),
    ({"properties": {"a": TEXT}}, {"properties": {"a": TEXT}, "additionalProperties": False}),
    ({"type": "array", "items": {"type": "object"}},
     {"type": "array", "items": {"type": "object", "additionalProperties": False}}),
    # Inside of a combination only values are judged.
    ({"type": "object", "anyOf": [{"required": ["a"]}, {"type": "object", "properties": {"b": {"default": 1}}}]},
     {"type": "object", "additionalProperties": False,
      "anyOf": [{"required": ["a"]}, {"type": "object", "properties": {"b": {}}}]}),
    ({"not": {"required": ["a"]}}, {"not": {"required": ["a"]}}),
    # Draft 4's exclusive bounds.
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 1}),
    ({"type": "integer", "maximum": 1, "exclusiveMaximum": True}, {"type": "integer", "exclusiveMaximum": 1}),
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, {"type": "integer", "minimum": 1}),
    ({"type": "integer", "exclusiveMinimum": True}, {"type": "integer"}),
    # A pattern that only RE2 knows is left to the API server.
    ({"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^a$"}),
    ({"type": "string", "pattern": r"\pL("}, {"type": "string"}),
    ({"type": "string", "pattern": r"^a\z"}, {"type": "string"}),
    ({"type": "string", "pattern": r"^a\Z"}, {"type": "string"}),
])  # fmt: skip
def test_a_schema_is_made_strict(node: dict[str, Any], made: dict[str, Any]) -> None:
    assert strict(node) == made


def test_an_embedded_object_has_its_metadata() -> None:
    found = strict({"type": "object", "x-kubernetes-embedded-resource": True})
    assert list(found["properties"]) == ["apiVersion", "kind", "metadata"]
    assert found["additionalProperties"] is False


def test_a_whole_object_is_of_one_kind() -> None:
    found = rooted({"type": "object", "properties": {"spec": TEXT}, "required": ["spec"]}, "g.io/v1", "K")
    assert found["properties"]["apiVersion"] == {"const": "g.io/v1"}
    assert (found["properties"]["kind"], found["properties"]["spec"]) == ({"const": "K"}, TEXT)
    assert found["required"] == ["apiVersion", "kind", "metadata", "spec"]


def crd(schema: Any, **version: Any) -> dict[str, Any]:
    """A CRD of one version with this schema."""
    spec = {
        "group": "g.io", "scope": "Namespaced", "names": {"kind": "K", "plural": "ks"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, **version}],
    }  # fmt: skip
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


def test_a_kind_of_a_crd() -> None:
    (found,) = kinds(crd({"type": "object"}))
    assert (found.api_version, found.kind, found.plural, found.scope) == ("g.io/v1", "K", "ks", "Namespaced")


@pytest.mark.parametrize("schema", [
    None, [], {"type": "text"}, {"pattern": 1}, {"enum": []}, {"enum": "a"}, {"required": "a"}, {"required": [1]},
    {"uniqueItems": 1}, {"minimum": "1"}, {"minimum": True}, {"maximum": float("inf")}, {"multipleOf": 0},
    {"properties": []}, {"minLength": -1}, {"minLength": True}, {"maxItems": 1.5}, {"maxItems": 1 << 63}, {"anyOf": []},
    {"allOf": {}}, {"properties": {"a": []}}, {"items": 5}, {"not": 5}, {"additionalProperties": 5}, {"oneOf": [5]},
    {"properties": {"a": {"type": "text"}}},
])  # fmt: skip
def test_a_schema_of_another_form_is_malformed(schema: Any) -> None:
    with pytest.raises(Malformed):
        list(kinds(crd(schema)))


@pytest.mark.parametrize("schema", [
    {"type": "string", "minLength": 0}, {"type": "integer", "minimum": -1, "maximum": 1e300}, {"maxItems": (1 << 63) - 1},
])  # fmt: skip
def test_bounds_that_a_schema_may_have(schema: Any) -> None:
    assert len(list(kinds(crd(schema)))) == 1


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_schemas_stand_in_each_other_only_so_deep() -> None:
    assert len(list(kinds(crd(nested(DEEPEST))))) == 1
    with pytest.raises(Malformed, match=f"{DEEPEST}"):
        list(kinds(crd(nested(DEEPEST + 1))))


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


POD = fields(containers={}, imagePullSecrets={}, volumes=fields(image=TEXT), more=fields(image=TEXT))


def test_a_pod_spec_has_containers_and_image_pull_secrets() -> None:
    schema = fields(
        spec=fields(template=POD, jobs={"type": "array", "items": POD}, containers={}, other=fields(containers={})),
        status=fields(template=POD),
    )  # fmt: skip
    assert pod_specs(schema) == [("spec", "jobs", "*"), ("spec", "template")]


def test_the_places_of_images_beside_the_containers() -> None:
    model = fields(storageUri=TEXT, uri=TEXT, image={"type": ["string", "null"]})
    schema = fields(
        spec=fields(
            model=model, template=POD, uri=TEXT, image=fields(a=TEXT),
            storageUris={"type": "array", "items": fields(uri=TEXT)},
            adapters={"type": "array", "items": fields(uri=TEXT, name=TEXT)},
        ),
        status=fields(image=TEXT), image=TEXT,
    )  # fmt: skip
    found = [("/".join(place["path"]), place["podSpec"], place["form"]) for place in images(schema)]
    assert found == [
        ("spec/model/storageUri", None, "uri"), ("spec/model/uri", None, "uri"), ("spec/model/image", None, "image"),
        ("spec/template/more/image", ["spec", "template"], "image"),
        ("spec/storageUris/*/uri", None, "uri"), ("spec/adapters/*/uri", None, "uri"),
    ]  # fmt: skip
