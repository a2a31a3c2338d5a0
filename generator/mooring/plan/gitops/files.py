"""The files below `gitops/<tool>/<environment>/`: those of one namespace, or of `_cluster`, and those of the environment.

Pure: what is there depends on nothing but the fleet. `root.yaml` is applied by hand, once, and syncs all the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mooring.fleet.gitops import ARGO_CD, FLUX
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import argo_cd, flux
from mooring.plan.gitops.roots import roots
from mooring.plan.planned import Planned, kustomization
from mooring.problems.problem import ObjectRef
from mooring.templating.artifact import Artifact

_OF_ROOT = {ARGO_CD: argo_cd.of_root, FLUX: flux.of_root}
_OF_ENVIRONMENT = {ARGO_CD: argo_cd.of_environment, FLUX: flux.of_environment}
TOOLS = tuple(_OF_ROOT)


def folder_of(tool: str, environment: str) -> str:
    return f"gitops/{tool}/{environment}"


def of_namespace(resolved: ResolvedEnvironment, where: str, planned: Planned, own: Sequence[ObjectRef]) -> list[Artifact]:
    """What syncs the roots of a namespace, or of `_cluster`; `own` are the objects that mooring itself has there."""
    gitops = resolved.fleet.gitops
    if not gitops.is_rendered:
        return []
    folder = f"{folder_of(gitops.tool, resolved.name)}/{where}"
    found = [
        artifact
        for root in roots(resolved, where, planned, own)
        for artifact in _OF_ROOT[gitops.tool](resolved, root, folder)
    ]
    return [*found, kustomization(folder, _names(found))] if found else []


def of_environment(resolved: ResolvedEnvironment) -> Iterator[Artifact]:
    """What syncs the environment's other objects, and the Kustomize root that lists these."""
    gitops = resolved.fleet.gitops
    if not gitops.is_rendered:
        return
    folder = folder_of(gitops.tool, resolved.name)
    yield from _OF_ENVIRONMENT[gitops.tool](resolved, folder)
    if gitops.layout == "rolling":  # Argo CD alone has it
        own = argo_cd.of_rolling(resolved, folder)
        yield own
        namespaces = [CLUSTER, *sorted(resolved.namespaces)] if gitops.projects else []
        yield kustomization(folder, [*_names([own]), *namespaces])
    else:
        yield kustomization(folder, [CLUSTER, *sorted(resolved.namespaces)])


def _names(artifacts: Sequence[Artifact]) -> list[str]:
    return sorted(artifact.path.rpartition("/")[2] for artifact in artifacts)
