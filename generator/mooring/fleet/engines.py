"""Which of the policies that a fleet names the engine of an environment cannot judge by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mooring.fleet import model
from mooring.fleet.environments import environments, policies_of
from mooring.fleet.policy_names import KYVERNO, KYVERNO_ONLY, MUTATING, MUTATING_KIND
from mooring.redaction import listed, quote
from mooring.schema.catalog import Catalog, shipped_versions


class Unjudged(NamedTuple):
    """A policy that is on where its engine cannot judge by it: named by that `environment`, or by the fleet itself."""

    environment: model.Environment | None
    policy: str
    message: str
    hint: str


def unjudged(fleet: model.Fleet) -> Iterator[Unjudged]:
    """Each such policy once for each place that names it. What nobody names is left out there, and is no problem."""
    of_fleet: dict[tuple[str, _Lacking], list[model.Environment]] = {}
    for environment in environments(fleet):
        policies = policies_of(fleet, environment)
        version = environment.versions.kubernetes or fleet.versions.kubernetes
        for name, rule in policies.rules.items():
            lacking = _lacking(name, policies.engine, version) if rule.enabled else None
            if lacking is None:
                continue
            if name in environment.policies.rules:
                yield Unjudged(environment, name, lacking.message(name), f"take it out, or {lacking.other}")
            else:
                of_fleet.setdefault((name, lacking), []).append(environment)
    for (name, lacking), there in of_fleet.items():
        message, everywhere = lacking.message(name), len(there) == len(environments(fleet))
        if everywhere and (not fleet.environments or not any(_own(one) for one in there)):
            yield Unjudged(None, name, message, f"take it out, or {lacking.other}")
            continue
        names = listed([quote(environment.name, "name") for environment in there])
        hint = f"switch it off there (`enabled: false`), or {lacking.other}"
        yield Unjudged(None, name, f"{message} in environment{'' if len(there) == 1 else 's'} {names}", hint)


class _Lacking(NamedTuple):
    """What a policy `needs`, what is there instead, and what `other` choice brings it."""

    needs: str
    there: str
    other: str

    def message(self, policy: str) -> str:
        return f"{quote(policy, 'choice')} needs {self.needs}, and {self.there}"


def _lacking(policy: str, engine: str, version: str | None) -> _Lacking | None:
    """What the policy would need instead of the engine, or of the version of Kubernetes; None where it has that."""
    if engine == KYVERNO:
        return None
    if policy in KYVERNO_ONLY:
        return _Lacking("Kyverno", f"`policies.engine` is `{engine}`", "choose Kyverno")
    if policy != MUTATING or version is None or _mutates(version):
        return None
    first = next(one for one in shipped_versions("kubernetes") if _mutates(one))
    there = f"`versions.kubernetes` is {quote(version, 'choice')}"
    return _Lacking(f"Kubernetes {first} or Kyverno", there, "name the version that the cluster has, or choose Kyverno")


def _mutates(version: str) -> bool:
    """Whether this version of Kubernetes has the API server's mutations as stable; one that is not shipped counts as the
    newest."""
    return Catalog({"kubernetes": version}).kind(*MUTATING_KIND) is not None


def _own(environment: model.Environment) -> bool:
    """Whether the environment itself says what the policy lacks there."""
    return environment.policies.engine is not None or environment.versions.kubernetes is not None
