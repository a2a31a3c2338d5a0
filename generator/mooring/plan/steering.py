"""Annotations by which an object steers Kustomize: left out, renamed, or stripped of what the fleet asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mooring.fleet import model
from mooring.problems.problem import Problem
from mooring.redaction import quote_key

# `config.kubernetes.io/local-config` keeps an object out of what is built, `internal.config.kubernetes.io/…` are
# Kustomize's notes to itself, which it does not keep apart from those that a file brings; others it takes away.
_PREFIXES = (
    "config.kubernetes.io/",
    "internal.config.kubernetes.io/",
    "alpha.config.kubernetes.io/",
    "config.k8s.io/",
)


def steering(item: model.Item, annotations: Mapping[str, str], override: model.Place | None = None) -> Iterator[Problem]:
    """The annotations of a service or namespace that would make Kustomize build something else than is judged."""
    for name in annotations:
        if not name.startswith(_PREFIXES):
            continue
        route = ("annotations", name)
        place = item.place
        if override is not None and override.source.has((*override.route, *route)):
            place = override
        message = f"annotation {quote_key(name)} is Kustomize's own: it would build another object than this"
        source, base = (place.source, place.route) if place is not None else (None, ())
        yield Problem("unsupported-kustomization", message, source, (*base, *route), at_key=True, hint="take it out")
