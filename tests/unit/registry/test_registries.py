"""A registry is recognised by any of its hosts, letter case and port aside."""

from __future__ import annotations

import pytest

from mooring.registry.reference import parse
from mooring.registry.registries import Registries, Registry

MAIN = Registry("main", ("harbor.example.com", "cr.example.com:8443"))
TEST = Registry("test", ("harbor.example.com:9443",))


@pytest.mark.parametrize(("image", "registry"), [
    ("harbor.example.com/p/a", MAIN),
    ("cr.example.com:8443/p/a", MAIN),
    ("cr.example.com/p/a", MAIN),
    ("CR.Example.com:1/p/a", MAIN),
    ("harbor.example.com:9443/p/a", TEST),
    ("harbor.example.com:1/p/a", MAIN),
    ("harbor.example.org/p/a", None),
    ("a/b", None),
])  # fmt: skip
def test_an_image_s_registry(image: str, registry: Registry | None) -> None:
    reference = parse(image)
    assert reference is not None
    assert Registries((MAIN, TEST)).recognise(reference) == registry


def test_the_first_of_two_is_taken_where_neither_host_is_exact() -> None:
    reference = parse("HARBOR.example.com/p/a")
    assert reference is not None
    assert Registries((TEST, MAIN)).recognise(reference) == TEST


def test_what_a_registry_has_unless_it_says_otherwise() -> None:
    assert (MAIN.public_projects, MAIN.robot_prefix) == (frozenset(), "robot$")


@pytest.mark.parametrize(("image", "public"), [
    ("harbor.example.com/mirror/a", True), ("cr.example.com:8443/mirror/a", True), ("harbor.example.com/vision/a", False),
    ("HARBOR.example.com/mirror/a", False), ("harbor.example.com:443/mirror/a", False), ("cr.example.com/mirror/a", False),
])  # fmt: skip
def test_a_project_is_public_at_the_exact_host(image: str, public: bool) -> None:
    """The kubelet matches the host as it is written: any other spelling is another registry, where nothing is public."""
    registry = Registry("harbor", ("harbor.example.com", "cr.example.com:8443"), frozenset({"mirror"}))
    reference = parse(image)
    assert reference is not None
    assert registry.is_public(reference) is public
