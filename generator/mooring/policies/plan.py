"""The files below `policies/<engine>/`: the policies, their kustomization, a page to read, and Kyverno's suites; and what
each environment patches of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.fleet.policy_names import KUBERNETES, KYVERNO, KYVERNO_ONLY, POLICIES
from mooring.kustomization.patch import target
from mooring.policies import frames, suites, texts
from mooring.policies.model import Object, PolicyInput, Text
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact

BINDINGS = "bindings"
"""The file of the API server's bindings: those of all its policies, so that who is judged how is read in one place."""

_API = {KYVERNO: "policies.kyverno.io/v1", KUBERNETES: "admissionregistration.k8s.io/v1"}


def folder(engine: str) -> str:
    """Where an engine's policies stand."""
    return f"policies/{engine}"


def of_engine(engine: str) -> tuple[str, ...]:
    """The policies that an engine can judge by."""
    return tuple(name for name in POLICIES if engine == KYVERNO or name not in KYVERNO_ONLY)


def made(given: PolicyInput, catalog: Catalog) -> dict[str, Text]:
    """The text of each policy that is rendered, in order."""
    return {name: texts.load(name).text(given, catalog) for name in of_engine(given.engine) if name in given.actions}


def plan(given: PolicyInput, catalog: Catalog) -> list[Artifact]:
    """Every file of the engine but its page: as large as kinds and registries make it, whatever the namespaces are."""
    here = folder(given.engine)
    found = made(given, catalog)
    artifacts = []
    for name, text in found.items():
        template = f"policy/{given.engine}-{'mutating' if text.mutations else 'validating'}"
        context = frames.context(name, texts.load(name).SUMMARY, text, given)
        artifacts.append(Artifact(f"{here}/{name}.yaml", template, context))
    files = [*found]
    if given.engine != KYVERNO:
        files.append(BINDINGS)
        artifacts.append(Artifact(f"{here}/{BINDINGS}.yaml", f"policy/{given.engine}-bindings", _bound(given, found)))
    resources = {"resources": sorted(f"{name}.yaml" for name in files)}
    artifacts.append(Artifact(f"{here}/kustomization.yaml", "namespace/kustomization", resources))
    if given.engine == KYVERNO:
        for name in found:
            artifacts += suites.plan(given, here, catalog, name)
    return artifacts


def patches(given: PolicyInput, found: Mapping[str, Text], actions: Mapping[str, str]) -> list[Object]:
    """Kustomize's patches that give each policy the action it has in an environment, where that differs, and take away
    what is off there."""
    patched: list[Object] = []
    for name, text in found.items():
        if name not in actions:
            patched += [_deleted(api, kind, each) for api, kind, each in objects_of(given.engine, name, text)]
        elif actions[name] != given.actions[name] and not text.mutations:
            patched += _acting(given, name, text, actions[name])
    return patched


def _bound(given: PolicyInput, found: Mapping[str, Text]) -> dict[str, Any]:
    return frames.bound(found, {name: given.actions[name] for name in found})


def with_actions(artifact: Artifact, found: Mapping[str, Text], actions: Mapping[str, str]) -> Artifact | None:
    """The artifact of a policy, or of the bindings, as an environment's patches leave it: None where it is off there."""
    name = artifact.path.rpartition("/")[2].removesuffix(".yaml")
    if name == BINDINGS:
        return dataclasses.replace(artifact, context=frames.bound(found, actions))
    if name not in actions:
        return None
    changed = {"actions": [actions[name]]} if "actions" in artifact.context else {}
    return dataclasses.replace(artifact, context={**artifact.context, **changed})


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
