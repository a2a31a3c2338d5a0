"""The policies that a fleet renders, as objects that deny; namespaces, and what their Secrets may pull."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.fleet.load import load
from mooring.plan import policies
from mooring.policies import frames, plan
from mooring.policies.model import PolicyInput
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact
from mooring.tree.unit import text_of
from tests.real.fleets import FLEETS

Object = dict[str, Any]
EVERYTHING = "policy/inject-pull-secret/everything-on"


def of_fleet(name: str) -> PolicyInput:
    """What the policies of a fleet are made from, each of them denying."""
    loaded = load(FLEETS[name] / "fleet.yaml")
    assert loaded.fleet is not None
    given = policies.policy_input(loaded.fleet)
    return dataclasses.replace(given, actions=dict.fromkeys(given.actions, "Deny"))


def objects(given: PolicyInput, *names: str) -> list[Object]:
    """The objects of these policies, as they are rendered, each with what binds it behind it."""
    wanted = {f"{plan.folder(given.engine)}/{name}.yaml" for name in names}
    found = plan.plan(given, Catalog())
    whole = [thing for artifact in found if artifact.path in wanted for thing in made(artifact)]
    assert len(whole) == len(names)
    bindings = [thing for one in found if one.path.endswith(f"/{plan.BINDINGS}.yaml") for thing in made(one)]
    bound = {thing["metadata"]["name"] for thing in whole}
    return [*whole, *(thing for thing in bindings if thing["spec"]["policyName"] in bound)]


def made(artifact: Artifact) -> list[Object]:
    return [dict(thing) for thing in text_of(artifact, "fleet.yaml")[1]]


def namespace(name: str, *, granted: bool = False) -> Object:
    labels = {"labels": {frames.LABEL: "true"}} if granted else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, **labels}}


def grants(name: str, data: Mapping[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": GRANTS, "namespace": name}, "data": {**data}}
