"""The fleet's admission policies: which are on, what a violation leads to, who is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mooring.fleet.policy_names import NEEDS_IDENTITIES, OPTIONAL, POLICIES, SKIP
from mooring.fleet.setting import Item, setting

Action = Literal["Audit", "Warn", "Deny"]
Engine = Literal["kyverno", "kubernetes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePolicy:
    """The settings of one policy; naming it switches it on."""

    enabled: bool = setting("false: the policy is not rendered, or taken away in this environment", default=True)
    action: Action | None = setting("what a violation leads to; default: that of all policies", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption(Item):
    """A namespace that some policies leave alone, with a reason and an end."""

    namespace: str = setting("its name", format="kubernetes-label")
    policies: tuple[str, ...] = setting("the policies that leave it alone", items={"type": "string"}, minItems=1)
    reason: str = setting("why", minLength=1)
    until: str = setting(
        "the day on which it ends, from which on `mooring check` reports it; or `never`", format="date-or-never"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The admission policies."""

    engine: Engine = setting(
        "what judges at admission: Kyverno (ValidatingPolicy), or the API server (ValidatingAdmissionPolicy)",
        default="kyverno",
    )
    action: Action = setting("what a violation leads to", default="Audit")
    failure_policy: Literal["Fail", "Ignore"] = setting("what happens while the engine is down", default="Fail")
    dry_run: Literal["skip", "judge"] = setting(
        "`skip`: server-side dry runs, which store nothing, are let through; `judge`: they are judged as any request",
        default=SKIP,
    )
    explicit: bool = setting(
        "reject workloads (Deployment, InferenceService …) that set no imagePullSecrets themselves", default=True
    )
    identities: tuple[str, ...] = setting(
        "user names that may change grants and managed Secrets, such as the GitOps controller's",
        default=(),
        items={"type": "string", "minLength": 1},
        examples=[["system:serviceaccount:argocd:argocd-application-controller"]],
    )
    other_registries: tuple[str, ...] = setting(
        "hosts that `allowed-registries` lets through beside the fleet's; `docker.io` for images without a host",
        default=(),
        items={"format": "host"},
    )
    suites: bool = setting(
        "true: beside each Kyverno policy, a suite of examples for `kyverno test`; engine `kubernetes` has none",
        default=False,
    )
    rules: Mapping[str, RulePolicy] = setting("settings of one policy", default={})
    exempt: tuple[Exemption, ...] = setting("namespaces that policies leave alone", default=())

    def actions(self) -> dict[str, str]:
        """The policies that are on → what a violation leads to."""
        return {
            name: (rule.action if rule else None) or self.action
            for name in POLICIES
            if ((rule := self.rules.get(name)) and rule.enabled) or (rule is None and self._is_on(name))
        }

    def _is_on(self, name: str) -> bool:
        return name not in OPTIONAL and (name != NEEDS_IDENTITIES or bool(self.identities))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentPolicies:
    """What an environment may change of the policies; below their facts their text is one for all environments."""

    engine: Engine | None = setting("what judges at admission; default: that of the fleet", default=None)
    action: Action | None = setting("what a violation leads to", default=None)
    rules: Mapping[str, RulePolicy] = setting("settings of one policy", default={})
