"""One pod of a given object: its pulls, as far as the objects given prove them, and what is wrong with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from mooring.check.scope import Scope
from mooring.kserve.model import Pod
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import Problem
from mooring.problems.routes import get
from mooring.pulls.trace import PullTrace
from mooring.pulls.verdict import FINE, NOT_HARBOR, PUBLIC, Pull, pulls
from mooring.redaction import quote
from mooring.registry.reference import pulled

# Parts of pods: the service that takes one in may bring the Secret. A cluster's runtime is checked there alone.
_PARTS = frozenset({"ServingRuntime", "LLMInferenceServiceConfig"})
_BY_ITS_SERVICE = frozenset({"secret-not-referenced", "secret-shadowed"})
_MISPLACED = "secret-misplaced"
_MODE = ("metadata", "annotations", "serving.kserve.io/deploymentMode")


def proved_pulls(obj: KubernetesObject, pod: Pod, scope: Scope, *, misplaced: bool) -> tuple[Pod, list[Pull]]:
    """The pod's pulls, each with the verdict that the objects given prove; and the pod, with what of it is unknown.

    `misplaced` says that the object has an `imagePullSecrets` where nothing reads it.
    """
    namespace = obj.namespace if pod.namespace is None else pod.namespace
    context = scope.pull_context
    found = [context.settled(pull, namespace) for pull in pulls(pod, obj.ref, namespace, context.state)]
    if obj.info.kind in _PARTS:
        found = [pull for pull in found if pull.verdict not in _BY_ITS_SERVICE]
    if misplaced:
        found = [_explained_by_misplaced(pull) for pull in found]
    if pod.namespace is not None and context.lacks_account(namespace, "default"):
        return _without_account(pod, found)
    return pod, found


def _explained_by_misplaced(pull: Pull) -> Pull:
    """A list that stands where nothing reads it is why the pod names no Secret: one cause, one problem."""
    return dataclasses.replace(pull, verdict=_MISPLACED) if pull.verdict == "secret-not-referenced" else pull


def _without_account(pod: Pod, found: list[Pull]) -> tuple[Pod, list[Pull]]:
    """The pod and the pulls that are proved where its account, which alone can bring it Secrets, is not given."""
    left = [pull for pull in found if pull.verdict != "secret-not-referenced"]
    unknown = f"ServiceAccount `default` of {quote(pod.namespace, 'name')} is not among the files given"
    return dataclasses.replace(pod, unknown=unknown) if len(left) < len(found) else pod, left


def check_pod(obj: KubernetesObject, pod: Pod, found: list[Pull], scope: Scope) -> Iterator[Problem]:
    """What is wrong with the pulls of one pod."""
    private = [pull for pull in found if pull.verdict not in (NOT_HARBOR, PUBLIC)]
    if pod.unknown and scope.registries.all:
        message = f"cannot resolve the {pod.component}'s pod: {pod.unknown}"
        yield obj.problem("not-at-hand", message, pod.route or ("spec",), at_key=True)
    if not private:
        return
    yield from _missing_account(obj, pod, scope)
    if obj.namespace == "default":
        message = f"`{obj.info.kind}` {quote(obj.name, 'name')} pulls in namespace `default`"
        yield obj.problem("default-namespace", message, ("metadata", "namespace"), hint="give it a namespace of its own")
    for pull in private:
        if pull.verdict in FINE:
            yield from _tag_resolution(obj, pull, scope)
        elif pull.verdict != _MISPLACED:
            flow = PullTrace(obj, pod, pull, scope.placed, scope.robots, scope.expiry_places).steps()
            yield dataclasses.replace(scope.pull_context.problem(obj, pull), flow=flow)


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


def _tag_resolution(obj: KubernetesObject, pull: Pull, scope: Scope) -> Iterator[Problem]:
    """The warning that Knative asks the registry for the image's digest before any pod exists."""
    if _is_resolved_by_knative(obj) and _has_tag_to_resolve(pull.image, scope.skipping):
        message = f"Knative resolves the tag of {quote(pull.image, 'image')} before any pod exists"
        hint = "pin it by digest, or let the controller skip the host (`registries-skipping-tag-resolving`)"
        yield obj.problem("tag-resolution", message, pull.route, hint=hint)


def _is_resolved_by_knative(obj: KubernetesObject) -> bool:
    return obj.info.api_version.startswith("serving.knative.dev/") or get(obj.data, _MODE) in ("Knative", "Serverless")


def _has_tag_to_resolve(image: str, skipping: frozenset[str]) -> bool:
    """A digest needs no resolving, and Knative skips the hosts that its configuration names."""
    reference = pulled(image)
    return reference is None or not (reference.digest or reference.host in skipping)
