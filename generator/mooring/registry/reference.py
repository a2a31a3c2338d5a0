"""Image references, taken apart as container runtimes do it.

https://github.com/distribution/reference: what stands before the first `/` is a host if it holds a `.` or a `:`, or is
`localhost`, or has an upper-case letter; everything else is Docker Hub's.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
# A model that is an image: https://kserve.github.io/website/docs/model-serving/storage/providers/oci
OCI_SCHEMES = ("oci", "oci+native", "oci+fetch")
# KServe's own container fetches it, and takes the pod's first Secret for that (0.21).
FETCHED = "oci+fetch://"
DOCKER_HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """`host` is as written, with its port; `host_name` is as it is compared loosely: lower case, without the port."""

    written: str
    host: str
    host_name: str
    path: str
    tag: str
    digest: str

    @property
    def project(self) -> str:
        """Harbor's project: the path's first part."""
        return self.path.partition("/")[0]

    @property
    def repository(self) -> str:
        """Host and path, without tag and digest."""
        return f"{self.host}/{self.path}"


def host_name(host: str) -> str:
    """A host as it is compared loosely: lower case, without the port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


@functools.lru_cache(maxsize=1 << 14)
def parse(image: str) -> Reference | None:
    """The parts of an image; None for what is none (empty, a Go template as `{{.Name}}`, spaces, a URI)."""
    name, at, digest = image.partition("@")
    if (at and not _DIGEST.fullmatch(digest)) or not name or len(image) > 1024:
        return None
    first, slash, rest = name.partition("/")
    host = DOCKER_HUB
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        if not _HOST.fullmatch(first):
            return None
        host, name = first, rest
    path, _, tag = name.rpartition(":") if ":" in name else (name, "", "")
    if not _PATH.fullmatch(path) or (tag and not _TAG.fullmatch(tag)) or name.endswith(":"):
        return None
    if host == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    return Reference(image, host, host_name(host), path, tag, digest)


def pulled(written: str) -> Reference | None:
    """What is pulled for an image as it is written: a model address's own, where the model is an image."""
    if "://" in written:
        found = from_uri(written)
        return found[1] if found else None
    return parse(written)


def from_uri(uri: str) -> tuple[str, Reference] | None:
    """Scheme and image of a model's `oci://…` address; None for any other address."""
    scheme, separator, rest = uri.partition("://")
    if not separator or scheme not in OCI_SCHEMES:
        return None
    reference = parse(rest)
    return (scheme, reference) if reference else None
