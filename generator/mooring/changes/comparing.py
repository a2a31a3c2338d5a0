"""Two sides → all changes: what each module has words for, and which objects came, went or differ otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.changes.access import GRANTS_OBJECT, MADE, access
from mooring.changes.ciphertexts import ciphertext
from mooring.changes.fields import differing, named
from mooring.changes.model import Change, Subject, What
from mooring.changes.policies import policies
from mooring.changes.sides import Cell, Side
from mooring.changes.workloads import is_template, workloads
from mooring.plan.environment import CLUSTER
from mooring.problems.routes import get
from mooring.redaction import titled

_POLICIES = frozenset({"ValidatingPolicy", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"})
_SAID_OF_POLICIES = (
    ("spec", "validationActions"), ("spec", "failurePolicy"), ("metadata", "annotations", "mooring.dev/exempt"),
)  # fmt: skip
_KEEPING = {
    ("metadata", "annotations", "argocd.argoproj.io/sync-options"): "Prune=false",
    ("metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune"): "disabled",
}


def compare(old: Side, new: Side) -> tuple[Change, ...]:
    """All changes, by environment and namespace, the loudest first in each."""
    found: list[Change] = []
    environments = sorted({*old.policies, *new.policies})
    for name in environments:
        if name in old.policies and name in new.policies:
            found += policies(name, old.policies[name], new.policies[name])
        else:
            word: What = "added" if name in new.policies else "removed"
            found.append(Change(name, CLUSTER, word, f"the environment is {word}", Subject("Environment", name)))
    for where in sorted({*old.cells, *new.cells}):
        found += _cell(where, old.cells.get(where, Cell()), new.cells.get(where, Cell()))
    return tuple(sorted(dict.fromkeys(found), key=lambda change: change.order))


def _cell(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """The changes of one namespace, or of `_cluster`."""
    yield from access(where, before, after)
    found = list(workloads(where, before, after))
    yield from found
    rolling = {change.subject for change in found if change.what == "rolls"}
    for subject in sorted({*before.objects, *after.objects}):
        old, new = before.objects.get(subject), after.objects.get(subject)
        title = titled(subject.kind, subject.name)
        if old is None:
            yield Change(*where, "added", f"{title} is added", subject)
        elif new is None:
            if subject in before.workloads or subject.kind == "Namespace":
                yield Change(*where, "removed", f"{title} is removed", subject)
            yield Change(*where, "pruned", f"{title} {_pruned(old)}", subject)
        elif subject in before.encrypted & after.encrypted:
            yield from ciphertext(where, subject, old, new)
        elif old != new and subject != GRANTS_OBJECT:
            what: What = "secret" if subject.kind in MADE else "changed"
            routes = [route for route in differing(old, new) if not _is_said(subject, route, rolls=subject in rolling)]
            if routes:
                yield Change(*where, what, f"{title} differs in {named(routes)}", subject)


def _is_said(subject: Subject, route: tuple[str, ...], *, rolls: bool) -> bool:
    """Whether a field that differs is said already: what a policy does, and why a workload rolls."""
    if subject.kind in _POLICIES:
        return route in _SAID_OF_POLICIES
    return rolls and is_template(subject.kind, route)


def _pruned(old: Mapping[str, Any]) -> str:
    """What becomes of an object in the cluster once it is rendered no more."""
    if any(mark in str(get(old, route) or "") for route, mark in _KEEPING.items()):
        return "stays in the cluster: it is marked as not to be pruned"
    return "leaves the tree: what prunes deletes it, `kubectl apply` leaves it"
