"""The files below `policies/kyverno/`: the policies, their kustomization, and a runnable suite for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.artifact import Artifact
from mooring.catalog import Catalog
from mooring.policies import cel, suites
from mooring.policies.model import PolicyInput
from mooring.policies.names import POLICIES

FOLDER = "policies/kyverno"
_GRANTS = "mooring-pull-grants"
_SUMMARIES = {
    "require-pull-secret": "every Harbor image has a pull Secret whose robot may pull its project",
    "no-default-namespace": "nothing that pulls from Harbor, and no pull Secret, stands in namespace default",
    "pull-secret-shape": "a docker configuration for Harbor is well formed, and a robot's",
}


def plan(given: PolicyInput, catalog: Catalog) -> list[Artifact]:
    """Every file of the engine; their size depends on the kinds and registries, never on namespaces or robots."""
    artifacts = [Artifact(f"{FOLDER}/{name}.yaml", f"policy/{name}", _context(name, given, catalog)) for name in POLICIES]
    resources = {"resources": [f"{name}.yaml" for name in POLICIES]}
    artifacts.append(Artifact(f"{FOLDER}/kustomization.yaml", "namespace/kustomization", resources))
    return [*artifacts, *suites.plan(given, FOLDER, catalog)]


def _context(policy: str, given: PolicyInput, catalog: Catalog) -> dict[str, Any]:
    parts = {
        "require-pull-secret": _require_pull_secret,
        "no-default-namespace": _no_default_namespace,
        "pull-secret-shape": _pull_secret_shape,
    }[policy](given, catalog)
    return {
        "annotations": {
            "policies.kyverno.io/title": policy.replace("-", " "),
            "policies.kyverno.io/description": _SUMMARIES[policy],
            **_exemptions(policy, given),
        },
        "actions": [given.action_of(policy)],
        "failure_policy": given.failure_policy,
        "conditions": [*_conditions(policy, given), *parts.pop("conditions", [])],
        **parts,
    }


def _conditions(policy: str, given: PolicyInput) -> list[dict[str, str]]:
    """What goes on whatever the policy says: deletions, updates that leave the spec alone, exempted namespaces."""
    conditions = [
        {"name": "not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"},
        {
            "name": "changes-what-is-judged",
            # https://github.com/kyverno/kyverno/issues/8815: finalizers and labels of old objects must stay editable.
            "expression": (
                "request.operation != 'UPDATE' || oldObject == null || !has(object.spec) || !has(oldObject.spec)"
                " || object.spec != oldObject.spec"
            ),
        },
    ]
    if policy == "pull-secret-shape":
        conditions.pop()
    for namespace in dict.fromkeys(entry[0] for entry in given.exempt if policy in entry[1]):
        expression = f"request.namespace != {cel.text(namespace)}"
        conditions.append({"name": f"exempt-{namespace}", "expression": expression})
    return conditions


def _exemptions(policy: str, given: PolicyInput) -> dict[str, str]:
    """Why a namespace is left alone, and until when: for whoever reads the policy in the cluster."""
    return {
        f"mooring.dev/exempt.{namespace}": f"until {until}: {reason}"
        for namespace, policies, reason, until in given.exempt
        if policy in policies
    }


def _variables(given: PolicyInput, catalog: Catalog) -> list[dict[str, str]]:
    kinds = cel.matched(catalog)
    found = {
        "llmModels": cel.llm_models(),
        "stableSecrets": cel.stable_secrets(),
        "podSpecs": cel.pods(kinds),
        "pods": cel.harbor_pods(kinds, given.hosts),
    }
    return [{"name": name, "expression": expression} for name, expression in found.items()]


def _require_pull_secret(given: PolicyInput, catalog: Catalog) -> dict[str, Any]:
    config_map = f"resource.Get('v1', 'configmaps', request.namespace, '{_GRANTS}')"
    grants = (
        "request.namespace == '' || dyn(variables.configMap) == null || !has(variables.configMap.data)"
        " || variables.configMap.data == null ? dyn({}) : dyn(variables.configMap.data)"
    )
    variables = [
        *_variables(given, catalog),
        {"name": "configMap", "expression": config_map},
        {"name": "grants", "expression": grants},
        {"name": "refused", "expression": cel.refused(cel.matched(catalog), given.public, explicit=given.explicit)},
    ]
    return {
        "resource_rules": cel.rules(cel.matched(catalog), [("", "v1", "pods/ephemeralcontainers")]),
        "variables": variables,
        "validations": [{"expression": "size(variables.refused) == 0", "messageExpression": cel.message(given.hosts)}],
    }


def _no_default_namespace(given: PolicyInput, catalog: Catalog) -> dict[str, Any]:
    docker = "object.kind == 'Secret' && has(object.type) && object.type == 'kubernetes.io/dockerconfigjson'"
    external = (
        "object.kind == 'ExternalSecret' && has(object.spec.target) && has(object.spec.target.template)"
        " && has(object.spec.target.template.type)"
        " && object.spec.target.template.type == 'kubernetes.io/dockerconfigjson'"
    )
    kserve = "object.apiVersion.startsWith('serving.kserve.io/')"
    pulls = "!(object.kind in ['Secret', 'ExternalSecret']) && variables.pods.exists(e, size(e.images) > 0)"
    extra = [("", "v1", "secrets"), ("external-secrets.io", "v1", "externalsecrets")]
    graph = [("serving.kserve.io", "v1alpha1", "inferencegraphs")]
    return {
        "resource_rules": cel.rules(cel.matched(catalog), [*extra, *graph]),
        "conditions": [{"name": "in-default", "expression": "request.namespace == 'default'"}],
        "variables": _variables(given, catalog),
        "validations": [
            {
                "expression": f"!({kserve} || ({docker}) || ({external}) || ({pulls}))",
                "message": "what pulls from Harbor, and its Secret, has a namespace of its own: not default",
            }
        ],
    }


def _pull_secret_shape(given: PolicyInput, _catalog: Catalog) -> dict[str, Any]:
    hosts = cel.texts(sorted({host.partition(":")[0].lower() for host in given.hosts}))
    key = "k.replace('https://', '').replace('http://', '').split('/')[0].split(':')[0].lowerAscii()"
    prefixes = " || ".join(f"login.startsWith({cel.text(prefix)})" for prefix in given.robot_prefixes)
    config = (
        "has(object.data) && object.data != null && '.dockerconfigjson' in object.data"
        " ? string(base64.decode(object.data['.dockerconfigjson']))"
        " : has(object.stringData) && object.stringData != null && '.dockerconfigjson' in object.stringData"
        " ? string(object.stringData['.dockerconfigjson']) : ''"
    )
    auth = "variables.auths[k].auth"
    decoded = f"string(base64.decode(string({auth})))"
    entry = (
        f"has({auth}) && string({auth}).matches('^[A-Za-z0-9+/]+={{0,2}}$') && size(string({auth})) % 4 == 0"
        f" && {decoded}.contains(':') && !{decoded}.endsWith(':')"
    )
    robot = prefixes.replace("login", decoded)
    same = f"(!has(variables.auths[k].username) || {decoded}.startsWith(variables.auths[k].username + ':'))"
    return {
        "resource_rules": cel.rules([], [("", "v1", "secrets")]),
        "conditions": [
            {
                "name": "is-a-pull-secret",
                "expression": "has(object.type) && object.type == 'kubernetes.io/dockerconfigjson'",
            }
        ],
        "variables": [
            {"name": "text", "expression": config},
            {"name": "config", "expression": "variables.text == '' ? dyn({}) : dyn(json.unmarshal(variables.text))"},
            {
                "name": "auths",
                "expression": "has(variables.config.auths) && variables.config.auths != null"
                " ? dyn(variables.config.auths) : dyn({})",
            },
            {"name": "harbor", "expression": f"variables.auths.map(k, k).filter(k, {key} in {hosts})"},
        ],
        "validations": [
            {
                "expression": f"variables.harbor.all(k, {entry})",
                "message": "the entry of a Harbor host needs auth: base64 of login:secret",
            },
            {
                "expression": f"variables.harbor.all(k, !({entry}) || (({robot}) && {same}))",
                "message": "the login for a Harbor host is a robot's, never a person's or admin",
            },
        ],
    }


def action_patches(given: PolicyInput, actions: Mapping[str, str]) -> list[dict[str, Any]]:
    """Kustomize's patches that give each policy the action it has in an environment, where that differs."""
    return [
        {
            "target": {"kind": "ValidatingPolicy", "name": f"mooring-{name}"},
            "patch": f"- op: replace\n  path: /spec/validationActions\n  value:\n  - {action}\n",
        }
        for name, action in actions.items()
        if action != given.action_of(name)
    ]
