"""What KServe makes of an object before it stores or deploys it, though nothing refuses what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mooring.kserve.deployment import ANNOTATION, deprecated_mode
from mooring.kserve.model import ClusterContext
from mooring.problems.position import Route
from mooring.schema.catalog import KindInfo


class Rewriting(NamedTuple):
    """A problem code, what KServe makes of the object, where that is written, and a hint."""

    code: str
    message: str
    route: Route
    hint: str


def rewritings(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Iterator[Rewriting]:
    """What of the object KServe reads as something else than is written."""
    mode = deprecated_mode(data, info, context)
    if mode is not None:
        message = f"`{mode.old}` is the old name of deployment mode `{mode.new}`; KServe {context.release} still takes it"
        yield Rewriting("deprecated-mode", message, ANNOTATION, f"write `{mode.new}`")
