"""A policy's text in its engine's frame: a Kyverno ValidatingPolicy or MutatingPolicy, or a Kubernetes
ValidatingAdmissionPolicy with its bindings. Each frame says where `variables.grants` comes from.
"""

from __future__ import annotations

from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import KYVERNO
from mooring.policies import cel, podspecs
from mooring.policies.model import Object, PolicyInput, Text

LABEL = "mooring.dev/pull-grants"
"""The label of the namespaces that have grants: an admission policy cannot ask whether its parameter is missing."""

_SPREAD = "dyn(variables.configMap) == null || !has(variables.configMap.data) || variables.configMap.data == null"


def prefixed(policy: str) -> str:
    """The name of the policy's object."""
    return f"mooring-{policy}"


def kind(engine: str, text: Text) -> str:
    """The kind of a policy's object."""
    if engine == KYVERNO:
        return "MutatingPolicy" if text.mutations else "ValidatingPolicy"
    return "ValidatingAdmissionPolicy"


def context(policy: str, summary: str, text: Text, given: PolicyInput) -> dict[str, Any]:
    """What the engine's template places."""
    made: dict[str, Any] = {
        "name": prefixed(policy),
        "annotations": _annotations(policy, summary, given),
        "failure_policy": given.failure_policy,
        "resource_rules": text.rules,
        "conditions": [*_conditions(policy, text, given), *text.conditions],
        "variables": [*_grants(text, given), *text.variables],
    }
    if text.mutations:
        patches = [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}} for patch in text.mutations]
        return made | {"mutations": patches}
    made["validations"] = text.validations
    if given.engine == KYVERNO:
        return made | {"actions": [given.actions[policy]], "background": text.standing}
    # A parameter of the namespace cannot be found for what stands in none: that is left to its Pods.
    made["resource_rules"] = [{**rule, "scope": "Namespaced"} for rule in text.rules]
    if text.grants:
        made["param_kind"] = {"apiVersion": "v1", "kind": "ConfigMap"}
    return made | {"objects": bindings(policy, text, given.actions[policy])}


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
    return {"name": name, "spec": {"policyName": policy, "validationActions": [action], **more}}


def _grants(text: Text, given: PolicyInput) -> list[Object]:
    if not text.grants:
        return []
    if given.engine == KYVERNO:
        config_map = f"resource.Get('v1', 'configmaps', request.namespace, '{GRANTS}')"
        none = f"!has(request.namespace) || request.namespace == '' || {_SPREAD}"
    else:
        config_map, none = "params", _SPREAD
    grants = f"{none} ? dyn({{}}) : dyn(variables.configMap.data)"
    return [podspecs.variable("configMap", config_map), podspecs.variable("grants", grants)]


def _conditions(policy: str, text: Text, given: PolicyInput) -> list[Object]:
    """What goes on whatever the policy says: deletions, updates that change nothing it reads, exempted namespaces."""
    conditions = []
    if text.changes:
        conditions += [
            {"name": "not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"},
            {"name": "changes-what-is-judged", "expression": f"request.operation != 'UPDATE' ||\n{text.changes}"},
        ]
    exempt = sorted({entry.namespace for entry in given.exempt if policy in entry.policies})
    if exempt:
        # What stands in no namespace is asked about without one.
        there = f"has(request.namespace) && request.namespace in {cel.texts(exempt)}"
        conditions.append({"name": "not-exempt", "expression": f"!({there})"})
    return conditions


def _annotations(policy: str, summary: str, given: PolicyInput) -> dict[str, str]:
    """What the policy is for, and why a namespace is left alone, until when: for whoever reads it in the cluster."""
    exempt = [f"{entry.namespace} {entry.end}: {entry.reason}" for entry in given.exempt if policy in entry.policies]
    prefix = "policies.kyverno.io" if given.engine == KYVERNO else "mooring.dev"
    made = {f"{prefix}/title": policy.replace("-", " "), f"{prefix}/description": summary}
    return made | ({"mooring.dev/exempt": "\n".join(exempt)} if exempt else {})
