"""No object, however malformed, ends `check`, `explain`, `init --from` or a report with an exception."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any

import pytest

from mooring import report
from mooring.check import objects
from mooring.check.adoption import adopt
from mooring.check.objects import Judged, check_objects
from mooring.manifests.paths import InputObject, Inputs, _is_manifest, items
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.report import Report, Terminal
from mooring.schema.catalog import Catalog
from mooring.yaml.document import read_manifests
from tests.spoilt import OBJECTS, ODD, nodes, replaced, spoilt

DOCUMENTS: Sequence[Any] = [document.data for document in read_manifests(OBJECTS, "objects.yaml")[0]]
# Kinds by which other objects are judged.
DECIDING = frozenset({
    "ServingRuntime", "ClusterServingRuntime", "LLMInferenceServiceConfig", "ClusterStorageContainer", "Secret",
    "ExternalSecret", "SealedSecret", "ServiceAccount", "ConfigMap",
})  # fmt: skip
AS_OF = datetime.date(2026, 11, 25)


class Nowhere:
    """A source without positions, which cost more than all the rest."""

    path, text = "objects.yaml", ""

    def locate(self, route: Route, *, key: bool = False) -> None:
        return None

    def has(self, route: Route) -> bool:
        return False

    def excerpt(self, line: int, column: int, kinds: object) -> tuple[str, int]:
        return "", 1

    hidden = ()


def found_in(whole: Any) -> list[InputObject]:
    """The objects that mooring takes from a document."""
    return [InputObject(item, Nowhere(), route, None) for route, item in items(whole) if _is_manifest(item)]


def judged(found: list[InputObject]) -> Judged:
    return check_objects(Inputs(found=found), ("harbor.example.com",), {}, AS_OF)


def judged_alone(found: list[InputObject], beside: list[InputObject]) -> Judged:
    """What is said of some objects, with others at hand that nothing is said of."""
    view = objects._View(Inputs(found=[*found, *beside]), ("harbor.example.com",), None, {}, AS_OF)
    result = Judged()
    for one in found:
        problems, pulls = view.judged(one)
        result.problems += problems
        result.pulls += pulls
    return result


def every_format(result: Judged) -> None:
    pulls = tuple(pull.as_entry() for pull in result.pulls)
    for form in report.formats():
        report.render(form, Report(tuple(result.problems), pulls=pulls), Terminal())


def place_of(error: Exception) -> str:
    """Where an exception was raised."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last is not None else ""


def test_the_objects_are_good() -> None:
    found = [one for data in DOCUMENTS for one in found_in(data)]
    assert [problem.message for problem in judged(found).problems if problem.code in ("schema", "no-schema")] == []


@pytest.mark.parametrize("number", range(len(DOCUMENTS)), ids=[f"{one['kind']}-{n}" for n, one in enumerate(DOCUMENTS)])
def test_a_spoilt_object_is_a_problem_and_no_crash(number: int) -> None:
    beside = [one for index, data in enumerate(DOCUMENTS) if index != number for one in found_in(data)]
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
                adopt([*found, *beside], Catalog())
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
        ({"name": "p", "namespace": "vision", "labels": 5}, "its labels or annotations are no mapping"),
    )
    for given, why in metadata:
        adopted = adopt(found_in({"apiVersion": "v1", "kind": "Pod", "metadata": given, "spec": pod}), Catalog())
        assert [line.partition(": ")[2].partition(": ")[2] for line in adopted.lost] == [why]
        assert "services" not in adopted.text


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
