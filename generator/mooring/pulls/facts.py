"""What is known of a cluster, as the pull path asks for it: robots, Secrets, ServiceAccounts, and who else makes Secrets."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mooring.fleet.generations import generations
from mooring.pulls.makers import Makers
from mooring.registry.registries import Registries


@dataclass(frozen=True, slots=True)
class RobotFacts:
    """A robot account: `pairs` are the `host/project` it may pull from; `expires` is the day from which it is invalid, and
    `login` what it logs in as, where that is known."""

    name: str
    pairs: frozenset[str]
    project: str
    expires: datetime.date | None
    login: str = ""


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """A pull Secret: the keys of its `auths` that hold a credential, and its robot where that is known.

    `fault` is the code of what makes it useless to the kubelet; `refused` says that it keeps the kubelet from pulling any
    image of the pod. `empty` are the keys without a credential, `without_auth` those without `auth`, which some readers
    need; `logins` what is logged in as, by key, where that is seen. `is_older` says that it is of type
    `kubernetes.io/dockercfg`, `is_unseen` that its registries cannot all be seen.
    """

    keys: tuple[str, ...]
    robot: RobotFacts | None
    fault: str = ""
    refused: bool = False
    empty: tuple[str, ...] = ()
    without_auth: frozenset[str] = frozenset()
    logins: Mapping[str, str] = field(default_factory=dict)
    is_older: bool = False
    is_unseen: bool = False

    def may_log_in(self, key: str) -> bool:
        """Whether the entry logs in as the Secret's robot, in any of its generations, as far as both are known."""
        login = self.logins.get(key, "")
        return not login or self.robot is None or not self.robot.login or login in generations(self.robot.login)


@dataclass(frozen=True, slots=True)
class ClusterState:
    """What is known of the cluster: Secrets and ServiceAccounts' lists by (namespace, name).

    `as_of` is the day expiry is judged by; None where it is not judged (rendering knows no clock). `allowed` are the hosts
    that the fleet's policies let images come from, None where any may. `makers` may make Secrets that are not among those.
    """

    registries: Registries
    secrets: Mapping[tuple[str, str], SecretFacts]
    accounts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime.date | None = None
    allowed: frozenset[str] | None = None
    makers: Makers = field(default_factory=Makers)
