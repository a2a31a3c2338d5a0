"""The pull path: image → the pod's Secrets → one stands in the namespace → its `auths` entry matches as the kubelet
matches → its robot may pull the project → it has not expired. The first broken link is the verdict.

`ok`, `public` (anybody may pull it), `not-harbor` (an image of another registry) and `unknown` (what decides is not at
hand) are no problems; every other verdict is a problem's code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from mooring.kserve.model import Image, Pod
from mooring.problems.position import Route, show
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.redaction import shown
from mooring.registry import kubelet
from mooring.registry.faults import fault
from mooring.registry.reference import (
    FETCHED,
    Reference,
    beginning,
    host_name,
    meant,
    parse,
    pulled,
    registry_of,
    unresolved,
)

OK, PUBLIC, NOT_HARBOR, UNKNOWN = "ok", "public", "not-harbor", "unknown"
BAD_IMAGE, SIMILAR_HOST, NOT_ALLOWED = "bad-image", "similar-host", "registry-not-allowed"
FINE = frozenset({OK, PUBLIC, NOT_HARBOR})
# What is wrong with an image wherever it is pulled, and whatever Secrets there are.
OF_IMAGE = frozenset({BAD_IMAGE, SIMILAR_HOST, NOT_ALLOWED})
WRONG_TYPE, MALFORMED, LOGIN = "secret-wrong-type", "malformed-dockerconfig", "login-mismatch"
# What is wrong with a Secret, and is to be mended there: one problem, however many pods name it.
AT_SECRET = frozenset({WRONG_TYPE, MALFORMED, LOGIN})


@dataclass(frozen=True, slots=True)
class Pull:
    """One image of one pod, and whether it will be pulled; `reference` is where the object names `secret`.

    `image` is empty where not even that is known; `reason` says why a pull is unknown, with a word of `rules.REASONS`;
    `root` is the Kustomize root that builds the object, where one does.
    """

    image: str
    route: Route
    component: str
    origin: str
    secrets: tuple[str, ...]
    secret: str | None
    robot: RobotFacts | None
    verdict: str
    object: ObjectRef
    environment: str | None = None
    detail: str = ""
    reference: Route | None = None
    reason: str = ""
    root: str | None = None

    @property
    def owner(self) -> str:
        """Whose the list of Secrets is, for people: the component's, or that of the object itself."""
        return "pod" if self.object.kind == "Pod" else self.component

    @property
    def pod(self) -> str:
        """What people call the pod."""
        return "pod" if self.object.kind == "Pod" else f"{self.component}'s pod"

    @property
    def place(self) -> Route:
        """Where the broken link can be mended: the reference to a Secret that is not there, else the image."""
        return self.reference if self.verdict == "secret-not-in-namespace" and self.reference else self.route

    def as_json(self) -> dict[str, Any]:
        """The entry under `pulls` of `explain` and `check --pulls`."""
        expires = self.robot.expires.isoformat() if self.robot and self.robot.expires else None
        return {
            "image": shown(self.image, "image") if self.image else None,
            "route": show(self.route),
            "component": self.component,
            "origin": self.origin,
            "secrets": [shown(name, "name") for name in self.secrets],
            "secret": None if self.secret is None else shown(self.secret, "name"),
            "robot": shown(self.robot.name, "name") if self.robot else None,
            "project": shown(project, "name") if (project := project_of(self.image)) else None,
            "expires": expires,
            "verdict": self.verdict,
            "reason": self.reason or None,
        }

    def as_entry(self) -> dict[str, Any]:
        """The entry under `pulls` of `check --pulls`: with its object, its environment and its root."""
        root = None if self.root is None else shown(self.root, "file")
        return {**self.as_json(), "object": self.object.as_json(), "environment": self.environment, "root": root}


def project_of(image: str) -> str | None:
    reference = meant(image)
    return reference.project if reference else None


