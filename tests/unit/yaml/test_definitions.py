"""What is a CustomResourceDefinition, and which of them every reader names alike."""

from __future__ import annotations

import pytest

from mooring.yaml.definitions import defines_kind, is_definition


@pytest.mark.parametrize(("data", "defines"), [
    ({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}, True),
    ({"apiVersion": "apiextensions.k8s.io/v1beta1", "kind": "CustomResourceDefinition"}, True),
    ({"apiVersion": "example.com/v1", "kind": "CustomResourceDefinition"}, False),
    ({"apiVersion": "apiextensions.k8s.io/v1", "kind": "Other"}, False),
    ({}, False),
])  # fmt: skip
def test_what_defines_a_kind(data: dict[str, str], defines: bool) -> None:
    assert defines_kind(data) is defines


@pytest.mark.parametrize(("data", "defines"), [
    ({}, True), ({"metadata": {"name": "a", "namespace": "b"}}, True),
    ({"apiVersion": "apiextensions.k8s.io/v1beta1"}, True),
    ({"metadata": {}}, True), ({"metadata": {"name": 1}}, False), ({"metadata": {"name": "a", "namespace": 1}}, False),
    ({"metadata": None}, False), ({"apiVersion": "example.com/v1"}, False), ({"apiVersion": 1}, False),
    ({"kind": "Pod"}, False),
])  # fmt: skip
def test_what_is_a_definition(data: dict[str, object], defines: bool) -> None:
    whole = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a"}, **data}
    assert is_definition(whole) is defines
    assert is_definition([whole]) is False
