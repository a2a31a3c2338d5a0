"""What changed of an environment's policies; what lets more through than before is `loosened`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mooring.changes.model import Change, Level, Subject
from mooring.fleet.policy_names import JUDGE, MUTATING
from mooring.plan.environment import CLUSTER
from mooring.policies.model import Exempt, PolicyInput
from mooring.policies.plan import of_engine
from mooring.redaction import quote

_STRICTNESS = {"off": 0, "Audit": 1, "Warn": 2, "Deny": 3}


def policies(environment: str, old: PolicyInput, new: PolicyInput) -> Iterator[Change]:
    """The changes of an environment that is on both sides."""
    for subject, message, loosened in (
        *_engine(old, new), *_actions(old, new), *_settings(old, new), *_exemptions(old, new), *_lists(old, new),
    ):  # fmt: skip
        level: Level = "loosened" if loosened else "change"
        yield Change(environment, CLUSTER, "policy", message, Subject("Policy", subject) if subject else None, level)


_Said = tuple[str, str, bool]


def _engine(old: PolicyInput, new: PolicyInput) -> Iterator[_Said]:
    if old.engine != new.engine:
        yield "", f"the policies' engine is {quote(new.engine, 'choice')}, before {quote(old.engine, 'choice')}", False


def _action(given: PolicyInput, policy: str) -> str:
    return given.actions.get(policy, "off") if policy in of_engine(given.engine) else "off"


def _actions(old: PolicyInput, new: PolicyInput) -> Iterator[_Said]:
    """What each policy does with a violation; one that only adds Secrets refuses nothing."""
    for policy in dict.fromkeys((*of_engine(old.engine), *of_engine(new.engine))):
        was, now = _action(old, policy), _action(new, policy)
        if policy == MUTATING:
            was, now = (each if each == "off" else "on" for each in (was, now))
        if was != now:
            loosened = policy != MUTATING and _STRICTNESS[now] < _STRICTNESS[was]
            yield policy, f"policy `{policy}` is {quote(now, 'choice')}, before {quote(was, 'choice')}", loosened


def _settings(old: PolicyInput, new: PolicyInput) -> Iterator[_Said]:
    """Settings that all policies share."""
    if old.failure_policy != new.failure_policy:
        message = f"`failurePolicy` is {quote(new.failure_policy, 'choice')}, before {quote(old.failure_policy, 'choice')}"
        yield "", message, new.failure_policy == "Ignore"
    if old.dry_run != new.dry_run:
        yield "", f"`dryRun` is {quote(new.dry_run, 'choice')}, before {quote(old.dry_run, 'choice')}", old.dry_run == JUDGE
    if old.explicit != new.explicit:
        done = "rejected" if new.explicit else "no longer rejected"
        yield "", f"workloads that set no imagePullSecrets themselves are {done} (`explicit`)", old.explicit


def _exemptions(old: PolicyInput, new: PolicyInput) -> Iterator[_Said]:
    """Which namespaces are left alone, and until when."""
    was, now = _ends(old.exempt), _ends(new.exempt)
    for namespace, policy in sorted({*was, *now}):
        before, after = was.get((namespace, policy)), now.get((namespace, policy))
        words = f"policy {quote(policy, 'choice')} leaves namespace {quote(namespace, 'name')} alone"
        if before is None and after is not None:
            yield policy, f"{words} {_end(after)}, before not", True
        elif after is None:
            yield policy, f"{words} no longer", False
        elif before is not None and before != after:
            longer = before != "never" and (after == "never" or after > before)
            yield policy, f"{words} {_end(after)}, before {_end(before)}", longer


def _ends(exempt: tuple[Exempt, ...]) -> dict[tuple[str, str], str]:
    """(namespace, policy) → the latest end of its exemptions."""
    found: dict[tuple[str, str], str] = {}
    for entry in exempt:
        for policy in entry.policies:
            # `never` sorts behind every day.
            found[entry.namespace, policy] = max(entry.until, found.get((entry.namespace, policy), ""))
    return found


def _end(until: str) -> str:
    return "for good" if until == "never" else f"until {quote(until, 'date')}"


class _List(NamedTuple):
    """A list of both sides, what is said of a new and of a gone entry, and whether each of them loosens."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    added: str
    gone: str
    adding: bool
    removing: bool = False


def _lists(old: PolicyInput, new: PolicyInput) -> Iterator[_Said]:
    """What the policies' facts are made of: who may change grants, and which hosts and projects need no Secret."""
    # The first identity switches a policy on.
    changing = ("may change grants", "may no longer change grants", bool(old.identities))
    others = ("is let through as another registry", "is no longer let through as another registry", True)
    public = ("is public and needs no Secret", "is no longer public", True)
    judged = ("is judged as a registry of the fleet", "is no longer judged as a registry of the fleet", False, True)
    for each in (
        _List(old.identities, new.identities, *changing),
        _List(old.other_registries, new.other_registries, *others),
        _List(old.public, new.public, *public),
        _List(old.hosts, new.hosts, *judged),
    ):
        # The kind `image` has the characters of all of them: hosts, projects, and users such as `system:serviceaccount:a:b`.
        for value in sorted({*each.new} - {*each.old}):
            yield "", f"{quote(value, 'image')} {each.added}", each.adding
        for value in sorted({*each.old} - {*each.new}):
            yield "", f"{quote(value, 'image')} {each.gone}", each.removing
