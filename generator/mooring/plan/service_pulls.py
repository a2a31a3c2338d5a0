"""The pulls of one service of the fleet, found by the name that a person gives: NAME, or NAMESPACE/NAME."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from mooring.kserve.pods import pods
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.problems.problem import ObjectRef
from mooring.pulls.verdict import Pull


class ServicePulls(NamedTuple):
    """An object of the service as the fleet renders it, and the pulls of its pods; `accounts` are their ServiceAccounts by
    the components that name one."""

    object: ObjectRef
    pulls: tuple[Pull, ...]
    accounts: Mapping[str, str]


def service_names(resolved: ResolvedEnvironment) -> list[str]:
    """NAMESPACE/NAME of every service."""
    return [f"{where}/{one.name}" for where, found in resolved.services.items() for one in found]


def service_pulls(resolved: ResolvedEnvironment, wanted: str, as_of: datetime.date | None) -> list[ServicePulls]:
    """The objects of the service of that name, in every namespace that has one; none where no service is named so."""
    namespace, _, name = wanted.rpartition("/")
    found: list[ServicePulls] = []
    for where, services in resolved.services.items():
        if not any(entry.name == name for entry in services) or (namespace and where != namespace):
            continue
        planned = (
            plan_cluster(resolved, None, []) if where == CLUSTER else plan_namespace(resolved, resolved.namespaces[where])
        )
        pulls, _ = follow_pulls(resolved, planned, as_of=as_of)
        for injected in planned.injected:
            ref = injected.original.ref
            if injected.original.service.name == name:
                own = tuple(pull for pull in pulls if pull.object == ref)
                accounts = {
                    pod.component: pod.service_account
                    for pod in pods(injected.data, injected.original.info, planned.context)
                    if pod.service_account
                }
                found.append(ServicePulls(ref, own, accounts))
    return found
