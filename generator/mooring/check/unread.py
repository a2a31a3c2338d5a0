"""The images of an object whose kind has no schema: found where a pod spec seems to stand, and never more than unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve.model import Image
from mooring.kserve.podspec import images_of
from mooring.manifests import checking
from mooring.manifests.paths import InputObject
from mooring.problems.position import Route
from mooring.problems.routes import as_list
from mooring.pulls.verdict import NOT_HARBOR, UNKNOWN, Pull
from mooring.registry.reference import parse, unresolved
from mooring.registry.registries import Registries

_DEEPEST = 24


def unread_pulls(item: InputObject, registries: Registries) -> Iterator[Pull]:
    """A pull for each image: of another registry where its host says so, else unknown, for nobody knows its Secrets."""
    for image in _images(item.data):
        reference = None if unresolved(image.reference) else parse(image.reference)
        other = reference is not None and registries.recognise(reference) is None and not registries.similar(reference)
        verdict, reason = (NOT_HARBOR, "") if other else (UNKNOWN, "kind")
        yield Pull(
            image.reference, image.route, "template", image.origin, (), None, None, verdict, checking.ref(item.data),
            reason=reason,
        )  # fmt: skip


def _images(value: Any, route: Route = ()) -> Iterator[Image]:
    """The images of what looks like a pod spec, wherever it stands: a mapping with a list `containers` of mappings."""
    if len(route) > _DEEPEST:
        return
    if isinstance(value, Mapping):
        if any(isinstance(one, Mapping) and "image" in one for one in as_list(value.get("containers"))):
            yield from images_of(value, route)
            return
        for key, below in value.items():
            yield from _images(below, (*route, str(key)))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _images(below, (*route, index))
