"""Which of the policies that a fleet names the engine of an environment cannot judge by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mooring.fleet import model
from mooring.fleet.environments import environments, policies_of
from mooring.fleet.policy_names import KYVERNO, KYVERNO_ONLY
from mooring.redaction import listed, quote


class Unjudged(NamedTuple):
    """A policy that is on where its engine cannot judge by it: named by that `environment`, or by the fleet itself."""

    environment: model.Environment | None
    policy: str
    message: str
    hint: str


def unjudged(fleet: model.Fleet) -> Iterator[Unjudged]:
    """Each such policy once for each place that names it. What nobody names is left out there, and is no problem."""
    of_fleet: dict[str, list[model.Environment]] = {}
    for environment in environments(fleet):
        policies = policies_of(fleet, environment)
        for name, rule in policies.rules.items():
            if not rule.enabled or not (lacking := _lacking(name, policies.engine)):
                continue
            if name in environment.policies.rules:
                message = f"{quote(name, 'choice')} needs {lacking}, and `policies.engine` is `{policies.engine}`"
                yield Unjudged(environment, name, message, "take it out, or choose Kyverno")
            else:
                of_fleet.setdefault(name, []).append(environment)
    for name, lacked in of_fleet.items():
        yield _of_fleet(fleet, name, lacked)


def _lacking(policy: str, engine: str) -> str:
    """What the policy would need instead of the engine; empty where it has what it needs."""
    return "Kyverno" if engine != KYVERNO and policy in KYVERNO_ONLY else ""


def _of_fleet(fleet: model.Fleet, name: str, lacked: list[model.Environment]) -> Unjudged:
    """What is said of a policy that the fleet names, and that these environments cannot have."""
    engine = policies_of(fleet, lacked[0]).engine
    message = f"{quote(name, 'choice')} needs {_lacking(name, engine)}, and `policies.engine` is `{engine}`"
    if engine == fleet.policies.engine and len(lacked) == len(environments(fleet)):
        return Unjudged(None, name, message, "take it out, or choose Kyverno")
    there = listed([quote(environment.name, "name") for environment in lacked])
    hint = "switch it off there (`enabled: false`), or choose Kyverno"
    return Unjudged(None, name, f"{message} in environment{'' if len(lacked) == 1 else 's'} {there}", hint)
