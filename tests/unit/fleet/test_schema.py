"""The fleet file's JSON Schema, derived from the model: keys, what is required, and what an environment may leave out."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.fleet import model
from mooring.fleet.schema import PARTS, bare, camel, document_schema, editor_schema, keys

FLEET = document_schema("Fleet")


@pytest.mark.parametrize(("name", "key"), [
    ("name", "name"), ("api_version", "apiVersion"), ("default_service_account", "defaultServiceAccount"),
])  # fmt: skip
def test_a_key_is_the_camel_case_of_its_attribute(name: str, key: str) -> None:
    assert camel(name) == key


def test_the_keys_of_a_class_are_those_with_help() -> None:
    found = {key.attribute: (key.name, key.required) for key in keys(model.Robot)}
    assert found["record"] == ("secret", False)
    assert (found["name"], found["secret_name"]) == (("name", True), ("secretName", False))
    assert {"place", "raw"} & set(found) == set()


def test_a_type_without_none() -> None:
    assert (bare(str | None), bare(None | str), bare(str)) == (str, str, str)


@pytest.mark.parametrize(("place", "schema"), [
    (("Registry", "host"), {"type": "string", "format": "host", "examples": ["harbor.example.com"]}),
    (("Registry", "aliases"), {"type": "array", "items": {"type": "string", "format": "host"}}),
    (("Robot", "projects"), {"type": "array", "items": {"type": "string", "format": "harbor-name"}, "minItems": 1}),
    (("Namespace", "manage"), {"type": "boolean"}),
    (("Namespace", "defaultServiceAccount"), {"enum": ["leave", "manage"]}),
    (("Namespace", "annotations"),
     {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"format": "label-key"}}),
    (("Namespace", "labels"),
     {"type": "object", "additionalProperties": {"type": "string", "format": "label-value"},
      "propertyNames": {"format": "label-key"}}),
    (("Service", "spec"), {"type": "object"}),
    (("Secrets", "store"), {"$ref": "#/$defs/Store"}),
    (("SecretsOverride", "store"), {"$ref": "#/$defs/StoreOverride"}),
    (("Policies", "rules"), {"type": "object", "additionalProperties": {"$ref": "#/$defs/RulePolicy"}}),
    (("Environment", "robots"), {"type": "array", "items": {"$ref": "#/$defs/RobotOverride"}}),
    (("Environment", "images"), {"type": "array", "items": {"$ref": "#/$defs/ImageOverride"}}),
    (("Exemption", "reason"), {"type": "string", "minLength": 1}),
])  # fmt: skip
def test_the_schema_of_a_key(place: tuple[str, str], schema: dict[str, Any]) -> None:
    name, key = place
    found = FLEET["$defs"][name]["properties"][key]
    assert {word: value for word, value in found.items() if word != "description"} == schema


@pytest.mark.parametrize(("name", "described"), [
    ("Registry", "A Harbor."), ("RegistryOverride", "A Harbor."), ("Metadata", None), ("Store", None),
    ("EnvironmentGitOps", "What an environment says of the tool."),
])  # fmt: skip
def test_a_class_is_described_by_the_first_line_of_its_docstring(name: str, described: str | None) -> None:
    assert FLEET["$defs"][name].get("description") == described


@pytest.mark.parametrize(("name", "required"), [
    ("Registry", ["name", "host"]), ("RegistryOverride", ["name"]), ("Robot", ["name"]), ("SecretsOverride", None),
    ("StoreOverride", None), ("Secrets", ["backend"]), ("ServiceOverride", ["name"]),
])  # fmt: skip
def test_an_environment_s_entry_needs_its_name_alone(name: str, required: list[str] | None) -> None:
    assert FLEET["$defs"][name].get("required") == required


def test_no_class_takes_a_key_that_it_does_not_know() -> None:
    assert [name for name, schema in FLEET["$defs"].items() if schema["additionalProperties"] is not False] == []
    assert FLEET["additionalProperties"] is False


def test_a_part_has_the_lists_that_teams_keep() -> None:
    part = document_schema("FleetPart")
    assert list(part["properties"]) == ["apiVersion", "kind", *PARTS]
    assert (part["required"], part["properties"]["kind"]) == (["apiVersion", "kind"], {"const": "FleetPart"})
    assert FLEET["required"] == ["apiVersion", "kind", "metadata", "registries"]
    assert (FLEET["properties"]["kind"], FLEET["properties"]["apiVersion"]) == (
        {"const": "Fleet"},
        {"const": "mooring.dev/v1"},
    )


def branches(*, bundled: bool) -> dict[str, tuple[Any, str]]:
    """Kind → whether it must be written, and where the schema of its spec is."""
    found = editor_schema("Fleet", bundled=bundled)["$defs"]["Service"]["allOf"]
    return {
        branch["if"]["properties"]["kind"]["const"]: (
            branch["if"].get("required"), branch["then"]["properties"]["spec"]["$ref"],
        )
        for branch in found
    }  # fmt: skip


def test_an_editor_s_schema_has_the_spec_of_each_kind() -> None:
    """A service without a kind is an InferenceService; a kind of two groups, or one without pods, has none."""
    inside, beside = branches(bundled=True), branches(bundled=False)
    assert set(inside) == set(beside)
    assert inside["InferenceService"] == (None, "#/$defs/InferenceService")
    assert inside["Deployment"] == (["kind"], "#/$defs/Deployment")
    assert beside["Deployment"][1].startswith("kubernetes/")
    assert beside["Deployment"][1].endswith("/deployment_v1.json#/properties/spec")
    assert {"ConfigMap", "Kustomization", "Application"} & set(inside) == set()
    assert "InferenceGraph" in inside
