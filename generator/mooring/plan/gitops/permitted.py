"""The kinds of a team's services, and those that are permitted so that the last one of a kind can go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mooring.manifests.kept import Other
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.pull_secrets import InjectedObject
from mooring.problems.routes import as_text

GroupKind = tuple[str, str]


def kinds_of_services(injected: Iterable[InjectedObject], others: Iterable[Other]) -> Iterator[GroupKind]:
    """The kinds (group, kind) of what services come to, of their manifests too."""
    for one in injected:
        yield one.original.info.group, one.original.info.kind
    for other in others:
        yield as_text(other.data.get("apiVersion")).rpartition("/")[0], as_text(other.data.get("kind"))


def kinds_of_kserve(resolved: ResolvedEnvironment, scope: str) -> set[GroupKind]:
    """KServe's own kinds, in a namespace or in none."""
    found = (info for info in resolved.catalog.all_kinds() if info.product == "kserve" and info.scope == scope)
    return {(info.group, info.kind) for info in found}
