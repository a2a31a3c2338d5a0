"""The pull path: image → the pod's Secrets → one stands in the namespace → its `auths` entry matches as the kubelet
matches → its robot may pull the project → it has not expired. The first broken link is the verdict.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.kserve.model import Image, Pod
from mooring.problems.position import Route, show
from mooring.problems.problem import ObjectRef
from mooring.redaction import shown
from mooring.registry import kubelet
from mooring.registry.reference import FETCHED, Reference, host_name, meant, pulled
from mooring.registry.registries import Registries
from mooring.rules import NO_REFERENCE

OK, PUBLIC, NOT_HARBOR = "ok", "public", "not-harbor"
NOT_AT_HAND = "not-at-hand"
FINE = frozenset({OK, PUBLIC, NOT_HARBOR})


@dataclass(frozen=True, slots=True)
class RobotFacts:
    """A robot account: `pairs` are the `host/project` it may pull from; `expires` is the day from which it is invalid."""

    name: str
    pairs: frozenset[str]
    project: str
    expires: datetime.date | None


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """A pull Secret: the keys of its `auths`, and its robot where that is known."""

    keys: tuple[str, ...]
    robot: RobotFacts | None


@dataclass(frozen=True, slots=True)
class ClusterState:
    """What is known of the cluster: Secrets and ServiceAccounts' lists by (namespace, name).

    `as_of` is the day expiry is judged by; None where it is not judged (rendering knows no clock).
    """

    registries: Registries
    secrets: Mapping[tuple[str, str], SecretFacts]
    accounts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """One image of one pod, and whether it will be pulled; `reference` is where the object names `secret`."""

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

    @property
    def place(self) -> Route:
        """Where the broken link can be mended: the reference to a Secret that is not there, else the image."""
        return self.reference if self.verdict == "secret-not-in-namespace" and self.reference else self.route

    def as_json(self) -> dict[str, Any]:
        """The entry under `pulls` of `explain` and `check --pulls`."""
        expires = self.robot.expires.isoformat() if self.robot and self.robot.expires else None
        return {
            "image": shown(self.image, "image"),
            "route": show(self.route),
            "component": self.component,
            "origin": self.origin,
            "secrets": [shown(name, "name") for name in self.secrets],
            "secret": None if self.secret is None else shown(self.secret, "name"),
            "robot": shown(self.robot.name, "name") if self.robot else None,
            "project": shown(project, "name") if (project := project_of(self.image)) else None,
            "expires": expires,
            "verdict": self.verdict,
        }

    def as_entry(self) -> dict[str, Any]:
        """The entry under `pulls` of `check --pulls`: with its object and its environment."""
        return {**self.as_json(), "object": self.object.as_json(), "environment": self.environment}


def project_of(image: str) -> str | None:
    reference = meant(image)
    return reference.project if reference else None


def pulls(pod: Pod, ref: ObjectRef, namespace: str, state: ClusterState) -> Iterator[Pull]:
    """The pulls of one pod in `namespace`."""
    account = state.accounts.get((namespace, pod.service_account or "default"), ())
    # The API server copies the account's list only into a pod whose own list is empty, and one that names none is not
    # (https://github.com/kubernetes/kubernetes/blob/v1.36.1/plugin/pkg/admission/serviceaccount/admission.go).
    effective = pod.secrets if pod.secrets or pod.references else account
    asked, by_account = (_telling(names, namespace, state) for names in (effective, account))
    for image in pod.images:
        verdict, secret, robot, detail = _judge(image, namespace, asked, by_account, state)
        yield Pull(
            image.reference, image.route, pod.component, image.origin, effective, secret, robot, verdict, ref,
            detail=detail, reference=pod.references.get(secret or ""),
        )  # fmt: skip


def _telling(names: tuple[str, ...], namespace: str, state: ClusterState) -> tuple[str, ...]:
    """The names of a list that can tell an image's verdict: each once, and of those that name no Secret the first."""
    found: dict[str, None] = {}
    absent = False
    for name in names:
        there = (namespace, name) in state.secrets
        if there or not absent:
            found[name] = None
        absent |= not there
    return tuple(found)


class _Verdict(NamedTuple):
    """The first broken link of a pull, or OK; the Secret and the robot it was followed to."""

    code: str
    secret: str | None = None
    robot: RobotFacts | None = None
    detail: str = ""


def _judge(
    image: Image, namespace: str, effective: tuple[str, ...], account: tuple[str, ...], state: ClusterState
) -> _Verdict:
    """The verdict of one image: `effective` are the names of the pod's list, `account` of its ServiceAccount's."""
    reference = meant(image.reference)
    registry = state.registries.recognise(reference) if reference else None
    if reference is None or registry is None:
        return _Verdict(NOT_HARBOR)
    if pulled(image.reference) is None:
        # No pod gets this image, whatever its Secrets: it is judged as what it was meant for, and never found good.
        best = _best(effective, namespace, reference, state)
        return _Verdict(NOT_AT_HAND, best.secret, best.robot, NO_REFERENCE) if best.code == OK else best
    if registry.is_public(reference):
        return _Verdict(PUBLIC)
    best = _best(effective, namespace, reference, state)
    if best.code not in (OK, "robot-expired") and effective != account:
        shadowed = _best(account, namespace, reference, state)
        if shadowed.code == OK:
            return _Verdict("secret-shadowed", shadowed.secret, shadowed.robot)
    if best.code == OK and image.reference.startswith(FETCHED) and effective[0] != best.secret:
        return _Verdict("secret-not-first", best.secret, best.robot, effective[0])
    return best


def _best(names: tuple[str, ...], namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """How far the names of a list lead: the verdict of the one that leads furthest."""
    if not names:
        return _Verdict("secret-not-referenced")
    verdicts = [_follow(name, namespace, reference, state) for name in names]
    return max(verdicts, key=lambda verdict: _FURTHEST.index(verdict.code))


# From a list that names nothing of use to a pull that works.
_FURTHEST = (
    "secret-not-referenced", "secret-not-in-namespace", "auth-host-mismatch", "robot-lacks-project", "robot-expired", OK
)  # fmt: skip


def _follow(name: str, namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """How far one name of a list leads: to a Secret, to its entry for the host, to a robot that may pull the project."""
    facts = state.secrets.get((namespace, name))
    if facts is None:
        return _Verdict("secret-not-in-namespace", name, None, namespace)
    keys = kubelet.ordered(facts.keys, reference)
    robot = facts.robot
    if not keys:
        # The key's host alone: a port or letter case that differs is what there is to mend.
        near = [key for key in facts.keys if host_name(key.partition("://")[2] or key) == reference.host_name]
        if near:
            return _Verdict("auth-host-mismatch", name, robot, near[0])
        return _Verdict("secret-not-referenced")
    if robot is not None and f"{reference.host}/{reference.project}" not in robot.pairs:
        return _Verdict("robot-lacks-project", name, robot, reference.project)
    if robot is not None and robot.expires is not None and state.as_of is not None and robot.expires <= state.as_of:
        return _Verdict("robot-expired", name, robot, robot.expires.isoformat())
    return _Verdict(OK, name, robot)
