"""The image overrides of an environment that applied nowhere in it."""

from __future__ import annotations

from collections.abc import Iterator, Set

from mooring.kserve.pods import pods
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.problems.problem import Problem
from mooring.problems.suggestion import nearest
from mooring.redaction import quote, quote_or_none


def unused_images(resolved: ResolvedEnvironment, used: Set[tuple[str, ...]]) -> Iterator[Problem]:
    """The problems of those of its overrides that are not among the `used`."""
    environment, known = resolved.environment, None
    for index, override in enumerate(environment.images):
        if ("image", resolved.name, override.name) in used or environment.place is None:
            continue
        known = _names(resolved) if known is None else known
        near = nearest(override.name, known, 0.8)
        meant = quote_or_none(near, "image") if near else None
        place = environment.place
        yield Problem(
            "unknown-reference",
            f"no image in environment {quote(resolved.name, 'name')} is named {quote(override.name, 'image')}", place.source,
            (*place.route, "images", index, "name"),
            hint=f"did you mean {meant}?" if meant else "write it without tag and digest, host included",
        )  # fmt: skip


def _names(resolved: ResolvedEnvironment) -> set[str]:
    """The images of the environment as the fleet writes them, without tag and digest."""
    planned = [plan_namespace(resolved, namespace) for namespace in resolved.namespaces.values()]
    found = set(resolved.fleet.platform.images.values())
    for one in (*planned, plan_cluster(resolved, None, ())):
        for injected in one.injected:
            for pod in pods(injected.original.data, injected.original.info, one.context):
                found.update(image.reference.rpartition("://")[2] for image in pod.images)
    return {_bare(image) for image in found}


def _bare(image: str) -> str:
    name = image.partition("@")[0]
    colon = name.rfind(":")
    return name[:colon] if colon > name.rfind("/") else name
