"""The files below `policies/<engine>/`: the policies, their kustomization, a page to read, and suites where they are asked
for; and what each environment patches of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.fleet.policy_names import KUBERNETES, KYVERNO, KYVERNO_ONLY, MUTATING, MUTATING_KIND, POLICIES
from mooring.kustomization.patch import target
from mooring.policies import frames, suites, texts
from mooring.policies.model import Object, PolicyInput, Text
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact
from mooring.templating.render import render
from mooring.yaml.dump import dump

BINDINGS = "bindings"
"""The file of the API server's bindings: those of all its policies, so that who is judged how is read in one place."""

DIGEST = "mooring.dev/text"
"""The annotation with the digest of a policy's text below its facts."""

REPORTS_ROLE = "mooring-reports"
"""The ClusterRole of what Kyverno's reports controller reads."""

ROLE = "policy/kyverno-reports-role"
"""Its template."""

PARAMETERS = "mooring-parameters"
"""The policy of the API server that stays whichever policies and engine are chosen, and what binds it."""

KEPT, KEPT_MUTATING = "policy/parameters", "policy/mutating-parameters"
"""Its template, and that of the one beside it where the API server mutates."""

_API = {KYVERNO: "policies.kyverno.io/v1", KUBERNETES: "admissionregistration.k8s.io/v1"}


def folder(engine: str) -> str:
    """Where an engine's policies stand."""
    return f"policies/{engine}"


def of_engine(engine: str) -> tuple[str, ...]:
    """The policies that an engine can judge by."""
    return tuple(name for name in POLICIES if engine == KYVERNO or name not in KYVERNO_ONLY)


def made(given: PolicyInput, catalog: Catalog) -> dict[str, Text]:
    """The text of each policy that is rendered, in order: those that are on, but for mutations where the Kubernetes of the
    catalog has them not."""
    mutating = given.engine == KYVERNO or catalog.kind(*MUTATING_KIND) is not None
    names = [name for name in of_engine(given.engine) if name in given.actions and (mutating or name != MUTATING)]
    return {name: texts.load(name).text(given, catalog) for name in names}


def plan(given: PolicyInput, catalog: Catalog) -> list[Artifact]:
    """Every file of the engine but its page: as large as kinds and registries make it, whatever the namespaces are."""
    here = folder(given.engine)
    judging = policy_files(given, catalog, here)
    artifacts = [*judging, parameters(given.engine)]
    names = sorted(artifact.path.rpartition("/")[2] for artifact in artifacts)
    if given.engine == KYVERNO and judging:
        role = reports_role(given, catalog)
        artifacts.append(role)
        names.insert(0, role.path.rpartition("/")[2])  # before the policies, which are not ready without it
    resources = {"resources": names}
    artifacts.append(Artifact(f"{here}/kustomization.yaml", "namespace/kustomization", resources))
    if given.suites and given.engine == KYVERNO:
        for name in made(given, catalog):
            artifacts += suites.plan(given, here, catalog, name)
    return artifacts


def parameters(engine: str) -> Artifact:
    """A policy with a ConfigMap as parameter that judges nothing.

    With the last one that an API server has it stops reading them, for good
    (https://github.com/kubernetes/apiserver/blob/v0.36.1/pkg/admission/plugin/policy/generic/policy_source.go).
    """
    context = {"name": PARAMETERS, "why": "keeps the API server reading the parameters of its policies"}
    return Artifact(f"{folder(engine)}/parameters.yaml", KEPT, context)


def mutating_parameters(here: str) -> Artifact:
    """The same among the policies that mutate: they share the watch of parameters with those that validate."""
    context = {"name": PARAMETERS, "why": "keeps the API server reading the parameters of its policies"}
    return Artifact(f"{here}/parameters.yaml", KEPT_MUTATING, context)


def reports_role(given: PolicyInput, catalog: Catalog) -> Artifact:
    """What Kyverno's reports controller needs to judge what stands: the same, whichever policies are on.

    Kyverno calls a policy ready only then
    (https://kyverno.io/docs/installation/customization/#role-based-access-controls).
    """
    reported = [text for name in of_engine(KYVERNO) if (text := texts.load(name).text(given, catalog)).standing]
    resources: dict[str, set[str]] = {}
    for rule in (rule for text in reported if not text.mutations for rule in text.rules):
        for group in rule["apiGroups"]:
            resources.setdefault(group, set()).update(rule["resources"])
    rules = [
        {"apiGroups": [group], "resources": sorted(names), "verbs": ["get", "list", "watch"]}
        for group, names in sorted(resources.items())
    ]
    why = "Kyverno's reports controller reads what the policies judge"
    context = {"name": REPORTS_ROLE, "why": why, "rules": [{"why": "", "items": rules}]}
    return Artifact(f"{folder(KYVERNO)}/clusterrole.yaml", ROLE, context)