def pulls(pod: Pod, ref: ObjectRef, namespace: str, state: ClusterState) -> Iterator[Pull]:
    """The pulls of one pod in `namespace`; where something of the pod is unknown, one more stands for the images of that."""
    account = state.accounts.get((namespace, pod.service_account or "default"), ())
    # The API server copies the account's list only into a pod whose own list is empty, and one that names none is not
    # (https://github.com/kubernetes/kubernetes/blob/v1.36.1/plugin/pkg/admission/serviceaccount/admission.go).
    effective = pod.secrets if pod.secrets or pod.references else account
    asked, by_account = (_telling(names, namespace, state) for names in (effective, account))
    refused = next((name for name in asked if _is_refused(state.secrets.get((namespace, name)))), None)
    for image in pod.images:
        verdict, secret, robot, detail, reason = _judge(image, namespace, asked, by_account, state)
        if pod.unknown is not None and _brings_the_list(pod) and verdict not in FINE | OF_IMAGE:
            verdict, detail, reason = UNKNOWN, "", pod.unknown.reason
        if refused is not None and verdict in FINE | {UNKNOWN}:
            verdict, secret, robot, detail, reason = _Verdict(MALFORMED, refused)
        yield Pull(
            image.reference, image.route, pod.component, image.origin, effective, secret, robot, verdict, ref,
            detail=detail, reference=pod.references.get(secret or ""), reason=reason,
        )  # fmt: skip
    if pod.unknown is not None and not (pod.unknown.reason == _SETTINGS and pod.images):
        route = pod.route if pod.route is not None else ("spec",)
        yield Pull("", route, pod.component, "spec", effective, None, None, UNKNOWN, ref, reason=pod.unknown.reason)


_SETTINGS, _BASE = "settings", "base"


def _brings_the_list(pod: Pod) -> bool:
    """Whether the pod's list may stand in what is not at hand: KServe's settings, or a base where the service has no pod
    spec of its own."""
    reason = pod.unknown.reason if pod.unknown is not None else ""
    return reason == _SETTINGS or (reason == _BASE and pod.route is None)


_REGISTRIES, _SECRET = "registries", "secret"


def _is_refused(facts: SecretFacts | None) -> bool:
    """Whether the kubelet pulls no image of a pod that names the Secret, whatever its other Secrets are
    (https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/secrets/secrets.go)."""
    return facts is not None and facts.refused


def _telling(names: tuple[str, ...], namespace: str, state: ClusterState) -> tuple[str, ...]:
    """The names of a list that can tell an image's verdict: each once, and of those that name no Secret the first."""
    found: dict[str, None] = {}
    absent = False
    for name in names:
        there = (namespace, name) in state.secrets or state.makers.of(namespace, name) is not None
        if there or not absent:
            found[name] = None
        absent |= not there
    return tuple(found)


class _Verdict(NamedTuple):
    """The first broken link of a pull, or one of the verdicts that are none; the Secret and the robot it was followed to."""

    code: str
    secret: str | None = None
    robot: RobotFacts | None = None
    detail: str = ""
    reason: str = ""


def _judge(
    image: Image, namespace: str, effective: tuple[str, ...], account: tuple[str, ...], state: ClusterState
) -> _Verdict:
    """The verdict of one image: `effective` are the names of the pod's list, `account` of its ServiceAccount's."""
    if unresolved(image.reference):
        return _as_far_as_written(image, namespace, effective, state)
    reference = pulled(image.reference) if image.origin == "model" else parse(image.reference)
    if reference is None:
        return _Verdict(BAD_IMAGE, detail=fault(image.reference, model=image.origin == "model"))
    registry = state.registries.recognise(reference)
    if registry is None:
        return _elsewhere(reference, state)
    if registry.is_public(reference):
        return _Verdict(PUBLIC)
    best = _best(effective, namespace, reference, state)
    if best.code not in (OK, UNKNOWN, "robot-expired") and effective != account:
        shadowed = _best(account, namespace, reference, state)
        if shadowed.code == OK:
            return _Verdict("secret-shadowed", shadowed.secret, shadowed.robot)
    if best.code == OK and image.reference.startswith(FETCHED):
        return _fetched(best, effective[0], namespace, reference, state)
    return best


