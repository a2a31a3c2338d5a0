"""The pulls of a service by its name, in one namespace or in all that have one of that name."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.service_pulls import service_names, service_pulls
from tests.support.fleet_files import environments

FLEET = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision, expires: 2027-03-01}]
namespaces: [{name: m}, {name: n}]
services:
- {name: a, namespace: m, spec: {predictor: {containers: [{name: c, image: "harbor.example.com/vision/a:1"}]}}}
- {name: a, namespace: n, spec: {predictor: {serviceAccountName: own, containers: [{name: c, image: "nginx:1"}]}}}
- {name: b, namespace: n, spec: {predictor: {containers: [{name: c, image: "nginx:2"}]}}}
"""


def resolved(folder: Path) -> ResolvedEnvironment:
    return environments(folder, FLEET)["default"]


def test_every_service_has_a_name(tmp_path: Path) -> None:
    assert service_names(resolved(tmp_path)) == ["m/a", "n/a", "n/b"]


@pytest.mark.parametrize(("wanted", "found"), [
    ("a", [("m", "a", ["harbor.example.com/vision/a:1"]), ("n", "a", ["nginx:1"])]),
    ("m/a", [("m", "a", ["harbor.example.com/vision/a:1"])]),
    ("n/a", [("n", "a", ["nginx:1"])]),
    ("b", [("n", "b", ["nginx:2"])]),
    ("m/b", []), ("c", []), ("x/a", []),
])  # fmt: skip
def test_the_pulls_of_a_service(wanted: str, found: list[object], tmp_path: Path) -> None:
    made = service_pulls(resolved(tmp_path), wanted, None)
    assert [(one.object.namespace, one.object.name, [pull.image for pull in one.pulls]) for one in made] == found


def test_the_accounts_are_those_that_the_pods_name(tmp_path: Path) -> None:
    assert [one.accounts for one in service_pulls(resolved(tmp_path), "a", None)] == [{}, {"predictor": "own"}]


def test_a_robot_is_judged_by_the_day(tmp_path: Path) -> None:
    for day, verdict in ((datetime.date(2027, 2, 28), "ok"), (datetime.date(2027, 3, 1), "robot-expired"), (None, "ok")):
        [found] = service_pulls(resolved(tmp_path), "m/a", day)
        assert [pull.verdict for pull in found.pulls] == [verdict]
