"""Which entries of a docker configuration are tried for an image, and in which order: as the kubelet's keyring does it."""

from __future__ import annotations

import pytest

from mooring.registry.kubelet import index, ordered
from mooring.registry.reference import parse
from tests.support.dockerconfigs import MATCHES


def tried(keys: list[str], image: str) -> list[str]:
    reference = parse(image)
    assert reference is not None
    return ordered(keys, reference)


@pytest.mark.parametrize(("key", "image", "matches"), MATCHES)
def test_a_key_is_tried_for_an_image(key: str, image: str, matches: bool) -> None:
    assert tried([key], image) == ([key] if matches else [])


# What `credentialprovider.BasicDockerKeyring.Add` makes of a key, and None where it passes it over
# (https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/keyring.go).
@pytest.mark.parametrize(("key", "kept"), [
    ("harbor.example.com", "harbor.example.com"),
    ("https://harbor.example.com", "harbor.example.com"),
    ("http://harbor.example.com/", "harbor.example.com"),
    ("https://http://harbor.example.com", "http://harbor.example.com"),
    ("ftp://harbor.example.com", "ftp://harbor.example.com"),
    ("harbor.example.com/", "harbor.example.com"),
    ("harbor.example.com//", "harbor.example.com//"),
    ("harbor.example.com/v1/", "harbor.example.com"),
    ("harbor.example.com/v2/", "harbor.example.com"),
    ("harbor.example.com/v1", "harbor.example.com/v1"),
    ("harbor.example.com/v3/", "harbor.example.com/v3/"),
    ("harbor.example.com/v2/p/", "harbor.example.com/p/"),
    ("harbor.example.com/v2/v2/p", "harbor.example.com/v2/p"),
    ("u:p@harbor.example.com:443/p?q#f", "harbor.example.com:443/p"),
    ("harbor.example.com/%zz", None),
])  # fmt: skip
def test_a_key_is_kept_without_scheme_login_and_version(key: str, kept: str | None) -> None:
    assert index(key) == kept


def test_longer_paths_are_tried_first_and_docker_hubs_own_key_last() -> None:
    keys = ["index.docker.io", "docker.io", "*.io", "docker.io/library", "https://docker.io/v1/library/jenkins"]
    assert tried(keys, "docker.io/library/jenkins") == [keys[4], keys[3], keys[1], keys[2]]
    assert tried(keys[:1], "docker.io/library/jenkins") == keys[:1]


@pytest.mark.parametrize(("image", "hub"), [
    ("jenkins", True), ("docker.io/library/jenkins", True), ("index.docker.io/library/jenkins", True),
    ("localhost/a", True), ("HARBOR/a", True), ("localhost:5000/a", False), ("h.example.com/a", False),
])  # fmt: skip
def test_docker_hubs_own_key_is_for_docker_hubs_images(image: str, hub: bool) -> None:
    key = "https://index.docker.io/v1/"
    assert tried(["a.example.com", "z.example.com", key], image) == ([key] if hub else [])


def test_two_keys_of_one_place_are_both_tried() -> None:
    keys = ["https://h.example.com", "h.example.com", "h.example.com/v2/"]
    assert tried(keys, "h.example.com/p/a") == keys
