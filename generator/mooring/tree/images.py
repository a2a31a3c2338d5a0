"""The image overrides of an environment that applied nowhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from mooring.kserve.pods import pods
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.problems.problem import Problem
from mooring.problems.suggestion import nearest
from mooring.redaction import quote, quote_or_none


def unused_images(
    resolved: ResolvedEnvironment, used: Set[tuple[str, ...]], elsewhere: Iterable[str] = ()
) -> Iterator[Problem]:
    """The problems of those of its overrides that are not among the `used`, nor apply to the namespaces (or `_cluster`)
    `elsewhere`, which were not rendered with the others."""
    environment, known = resolved.environment, None
    unused = {override.name for override in environment.images if ("image", resolved.name, override.name) not in used}
    _take_out(unused, resolved, elsewhere)
    for index, override in enumerate(environment.images):
        if override.name not in unused or environment.place is None:
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


def _take_out(unused: set[str], resolved: ResolvedEnvironment, elsewhere: Iterable[str]) -> None:
    """Takes out of `unused` what applies elsewhere; plans no more than it must."""
    unused -= resolved.overrides
    for where in elsewhere:
        if not unused:
            return
        planned = (
            plan_cluster(resolved, None, ()) if where == CLUSTER else plan_namespace(resolved, resolved.namespaces[where])
        )
        unused.difference_update(*(injected.overrides for injected in planned.injected))


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
