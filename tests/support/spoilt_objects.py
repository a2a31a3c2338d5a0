"""Spoilt objects: how the stages of `check` are run on them, in process and without files."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from mooring import report
from mooring.check.object import check_object
from mooring.check.objects import CheckedObjects, check_objects
from mooring.check.scope import scopes
from mooring.manifests.paths import InputObject, Inputs, _is_manifest, items
from mooring.problems.position import Route
from mooring.registry.registries import Registry
from mooring.report import Report, Terminal
from mooring.yaml.document import read_manifests
from tests.support.spoilt import OBJECTS

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

    def hidden(self, _route: Any) -> tuple[str, ...]:
        return ()

    def excerpt(self, line: int, column: int, kinds: object) -> tuple[str, int]:
        return "", 1


def found_in(whole: Any) -> list[InputObject]:
    """The objects that mooring takes from a document."""
    return [InputObject(item, Nowhere(), route, None) for route, item in items(whole) if _is_manifest(item)]


def judged(found: list[InputObject]) -> CheckedObjects:
    return check_objects(Inputs(found=found), (Registry("harbor.example.com", ("harbor.example.com",)),), {}, AS_OF)


def judged_alone(found: list[InputObject], beside: list[InputObject]) -> CheckedObjects:
    """What is said of some objects, with others at hand that nothing is said of."""
    (scope,) = scopes([*found, *beside], (Registry("harbor.example.com", ("harbor.example.com",)),), None, {}, AS_OF)
    result = CheckedObjects()
    for one in found:
        problems, pulls = check_object(one, scope)
        result.problems += problems
        result.pulls += pulls
    return result


def every_format(result: CheckedObjects) -> None:
    pulls = tuple(pull.as_entry() for pull in result.pulls)
    for form in report.formats():
        report.render(form, Report(tuple(result.problems), pulls=pulls), Terminal())


def place_of(error: Exception) -> str:
    """Where an exception was raised."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last is not None else ""
