"""Data against a schema: yes or no, and every reason of a no; of a pull Secret its inside too."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.problems.position import Route
from mooring.schema.catalog import Catalog
from mooring.schema.validation import check_object, explain, found_in, valid

PROPERTIES = {"a": {"type": "string", "format": "even"}, "b": {"type": "integer"}}
SCHEMA = {"type": "object", "required": ["b"], "properties": PROPERTIES}
EVEN = {"even": lambda text: len(text) % 2 == 0}


@pytest.mark.parametrize(("data", "reasons"), [
    ({"b": 1}, []),
    ({"a": "xx", "b": 1}, []),
    ({"a": "x", "b": 1}, [(("a",), "format:even")]),
    ({"a": 1, "b": 1}, [(("a",), "wrong-type")]),
    ({"a": "x"}, [((), "missing-key"), (("a",), "format:even")]),
    ([], [((), "wrong-type")]),
])  # fmt: skip
def test_a_no_has_its_reasons(data: Any, reasons: list[tuple[Route, str]]) -> None:
    assert valid(SCHEMA, data, formats=EVEN) is (not reasons)
    assert [(finding.route, finding.code_hint) for finding in explain(SCHEMA, data, formats=EVEN)] == reasons


def test_a_format_counts_where_it_is_given() -> None:
    schema = dict(SCHEMA)  # a schema is compiled once, with the formats that it is first asked with
    assert valid(schema, {"a": "x", "b": 1}) and explain(schema, {"a": "x", "b": 1}) == []


def test_reasons_are_sorted_by_index_and_by_name() -> None:
    schema = {"items": {"type": "string"}, "additionalProperties": {"type": "string"}}
    assert [finding.route for finding in explain(schema, [1] * 12)] == [(index,) for index in range(12)]
    assert [finding.route for finding in explain(schema, {"b": 1, "aa": 1, "c": 1})] == [("aa",), ("b",), ("c",)]
    many = {"required": ["b", "a"], "items": {"type": "string"}}
    said = [f"missing required field `{name}` at the top level" for name in "ab"]
    assert [finding.message for finding in explain(many, {})] == said


@pytest.mark.parametrize(("pattern", "text", "found"), [
    ("^a", "ab", True), ("b", "ab", True), ("^b", "ab", False), ("(", "ab", False), ("(a+)+$", "a" * 40 + "!", False),
    (r"(?=a)", "a", False),
])  # fmt: skip
def test_a_pattern_that_anybody_may_have_written(pattern: str, text: str, found: bool) -> None:
    assert found_in(pattern, text) is found


TYPE = "kubernetes.io/dockerconfigjson"


def secret(config: str | None, **more: Any) -> dict[str, Any]:
    data = {} if config is None else {"stringData": {".dockerconfigjson": config}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": TYPE, **data, **more}


@pytest.mark.parametrize(("data", "found"), [
    (secret('{"auths": {"h.io": {"auth": "dTpw"}}}'), []),
    (secret("{"), [("malformed-dockerconfig", ("stringData", ".dockerconfigjson"))]),
    (secret("{", type="Opaque"), []),
    (secret("{", kind="Nothing"), []),
    (secret("{", nope=1), [("unknown-key", ("nope",)), ("malformed-dockerconfig", ("stringData", ".dockerconfigjson"))]),
    # What SOPS encrypts, and its own key, are not there when it is applied; `null` counts for nothing to an API server.
    (secret(None, sops={"mac": "x"}, data={"x": "ENC[AES256_GCM,data:x]"}), []),
    (secret('{"auths": {"h.io": {"auth": "dTpw"}}}', immutable=None), []),
    ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "imag": "x"}]}},
     [("unknown-key", ("spec", "containers", 0, "imag"))]),
])  # fmt: skip
def test_what_is_refused_of_an_object(data: dict[str, Any], found: list[tuple[str, Route]]) -> None:
    findings = check_object(Catalog(), data)
    assert [(finding.code_hint, finding.route) for finding in findings] == found
    assert [finding.at_key for finding in findings] == [code == "unknown-key" for code, _ in found]
