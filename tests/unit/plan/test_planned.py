"""The `kustomization.yaml` of a folder, and what nothing comes to."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mooring.kserve.model import ClusterContext
from mooring.plan.planned import Planned, kustomization
from mooring.templating.render import render

PATCH = {"path": "patch.yaml"}


@pytest.mark.parametrize(("namespace", "patches", "context"), [
    (None, (), {}),
    ("vision", (), {"namespace": "vision"}),
    # Kustomize takes an empty one for none; it is written as it was asked for.
    ("", (), {"namespace": ""}),
    (None, (PATCH,), {"patches": [PATCH]}),
    ("vision", (PATCH, PATCH), {"namespace": "vision", "patches": [PATCH, PATCH]}),
])  # fmt: skip
def test_the_kustomization_of_a_folder(namespace: str | None, patches: tuple[Any, ...], context: dict[str, Any]) -> None:
    found = kustomization("overlays/prod/vision", ("b.yaml", "a.yaml"), namespace, patches)
    assert (found.path, found.about) == ("overlays/prod/vision/kustomization.yaml", None)
    assert found.context == {"resources": ["b.yaml", "a.yaml"], **context}, "in the order given"


def test_the_text_of_one() -> None:
    made = kustomization("a", ["access", "services"], "vision")
    text = render(made.template, made.context, fleet="fleet.yaml")
    assert text.partition("apiVersion")[2].splitlines()[1:] == [
        "kind: Kustomization", "namespace: vision", "resources:", "- access", "- services",
    ]  # fmt: skip


def test_nothing_is_shared_between_two_namespaces() -> None:
    one = Planned()
    for field in dataclasses.fields(Planned):
        value = getattr(one, field.name)
        if isinstance(value, list):
            value.append("of the first")
        elif isinstance(value, dict):
            value["a.yaml"] = "of the first"
    assert Planned() == Planned(context=ClusterContext()) != one
