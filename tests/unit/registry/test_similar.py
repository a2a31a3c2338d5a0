"""What an image of no private registry was probably meant to be, and what is meant as it is."""

from __future__ import annotations

import pytest

from mooring.registry.reference import parse
from mooring.registry.registries import Registries, Registry

HARBOR = Registry(
    "harbor", ("harbor.example.com", "cr.example.com:8443"), frozenset({"open"}), projects=frozenset({"vision"})
)
LAB = Registry("lab", ("io.de", "exam.lab"))
REGISTRIES = Registries((HARBOR, LAB), ("harbor.example.net",))


@pytest.mark.parametrize(("image", "meant"), [
    # One or two letters: left out, added, replaced, swapped.
    ("harbor.exampl.com/vision/a:1", "harbor.example.com"),
    ("harbour.example.com/vision/a:1", "harbor.example.com"),
    ("harbor.exmaple.com/vision/a:1", "harbor.example.com"),
    ("haarbor.examples.com/vision/a", "harbor.example.com"),
    ("harb0r.example.com:443/vision/a", "harbor.example.com"),
    ("xharbor.exmaple.com/vision/a", "harbor.example.com"), ("harbor.example.comxx/vision/a", "harbor.example.com"),
    # Three are too many, and a swap is one of them.
    ("hxrbxr.exmaple.com/vision/a", ""), ("hxrbor.exmaple.cmo/vision/a", ""), ("hxrbxr.exxmple.com/vision/a", ""),
    ("xyharbor.exmple.com/vision/a", ""),
    ("cr.exmple.com:8443/vision/a", "cr.example.com:8443"),
    # The end of its domain.
    ("harbor.example.org/vision/a", "harbor.example.com"),
    ("harbor.example/vision/a", "harbor.example.com"),
    ("harbor.example.com.local/vision/a", "harbor.example.com"),
    # Of one label there is no end.
    ("exam:5000/vision/a", ""),
    # No host.
    ("vision/a:1", "harbor.example.com/vision/a:1"),
    ("open/tools/a@sha256:" + "0" * 64, "harbor.example.com/open/tools/a@sha256:" + "0" * 64),
    # A short host has another's letters by chance.
    ("io.dx/p/a", "io.de"), ("io.it/p/a", ""), ("oi.de/p/a", "io.de"), ("oi.ed/p/a", ""), ("iio.de/p/a", "io.de"),
    # Meant as it is.
    ("harbor.example.com:8443/vision/a", ""), ("HARBOR.example.com/vision/a", ""),
    ("harbor.example.net/vision/a", ""),
    ("docker.io/vision/a", ""), ("index.docker.io/vision/a", ""), ("vision", ""), ("team/a", ""),
    ("quay.io/vision/a", ""), ("ghcr.io/vision/a", ""),
    ("registry.example.com/vision/a", ""), ("prod.harbor.example.com/vision/a", ""), ("example.com/vision/a", ""),
])  # fmt: skip
def test_what_was_probably_meant(image: str, meant: str) -> None:
    reference = parse(image)
    assert reference is not None
    assert REGISTRIES.similar(reference) == meant


@pytest.mark.parametrize(("host", "private", "is_like"), [
    ("abd.coo", "abcd.com", True), ("xxcd.com", "abcd.com", True),
    ("xxc.com", "abc.com", False), ("xbc.com", "abc.com", True),
])  # fmt: skip
def test_a_host_of_eight_letters_may_differ_in_two(host: str, private: str, is_like: bool) -> None:
    reference = parse(f"{host}/p/a")
    assert reference is not None
    assert bool(Registries((Registry("own", (private,)),)).similar(reference)) is is_like


def test_a_well_known_registry_beside_one_of_nearly_its_name() -> None:
    reference = parse("quay.io/vision/a")
    assert reference is not None
    assert Registries((Registry("own", ("quai.io",)),)).similar(reference) == ""


@pytest.mark.parametrize(("image", "private"), [
    ("ghcr.io/team/a:1", True), ("ghcr.io/team/sub/a:1", True), ("ghcr.io/team", True),
    ("ghcr.io/teams/a:1", False), ("ghcr.io/other/team/a", False), ("quay.io/team/a", False),
])  # fmt: skip
def test_a_registry_that_is_private_in_part(image: str, private: bool) -> None:
    reference = parse(image)
    assert reference is not None
    found = Registries((Registry("ghcr.io", ("ghcr.io",), within=("team",)),)).recognise(reference)
    assert (found is not None) == private
