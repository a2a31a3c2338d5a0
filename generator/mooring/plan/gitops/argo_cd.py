"""Argo CD: an Application for each root, all at once and without waves, each in a project of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.fleet import model
from mooring.fleet.gitops import IN_CLUSTER
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.gitops.labels import labels
from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, SERVICES, object_name, root_name
from mooring.plan.gitops.projects import project
from mooring.plan.gitops.roots import Root
from mooring.templating.artifact import Artifact

_DEFAULT = "default"
# Of what stands in no namespace; it only goes into Argo CD's own notes.
_OF_CLUSTER = "kube-system"
_COMPARE = "argocd.argoproj.io/compare-options"
_WATCHED = "argocd.argoproj.io/manifest-generate-paths"
_FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
# What is denied because its grant is not there yet heals within a minute or two; `refresh` takes the newest commit.
_RETRY = {"limit": 20, "refresh": True, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "1m"}}
_STAGES = (ACCESS, ROOT_OF_CLUSTER, SERVICES)


def of_root(resolved: ResolvedEnvironment, root: Root, folder: str) -> Iterator[Artifact]:
    """The Application of one root and its project; of layout `rolling` the project only."""
    gitops = resolved.fleet.gitops
    name = object_name(resolved, root.namespace, root.stage)
    if gitops.projects:
        where = _destination(resolved, root.namespace or _OF_CLUSTER)
        yield Artifact(f"{folder}/{root.stage}-project.yaml", "gitops/app-project", project(resolved, root, name, where))
    if gitops.layout != "rolling":
        context = {
            **_metadata(resolved, name, root.stage, _watched(root)),
            "finalizers": [_FINALIZER],
            "spec": _application(resolved, name, root.path, root.namespace or _OF_CLUSTER),
        }
        yield Artifact(f"{folder}/{root.stage}.yaml", "gitops/application", context)


def of_environment(resolved: ResolvedEnvironment, folder: str) -> Iterator[Artifact]:
    """The Application of all the others, which deletes none of them: a namespace that leaves the fleet stops no model."""
    gitops = resolved.fleet.gitops
    spec = _application(resolved, _DEFAULT, folder, "", prune=False)
    spec |= {"project": _DEFAULT, "destination": {"server": IN_CLUSTER, "namespace": gitops.target_namespace}}
    context = {**_metadata(resolved, root_name(resolved), "root", {_WATCHED: "."}), "spec": spec}
    yield Artifact(f"{folder}/root.yaml", "gitops/application", context)


def of_rolling(resolved: ResolvedEnvironment, folder: str) -> Artifact:
    """The ApplicationSet: the Applications of layout `split`, of the same names, synced stage after stage.

    They are listed: a directory that somebody adds becomes no Application, and a name is what it is in `split`.
    """
    elements = [_element(resolved, "", ROOT_OF_CLUSTER, "_cluster")]
    for name in sorted(resolved.namespaces):
        elements.append(_element(resolved, name, ACCESS, f"{name}/{ACCESS}"))
        if any(one.spec is not None or one.manifests is not None for one in resolved.services.get(name, ())):
            elements.append(_element(resolved, name, SERVICES, f"{name}/{SERVICES}"))
    own = _metadata(resolved, "{{ .name }}", "{{ .stage }}", {})
    spec = _application(resolved, "{{ .project }}", "{{ .path }}", "{{ .namespace }}")
    context = {
        "name": root_name(resolved),
        "namespace": resolved.fleet.gitops.target_namespace,
        "labels": labels(resolved, "root"),
        "elements": elements,
        "steps": [
            {"matchExpressions": [{"key": "mooring.dev/stage", "operator": "In", "values": [stage]}]} for stage in _STAGES
        ],
        "metadata": {"name": own["name"], "labels": own["labels"], "annotations": own["annotations"]},
        "spec": {**spec, "project": "{{ .project }}"},
    }
    return Artifact(f"{folder}/application-set.yaml", "gitops/application-set", context)


def _element(resolved: ResolvedEnvironment, namespace: str, stage: str, path: str) -> dict[str, str]:
    """What of an Application the set's template places."""
    name = object_name(resolved, namespace, stage)
    return {
        "name": name,
        "stage": stage,
        "namespace": namespace or _OF_CLUSTER,
        "path": f"overlays/{resolved.name}/{path}",
        "project": name if resolved.fleet.gitops.projects else _DEFAULT,
    }


def _metadata(resolved: ResolvedEnvironment, name: str, stage: str, annotations: Mapping[str, str]) -> dict[str, Any]:
    """Name, namespace, labels and annotations of an Application.

    Server-side apply without server-side diff finds differences without end, and client-side apply with it misses fields
    that were removed: both or neither.
    """
    server_side = "true" if resolved.fleet.gitops.apply == "server" else "false"
    return {
        "name": name,
        "namespace": resolved.fleet.gitops.target_namespace,
        "labels": labels(resolved, stage),
        "annotations": {_COMPARE: f"ServerSideDiff={server_side}", **annotations},
    }


def _application(
    resolved: ResolvedEnvironment, name: str, path: str, namespace: str, *, prune: bool = True
) -> dict[str, Any]:
    """The spec of an Application: what it syncs, where to, and how."""
    gitops: model.GitOps = resolved.fleet.gitops
    server_side = ["ServerSideApply=true"] if gitops.apply == "server" else []
    return {
        "project": name if gitops.projects else _DEFAULT,
        "source": {"repoURL": gitops.repo, "targetRevision": gitops.target_revision, "path": path},
        "destination": _destination(resolved, namespace),
        "syncPolicy": {
            "automated": {"prune": prune, "selfHeal": True},
            "syncOptions": [*server_side, "FailOnSharedResource=true"],
            "retry": _RETRY,
        },
    }


def _destination(resolved: ResolvedEnvironment, namespace: str) -> dict[str, str]:
    """The environment's cluster, as Argo CD knows it, and a namespace of it."""
    cluster = resolved.environment.gitops.cluster
    if cluster is not None and cluster.name is not None:
        return {"name": cluster.name, "namespace": namespace}
    return {"server": (cluster.server if cluster is not None else None) or IN_CLUSTER, "namespace": namespace}


def _watched(root: Root) -> dict[str, str]:
    """The folders whose changes concern the root; none are said where a team's kustomization may take in any."""
    if any(not folder.startswith("policies/") for folder in root.outside):
        return {}
    return {_WATCHED: ";".join([".", *(f"/{folder}" for folder in root.outside)])}
