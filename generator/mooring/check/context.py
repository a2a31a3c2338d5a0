"""What stands behind the pulls of given objects: the world they meet, which broken links are proved, and their words."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mooring.check.provided import ProvidedSecrets
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import Problem
from mooring.problems.suggestion import suggestion
from mooring.pulls.facts import ClusterState, SecretFacts
from mooring.pulls.inventory import Inventory
from mooring.pulls.said import broken, described
from mooring.pulls.verdict import UNKNOWN, WRONG_TYPE, Pull
from mooring.redaction import listed, quote
from mooring.registry.registries import Registries

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

# What `secretGenerator` appends (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/).
_HASHED = re.compile(r"([\w.-]{1,253})-[bcdfghkmt2456789]{10}")
ABSENT = "secret-not-in-namespace"


class PullContext:
    """The Secrets and accounts that the pods of the given objects meet.

    `namespaces` are those of the objects: no other of the fleet's is planned unless a Secret is missed. `elsewhere` are
    the other clusters among the files given, by the name of each Secret that they have. Parts that were not seen
    (`is_partial`) may hold any Secret.
    """

    def __init__(
        self,
        known: Inventory,
        registries: Registries,
        resolved: ResolvedEnvironment | None,
        as_of: datetime.date,
        namespaces: Collection[str],
        provided: ProvidedSecrets,
        elsewhere: Mapping[str, Sequence[str]],
        *,
        is_partial: bool = False,
    ) -> None:
        self._resolved = resolved
        self._provided = provided
        self._elsewhere = elsewhere
        self._is_partial = is_partial
        secrets = dict(known.secrets)
        self._known = known
        for namespace in sorted(namespaces):
            for name, facts in provided.of(namespace).items():
                self._add(secrets, (namespace, name), facts)
        self._names: dict[str, list[str]] = {}
        for where, name in _pull_secrets(secrets):
            self._names.setdefault(where, []).append(name)
        accounts = dict(known.accounts)
        for name in namespaces:
            managed = resolved.namespaces.get(name) if resolved is not None else None
            if managed is not None and managed.default_service_account == "manage":
                accounts.setdefault((name, "default"), tuple(sorted(self._names.get(name, ()))))
        self.state = ClusterState(registries, secrets, accounts, as_of, makers=known.makers)

    def _add(self, secrets: dict[tuple[str, str], SecretFacts], key: tuple[str, str], facts: SecretFacts) -> None:
        """Adds a Secret of the fleet, unless its namespace's rendered `access/` is given and makes none of that name."""
        if key in secrets:
            # The tree says that it is there and what it grants; the fleet, until when.
            found = secrets[key]
            robot = facts.robot
            if robot is not None and found.robot is not None:
                robot = dataclasses.replace(robot, pairs=found.robot.pairs)
            keys = (*found.keys, *facts.keys) if found.is_unseen else found.keys
            secrets[key] = dataclasses.replace(found, keys=keys, robot=robot, is_unseen=False)
        elif key[0] not in self._known.granted or self._provided.made_outside(*key):
            secrets[key] = facts

    def lacks_account(self, namespace: str, name: str) -> bool:
        return (namespace, name) not in self.state.accounts

    @functools.cached_property
    def _everywhere(self) -> frozenset[tuple[str, str]]:
        """Every Secret that is known, by (namespace, name): of the fleet's, those that this cluster does not lack."""
        far = (key for key in self._provided.everywhere if key[0] not in self._known.granted)
        return frozenset(_pull_secrets(self.state.secrets)).union(far)

    @functools.cached_property
    def _places(self) -> dict[str, list[str]]:
        """The namespaces in which a Secret of a name stands."""
        found: dict[str, list[str]] = {}
        for where, name in sorted(self._everywhere):
            found.setdefault(name, []).append(where)
        return found

    @functools.cached_property
    def _hashed(self) -> dict[tuple[str, str], str]:
        """The built names of Secrets, by namespace and by each name that they may have been built of."""
        found: dict[tuple[str, str], str] = {}
        for where, name in _pull_secrets(self.state.secrets):
            if (match := _HASHED.fullmatch(name)) is not None:
                words = match[1].split("-")
                for start in range(len(words)):
                    found.setdefault((where, "-".join(words[start:])), name)
        return found

    def settled(self, pull: Pull, namespace: str) -> Pull:
        """The pull with what can be proved: a Secret is missed only where Secrets are at hand at all."""
        if pull.verdict != ABSENT:
            return pull
        if (name := self._hashed.get((namespace, pull.secret or ""))) is not None:
            return dataclasses.replace(pull, verdict="hashed-name", detail=name)
        # Without a namespace nobody knows where the object goes: only Secrets without one stand beside it.
        beside = "" in self._names and pull.secret not in self._places
        # What another cluster's files make is meant to be made by files; this one's do not.
        missed = any(_pull_secrets(self.state.secrets)) or bool(self._everywhere) if namespace else beside
        proved = missed or (pull.secret in self._elsewhere and pull.secret not in self._places)
        if proved and not self._is_partial:
            return pull
        return dataclasses.replace(pull, verdict=UNKNOWN, reason="secret", detail="")

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """The names of the Secrets in each namespace."""
        return self._names

    def _of_others(self, secret: str) -> str:
        """Which other clusters among the files given have a Secret of that name."""
        names = self._elsewhere.get(secret, ())
        return (
            f": it stands in {listed(names)}, {'another cluster' if len(names) == 1 else 'other clusters'}" if names else ""
        )

    def problem(self, obj: KubernetesObject, pull: Pull) -> Problem:
        """The pull's broken link, at the place that can mend it."""
        if pull.verdict == UNKNOWN:
            message, hint = described(pull)
            place = pull.route if pull.reason == "variable" else pull.reference or pull.route
            return obj.problem("not-at-hand", message, place, hint=hint)
        if pull.verdict == "hashed-name":
            message = (
                f"Kustomize renames Secret {quote(pull.secret, 'name')} to {quote(pull.detail, 'name')}; "
                f"this reference still says {quote(pull.secret, 'name')}"
            )
            hint = "`generatorOptions: {disableNameSuffixHash: true}`, or a `nameReference` for KServe's kinds"
            return obj.problem("hashed-name", message, pull.reference or pull.route, hint=hint)
        message, hint = described(pull)
        near = None
        if pull.verdict == ABSENT:
            others = [quote(where or "no namespace", "name") for where in self._places.get(pull.secret or "", ())]
            message += f": it stands in {listed(others)}" if others else self._of_others(pull.secret or "")
            if self._resolved is None:
                hint = f"put it into {quote(pull.detail, 'name')}, or name a Secret that stands there"
                near = (pull.secret or "", pull.detail)
        expires = self._resolved.expires(pull) if self._resolved is not None else None
        found = broken(obj, pull, message, hint, expires)
        return found if near is None else dataclasses.replace(found, near=near)


def hinted(problem: Problem, names: Mapping[str, Sequence[str]]) -> Problem:
    """The problem with the name that was probably meant, where it asks for one of those in a namespace."""
    if problem.near is None:
        return problem
    name, namespace = problem.near
    return dataclasses.replace(problem, hint=suggestion(name, names.get(namespace, ())) or problem.hint, near=None)


def _pull_secrets(secrets: Mapping[tuple[str, str], SecretFacts]) -> Iterator[tuple[str, str]]:
    """Those of the Secrets that are of a type for registry logins."""
    return (key for key, facts in secrets.items() if facts.fault != WRONG_TYPE)
