"""The ConfigMap of grants: written as it is read back, and whatever it holds is read."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.fleet.grants import joined, pairs_by_secret, service_key


def test_a_value_reads_back_as_what_was_written() -> None:
    pairs = {"h.io/q", "h.io/p"}
    assert joined(pairs) == "h.io/p,h.io/q"
    assert list(pairs_by_secret({"data": {"harbor-a": joined(pairs)}})) == [("harbor-a", frozenset(pairs))]


@pytest.mark.parametrize(("data", "found"), [
    ({"data": {"a": "h.io/p,h.io/q", "_open": "a", "_login.a": "robot$a/b"}}, [("a", frozenset({"h.io/p", "h.io/q"}))]),
    ({"data": {"a": "", "b": "none"}}, [("a", frozenset()), ("b", frozenset())]),
    ({"data": {"a": 5, "b": None}}, []),
    ({"data": []}, []),
    ({}, []),
])  # fmt: skip
def test_what_a_configmap_grants(data: dict[str, Any], found: list[tuple[str, frozenset[str]]]) -> None:
    assert list(pairs_by_secret(data)) == found


def test_a_service_has_a_key_of_its_own() -> None:
    assert service_key("InferenceService", "detector") == "_inferenceservice.detector"
