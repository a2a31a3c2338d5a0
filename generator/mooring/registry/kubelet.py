"""Which entries of a docker configuration the kubelet tries for an image.

As https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/keyring.go: the scheme is stripped, the
port must be equal, globs match within one label of the host, and the key's path is a plain prefix of the image's.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mooring.registry.reference import DOCKER_HUB, Reference

_HUB = "index.docker.io"


def _parts(place: str) -> tuple[list[str], str]:
    """A host's labels and its port."""
    if place.startswith("["):
        host, _, rest = place.partition("]")
        return [host + "]"], rest.removeprefix(":")
    host, _, port = place.partition(":")
    return host.split("."), port


def _normal(key: str) -> tuple[str, str]:
    """Host and path (with its leading `/`) of a key; `/v1/` and `/v2/` are no paths of repositories."""
    bare = key.removeprefix("https://").removeprefix("http://")
    place, slash, path = bare.partition("/")
    path = slash + path
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return place, "" if path == "/" else path


def matches(key: str, reference: Reference) -> bool:
    """Whether the kubelet takes the entry `key` for the image."""
    place, path = _normal(key)
    if reference.host == DOCKER_HUB and place == _HUB and not path:
        return True
    labels, port = _parts(place)
    image_labels, image_port = _parts(reference.host)
    if port != image_port or len(labels) != len(image_labels):
        return False
    if not f"/{reference.path}".startswith(path):
        return False
    return all(fnmatchcase(image, label) for image, label in zip(image_labels, labels, strict=True))


def ordered(keys: Iterable[str], reference: Reference) -> list[str]:
    """The matching keys in the order the kubelet tries them: sorted in reverse, so that longer paths come first."""
    return sorted((key for key in keys if matches(key, reference)), key=lambda key: "".join(_normal(key)), reverse=True)
