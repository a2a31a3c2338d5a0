"""The target of a patch means one object, read as the regular expressions that Kustomize takes its fields for."""

from __future__ import annotations

import re

import pytest

from mooring.kustomization.patch import target

NAMES = ("a.b", "a-b", "axb", "a", "ab", "a.b.c", "x.a.b", ".*", "a|b", "[ab]", "a\\b", "^a$", "(a)", "a{1}", "a+", "a?")


def selects(pattern: str, text: str) -> bool:
    """`regexp.MatchString` of what Kustomize makes of a field (api/types/selector.go, `anchorRegex`)."""
    return not pattern or re.search(f"^(?:{pattern})$", text) is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_name_selects_itself_alone(name: str) -> None:
    pattern = target("apps/v1", "Deployment", name)["name"]
    assert [other for other in NAMES if selects(pattern, other)] == [name]


def test_a_group_selects_itself_alone() -> None:
    pattern = target("serving.kserve.io/v1beta1", "InferenceService", "a")["group"]
    assert selects(pattern, "serving.kserve.io") and not selects(pattern, "serving-kserve.io") and not selects(pattern, "")


def test_the_core_group_is_no_other() -> None:
    """A missing `group` would be any: `v1` `Service` is Knative's too."""
    pattern = target("v1", "Service", "a")["group"]
    assert selects(pattern, "") and not selects(pattern, "serving.knative.dev")


def test_it_is_anchored_and_escaped() -> None:
    assert target("apps/v1", "Deployment", "a.b") == {
        "group": "^apps$",
        "version": "v1",
        "kind": "Deployment",
        "name": r"^a\.b$",
    }