def _fetched(best: _Verdict, first: str, namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """The verdict of an image that KServe fetches itself: with the first Secret, and the `auth` at the host's own key."""
    if first != best.secret:
        return _Verdict("secret-not-first", best.secret, best.robot, first)
    facts = state.secrets[namespace, first]
    if facts.is_older:
        return _Verdict(WRONG_TYPE, first, best.robot, FETCHED)
    if reference.host not in facts.keys:
        return _Verdict("auth-host-mismatch", first, best.robot, kubelet.ordered(facts.keys, reference)[0])
    if reference.host in facts.without_auth:
        return _Verdict(MALFORMED, first, best.robot, FETCHED)
    return best


def _as_far_as_written(image: Image, namespace: str, effective: tuple[str, ...], state: ClusterState) -> _Verdict:
    """The verdict of an image with a variable in it: never fine, and broken only where what is written tells that."""
    reference = beginning(image.reference)
    if reference is None or state.registries.recognise(reference) is None or unresolved(reference.host):
        return _Verdict(UNKNOWN, reason=_VARIABLE)
    best = _best(effective, namespace, reference, state)
    tells = best.code not in (OK, "robot-lacks-project") or (best.code != OK and not unresolved(reference.project))
    return best if tells else _Verdict(UNKNOWN, best.secret, best.robot, reason=_VARIABLE)


_VARIABLE = "variable"


def _elsewhere(reference: Reference, state: ClusterState) -> _Verdict:
    """The verdict of an image that is of no private registry."""
    if similar := state.registries.similar(reference):
        return _Verdict(SIMILAR_HOST, detail=similar)
    host = registry_of(reference.written)
    if state.allowed is not None and host not in state.allowed:
        return _Verdict(NOT_ALLOWED, detail=host)
    return _Verdict(NOT_HARBOR)


def _best(names: tuple[str, ...], namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """How far the names of a list lead: the verdict of the one that leads furthest."""
    if not names:
        return _Verdict("secret-not-referenced")
    verdicts = [_follow(name, namespace, reference, state) for name in names]
    return max(verdicts, key=lambda verdict: _FURTHEST.index(verdict.code))


# From a list that names nothing of use to a pull that works.
_FURTHEST = (
    "secret-not-referenced", "secret-not-in-namespace", WRONG_TYPE, MALFORMED, "auth-host-mismatch", LOGIN,
    "robot-lacks-project", "robot-expired", UNKNOWN, OK,
)  # fmt: skip


def _follow(name: str, namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """How far one name of a list leads: to a Secret, to its entry for the host, to a robot that may pull the project."""
    facts = state.secrets.get((namespace, name))
    if facts is None and (maker := state.makers.of(namespace, name)) is not None:
        return _Verdict(UNKNOWN, name, None, str(maker), _SECRET)
    if facts is None:
        return _Verdict("secret-not-in-namespace", name, None, namespace)
    robot = facts.robot
    if facts.fault:
        return _Verdict(facts.fault, name, robot)
    keys = kubelet.ordered(facts.keys, reference)
    if not keys:
        if facts.is_unseen:
            return _Verdict(UNKNOWN, name, robot, reason=_REGISTRIES)
        if kubelet.ordered(facts.empty, reference):
            return _Verdict(MALFORMED, name, robot)
        # The key's host alone: a port or letter case that differs is what there is to mend.
        near = [key for key in facts.keys if host_name(key.partition("://")[2] or key) == reference.host_name]
        if near:
            return _Verdict("auth-host-mismatch", name, robot, near[0])
        return _Verdict("secret-not-referenced")
    if robot is not None and not any(facts.may_log_in(key) for key in keys):
        return _Verdict(LOGIN, name, robot)
    if robot is not None and f"{reference.host}/{reference.project}" not in robot.pairs:
        return _Verdict("robot-lacks-project", name, robot, reference.project)
    if robot is not None and robot.expires is not None and state.as_of is not None and robot.expires <= state.as_of:
        return _Verdict("robot-expired", name, robot, robot.expires.isoformat())
    return _Verdict(OK, name, robot)
