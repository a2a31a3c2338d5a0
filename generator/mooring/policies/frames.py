"""A policy's text in its engine's frame: a Kyverno ValidatingPolicy or MutatingPolicy, or a Kubernetes
ValidatingAdmissionPolicy or MutatingAdmissionPolicy with its bindings. Each frame says where `variables.grants` comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import KUBERNETES, KYVERNO, SKIP
from mooring.policies import cel, podspecs
from mooring.policies.model import Block, Object, PolicyInput, Text

LABEL = "mooring.dev/pull-grants"
"""The label of the namespaces that have grants: an admission policy cannot ask whether its parameter is missing."""

FACTS = "What is the fleet's own; everything below is the same for every fleet."
_GRANTS = f"What the namespace's Secrets may pull, as host/project: ConfigMap {GRANTS} (`_…` is no Secret)."
_DRY = "dry runs (they store nothing; the real request is judged)"
_CHANGED = (
    "what is being deleted, and updates that change no pod template, image or Secret: what stands can be scaled, paused and"
    " labelled whatever is granted by now"
)


def prefixed(policy: str) -> str:
    """The name of the policy's object."""
    return f"mooring-{policy}"


def kind(engine: str, text: Text) -> str:
    """The kind of a policy's object."""
    if engine == KYVERNO:
        return "MutatingPolicy" if text.mutations else "ValidatingPolicy"
    return "MutatingAdmissionPolicy" if text.mutations else "ValidatingAdmissionPolicy"


def bound(found: Mapping[str, Text], actions: Mapping[str, str]) -> dict[str, Any]:
    """What the template of the bindings places: those of every policy that is on."""
    return {"objects": [each for name, action in actions.items() for each in bindings(name, found[name], action)]}


def context(policy: str, summary: str, text: Text, given: PolicyInput) -> dict[str, Any]:
    """What the engine's template places."""
    made: dict[str, Any] = {
        "name": prefixed(policy),
        "annotations": _annotations(policy, summary, given),
        "failure_policy": given.failure_policy,
        "resource_rules": _section(text.rules),
        "conditions": [
            each
            for condition in (*_conditions(policy, text, given), *text.conditions)
            for each in _section([{key: condition[key] for key in ("name", "expression")}], condition.get("why", ""))
        ],
        "variables": [each for block in _blocks(text, given) for each in _section(block.variables, block.why)],
    }
    if given.engine == KYVERNO:
        # The pod controllers are listed: Kyverno's own rewriting of a policy for them knows no KServe kind.
        made["autogen"] = {"podControllers": {"controllers": []}}
    if text.mutations:
        patches = [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}} for patch in text.mutations]
        made["mutations"] = patches
        # Once more after others have added their containers: what is named already is left as it is.
        made["reinvocation"] = "IfNeeded"
    else:
        made["validations"] = _section(text.validations)
    if given.engine == KYVERNO:
        background = {"background": {"enabled": text.standing}}
        evaluation = {"mutateExisting": {"enabled": False}} if text.mutations else background
        return made | {"actions": [given.actions[policy]], "evaluation": evaluation}
    # A parameter of the namespace cannot be found for what stands in none: that is left to its Pods.
    made["resource_rules"] = _section([{**rule, "scope": "Namespaced"} for rule in text.rules])
    if text.grants:
        made["param_kind"] = {"apiVersion": "v1", "kind": "ConfigMap"}
    return made


def _section(items: list[Object], why: str = "") -> list[Object]:
    """Items of a list, and the comment that stands above them."""
    return [{"why": why, "items": items}]


