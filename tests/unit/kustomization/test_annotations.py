"""The annotations by which an object steers Kustomize."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kustomization.annotations import internal, is_local


def annotated(**annotations: Any) -> dict[str, Any]:
    return {
        "metadata": {"annotations": {name.replace("__", "/").replace("_", "."): one for name, one in annotations.items()}}
    }


@pytest.mark.parametrize(("value", "local"), [("true", True), ("", True), (True, True), ("false", False), (False, False)])
def test_an_object_that_is_left_out_of_what_is_built(value: Any, local: bool) -> None:
    data = {"metadata": {"annotations": {"config.kubernetes.io/local-config": value}}}
    assert is_local(data) is local


@pytest.mark.parametrize(("data", "name"), [
    (annotated(internal_config_kubernetes_io__x="a"), "internal.config.kubernetes.io/x"),
    (annotated(config_kubernetes_io__x="a"), None),
    (annotated(a="b"), None),
    ({"metadata": {"annotations": None}}, None),
    ({"metadata": []}, None),
    ("text", None),
])  # fmt: skip
def test_kustomize_s_notes_to_itself(data: Any, name: str | None) -> None:
    assert (internal(data), is_local(data)) == (name, False)
