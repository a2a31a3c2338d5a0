"""What the policies are made from, and what each of them is before an engine's frame is put around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.fleet.policy_names import SKIP

Object = dict[str, Any]


class Exempt(NamedTuple):
    """A namespace that some policies leave alone until a day."""

    namespace: str
    policies: tuple[str, ...]
    reason: str
    until: str

    @property
    def end(self) -> str:
        """When it ends, in words."""
        return "for good" if self.until == "never" else f"until {self.until}"


class Sample(NamedTuple):
    """What of a fleet its suites are made with: a host, a project of a robot, its Secret and its login, and a public
    `host/project`."""

    host: str
    project: str
    secret: str
    public: str | None = None
    login: str = "robot$app"


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """`registries` are the hosts and aliases of each registry, over all environments; `public` the `host/project` pairs
    that need no credential; `actions` the policies to render, each with what a violation leads to.

    `sample` is what of the fleet the suites are made from, where `suites` asks for them; `dry_run` says whether
    server-side dry runs are judged too.
    """

    engine: str
    registries: tuple[tuple[str, ...], ...]
    public: tuple[str, ...]
    robot_prefixes: tuple[str, ...]
    actions: Mapping[str, str]
    failure_policy: str
    explicit: bool
    identities: tuple[str, ...]
    other_registries: tuple[str, ...]
    exempt: tuple[Exempt, ...]
    sample: Sample
    suites: bool = False
    dry_run: str = SKIP

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host and alias as written."""
        return tuple(sorted({host for hosts in self.registries for host in hosts}))


class Block(NamedTuple):
    """Variables that are read together, and what a comment says of them."""

    why: str
    variables: list[Object]


@dataclass(frozen=True, slots=True)
class Text:
    """A policy without its engine: what it matches, and its CEL. `facts` are variables with the fleet's own values; all else
    is the same for every fleet.

    `changes` is CEL that says whether an update changes what a violation can come from: all others are let through, or
    what stands could not be scaled, paused or released once its grant is gone (https://github.com/kyverno/kyverno/issues/8815);
    empty where the conditions say it themselves. `grants` says
    that `variables.grants` is read, the namespace's pull grants, and `bare` that something may be refused where there
    are none; `standing` that objects which stand already are reported too. `mutations` are JSON patches, instead of
    validations.
    """

    rules: list[Object]
    conditions: list[Object] = field(default_factory=list)
    facts: list[Object] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    validations: list[Object] = field(default_factory=list)
    mutations: list[str] = field(default_factory=list)
    changes: str = ""
    grants: bool = False
    bare: bool = False
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a suite and what the policy is to say of it: `pass`, `fail`, or `skip` where its conditions leave it
    alone; `patched` is what a mutation makes of it."""

    object: Object
    result: str
    patched: Object | None = None
