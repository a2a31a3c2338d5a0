"""The two validators agree on every committed schema over valid and broken documents, and every no has a reason; the
schemas are valid, without descriptions, equal subtrees shared.
"""

from __future__ import annotations

import copy
import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mooring.schema import catalog, validation
from mooring.schema.catalog import Catalog
from mooring.schema.crd import Malformed, kinds, strict
from mooring.yaml.document import read_manifests
from tests.real.mutations import UNKNOWN, broken_at, filled, leaves, routes

ROOT = Path(__file__).parents[3]
SCHEMAS = sorted(path for path in (ROOT / "schemas").glob("*/*/*.json") if path.name != "index.json")
FLEETS = sorted((ROOT / "schemas").glob("*.schema.json"))
NAMES = [path.relative_to(ROOT / "schemas").as_posix() for path in SCHEMAS]
each_schema = pytest.mark.parametrize("path", SCHEMAS, ids=NAMES)
TEXTS = ("a", "https://a", "1", "10s", "a=b", "sha256:" + 64 * "a", "/a", "2027-03-01T00:00:00Z", "{}", "A", "a/b")


def minimal(node: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The smallest document that the schema accepts, as far as types, `required` and the first branch tell."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    if "const" in node or "enum" in node:
        return node["const"] if "const" in node else node["enum"][0]
    branch: Mapping[str, Any] = next(iter(node.get("oneOf", node.get("anyOf", ()))), {})
    kinds = node.get("type", branch.get("type", "object"))
    match kinds if isinstance(kinds, str) else kinds[0]:
        case "object":
            known, more = node.get("properties", {}), node.get("additionalProperties", {})
            names = [*node.get("required", ()), *branch.get("required", ())]
            names += sorted(known)[: max(0, node.get("minProperties", 0) - len(names))]
            return {name: minimal(known.get(name, more if isinstance(more, dict) else {}), root) for name in names}
        case "array":
            return [minimal(node.get("items", {}), root) for _ in range(node.get("minItems", 0))]
        case "string":
            texts = [text * max(1, node.get("minLength", 1)) for text in ("a",)] + list(TEXTS)
            return next((text for text in texts if validation.valid(keep(node), text)), "a")
        case "integer" | "number":
            return node.get("minimum", 1)
        case "boolean":
            return True
    return None


@functools.cache
def _kept() -> list[Mapping[str, Any]]:
    return []


def keep(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The validator remembers schemas by their identity, so that none may go."""
    _kept().append(node)
    return node


@functools.cache
def rendered() -> tuple[Mapping[str, Any], ...]:
    """The objects of the example fleet, one of each kind, the largest."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path in sorted((ROOT / "overlays").rglob("*.yaml")) + sorted((ROOT / "policies").glob("*/*.yaml")):
        for document in read_manifests(path.read_bytes(), path.name)[0]:
            kind = (document.data["apiVersion"], document.data["kind"])
            if len(str(document.data)) > len(str(found.get(kind, ""))):
                found[kind] = document.data
    return tuple(found.values())


def disagreements(known: Mapping[str, Any], documents: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for name, document in documents:
        yes, reasons = validation.valid(known, document), validation.explain(known, document)
        if yes != (not reasons):
            yield f"{name}: jsonschema-rs {yes}, jsonschema {[reason.message for reason in reasons]}"


def some(document: Any, count: int) -> Iterator[tuple[str, Any]]:
    """`count` broken copies of a document, each with another fault, at places spread over all of it."""
    places = list(routes(document))
    for index in range(count):
        route, node = places[index * len(places) // count]
        faults = list(broken_at(document, route, node))
        yield faults[index % len(faults)] if faults else ("whole", document)


@each_schema
def test_validators_agree(path: Path) -> None:
    known = validation.load(path)
    smallest, full = minimal(known, known), filled(known, 4)
    documents = [("smallest", smallest), ("empty", {}), ("full", full), ("leaves", leaves(full)), *some(full, 20)]
    assert list(disagreements(known, [*documents, *some(smallest, 20)])) == []
    assert validation.valid(known, smallest)
    assert not validation.valid(known, smallest | {UNKNOWN: 1})


def test_a_branch_may_hold_nothing_but_required() -> None:
    branches: dict[str, Any] = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "not": {"required": ["a", "b"]}}
    made = strict({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, **branches})
    assert {name: made[name] for name in branches} == branches


@pytest.mark.parametrize(
    ("match", "reasons"),
    [
        ({"any": [{"resources": {"kinds": ["Pod"]}}]}, []),
        ({"any": [], "all": []}, ["`spec.rules[0].match` cannot have `all` and `any` together"]),
    ],
)
def test_fields_that_exclude_each_other(match: Any, reasons: list[str]) -> None:
    """An API server says the same of both."""
    spec = {"rules": [{"name": "a", "match": match, "validate": {"message": "a"}}]}
    data = {"apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "a"}, "spec": spec}
    assert [finding.message for finding in validation.check_object(Catalog({}), data)] == reasons


@pytest.mark.parametrize("data", rendered(), ids=lambda data: data["kind"])
def test_validators_agree_on_what_the_example_fleet_renders(data: Mapping[str, Any]) -> None:
    for path in SCHEMAS:
        if path.name == f"{data['kind'].lower()}_{data['apiVersion'].rpartition('/')[2]}.json":
            known = validation.load(path)
            if known["properties"]["apiVersion"] == {"const": data["apiVersion"]}:
                assert list(disagreements(known, [("whole", data), *some(data, 100)])) == []
    assert validation.check_object(Catalog(), data) == []


@pytest.mark.parametrize("path", [*SCHEMAS, *FLEETS], ids=lambda path: path.name)
def test_schema_is_valid_and_describes_nothing_at_length(path: Path) -> None:
    known = validation.load(path)
    assert known["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(known)
    if path in SCHEMAS:
        assert {"description", "default", "example", "title"}.isdisjoint(keywords(known))


def keywords(node: Any) -> set[str]:
    """The keywords that the schema uses; names of properties and definitions are none."""
    found: set[str] = set()
    for key, value in node.items():
        found.add(key)
        if key in ("properties", "$defs", "patternProperties"):
            inner = list(value.values())
        else:
            inner = value if isinstance(value, list) else [value]
        for part in inner if key not in ("enum", "const", "required") else ():
            found |= keywords(part) if isinstance(part, dict) else set()
    return found


# Kubernetes' own schemas share by the API's own names, where two types may be written alike.
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("kubernetes/")])
def test_equal_and_large_subtrees_are_shared(name: str) -> None:
    known = validation.load(ROOT / "schemas" / name)
    seen: Counter[str] = Counter()

    def count(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("type"), (str, list)):
                seen[json.dumps(node, sort_keys=True)] += 1
            for value in node.values():
                count(value)
        elif isinstance(node, list):
            for value in node:
                count(value)

    count(known)
    assert [text for text, times in seen.items() if times > 1 and len(text) > 80] == []


def test_every_kind_of_the_index_has_its_schema_and_every_schema_its_kind() -> None:
    named = set()
    for product in catalog.products():
        for version in catalog.shipped_versions(product):
            for info in Catalog({product: version}).all_kinds():
                head = validation.load(info.schema_path)["properties"]
                assert (head["apiVersion"], head["kind"]) == ({"const": info.api_version}, {"const": info.kind})
                named.add(info.schema_path)
    assert named == set(SCHEMAS)


def service(**predictor: Any) -> dict[str, Any]:
    model = {"modelFormat": {"name": "sklearn"}, "storageUri": "gs://a/b"}
    head = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "a"}}
    return head | {"spec": {"predictor": {"model": model} | predictor}}


@pytest.mark.parametrize("version", catalog.shipped_versions("kserve"))
def test_an_inference_service_refuses_what_would_be_pruned(version: str) -> None:
    newest = Catalog({"kserve": version})
    assert validation.check_object(newest, service(imagePullSecrets=[{"name": "a"}])) == []
    for change in ({"imagePullSecret": "a"}, {"imagePullSecrets": "a"}, {"imagePullSecrets": [{"nam": "a"}]}):
        (found,) = validation.check_object(newest, service(**change))
        assert found.route[:3] == ("spec", "predictor", next(iter(change)))
    misplaced = copy.deepcopy(service())
    misplaced["spec"]["imagePullSecrets"] = [{"name": "a"}]
    (found,) = validation.check_object(newest, misplaced)
    assert (found.route, found.code_hint) == (("spec", "imagePullSecrets"), "unknown-key")


@pytest.mark.parametrize("port", [8080, "http"])
def test_int_or_string_is_either(port: object) -> None:
    probe = {"livenessProbe": {"httpGet": {"port": port, "path": "/"}}}
    containers = [{"name": "kserve-container", "image": "a", "resources": {"limits": {"cpu": 1, "memory": "1Gi"}}} | probe]
    assert validation.check_object(Catalog(), service(containers=containers)) == []
    wrong = [containers[0] | {"livenessProbe": {"httpGet": {"port": True}}}]
    assert [found.code_hint for found in validation.check_object(Catalog(), service(containers=wrong))] == ["wrong-type"]


def test_base64_takes_time_in_proportion_and_keeps_its_verdicts() -> None:
    secret = validation.load(ROOT / "schemas/kubernetes/1.36/secret_v1.json")
    before = re.compile(r"^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$")
    base = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}
    for length in range(6):
        for text in map("".join, itertools.product("A\n\r=!", repeat=length)):
            data = {**base, "data": {"a": text}}
            # Python's `$` stands before a last line break too, which the pattern takes in any case.
            assert validation.valid(secret, data) is (before.search(text) is not None), repr(text)
            if length < 5:
                assert (validation.explain(secret, data) == []) is validation.valid(secret, data), repr(text)
    # With the parts of the pattern overlapping, this took a second for 20,000 and hours for two million.
    assert len(validation.explain(secret, {**base, "data": {"a": "\n" * 2_000_000 + "!"}})) == 1


def _deep(levels: int) -> dict[str, Any]:
    return {"items": _deep(levels - 1)} if levels else {}


def _crd(schema_node: Any) -> dict[str, Any]:
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema_node}}
    return {"spec": {"group": "g.io", "scope": "Cluster", "names": {"kind": "K", "plural": "ks"}, "versions": [version]}}


@pytest.mark.parametrize(("crd", "said"), [
    ({"spec": 5}, "`spec` is missing, or not what it should be"),
    (_crd({"properties": []}), "`properties` of a schema is not what it should be"),
    (_crd({"items": {"properties": {"a": 5}}}), "a schema is not a mapping"),
    (_crd({"required": [["a"]]}), "`required` of a schema is not what it should be"),
    (_crd(_deep(101)), "schemas stand in each other more than 100 deep"),
])  # fmt: skip
def test_what_is_no_crd_is_refused_in_our_words(crd: Mapping[str, Any], said: str) -> None:
    with pytest.raises(Malformed) as refused:
        list(kinds(crd))
    assert str(refused.value) == said


@pytest.mark.parametrize("pattern", ['^[a-z]+{"items":$', "a{,2}", "a{b}"])
def test_a_pattern_with_a_brace_that_only_go_and_python_take_is_left_to_the_api_server(pattern: str) -> None:
    assert strict({"type": "string", "pattern": pattern}) == {"type": "string"}
    assert strict({"type": "string", "pattern": "^a{1,3}b{2}c{3,}\\{$"})["pattern"] == "^a{1,3}b{2}c{3,}\\{$"


def test_a_field_may_be_required_twice() -> None:
    """Nothing changes by it, and JSON Schema has each name once."""
    schema = strict({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b", "a"]})
    assert schema["required"] == ["a", "b"]


def test_a_schema_may_be_deep() -> None:
    assert [found.kind for found in kinds(_crd(_deep(100)))] == ["K"]


def test_the_newest_version_counts_where_none_is_named_or_shipped() -> None:
    newest = {product: catalog.shipped_versions(product)[-1] for product in catalog.products()}
    assert catalog.Catalog().versions == newest
    assert catalog.Catalog(dict.fromkeys(newest, "0.0")).versions == newest
    oldest = catalog.shipped_versions("kserve")[0]
    assert catalog.Catalog({"kserve": oldest}).versions == {**newest, "kserve": oldest}


@pytest.mark.parametrize(("api_version", "kind", "group"), [
    ("v1", "Pod", ""), ("apps/v1", "Deployment", "apps"),
    ("serving.kserve.io/v1beta1", "InferenceService", "serving.kserve.io"),
])  # fmt: skip
def test_the_group_of_a_kind(api_version: str, kind: str, group: str) -> None:
    info = Catalog().kind(api_version, kind)
    assert info is not None
    assert info.group == group
