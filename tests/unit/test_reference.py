"""Image references are read as the kubelet reads them, and what it refuses is never found good."""

from __future__ import annotations

import pytest

from mooring.registry.reference import beginning, meant, parse
from tests.support.references import READ, REFUSED, full


@pytest.mark.parametrize(("image", "name", "tag", "digest"), READ)
def test_a_reference_is_read(image: str, name: str, tag: str, digest: str) -> None:
    found = parse(full(image))
    assert found is not None
    assert (found.repository, found.tag, found.digest) == (full(name), full(tag), full(digest))


@pytest.mark.parametrize("image", REFUSED)
def test_what_the_kubelet_refuses_is_none(image: str) -> None:
    assert parse(full(image)) is None


@pytest.mark.parametrize(("written", "host", "project"), [
    ("harbor.example.com/p/a:${TAG}", "harbor.example.com", "p"),
    ("harbor.example.com/p/a..b:1", "harbor.example.com", "p"),
    ("HARBOR.example.com:443/P/a@sha256:0", "HARBOR.example.com:443", "P"),
    (" harbor.example.com/p/a ", "harbor.example.com", "p"),
    ("https://harbor.example.com/p/a:1", "harbor.example.com", "p"),
    ("oci://harbor.example.com/p/a:é", "harbor.example.com", "p"),
    ("robot:key@harbor.example.com/p/a", "harbor.example.com", "p"),
    ("harbor.example.com//p", "harbor.example.com", ""),
])  # fmt: skip
def test_a_refused_text_still_tells_whose_image_it_would_have_been(written: str, host: str, project: str) -> None:
    found = beginning(written)
    assert found is not None
    assert (found.host, found.project, found.tag) == (host, project, "")
    assert meant(written) == found


@pytest.mark.parametrize("written", ["", "nginx:${TAG}", "${REGISTRY}/p/a", "p/A", "docker.io/p/A", "https:///x", "a_b.c/P"])
def test_a_text_without_a_host_tells_nothing(written: str) -> None:
    assert meant(written) is None


def test_long_texts_are_not_kept() -> None:
    from mooring.registry.reference import _cached

    before = _cached.cache_info().currsize
    assert parse("a" * 1_000_000) is None
    assert parse("h.example.com/" + "a/" * 500_000) is None
    assert _cached.cache_info().currsize == before