def bindings(policy: str, text: Text, action: str) -> list[Object]:
    """An admission policy's bindings.

    Where something is refused for want of grants there are three, since a missing parameter either lets everything
    through or refuses everything, match conditions or not (k8s.io/apiserver, `CollectParams`): where the namespace is
    labelled, the ConfigMap is the parameter, and what is created where it was taken away is refused once the policy
    denies; updates go on, so that nothing is stuck. Everywhere else there are no grants, and a Harbor image is refused.
    """
    name = prefixed(policy)
    if not text.bare:
        parameter = {"paramRef": {"name": GRANTS, "parameterNotFoundAction": "Allow"}} if text.grants else {}
        if text.mutations:
            return [{"kind": f"{kind(KUBERNETES, text)}Binding", "name": name, "spec": {"policyName": name, **parameter}}]
        return [_binding(name, name, action, parameter)]
    missing = "Deny" if action == "Deny" else "Allow"
    return [
        _binding(name, name, action, _labelled("CREATE", missing)),
        _binding(f"{name}-update", name, action, _labelled("UPDATE", "Allow")),
        _binding(f"{name}-without-grants", name, action, {"matchResources": _namespaces("DoesNotExist")}),
    ]


def _labelled(operation: str, missing: str) -> Object:
    every = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": [operation], "resources": ["*/*"]}
    return {
        "paramRef": {"name": GRANTS, "parameterNotFoundAction": missing},
        "matchResources": {**_namespaces("Exists"), "resourceRules": [every]},
    }


def _namespaces(operator: str) -> Object:
    return {"namespaceSelector": {"matchExpressions": [{"key": LABEL, "operator": operator}]}}


def _binding(name: str, policy: str, action: str, more: Object) -> Object:
    spec = {"policyName": policy, "validationActions": [action], **more}
    return {"kind": "ValidatingAdmissionPolicyBinding", "name": name, "spec": spec}


def _blocks(text: Text, given: PolicyInput) -> list[Block]:
    """The variables: the fleet's facts, the grants, and the policy's own."""
    found = [Block(FACTS, text.facts)] if text.facts else []
    if text.grants:
        read = (
            f"dyn(resource.Get('v1', 'configmaps', request.namespace, '{GRANTS}'))" if given.engine == KYVERNO else "params"
        )
        found.append(Block(_GRANTS, [podspecs.variable("grants", f"{read}.?data.orValue({{}})")]))
    return [*found, *text.blocks]


def _conditions(policy: str, text: Text, given: PolicyInput) -> list[Object]:
    """What goes on whatever the policy says: dry runs, deletions, updates that change nothing it reads, exempted namespaces.

    A mutation is made in dry runs too: what they answer is what would be stored.
    """
    conditions: list[Object] = []
    reasons = []
    if given.dry_run == SKIP and not text.mutations:
        conditions.append({"name": "not-a-dry-run", "expression": "!request.?dryRun.orValue(false)"})
        reasons.append(_DRY)
    if text.changes:
        conditions += [
            {"name": "not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"},
            {"name": "changes-what-is-judged", "expression": f"request.operation != 'UPDATE' || {text.changes}"},
        ]
        reasons.append(_CHANGED)
    if conditions:
        conditions[0]["why"] = f"Let through: {', '.join(reasons)}."
    exempt = sorted({entry.namespace for entry in given.exempt if policy in entry.policies})
    if exempt:
        # What stands in no namespace is asked about without one.
        there = f"request.?namespace.orValue('') in {cel.lines([cel.string(name) for name in exempt])}"
        conditions.append({"name": "not-exempt", "expression": f"!({there})"})
    return conditions


def _annotations(policy: str, summary: str, given: PolicyInput) -> dict[str, str]:
    """What the policy is for, and why a namespace is left alone, until when: for whoever reads it in the cluster."""
    exempt = [f"{entry.namespace} {entry.end}: {entry.reason}" for entry in given.exempt if policy in entry.policies]
    made = {"mooring.dev/description": summary}
    if given.engine == KYVERNO:
        made = {"policies.kyverno.io/title": policy.replace("-", " "), "policies.kyverno.io/description": summary}
    return made | ({"mooring.dev/exempt": "\n".join(exempt)} if exempt else {})