def policy_files(given: PolicyInput, catalog: Catalog, here: str) -> list[Artifact]:
    """The policies that are on, and what binds them, below a folder."""
    found = made(given, catalog)
    artifacts = []
    for name, text in found.items():
        template = f"policy/{given.engine}-{'mutating' if text.mutations else 'validating'}"
        context = frames.context(name, texts.load(name).SUMMARY, text, given)
        marked = {**context["annotations"], DIGEST: digest(template, context)}
        artifacts.append(Artifact(f"{here}/{name}.yaml", template, {**context, "annotations": marked}))
    if given.engine != KYVERNO and found:
        bound = frames.bound(found, {name: given.actions[name] for name in found})
        artifacts.append(Artifact(f"{here}/{BINDINGS}.yaml", f"policy/{given.engine}-bindings", bound))
    return artifacts


def digest(template: str, context: Mapping[str, Any]) -> str:
    """Of what stands below the facts, to the end of the file: the same for every fleet that one mooring renders."""
    below = [section for section in context["variables"] if section["why"] != frames.FACTS]
    text = render(template, {**context, "variables": below}, fleet="").partition("\n  variables:\n")[2]
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def patches(given: PolicyInput, found: Mapping[str, Text], own: PolicyInput, catalog: Catalog) -> list[Object]:
    """Kustomize's patches that make of the fleet's policies an environment's `own`: its action and its registries where
    they differ, and without what is off there."""
    patched: list[Object] = []
    same = dataclasses.replace(own, actions=given.actions) == given
    theirs = found if same else made(own, catalog)
    for name, text in found.items():
        if name not in own.actions:
            patched += [_deleted(api, kind, each) for api, kind, each in objects_of(given.engine, name, text)]
            continue
        if facts := _facts(text, theirs[name]):
            api, kind = _API[given.engine], frames.kind(given.engine, text)
            patched.append({"target": target(api, kind, frames.prefixed(name)), "patch": facts})
        if own.actions[name] != given.actions[name] and not text.mutations:
            patched += _acting(given, name, text, own.actions[name])
    return patched


def _facts(text: Text, own: Text) -> str:
    """A JSON patch of the facts that differ, each held to its name; empty where none does."""
    changes: list[Object] = []
    for index, (before, after) in enumerate(zip(text.facts, own.facts, strict=True)):
        if before != after:
            path = f"/spec/variables/{index}"
            changes.append({"op": "test", "path": f"{path}/name", "value": after["name"]})
            changes.append({"op": "replace", "path": f"{path}/expression", "value": after["expression"]})
    return dump(changes) if changes else ""


def objects_of(engine: str, policy: str, text: Text) -> Iterator[tuple[str, str, str]]:
    """apiVersion, kind and name of each object of a policy."""
    kind = frames.kind(engine, text)
    yield _API[engine], kind, frames.prefixed(policy)
    for binding in frames.bindings(policy, text, "Audit") if engine != KYVERNO else ():
        yield _API[engine], f"{kind}Binding", str(binding["name"])


def _acting(given: PolicyInput, policy: str, text: Text, action: str) -> Iterator[Object]:
    kind, api = frames.kind(given.engine, text), _API[given.engine]
    replace = f"- op: replace\n  path: /spec/validationActions\n  value:\n  - {action}\n"
    if given.engine == KYVERNO:
        yield {"target": target(api, kind, frames.prefixed(policy)), "patch": replace}
        return
    written = frames.bindings(policy, text, given.actions[policy])
    for before, binding in zip(written, frames.bindings(policy, text, action), strict=True):
        missing = binding["spec"].get("paramRef")
        changed = missing != before["spec"].get("paramRef")
        path = "/spec/paramRef/parameterNotFoundAction"
        more = f"- op: replace\n  path: {path}\n  value: {missing['parameterNotFoundAction']}\n" if changed else ""
        yield {"target": target(api, f"{kind}Binding", binding["name"]), "patch": replace + more}


def _deleted(api_version: str, kind: str, name: str) -> Object:
    patch = f"$patch: delete\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n"
    return {"target": target(api_version, kind, name), "patch": patch}
