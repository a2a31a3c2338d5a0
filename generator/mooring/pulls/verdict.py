"""The pull path: image → the pod's Secrets → one stands in the namespace → its `auths` entry matches as the kubelet
matches → its robot may pull the project → it has not expired. The first broken link is the verdict.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mooring.kserve.model import Image, Pod
from mooring.problems.position import Route, show
from mooring.problems.problem import ObjectRef
from mooring.redaction import listed, shown
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
        if verdict == "secret-shadowed":
            detail = listed(effective) or "which names none"
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


_Verdict = tuple[str, str | None, RobotFacts | None, str]


def _judge(
    image: Image, namespace: str, effective: tuple[str, ...], account: tuple[str, ...], state: ClusterState
) -> _Verdict:
    reference = meant(image.reference)
    registry = state.registries.recognise(reference) if reference else None
    if reference is None or registry is None:
        return NOT_HARBOR, None, None, ""
    if pulled(image.reference) is None:
        # No pod gets this image, whatever its Secrets: it is judged as what it was meant for, and never found good.
        best = _best(effective, namespace, reference, state)
        return (NOT_AT_HAND, best[1], best[2], NO_REFERENCE) if best[0] == OK else best
    if registry.is_public(reference):
        return PUBLIC, None, None, ""
    best = _best(effective, namespace, reference, state)
    if best[0] not in (OK, "robot-expired") and effective != account:
        shadowed = _best(account, namespace, reference, state)
        if shadowed[0] == OK:
            return "secret-shadowed", shadowed[1], shadowed[2], ""
    if best[0] == OK and image.reference.startswith(FETCHED) and effective[0] != best[1]:
        return "secret-not-first", best[1], best[2], effective[0]
    return best


def _best(names: tuple[str, ...], namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    """How far the names of a list lead: the verdict of the one that leads furthest."""
    if not names:
        return "secret-not-referenced", None, None, ""
    found = [_follow(name, namespace, reference, state) for name in names]
    return max(found, key=lambda verdict: _FURTHEST.index(verdict[0]))


# From a list that names nothing of use to a pull that works.
_FURTHEST = (
    "secret-not-referenced", "secret-not-in-namespace", "auth-host-mismatch", "robot-lacks-project", "robot-expired", OK
)  # fmt: skip


def _follow(name: str, namespace: str, reference: Reference, state: ClusterState) -> _Verdict:
    facts = state.secrets.get((namespace, name))
    if facts is None:
        return "secret-not-in-namespace", name, None, namespace
    keys = kubelet.ordered(facts.keys, reference)
    robot = facts.robot
    if not keys:
        # The key's host alone: a port or letter case that differs is what there is to mend.
        near = [key for key in facts.keys if host_name(key.partition("://")[2] or key) == reference.host_name]
        if near:
            return "auth-host-mismatch", name, robot, near[0]
        return "secret-not-referenced", None, None, ""
    if robot is not None and f"{reference.host}/{reference.project}" not in robot.pairs:
        return "robot-lacks-project", name, robot, reference.project
    expired = robot is not None and robot.expires is not None and state.as_of is not None
    if expired and robot and robot.expires and state.as_of and robot.expires <= state.as_of:
        return "robot-expired", name, robot, robot.expires.isoformat()
    return OK, name, robot, ""
