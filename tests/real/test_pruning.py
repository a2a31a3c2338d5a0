"""What the committed schemas refuse as unknown is exactly what an API server calls unknown, at every place of every kind.

A document with every field of a kind gets one more, unknown field in every mapping of it; the server, asked strictly,
names each one that it would prune, and mooring's schema must name the same. Nothing but an API server knows this:
kubeconform reads the same schemas as mooring does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

import pytest

from mooring.problems.position import show
from mooring.schema import validation
from mooring.schema.catalog import Catalog, KindInfo
from tests.real.apiserver import ApiServer, endpoint
from tests.real.mutations import UNKNOWN, Route, filled, routes

SERVED = {"external-secrets", "kserve", "kubernetes", "kyverno"}
KINDS = {
    f"{info.api_version}/{info.kind}": info
    for info in Catalog().all_kinds()
    if info.product in SERVED and info.group != "cli.kyverno.io"
}
AT_ONCE = 80  # unknown fields: of a kind of its own, a server names 100 at most
NAMED = re.compile(r'unknown field \\?"([^"\\]+)\\?"')


def with_unknowns(document: Any, places: Sequence[Route]) -> Any:
    made = copy.deepcopy(document)
    for place in places:
        node = made
        for step in place:
            node = node[step]
        node[UNKNOWN] = None
    return made


def both(server: ApiServer, info: KindInfo, body: dict[str, Any]) -> tuple[set[str], set[str], int]:
    """The unknown fields that mooring names and those that the server names, of so many places."""
    document = filled(body)
    document["metadata"] |= {"name": "x"} if info.scope == "Cluster" else {"name": "x", "namespace": "default"}
    places = [route for route, node in routes(document) if isinstance(node, dict)]
    ours: set[str] = set()
    theirs: set[str] = set()
    size = AT_ONCE if info.product == "kubernetes" else len(places)
    for start in range(0, len(places), size):
        made = with_unknowns(document, places[start : start + size])
        ours |= {show(finding.route) for finding in validation.explain(body, made) if finding.code_hint == "unknown-key"}
        _, said = server.create(endpoint(info), made)
        theirs |= set(NAMED.findall(said))
    return ours, theirs, len(places)


@pytest.mark.parametrize("name", KINDS)
def test_the_server_calls_unknown_what_the_schema_refuses(apiserver: ApiServer, name: str) -> None:
    ours, theirs, places = both(apiserver, KINDS[name], validation.load(KINDS[name].schema_path))
    assert ours ^ theirs == set()
    assert UNKNOWN in ours and places * 0.4 < len(ours) < places


def test_the_places_are_many(apiserver: ApiServer) -> None:
    info = KINDS["serving.kserve.io/v1beta1/InferenceService"]
    ours, _, _ = both(apiserver, info, validation.load(info.schema_path))
    assert len(ours) > 3000
    assert f"spec.predictor.containers[0].env[0].valueFrom.secretKeyRef.{UNKNOWN}" in ours


@pytest.mark.parametrize("loosened", ["spec", "metadata"])
def test_a_schema_that_lets_a_field_through_is_found_out(apiserver: ApiServer, loosened: str) -> None:
    info = KINDS["serving.kserve.io/v1alpha1/ServingRuntime"]
    body = copy.deepcopy(validation.load(info.schema_path))
    node = body["properties"][loosened]
    while "$ref" in node:
        node = body["$defs"][node["$ref"].removeprefix("#/$defs/")]
    del node["additionalProperties"]
    ours, theirs, _ = both(apiserver, info, body)
    assert theirs - ours == {f"{loosened}.{UNKNOWN}"}
