"""An object, a pod or a pull → the problem that is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring import rules
from mooring.fleet.gitops import GitOps
from mooring.kserve import webhook
from mooring.kserve.defaulting import rewritings, stored_otherwise
from mooring.kserve.drifting import DRIFTS, drifts
from mooring.kserve.model import LLM_CONFIG, ClusterContext, Pod
from mooring.kserve.runtime import has_placeholders_only
from mooring.manifests.objects import KubernetesObject
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.pulls.verdict import UNKNOWN, Pull

RUNTIMES = ("ServingRuntime", "ClusterServingRuntime")
_TEMPLATES = frozenset({*RUNTIMES, LLM_CONFIG})


def refused(obj: KubernetesObject, data: Mapping[str, Any]) -> Iterator[Problem]:
    """What KServe refuses though the schema accepts it, and lists where none is read; `data` is the object as rendered."""
    for message, route, hint in webhook.refusals(data, obj.info):
        yield obj.problem("invalid-service", message, route, hint=hint)


def rewritten(
    obj: KubernetesObject, data: Mapping[str, Any], context: ClusterContext, gitops: GitOps
) -> Iterator[Problem]:  # fmt: skip
    """What KServe takes for something else than is written; `data` is the object as rendered.

    Where a tool keeps the object in sync, also what is stored otherwise than it is committed: a note where that tool takes
    the two for the same.
    """
    stored = (*stored_otherwise(data, obj.info), *drifts(data, obj.info)) if gitops.is_used else ()
    for found in (*rewritings(data, obj.info, context), *stored):
        is_note = found.code == DRIFTS and not gitops.shows_rewriting
        yield obj.problem(found.code, found.message, found.route, hint=found.hint, at_key=found.at_key, is_note=is_note)


def unknown_pod(obj: KubernetesObject, pod: Pod) -> Iterator[Problem]:
    """The note that something decides over the pod and is not at hand."""
    if pod.unknown is not None:
        message = f"cannot resolve the {pod.component}'s pod: {pod.unknown.text}"
        yield obj.problem("not-at-hand", message, pod.route or ("spec",), at_key=True)


def is_said_of_pod(pull: Pull, pod: Pod) -> bool:
    """Whether the note of `unknown_pod` says why the pull is unknown."""
    return pod.unknown is not None and pull.reason == pod.unknown.reason


def is_filled_in(pull: Pull) -> bool:
    """Whether a runtime's image is unknown for KServe's own placeholders alone: it is judged in the services, filled in."""
    return pull.reason == "variable" and pull.object.kind in _TEMPLATES and has_placeholders_only(pull.image)


def described(pull: Pull) -> tuple[str, str]:
    """Message and hint of a pull that would fail, or of which it is not known, as its rule words them."""
    words: tuple[str, str] = rules.load(_code_of(pull)).describe(pull)
    return words


def broken(
    obj: KubernetesObject, pull: Pull, message: str, hint: str, expires: tuple[Source, Route] | None = None
) -> Problem:  # fmt: skip
    """The problem of a pull that would fail, where it can be mended: at its robot's `expires`, else in the object."""
    if expires is not None and pull.verdict == "robot-expired":
        # One day is to be mended, however many images wait for it.
        return Problem(pull.verdict, message, *expires, hint=hint)
    return obj.problem(_code_of(pull), message, pull.place, hint=hint)


def _code_of(pull: Pull) -> str:
    return "not-at-hand" if pull.verdict == UNKNOWN else pull.verdict
