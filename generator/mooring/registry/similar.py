"""A host or a path that looks like a private registry's, and is not: what was probably meant."""

from __future__ import annotations

import functools
from collections.abc import Collection

from mooring.registry.reference import DOCKER_HUB, Reference, host_name

# Public registries, whose names are like those of other companies' and are meant as they are.
WELL_KNOWN = frozenset({
    DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "ghcr.io", "quay.io", "gcr.io", "registry.k8s.io", "k8s.gcr.io",
    "nvcr.io", "mcr.microsoft.com", "public.ecr.aws", "registry.gitlab.com", "docker.elastic.co", "us-docker.pkg.dev",
})  # fmt: skip
# Docker Hub's own images, and a project that every Harbor has.
_OFFICIAL = "library"
# Of shorter hosts (`a.io`, `b.io`) two letters are too much of the name.
_LONG = 8


def meant_instead(reference: Reference, hosts: Collection[str], projects: Collection[tuple[str, str]]) -> str:
    """What of the private registries was probably meant: a host, or `host/path` for an image without one; else nothing.

    `hosts` are theirs, `projects` the known (host, project). A host is like another where one or two letters differ, or
    only the end of its domain. An image without a host that begins with a known project lacks its host.
    """
    if reference.host == DOCKER_HUB:
        written = reference.written.rpartition("://")[2]
        with_host = written.startswith((f"{DOCKER_HUB}/", "index.docker.io/"))
        if with_host or reference.project == _OFFICIAL:
            return ""
        return next((f"{host}/{written}" for host, project in projects if project == reference.project), "")
    if reference.host_name in WELL_KNOWN:
        return ""
    return next((host for host in hosts if _is_like(reference.host_name, host_name(host))), "")


@functools.lru_cache(maxsize=1 << 12)
def _is_like(host: str, private: str) -> bool:
    if host == private:
        return False
    return _differ_in_the_end(host, private) or _distance(host, private, 2 if len(private) >= _LONG else 1)


def _differ_in_the_end(host: str, private: str) -> bool:
    """`harbor.example.org`, `harbor.example` or `harbor.example.com.local` beside `harbor.example.com`."""
    one, other = host.split("."), private.split(".")
    short, long = sorted((one, other), key=len)
    if len(one) == len(other):
        return len(one) > 2 and one[:-1] == other[:-1]
    return len(short) > 1 and len(long) - len(short) == 1 and long[: len(short)] == short


def _distance(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are left out, added, replaced or swapped with a neighbour between the two."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        following = [index]
        for place, wanted in enumerate(other, 1):
            cost = min(row[place] + 1, following[place - 1] + 1, row[place - 1] + (letter != wanted))
            if index > 1 and place > 1 and letter == other[place - 2] and one[index - 2] == wanted:
                cost = min(cost, before[place - 2] + 1)
            following.append(cost)
        if min(following) > most:
            return False
        before, row = row, following
    return row[-1] <= most
