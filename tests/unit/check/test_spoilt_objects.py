"""No object, however malformed, ends `check`, `explain`, `init --from` or a report with an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mooring.adoption.adopting import adopt
from mooring.adoption.survey import survey
from mooring.problems.routes import get
from mooring.schema.catalog import Catalog
from tests.support.spoilt import ODD, nodes, replaced, spoilt
from tests.support.spoilt_objects import DECIDING, DOCUMENTS, every_format, found_in, judged, judged_alone, place_of


def test_the_objects_are_good() -> None:
    found = [one for data in DOCUMENTS for one in found_in(data)]
    assert [problem.message for problem in judged(found).problems if problem.code in ("schema", "no-schema")] == []


@pytest.mark.parametrize("number", range(len(DOCUMENTS)), ids=[f"{one['kind']}-{n}" for n, one in enumerate(DOCUMENTS)])
def test_a_spoilt_object_is_a_problem_and_no_crash(number: int) -> None:
    beside = [one for index, data in enumerate(DOCUMENTS) if index != number for one in found_in(data)]
    whole_ones = [one for data in DOCUMENTS for one in found_in(data)]
    decides = DOCUMENTS[number]["kind"] in DECIDING
    crashes = []
    for count, (route, value, whole) in enumerate(spoilt(DOCUMENTS[number])):
        if decides and (count + count // len(ODD)) % 4:
            continue  # all others are judged anew each time: four values for each node, other ones for the next
        try:
            found = found_in(whole)
            result = judged([*found, *beside]) if decides else judged_alone(found, beside)
            if count % 16 == 0:
                every_format(result)
                adopt([survey([*found, *beside], Catalog())])
                adopt(
                    [
                        survey(given, Catalog(), (), name)
                        for name, given in (("dev", [*found, *beside]), ("prod", whole_ones))
                    ]
                )
        except Exception as error:  # noqa: BLE001 - each is a finding of this test
            crashes.append(f"{'.'.join(map(str, route))} = {value!r}: {error!r} ({place_of(error)})")
    assert crashes == []


@pytest.mark.parametrize(
    "number", [n for n, one in enumerate(DOCUMENTS) if one["kind"] in ("ConfigMap", "Secret", "ExternalSecret")]
)
def test_spoilt_json_in_an_object_is_no_crash(number: int) -> None:
    beside = [one for index, data in enumerate(DOCUMENTS) if index != number for one in found_in(data)]
    for route in nodes(DOCUMENTS[number]):
        inner = get(DOCUMENTS[number], route)
        if isinstance(inner, str) and inner.startswith('{"'):
            for _, _, whole in spoilt(json.loads(inner)):
                judged_alone(beside[:8], [*found_in(replaced(DOCUMENTS[number], route, json.dumps(whole))), *beside[8:]])


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_deep_long_and_endless_values_are_no_crash(number: int) -> None:
    lists, maps = "x", "x"
    for _ in range(200):
        lists, maps = [lists], {"a": maps}  # type: ignore[assignment]
    for step in DOCUMENTS[number]:
        for value in (lists, maps, float("nan"), float("inf"), 1 << 80, "x" * 100_000):
            every_format(judged(found_in({**DOCUMENTS[number], step: value})))


def test_what_has_no_name_of_its_own_is_left_by_init() -> None:
    pod = {"containers": [{"name": "a", "image": "harbor.example.com/vision/p:1"}]}
    metadata: tuple[tuple[dict[str, Any], str], ...] = (
        ({"generateName": "p-", "namespace": "vision"}, "it has no name of its own"),
        ({"name": "p", "namespace": 5}, "it names no namespace"),
        ({"name": "p", "namespace": "vision", "labels": 5}, "its labels or annotations are not a mapping"),
    )
    for given, why in metadata:
        data = {"apiVersion": "v1", "kind": "Pod", "metadata": given, "spec": pod}
        surveyed = survey(found_in(data), Catalog())
        assert [line.partition(": ")[2].partition(": ")[2] for line in surveyed.lost] == [why]
        assert "services" not in adopt([surveyed]).text


def test_a_name_that_is_none_is_said_by_its_place() -> None:
    spec = {"predictor": {"containers": [{"name": {"password": "hunter2"}}]}}
    data = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "a", "namespace": "b"},
    }
    said = [
        problem.message for problem in judged(found_in({**data, "spec": spec})).problems if problem.code == "invalid-service"
    ]
    assert said == ["container `0` has no image"]
