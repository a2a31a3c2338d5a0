"""One pod of a given object: its pulls, as far as the objects given prove them, and what is wrong with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from mooring.check.scope import Scope
from mooring.check.secrets import at_secret
from mooring.kserve.deployment import mode_of
from mooring.kserve.model import Pod, Unknown
from mooring.kserve.released import release_of, taken
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import Problem
from mooring.problems.routes import as_text, get
from mooring.pulls.knative import Resolution
from mooring.pulls.said import is_filled_in, is_said_of_pod, unknown_pod
from mooring.pulls.trace import PullTrace
from mooring.pulls.verdict import AT_SECRET, FINE, NOT_HARBOR, OF_IMAGE, PUBLIC, SIMILAR_HOST, UNKNOWN, Pull, pulls
from mooring.redaction import listed, quote
from mooring.registry.reference import meant

# Parts of pods: the service that takes one in may bring the Secret. A cluster's runtime is checked there alone.
_PARTS = frozenset({"ServingRuntime", "LLMInferenceServiceConfig"})
_BY_ITS_SERVICE = frozenset({"secret-not-referenced", "secret-shadowed"})
_MISPLACED = "secret-misplaced"
_NOT_PRIVATE = {NOT_HARBOR, PUBLIC} | OF_IMAGE
_TOLD_ELSEWHERE = AT_SECRET | {_MISPLACED}


def proved_pulls(obj: KubernetesObject, pod: Pod, scope: Scope, *, misplaced: bool) -> tuple[Pod, list[Pull]]:
    """The pod's pulls, each with the verdict that the objects given prove; and the pod, with what of it is unknown.

    `misplaced` says that the object has an `imagePullSecrets` where nothing reads it.
    """
    namespace = obj.namespace if pod.namespace is None else pod.namespace
    context = scope.pull_context
    found = [context.settled(pull, namespace) for pull in pulls(pod, obj.ref, namespace, context.state)]
    resolution = _resolution(obj, pod, scope)
    found = [resolution.settled(pull) for pull in found]
    if obj.info.kind in _PARTS:
        found = [pull for pull in found if not _is_its_services(pull)]
    if misplaced:
        found = [_explained_by_misplaced(pull) for pull in found]
    if pod.namespace is not None and context.lacks_account(namespace, "default"):
        return _without_account(pod, found)
    return pod, found


def _resolution(obj: KubernetesObject, pod: Pod, scope: Scope) -> Resolution:
    mode = mode_of(obj.data, obj.info, scope.context)
    return Resolution(mode, pod, obj.namespace, scope.pull_context.state, scope.skipping)


def _is_its_services(pull: Pull) -> bool:
    """Whether the service that takes the part in decides: it may bring the Secret, and fills in the placeholders."""
    return not pull.image or pull.verdict in _BY_ITS_SERVICE or is_filled_in(pull)


def _explained_by_misplaced(pull: Pull) -> Pull:
    """A list that stands where nothing reads it is why the pod names no Secret: one cause, one problem."""
    return dataclasses.replace(pull, verdict=_MISPLACED) if pull.verdict == "secret-not-referenced" else pull


def _without_account(pod: Pod, found: list[Pull]) -> tuple[Pod, list[Pull]]:
    """The pod and its pulls where its account, which alone can bring it Secrets, is not given."""
    if not any(pull.verdict == "secret-not-referenced" for pull in found):
        return pod, found
    account = Unknown("account", f"ServiceAccount `default` of {quote(pod.namespace, 'name')} is not among the files given")
    pulls = [_of_unknown_account(pull) for pull in found]
    return dataclasses.replace(pod, unknown=account), pulls


def _of_unknown_account(pull: Pull) -> Pull:
    """The pull, unknown where only the account's list could serve it."""
    if pull.verdict != "secret-not-referenced":
        return pull
    return dataclasses.replace(pull, verdict=UNKNOWN, reason="account")


def check_pod(obj: KubernetesObject, pod: Pod, found: list[Pull], scope: Scope) -> Iterator[Problem]:
    """What is wrong with the pulls of one pod."""
    if scope.registries.all:
        yield from unknown_pod(obj, pod)
        yield from _assumed(obj, pod, scope)
    for pull in found:
        if pull.verdict in OF_IMAGE:
            yield _problem(obj, pod, pull, scope)
    private = [pull for pull in found if pull.verdict not in _NOT_PRIVATE]
    if not private:
        return
    yield from _missing_account(obj, pod, scope)
    if obj.namespace == "default" and any(_is_of_private_registry(pull, scope) for pull in private):
        message = f"`{obj.info.kind}` {quote(obj.name, 'name')} pulls in namespace `default`"
        yield obj.problem("default-namespace", message, ("metadata", "namespace"), hint="give it a namespace of its own")
    resolution = _resolution(obj, pod, scope)
    for pull in private:
        if pull.verdict in FINE:
            yield from resolution.warnings(obj, pull)
        elif pull.image and pull.verdict not in _TOLD_ELSEWHERE and not is_said_of_pod(pull, pod):
            yield _problem(obj, pod, pull, scope)
    faulty = {pull.secret: pull for pull in reversed(private) if pull.verdict in AT_SECRET}
    for pull in faulty.values():
        yield from at_secret(pull, obj.namespace if pod.namespace is None else pod.namespace, scope)


def _is_of_private_registry(pull: Pull, scope: Scope) -> bool:
    """Whether it is known to be: an image that something else fills in (`ko://…`, `${IMAGE}`, a runtime) may be of any."""
    reference = meant(pull.image) if pull.image else None
    return reference is not None and scope.registries.recognise(reference) is not None


def _assumed(obj: KubernetesObject, pod: Pod, scope: Scope) -> Iterator[Problem]:
    """The note that what the newest release of KServe installs is taken for the cluster's, which no fleet says."""
    found = taken(pod, scope.context) if scope.resolved is None else []
    if found:
        names = listed([quote(as_text(get(data, ("metadata", "name"))), "name") for data in found])
        message = f"the {pod.component}'s pod is judged with {names} of KServe {release_of(found[0])}"
        hint = "a fleet says which release the cluster has (`versions.kserve`), or that it has others (`platform.runtimes`)"
        yield obj.problem("not-at-hand", message, pod.route or ("spec",), at_key=True, hint=hint)


def _problem(obj: KubernetesObject, pod: Pod, pull: Pull, scope: Scope) -> Problem:
    """What is wrong with a pull, with the stations up to the broken link."""
    flow = PullTrace(obj, pod, pull, scope.placed, scope.robot_steps).steps()
    problem = dataclasses.replace(scope.pull_context.problem(obj, pull), flow=flow)
    # A fleet names every private registry; among loose manifests a host of its own is as likely as a misspelt one.
    if pull.verdict == SIMILAR_HOST and scope.resolved is None:
        return dataclasses.replace(problem, severity="warning")
    return problem


def _missing_account(obj: KubernetesObject, pod: Pod, scope: Scope) -> Iterator[Problem]:
    """The note that the pod's ServiceAccount is not given, where the account's list would be the pod's."""
    account = pod.service_account
    if not account or pod.secrets or not scope.pull_context.lacks_account(obj.namespace, account):
        return
    message = (
        f"ServiceAccount {quote(account, 'name')} is not among the files given; it is assumed to have no imagePullSecrets"
    )
    place = (*(pod.route or ("spec",)), "serviceAccountName")
    written = get(obj.data, place) is not None  # another template's counts for this pod too
    yield obj.problem("not-at-hand", message, place if written else place[:-1], at_key=not written)
