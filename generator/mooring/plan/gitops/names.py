"""What the tool's objects are called. A name is contract: Argo CD and Flux write it on what they apply, KServe copies that
to the pods, and so a renamed Application or Kustomization rolls every model of its root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from mooring.fleet import model
from mooring.fleet.gitops import FLUX
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.problems.problem import Problem
from mooring.redaction import quote

ACCESS, SERVICES, ROOT_OF_CLUSTER, TOGETHER = "access", "services", "cluster", "together"
# Flux writes the name into a label of all that it applies, Argo CD does where it tracks by label: 63 characters.
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
_LONGEST, _DIGEST = 63, 10


def root_name(resolved: ResolvedEnvironment) -> str:
    """The name of an environment: of its source, and of what syncs all the others."""
    return _shortened(_stem(resolved), "")


def object_name(resolved: ResolvedEnvironment, namespace: str, stage: str) -> str:
    """The name of what syncs one root; `namespace` is empty for the `cluster` stage."""
    return _shortened(_stem(resolved, namespace), "" if stage == TOGETHER else f"-{stage}")


def _stem(resolved: ResolvedEnvironment, namespace: str = "") -> str:
    return "-".join(part for part in (resolved.fleet.metadata.name, resolved.name, namespace) if part)


def _shortened(stem: str, suffix: str) -> str:
    """Both, where they fit; else as much of the stem as fits beside a digest of all of it, and the suffix."""
    if len(stem) + len(suffix) <= _LONGEST:
        return stem + suffix
    digest = hashlib.sha256(stem.encode()).hexdigest()[:_DIGEST]
    beginning = stem[: _LONGEST - len(suffix) - _DIGEST - 1].rstrip("-.")
    return f"{beginning}-{digest}{suffix}"


def stages(gitops: model.GitOps) -> tuple[str, ...]:
    """The stages of a namespace: what has an object of its own."""
    return (TOGETHER,) if gitops.layout == "together" else (ACCESS, SERVICES)


def collisions(found: Mapping[str, ResolvedEnvironment]) -> Iterator[Problem]:
    """The problems of two roots whose objects would have one name, said once of each namespace or environment.

    Argo CD may keep the objects of all environments in one namespace; each Flux has those of its own cluster alone.
    """
    owners: dict[str, str] = {}
    for resolved in found.values():
        if resolved.fleet.gitops.tool == FLUX:
            owners = {}
        said: set[str] = set()
        for name, root, item in _named(resolved):
            other = owners.setdefault(name, root)
            if other == root or item.name in said:
                continue
            said.add(item.name)
            both = f"{quote(other, 'file')} and {quote(root, 'file')}"
            message = f"{both} would both be synced by {quote(name, 'name')}"
            yield item.problem("duplicate-name", message, "name", hint="give one of them another name")


def _named(resolved: ResolvedEnvironment) -> Iterator[tuple[str, str, model.Environment | model.Namespace]]:
    """The names of an environment: each, the root that it syncs, and what of the fleet that comes from."""
    gitops, folder = resolved.fleet.gitops, f"overlays/{resolved.name}"
    yield root_name(resolved), f"gitops/{gitops.tool}/{resolved.name}", resolved.environment
    yield object_name(resolved, "", ROOT_OF_CLUSTER), f"{folder}/{CLUSTER}", resolved.environment
    for namespace in resolved.namespaces.values():
        for stage in stages(gitops):
            root = f"{folder}/{namespace.name}" + ("" if stage == TOGETHER else f"/{stage}")
            yield object_name(resolved, namespace.name, stage), root, namespace
