"""The fleet file's JSON Schema, derived from the model: the loader checks against it, editors help with it."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

from mooring.files.data import data_text
from mooring.fleet import model

API_VERSION = "mooring.dev/v1"
# What an environment overrides field by field, with the keys that are required all the same: they say which entry.
OVERRIDES: dict[type, tuple[str, ...]] = {
    model.Registry: ("name",),
    model.Robot: ("name",),
    model.Service: ("name",),
    model.Secrets: (),
    model.Store: (),
    model.SecretRecord: (),
}
PARTS = ("robots", "namespaces", "services")


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One key of a class: its attribute, its name in the file, its type and whether it may be left out."""

    attribute: str
    name: str
    type: Any
    required: bool
    description: str
    schema: Mapping[str, Any]


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@functools.cache
def keys(cls: type) -> tuple[Key, ...]:
    """The keys of a model class in the order of the file; fields that are no keys (`place`, `raw`) left out."""
    hints = typing.get_type_hints(cls)
    return tuple(
        Key(
            field.name,
            field.metadata["key"] or camel(field.name),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            field.metadata["description"],
            field.metadata["schema"],
        )
        for field in dataclasses.fields(cls)
        if field.metadata
    )


def bare(hint: Any) -> Any:
    """The type without `| None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _value(hint: Any, extra: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    """The JSON Schema of a setting's annotated type."""
    hint = bare(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    more = {name: value for name, value in extra.items() if name != "items"}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return {"$ref": f"#/$defs/{_name(hint, partial)}"}
    if origin is tuple:
        item = _value(arguments[0], extra.get("items", {}), partial=partial)
        return {"type": "array", "items": item | extra.get("items", {}), **more}
    if origin is Literal:
        return {"enum": list(arguments), **more}
    if hint is bool:
        return {"type": "boolean", **more}
    if hint is str:
        return {"type": "string", **more}
    if arguments[1] is Any:
        return {"type": "object", **more}
    values = more.pop("values", {})
    return {"type": "object", "additionalProperties": _value(arguments[1], {}, partial=partial) | values, **more}


def _name(cls: type, partial: bool) -> str:
    return cls.__name__ + ("Override" if partial and cls in OVERRIDES else "")


def _object(cls: type, *, partial: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of one class; every class below it goes into `definitions`."""
    inside = partial or cls is model.Environment
    properties: dict[str, Any] = {}
    for entry in keys(cls):
        value = _value(entry.type, entry.schema, partial=inside)
        properties[entry.name] = value | {"description": entry.description}
        _collect(bare(entry.type), inside, definitions)
    required = [entry.name for entry in keys(cls) if entry.required]
    if partial and cls in OVERRIDES:
        required = list(OVERRIDES[cls])
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    said = (cls.__doc__ or "").partition("\n")[0]
    if not said.startswith(f"{cls.__name__}("):  # what a dataclass has for want of a docstring
        schema["description"] = said
    return schema | ({"required": required} if required else {})


def _collect(hint: Any, partial: bool, definitions: dict[str, Any]) -> None:
    for part in map(bare, (hint, *get_args(hint))):
        if isinstance(part, type) and dataclasses.is_dataclass(part):
            name = _name(part, partial)
            if name not in definitions:
                definitions[name] = {}
                definitions[name] = _object(part, partial=partial, definitions=definitions)


@functools.cache
def document_schema(kind: str) -> dict[str, Any]:
    """The schema of `kind: Fleet` or `kind: FleetPart`, without the kinds' own schemas under `spec`."""
    definitions: dict[str, Any] = {}
    schema = _object(model.Fleet, partial=False, definitions=definitions)
    head = {"apiVersion": {"const": API_VERSION}, "kind": {"const": kind}}
    properties = schema["properties"]
    required = ["apiVersion", "kind", *schema["required"]]
    if kind == "FleetPart":
        properties = {name: properties[name] for name in PARTS}
        required = ["apiVersion", "kind"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": head | properties,
        "$defs": definitions,
    }


def editor_schema(kind: str, *, bundled: bool) -> dict[str, Any]:
    """The same for editors: under `spec` stands the schema of the service's own kind, of the newest version shipped.

    `bundled` takes those schemas in; else they are referred to, as files beside the one that this is written to.
    """
    from mooring.files.data import data_dir
    from mooring.schema.catalog import Catalog

    schema = dict(document_schema(kind))
    service = dict(schema["$defs"]["Service"])
    root = data_dir("schemas")
    catalog = Catalog()
    branches = []
    for name in sorted({info.kind for info in catalog.all_kinds() if info.product in ("kserve", "kubernetes")}):
        found = [info for info in catalog.kinds_named(name) if info.product in ("kserve", "kubernetes")]
        if len(found) != 1 or not (found[0].pod_specs or found[0].product == "kserve"):
            continue
        target = f"{found[0].schema_path.relative_to(root).as_posix()}#/properties/spec"
        if bundled:
            # Shared subtrees are named by their digest: what has one name in two kinds is one thing.
            whole = json.loads(data_text(found[0].schema_path))
            schema["$defs"] = {**whole.get("$defs", {}), **schema["$defs"], name: whole["properties"]["spec"]}
            target = f"#/$defs/{name}"
        said: dict[str, Any] = {"properties": {"kind": {"const": name}}}
        if name != "InferenceService":
            said["required"] = ["kind"]
        branches.append({"if": said, "then": {"properties": {"spec": {"$ref": target}}}})
    service["allOf"] = branches
    schema["$defs"] = {**schema["$defs"], "Service": service}
    return schema
