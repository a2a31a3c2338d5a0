"""Flux: a source for the environment, and a Kustomization for each root; services wait for what lets them pull."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.fleet import model
from mooring.fleet.repository import COMMIT, HEADS, TAGS, is_digest
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.gitops.labels import labels
from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, object_name, root_name
from mooring.plan.gitops.roots import Root
from mooring.plan.gitops.tenants import account, has_tenants
from mooring.templating.artifact import Artifact

_POLICIES = "policies.kyverno.io"
# A policy is in force once Kyverno has its webhook. Its `ready` waits for the reports controller too, which may never have
# the rights: services would wait for ever.
_IN_FORCE = "status.conditionStatus.conditions.exists(c, c.type == 'WebhookConfigured' && c.status == '{}')"
_SEALED = ("bitnami.com", "SealedSecret")
_SYNCED = "status.conditions.exists(c, c.type == 'Synced' && c.status == '{}')"
# The Secret with the environment's age keys, beside the Kustomizations (https://fluxcd.io/flux/guides/mozilla-sops/).
_AGE_KEYS = "sops-age"
_READY = "status.conditions.exists(c, c.type == 'Ready' && c.status == '{}')"


def of_root(resolved: ResolvedEnvironment, root: Root, folder: str) -> Iterator[Artifact]:
    """The Kustomization of one root, and the account of the namespace's services where teams have one."""
    name = object_name(resolved, root.namespace, root.stage)
    more: dict[str, Any] = {}
    if root.stage == ACCESS:
        if has_tenants(resolved):
            yield account(resolved, root.namespace, folder)
        # What is gone from git with its namespace stays: running pods still pull with it.
        more["deletionPolicy"] = "Orphan"
        more["wait"] = resolved.fleet.gitops.wait_for_secrets
        if more["wait"]:
            more["healthCheckExprs"] = [_check("external-secrets.io/v1", "ExternalSecret", _READY)]
            if _SEALED in root.namespaced:
                more["healthCheckExprs"].append(_check(f"{_SEALED[0]}/v1alpha1", _SEALED[1], _SYNCED))
        if root.is_encrypted:
            more["decryption"] = {"provider": "sops", "secretRef": {"name": _AGE_KEYS}}
    elif root.stage == ROOT_OF_CLUSTER:
        more["wait"] = True
        policies = sorted(kind for group, kind in root.cluster_wide if group == _POLICIES)
        if policies:
            more["healthCheckExprs"] = [_check(f"{_POLICIES}/v1", kind, _IN_FORCE) for kind in policies]
    else:
        # No health check: KServe's `observedGeneration` is another object's, so that Flux could wait for ever
        # (https://github.com/kserve/kserve/issues/6081).
        before = [(root.namespace, ACCESS), ("", ROOT_OF_CLUSTER)]
        more["dependsOn"] = [{"name": object_name(resolved, namespace, stage)} for namespace, stage in before]
        more["timeout"] = "5m"
        if has_tenants(resolved):
            more["serviceAccountName"] = name
    yield _kustomization(resolved, f"{folder}/{root.stage}.yaml", name, root.stage, root.path, more)


def of_environment(resolved: ResolvedEnvironment, folder: str) -> Iterator[Artifact]:
    """The source, and the Kustomization of all the others. Both are applied by hand, once."""
    gitops = resolved.fleet.gitops
    context: dict[str, Any] = {
        "name": root_name(resolved),
        "namespace": gitops.target_namespace,
        "labels": labels(resolved, "root"),
        "url": gitops.repo,
        "ref": _reference(gitops),
    }
    if gitops.secret_name is not None:
        context["secret"] = {"name": gitops.secret_name}
    if gitops.source == "git":
        context["ignore"] = _ignored(resolved)
    template = "gitops/git-repository" if gitops.source == "git" else "gitops/oci-repository"
    yield Artifact(f"{folder}/source.yaml", template, context)
    more = {"deletionPolicy": "Orphan"}
    yield _kustomization(resolved, f"{folder}/root.yaml", root_name(resolved), "root", folder, more)


def _kustomization(
    resolved: ResolvedEnvironment, file: str, name: str, stage: str, path: str, more: dict[str, Any]
) -> Artifact:
    gitops = resolved.fleet.gitops
    source = {"kind": "GitRepository" if gitops.source == "git" else "OCIRepository", "name": root_name(resolved)}
    context = {
        "name": name,
        "namespace": gitops.target_namespace,
        "labels": labels(resolved, stage),
        "path": f"./{path}",
        "source": source,
        "timeout": "3m",
        "wait": False,
        **more,
    }
    return Artifact(file, "gitops/kustomization", context)


def _check(api_version: str, kind: str, expression: str) -> dict[str, str]:
    """When Flux is to take objects of a kind for done, and when for failed."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "current": expression.format("True"),
        "failed": expression.format("False"),
    }


def _reference(gitops: model.GitOps) -> dict[str, str]:
    """The revision as the source spells it."""
    revision = gitops.target_revision
    if gitops.source == "oci":
        return {"digest" if is_digest(revision) else "tag": revision}
    if COMMIT.fullmatch(revision):
        return {"commit": revision}
    for prefix, key in ((HEADS, "branch"), (TAGS, "tag")):
        if revision.startswith(prefix):
            return {key: revision.removeprefix(prefix)}
    return {"name": revision} if revision.startswith("refs/") else {"branch": revision}


def _ignored(resolved: ResolvedEnvironment) -> str:
    """What the source leaves out, as `.gitignore` does: all but what the environment's roots take in.

    A team's own kustomization may take in any folder; where there may be one, only other environments are left out.
    """
    name = resolved.name
    if any(service.manifests is not None for service in resolved.fleet.services):
        return f"/overlays/*\n!/overlays/{name}\n/gitops/*\n!/gitops/flux\n/gitops/flux/*\n!/gitops/flux/{name}\n"
    return f"/*\n!/overlays/{name}\n!/policies\n!/gitops/flux/{name}\n"
