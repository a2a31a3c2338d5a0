"""Which fields may be shown: by the name of the last key, unless anything above it is free or a credential's."""

from __future__ import annotations

import pytest

from mooring.redaction.fields import is_free, is_known, kind_of


@pytest.mark.parametrize(("route", "kind"), [
    (("image",), "image"),
    (("spec", "containers", 0, "image"), "image"),
    (("spec", "predictor", "model", "storageUri"), "uri"),
    (("metadata", "name"), "name"),
    (("images", 0, "newTag"), "image"),
    (("kind",), "choice"),
    (("robots", 0, "expires"), "date"),
    (("registries", 0, "aliases", 1), "host"),
    (("spec", "replicas"), "number"),
    (("include", 0), "path"),
    # Anybody's keys stand below these, and their values are no fields.
    (("data", "name"), None),
    (("metadata", "annotations", "image"), None),
    (("metadata", "labels", "kind"), None),
    (("spec", "containers", 0, "args", 0), None),
    (("spec", "model", "parameters", "host"), None),
    # Below a credential's key nothing is shown, and the key itself is none.
    (("password", "name"), None),
    (("token",), None),
    (("spec", "secret", "name"), None),
    (("spec", "value"), None),
    (("schedule",), None),
    ((), None),
    ((0, 1), None),
])  # fmt: skip
def test_what_a_value_is_declared_to_hold(route: tuple[str | int, ...], kind: str | None) -> None:
    assert kind_of(route) == kind


@pytest.mark.parametrize(("name", "known", "free"), [
    ("image", True, False), ("data", True, True), ("password", True, True), ("metadata", True, False),
    ("hunter2", False, False), ("dbPassword", False, True), ("", False, False),
])  # fmt: skip
def test_names_of_fields(name: str, known: bool, free: bool) -> None:
    assert (is_known(name), is_free(name)) == (known, free)
