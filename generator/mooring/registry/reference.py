"""Image references, exactly as the kubelet and containerd read them.

https://github.com/distribution/reference/blob/v0.6.0/normalize.go (ParseNormalizedNamed): what stands before the first
`/` is a host if it holds a `.` or a `:`, or is `localhost`, or has an upper-case letter; everything else is Docker Hub's.
A text that they refuse (InvalidImageName) is no reference here either; `beginning` tells whose it would have been.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

_LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"  # `registry`, `my-registry`
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[A-Fa-f0-9:]+\])(?::[0-9]+)?")  # `h.example.com:8443`, `[::1]:5000`
_WORD = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"  # `vision`, `a_b`, `a__b`, `a--b`; never `a..b`
_PATH = re.compile(rf"{_WORD}(?:/{_WORD})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
# The algorithms that the kubelet and containerd are linked with; the digits in lower case.
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")  # an image's ID, which is no name
_LONGEST_PATH = 255
_CACHED = 512  # characters: a longer text is read anew each time, and not kept
# A model that is an image: https://kserve.github.io/website/docs/model-serving/storage/providers/oci
OCI_SCHEMES = ("oci", "oci+native", "oci+modelcar", "oci+fetch")
# KServe's own container fetches it, and takes the pod's first Secret for that (0.21).
FETCHED = "oci+fetch://"
# What Flux (`${TAG}`), Helm and KServe (`{{ .Values.tag }}`), Kustomize (`$(TAG)`) and ko (`ko://package`) fill in later.
_VARIABLE = re.compile(r"\$\{|\{\{|\$\(|\Ako://")
DOCKER_HUB = "docker.io"
_OLD_DOCKER_HUB = "index.docker.io"


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


def parse(image: str) -> Reference | None:
    """The parts of an image; None for what is none (empty, a Go template as `{{.Name}}`, spaces, a URI)."""
    return _cached(image) if len(image) <= _CACHED else _parse(image)


def _parse(image: str) -> Reference | None:
    """The parts of an image, None where the kubelet finds none."""
    if _IDENTIFIER.fullmatch(image):
        return None
    host, rest = _split(image)
    rest, at, digest = rest.partition("@")
    path, colon, tag = rest.partition(":")
    if (at and not _DIGEST.fullmatch(digest)) or (colon and not _TAG.fullmatch(tag)) or not _PATH.fullmatch(path):
        return None
    if _HOST.fullmatch(host):
        return Reference(image, host, host_name(host), path, tag, digest) if len(path) <= _LONGEST_PATH else None
    # A host with `_` is none by the grammar, and is part of the path then; what is pulled and from where is the same.
    whole = f"{host}/{path}"
    if len(whole) > _LONGEST_PATH or not _PATH.fullmatch(whole):
        return None
    return Reference(image, host, host_name(host), path, tag, digest)


_cached = functools.lru_cache(maxsize=1 << 14)(_parse)


def _split(image: str) -> tuple[str, str]:
    """The host and what follows it, Docker Hub's in full."""
    first, slash, rest = image.partition("/")
    if not slash:
        return DOCKER_HUB, f"library/{image}"
    if first == _OLD_DOCKER_HUB:
        first = DOCKER_HUB
    elif not ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return DOCKER_HUB, image
    return first, f"library/{rest}" if first == DOCKER_HUB and "/" not in rest else rest


def beginning(written: str) -> Reference | None:
    """Host, project and path of a text that is no reference; None where it begins with no host.

    `harbor.example.com/p/a:${TAG}` is an image of that registry all the same, and none that is fine.
    """
    host, rest = _split(written.rpartition("://")[2].strip())
    host = host.rpartition("@")[2]  # a login, which belongs into no reference
    if host == DOCKER_HUB or not _HOST.fullmatch(host):
        return None
    path = rest.partition("@")[0].partition(":")[0]
    return Reference(written, host, host_name(host), path, "", "")


def is_path(text: str) -> bool:
    """Whether a text can be the path of an image, or its beginning."""
    return _PATH.fullmatch(text) is not None


def unresolved(written: str) -> bool:
    """Whether a text has a variable in it that something else fills in before a kubelet reads it."""
    return _VARIABLE.search(written) is not None


def registry_of(written: str) -> str:
    """The host of an image as policies see it: what stands before the first `/` where that can be no user of Docker Hub."""
    first, slash, _ = written.rpartition("://")[2].partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else DOCKER_HUB


def meant(written: str) -> Reference | None:
    """What is pulled, or would be if the reference were none that the kubelet refuses."""
    return pulled(written) or beginning(written)


def pulled(written: str) -> Reference | None:
    """What is pulled for an image as it is written: a model address's own, where the model is an image."""
    if "://" in written:
        found = from_uri(written)
        return found[1] if found else None
    return parse(written)


def is_oci(uri: str) -> bool:
    """Whether a model's address names an image."""
    return uri.partition("://")[0] in OCI_SCHEMES and "://" in uri


def from_uri(uri: str) -> tuple[str, Reference] | None:
    """Scheme and image of a model's `oci://…` address; None for any other address."""
    if not is_oci(uri):
        return None
    scheme, _, rest = uri.partition("://")
    reference = parse(rest)
    return (scheme, reference) if reference else None
