"""What `gitops` says and its tool cannot do: an address it cannot read, another tool's setting, two owners of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.fleet import model
from mooring.fleet.gitops import ARGO_CD, FLUX, IN_CLUSTER, Cluster
from mooring.fleet.repository import has_login, is_artifact_version, is_ref, unreadable
from mooring.problems.problem import Problem
from mooring.redaction import quote

_TOOLS = {ARGO_CD: "Argo CD", FLUX: "Flux"}
# What only one of the tools has: the key, its attribute, the value that means nothing to the other one.
_OWN: dict[str, tuple[tuple[str, str, Any], ...]] = {
    ARGO_CD: (("layout", "layout", "split"), ("apply", "apply", "server"), ("projects", "projects", True)),
    FLUX: (
        ("source", "source", "git"),
        ("secretName", "secret_name", None),
        ("waitForSecrets", "wait_for_secrets", False),
        ("tenants", "tenants", False),
    ),
}


def check(fleet: model.Fleet) -> Iterator[Problem]:
    """Every problem of the fleet's `gitops` and its environments'; nothing is asked of a fleet without a tool."""
    gitops = fleet.gitops
    if gitops.tool not in _TOOLS:
        return
    yield from _repository(gitops)
    yield from _of_other_tools(gitops)
    for environment in fleet.environments:
        if environment.gitops.cluster is not None:
            yield from _cluster(gitops.tool, environment, environment.gitops.cluster)
    if gitops.tool == ARGO_CD:
        yield from _shared_clusters(fleet)


def _repository(gitops: model.GitOps) -> Iterator[Problem]:
    """What is wrong with the address and the revision; neither is shown, for what they may hold."""
    tool = _TOOLS[gitops.tool]
    is_oci = gitops.tool == FLUX and gitops.source == "oci"
    if gitops.repo is None:
        message = f"`gitops.repo` is missing: {tool} has nothing to sync"
        yield gitops.problem("missing-key", message, expected="`repo:`, the address of this repository")
    elif has_login(gitops.repo):
        message = "`gitops.repo` holds what looks like a credential"
        hint = f"{tool} keeps it in a Secret of its own, never in an address; if it was real, rotate it"
        yield gitops.problem("plaintext-credential", message, "repo", hint=hint)
    elif expected := unreadable(gitops.repo, "oci" if is_oci else gitops.tool):
        yield gitops.problem("bad-repository", f"{tool} cannot read this address", "repo", expected=expected)
    revision = gitops.target_revision
    if is_oci and not is_artifact_version(revision):
        expected = "an artifact's tag, or its digest as `sha256:…`"
        yield gitops.problem("bad-repository", "no OCI artifact has such a version", "revision", expected=expected)
    elif not is_oci and (not is_ref(revision) or (gitops.tool == FLUX and revision == "HEAD")):
        expected = "a branch, tag or commit, as `refs/heads/main`"
        yield gitops.problem("bad-repository", "this is no git revision", "revision", expected=expected)


def _of_other_tools(gitops: model.GitOps) -> Iterator[Problem]:
    """The settings that the tool does not have, where they say anything."""
    for tool, settings in _OWN.items():
        for key, attribute, nothing in settings if tool != gitops.tool else ():
            if getattr(gitops, attribute) != nothing:
                message = f"`{key}` is a setting of {_TOOLS[tool]}, and `gitops.tool` is `{gitops.tool}`"
                yield gitops.problem("unknown-choice", message, key, hint="take it out, or choose the other tool")


def _cluster(tool: str, environment: model.Environment, cluster: Cluster) -> Iterator[Problem]:
    """What is wrong with an environment's cluster: said twice, not at all, or another one than Flux can reach."""
    route = ("gitops", "cluster")
    if cluster.server is None and cluster.name is None:
        message = "neither `server` nor `name` says which cluster"
        yield environment.problem("missing-key", message, *route, expected="`server` or `name`")
    elif cluster.server is not None and cluster.name is not None:
        message = "`server` and `name` exclude each other"
        yield environment.problem("unknown-key", message, *route, "name", at_key=True, hint="Argo CD takes one of them")
    elif tool == FLUX and _identity(cluster) != ("server", IN_CLUSTER):
        message = "Flux applies what it syncs to the cluster that it runs in"
        hint = "take it out, and let the Flux of that cluster sync this environment"
        yield environment.problem("unknown-choice", message, *route, hint=hint)


def _identity(cluster: Cluster | None) -> tuple[str, str]:
    """Equal for two ways to write one cluster."""
    if cluster is None or cluster.name == "in-cluster":
        return ("server", IN_CLUSTER)
    return ("name", cluster.name) if cluster.name is not None else ("server", (cluster.server or "").rstrip("/"))


def _shared_clusters(fleet: model.Fleet) -> Iterator[Problem]:
    """The problems of environments that would be applied over another one's objects.

    Two that say nothing of their cluster may each have an Argo CD of its own, as each has its own Flux.
    """
    first: dict[tuple[str, str], model.Environment] = {}
    for environment in fleet.environments:
        other = first.setdefault(_identity(environment.gitops.cluster), environment)
        written = [item for item in (environment, other) if item.gitops.cluster is not None]
        if other is environment or not written:
            continue
        both = f"environments {quote(other.name, 'name')} and {quote(environment.name, 'name')} go to one cluster"
        shared = sorted(_namespaces(fleet, other) & _namespaces(fleet, environment))
        if shared:
            message = f"{both}, and both have namespace {quote(shared[0], 'name')}"
        elif fleet.policies.actions():
            message = f"{both}, and both have the policies"
        else:
            continue
        hint = "an environment is a cluster: each would undo what the other one applies"
        yield written[0].problem("duplicate-name", message, "gitops", "cluster", hint=hint)


def _namespaces(fleet: model.Fleet, environment: model.Environment) -> set[str]:
    if environment.namespaces is not None:
        return set(environment.namespaces)
    return {namespace.name for namespace in fleet.namespaces}
