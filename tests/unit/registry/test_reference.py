"""Image references are read as the kubelet reads them, and what it refuses is never found good."""

from __future__ import annotations

import pytest

from mooring.registry.reference import beginning, from_uri, host_name, is_path, meant, parse, pulled
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


@pytest.mark.parametrize(("host", "name"), [
    ("harbor.example.com", "harbor.example.com"), ("Harbor.Example.com:8443", "harbor.example.com"),
    ("localhost", "localhost"),
    ("[2001:DB8::1]:5000", "[2001:db8::1]"), ("[::1]", "[::1]"),
])  # fmt: skip
def test_a_host_is_compared_loosely_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name
    found = parse(f"{host}/p/a:1")
    assert found is not None
    assert (found.written, found.host, found.host_name) == (f"{host}/p/a:1", host, name)


@pytest.mark.parametrize(("uri", "found"), [
    ("oci://harbor.example.com/p/m:1", ("oci", "harbor.example.com/p/m")),
    ("oci+native://harbor.example.com/p/m", ("oci+native", "harbor.example.com/p/m")),
    ("oci+fetch://harbor.example.com/p/m", ("oci+fetch", "harbor.example.com/p/m")),
    ("oci://m", ("oci", "docker.io/library/m")),
    ("OCI://harbor.example.com/p/m", None),
    ("s3://harbor.example.com/p/m", None),
    ("harbor.example.com/p/m", None),
    ("oci://harbor.example.com/P/m", None),
    ("oci://", None),
    ("oci", None),
])  # fmt: skip
def test_a_model_s_address_is_an_image_by_its_scheme(uri: str, found: tuple[str, str] | None) -> None:
    scheme_and_image = from_uri(uri)
    read = (scheme_and_image[0], scheme_and_image[1].repository) if scheme_and_image else None
    assert read == found


@pytest.mark.parametrize(("written", "repository"), [
    ("harbor.example.com/p/a:1", "harbor.example.com/p/a"),
    ("oci://harbor.example.com/p/a:1", "harbor.example.com/p/a"),
    ("s3://harbor.example.com/p/a", None),
    ("harbor.example.com/P/a", None),
])  # fmt: skip
def test_what_is_pulled(written: str, repository: str | None) -> None:
    found = pulled(written)
    assert (found.repository if found else None) == repository


@pytest.mark.parametrize(("text", "is_one"), [
    ("p", True), ("p/a", True), ("p/a-b__c.d/1", True), ("", False), ("p/", False), ("/p", False), ("P/a", False),
    ("p/a:1", False), ("p//a", False),
])  # fmt: skip
def test_a_text_can_be_the_path_of_an_image(text: str, is_one: bool) -> None:
    assert is_path(text) is is_one


@pytest.mark.parametrize(("image", "project"), [
    ("harbor.example.com/p/a/b:1", "p"), ("harbor.example.com/a", "a"), ("nginx", "library"), ("h_x.example.com/p/a", "p"),
])  # fmt: skip
def test_harbor_s_project_is_the_first_part_of_the_path(image: str, project: str) -> None:
    found = parse(image)
    assert found is not None
    assert found.project == project
