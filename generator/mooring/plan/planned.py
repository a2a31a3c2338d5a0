"""What the planner gives: the files of one namespace of one environment, and the pulls' robots and objects behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.fleet import model
from mooring.kserve.model import ClusterContext
from mooring.manifests.kept import Other
from mooring.plan.ciphertexts import Ciphertext
from mooring.plan.outputs import Claim
from mooring.plan.pull_secrets import InjectedObject
from mooring.problems.problem import Problem
from mooring.templating.artifact import Artifact


@dataclass(slots=True)
class Planned:
    """What one namespace (or `_cluster`) of one environment comes to.

    `ciphertexts` are the robots' Secrets that stand encrypted in the repository, by the path of their copy. `others` are
    objects of manifests that reach the cluster as they are, `context` is what counts for the pods there.
    """

    artifacts: list[Artifact] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    injected: list[InjectedObject] = field(default_factory=list)
    robots: list[model.Robot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    context: ClusterContext = field(default_factory=ClusterContext)
    ciphertexts: dict[str, Ciphertext] = field(default_factory=dict)


def kustomization(
    folder: str, resources: Sequence[str], namespace: str | None = None, patches: Sequence[Any] = ()
) -> Artifact:
    """The `kustomization.yaml` of a folder."""
    context: dict[str, Any] = {"resources": list(resources)}
    if namespace is not None:
        context["namespace"] = namespace
    if patches:
        context["patches"] = list(patches)
    return Artifact(f"{folder}/kustomization.yaml", "namespace/kustomization", context)
