"""What each keyword of a schema refuses, in our words: input and finding side by side."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.schema.finding import Finding, named
from mooring.schema.validation import explain

STRING = {"type": "string"}
TWO_FORMS = {
    "anyOf": [
        {"type": "object", "required": ["exec", "mode"], "properties": {"exec": STRING}},
        {"type": "object", "required": ["httpGet"], "properties": {"httpGet": {"type": "object", "required": ["port"]}}},
    ]
}


def finding(schema: dict[str, Any], data: Any) -> Finding:
    """The one finding of a schema that stands under `spec`."""
    (only,) = explain({"properties": {"spec": schema}}, {"spec": data})
    return only


@pytest.mark.parametrize(
    ("schema", "data", "route", "code", "message", "expected", "hint"),
    [
        ({"additionalProperties": False, "properties": {"image": STRING}}, {"imag": "x"}, ("spec", "imag"), "unknown-key",
         "unknown field `imag` in `spec`", "", "did you mean `image`?"),
        ({"additionalProperties": False, "properties": {"image": STRING}}, {"port": "x"}, ("spec", "port"), "unknown-key",
         "unknown field `port` in `spec`", "`image`", ""),
        ({"additionalProperties": False, "properties": {"image": STRING}}, {"imag": None}, ("spec", "imag"), "unknown-key",
         "unknown field `imag` in `spec`", "", "did you mean `image`?"),
        ({"additionalProperties": False, "properties": {}}, {"b,c": None}, ("spec", "b,c"), "unknown-key",
         "unknown field `***` in `spec`", "", ""),
        ({"required": ["name"]}, {}, ("spec",), "missing-key", "missing required field `name` in `spec`", "`name`", ""),
        (STRING, 7, ("spec",), "wrong-type", "`spec` is an integer", "a string", "put it in quotes"),
        (STRING, True, ("spec",), "wrong-type", "`spec` is a boolean", "a string", "put it in quotes"),
        (STRING, None, ("spec",), "wrong-type", "`spec` is empty", "a string", ""),
        ({"type": ["integer", "null"]}, "V", ("spec",), "wrong-type", "`spec` is a string", "an integer", ""),
        ({"type": "boolean"}, [], ("spec",), "wrong-type", "`spec` is a list", "`true` or `false`", ""),
        ({"type": "array"}, 1.5, ("spec",), "wrong-type", "`spec` is a number", "a list", ""),
        ({"enum": ["Audit", "Deny", None]}, "deny", ("spec",), "unknown-choice",
         "unsupported value `deny` in `spec`", "`Audit`, `Deny`", "did you mean `Deny`?"),
        ({"enum": ["external-secrets", "external"]}, "sealed-secrets", ("spec",), "unknown-choice",
         "unsupported value `sealed-secrets` in `spec`", "`external-secrets`, `external`", ""),
        ({"const": "v1"}, "V W", ("spec",), "unknown-choice", "unsupported value (not shown) in `spec`", "`v1`", ""),
        ({"enum": ["a"]}, {}, ("spec",), "unknown-choice", "unsupported value in `spec`", "`a`", ""),
        ({"not": {"required": ["a", "b"]}}, {"a": 1, "b": 2}, ("spec",), "other",
         "`spec` cannot have `a` and `b` together", "one of `a`, `b`", ""),
        ({"not": STRING}, "V", ("spec",), "other", "invalid value (not shown) in `spec`", "", ""),
        ({"minItems": 1}, [], ("spec",), "other", "`spec` is empty", "1 or more entries", ""),
        ({"minItems": 2}, [1], ("spec",), "other", "invalid value in `spec`", "2 or more entries", ""),
        ({"minLength": 1}, "", ("spec",), "other", "`spec` is empty", "1 or more characters", ""),
        ({"maxProperties": 0}, {"a": 1}, ("spec",), "other", "invalid value in `spec`", "at most 0 fields", ""),
        ({"pattern": "^a{3}$"}, "V", ("spec",), "other", "invalid value (not shown) in `spec`",
         "a string that matches `^a{3}$`", ""),
        # A form of the value's own type is nearer than one of another, whatever is wrong inside.
        ({"anyOf": [STRING, {"type": "object", "properties": {"port": {"type": "integer"}}}]}, {"port": "x"},
         ("spec", "port"),
         "wrong-type", "`spec.port` is a string", "an integer", ""),
        (TWO_FORMS, {}, ("spec",), "other",
         "`spec` matches none of the allowed forms", "one of `exec`, `httpGet`, `mode`", ""),
        # Of the forms that are told by a field.
        ({"anyOf": [{"required": ["exec"]}, {"enum": ["none", "all"]}]}, {}, ("spec",), "other",
         "`spec` matches none of the allowed forms", "one of `exec`", ""),
        (TWO_FORMS, [], ("spec",), "other", "`spec` matches none of the allowed forms", "", ""),
        (TWO_FORMS, {"httpGet": {}}, ("spec", "httpGet"), "missing-key",
         "missing required field `port` in `spec.httpGet`", "`port`", ""),
        ({"oneOf": [{"type": "object", "properties": {"replicas": {"maximum": 1}}}, {"type": "integer"}]}, {"replicas": 2},
         ("spec", "replicas"), "other", "invalid value `2` in `spec.replicas`", "1 or less", ""),
    ],
)  # fmt: skip
def test_a_finding_says_what_its_keyword_refused(
    schema: dict[str, Any], data: Any, route: tuple[str, ...], code: str, message: str, expected: str, hint: str
) -> None:
    assert finding(schema, data) == Finding(route, code == "unknown-key", code, message, expected, hint)


def test_a_text_that_is_not_of_its_format() -> None:
    [found] = explain({"properties": {"host": {"format": "host"}}}, {"host": "a b"}, formats={"host": lambda _: False})
    assert (found.route, found.at_key, found.code_hint) == (("host",), False, "format:host")


def test_each_missing_field_is_said_once() -> None:
    findings = explain({"required": ["kind", "name's", "spec"]}, {"kind": "x"})
    assert [entry.message for entry in findings] == [
        "missing required field `name's` at the top level",
        "missing required field `spec` at the top level",
    ]


def test_a_form_of_the_values_type_is_nearer_whatever_else_it_refuses() -> None:
    lists = {"type": "array", "uniqueItems": True, "items": STRING}
    findings = explain({"anyOf": [lists, {"type": "object"}]}, [7, 7])
    assert [(entry.route, entry.message, entry.expected) for entry in findings] == [
        ((), "invalid value in the document", "entries that differ"),
        ((0,), "`[0]` is an integer", "a string"),
        ((1,), "`[1]` is an integer", "a string"),
    ]


def test_only_the_first_misspelt_fields_are_looked_up() -> None:
    known = {"additionalProperties": False, "properties": {f"field{index}": {} for index in range(20)}}
    findings = explain(known, {f"fild{index}": 1 for index in range(40)})
    assert sum(bool(entry.hint) for entry in findings) == 20


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (("robots", 0, "expires"), "`expires` of robot `vision`"),
        (("robots", 0, "namespaces", 1), "`namespaces[1]` of robot `vision`"),
        (("robots", 0), "robot `vision`"),
        (("robots", 0, "name"), "`robots[0].name`"),
        (("robots", 1, "expires"), "`robots[1].expires`"),
        (("robots",), "`robots`"),
        (("secrets", "store"), "`secrets.store`"),
    ],
)
def test_an_item_is_called_by_its_name(route: tuple[str | int, ...], words: str) -> None:
    describe = named({"robots": "robot"}, lambda item: "`vision`" if item == ("robots", 0) else None)
    assert describe(route) == words
