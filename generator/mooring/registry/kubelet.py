"""Which entries of a docker configuration the kubelet tries for an image.

As https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/keyring.go: a key is read as a URL, whose
port must be equal, whose host may hold `*` within a label, and whose path is a plain prefix of the image's.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from mooring.registry import url
from mooring.registry.reference import Reference

_HUB = "index.docker.io"
_HUBS = ("docker.io", _HUB)
_SCHEMES = ("https://", "http://")


def index(key: str) -> str | None:
    """A key as the kubelet keeps it: host and path, without scheme, login and query; None where it leaves it out."""
    scheme = next((scheme for scheme in _SCHEMES if key.startswith(scheme)), "")
    found = url.split(key[len(scheme) :])
    if found is None:
        return None
    host, path = found
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return host if path == "/" else host + path


@functools.lru_cache(maxsize=1 << 12)
def _place(address: str) -> tuple[tuple[str, ...], str, str] | None:
    """The labels of an address's host, its port and its path; None where it is none."""
    found = url.split(address)
    if found is None:
        return None
    host, path = found
    name, colon, port = host.rpartition(":")
    if not colon or name.startswith("[") != name.endswith("]"):
        name, port = host, ""  # no port, or an address of IPv6 without one
    elif name.startswith("["):
        name = name[1:-1]
    return tuple(name.split(".")), port, path


def _is_label(pattern: str, label: str) -> bool:
    """Whether a label of a host is as a key's says: `*` is any text; `[…]`, an address of IPv6, is one of its characters."""
    if pattern.startswith("["):
        return pattern.endswith("]") and len(label) == 1 and label in pattern[1:-1]
    first, *rest = pattern.split("*")
    if not rest:
        return label == pattern
    *between, last = rest
    if not label.startswith(first) or not label[len(first) :].endswith(last):
        return False
    at, end = len(first), len(label) - len(last)
    for part in between:
        found = label.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _matches(kept: str, reference: Reference) -> bool:
    key, image = _place(kept), _place(reference.repository)
    if key is None or image is None or key[1] != image[1] or len(key[0]) != len(image[0]):
        return False
    return image[2].startswith(key[2]) and all(map(_is_label, key[0], image[0]))


def ordered(keys: Iterable[str], reference: Reference) -> list[str]:
    """The matching keys in the order the kubelet tries them: sorted in reverse, so that longer paths come first.

    Docker Hub's own key is tried where no other matches.
    """
    kept = [(place, key) for key in keys if (place := index(key)) is not None]
    found = [entry for entry in kept if _matches(entry[0], reference)]
    if not found and _is_hub(reference):
        found = [entry for entry in kept if entry[0] == _HUB]
    return [key for _, key in sorted(found, key=lambda entry: entry[0], reverse=True)]


def _is_hub(reference: Reference) -> bool:
    """Whether the kubelet takes a host for Docker Hub, which it does for `localhost` and `HOST` too."""
    return reference.host in _HUBS or not ("." in reference.host or ":" in reference.host)
