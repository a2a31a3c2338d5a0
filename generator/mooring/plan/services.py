"""The services of one namespace → their files: objects that are rendered, manifests that are copied, bases with patches."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mooring.fleet import model
from mooring.fleet.credentials import in_manifest, plaintext_credentials
from mooring.fleet.load import credential
from mooring.kserve.model import ClusterContext
from mooring.kustomization.patch import target
from mooring.manifests.kept import Manifests, Other, read
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan import copies
from mooring.plan.context import with_kept
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.identity import misnamed
from mooring.plan.outputs import Claim
from mooring.plan.pull_secrets import InjectedObject, inject_pull_secrets
from mooring.plan.steering import steering
from mooring.problems.problem import Problem
from mooring.templating.artifact import Artifact
from mooring.yaml.dump import dump


@dataclass(slots=True)
class ServiceFiles:
    """What one service, or several, come to: `resources` and `patches` are what the kustomization above lists of them,
    `context` is what counts for their pods."""

    resources: list[str] = field(default_factory=list)
    patches: list[Any] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    injected: list[InjectedObject] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    context: ClusterContext = field(default_factory=ClusterContext)

    def add(self, other: ServiceFiles) -> None:
        """Adds another service's; its claims wait for the fleet's order."""
        self.resources += other.resources
        self.patches += other.patches
        self.artifacts += other.artifacts
        self.copies |= other.copies
        self.injected += other.injected
        self.others += other.others
        self.problems += other.problems


def plan_services(resolved: ResolvedEnvironment, where: str, folder: str) -> ServiceFiles:
    """The files of the services of one namespace (or `_cluster`), by name and kind; the claims are in the fleet's order."""
    services = resolved.services.get(where, ())
    kept = {id(one): read(one, resolved.root, resolved.catalog) for one in services if one.manifests is not None}
    context = resolved.context
    if kept:
        context = with_kept(context, (found for found, _ in kept.values()), resolved.robots, resolved.image_changes)
        resolved = dataclasses.replace(resolved, context=context)
    planned = ServiceFiles(context=context)
    claims: dict[int, list[Claim]] = {}
    for service in sorted(services, key=lambda entry: (entry.name, entry.kind)):
        files = _plan_service(resolved, service, folder, kept.get(id(service)))
        planned.add(files)
        claims[id(service)] = files.claims
    # Two services of one identity are a problem already.
    unique = {service.identity: service for service in reversed(services)}
    for service in services:
        planned.claims += claims[id(service)] if unique[service.identity] is service else ()
    return planned


def _plan_service(
    resolved: ResolvedEnvironment, service: model.Service, folder: str, kept: tuple[Manifests, list[Problem]] | None
) -> ServiceFiles:
    """The files of one service; none where it has neither `spec` nor `manifests`, which are read into `kept`."""
    if kept is not None:
        files = _of_manifests(resolved, service, folder, *kept)
    elif service.spec is not None:
        files = _of_spec(resolved, service, folder)
    else:
        files = ServiceFiles()
    files.problems += _credentials(service)
    return files


def _credentials(service: model.Service) -> Iterator[Problem]:
    place = service.place
    if place is not None:
        for route in plaintext_credentials(service.raw):
            yield credential(place.source, (*place.route, *route))


def _of_spec(resolved: ResolvedEnvironment, service: model.Service, folder: str) -> ServiceFiles:
    """The object of a service that is written in the fleet file, in a file of its own."""
    obj = from_spec(service, resolved.catalog)
    if isinstance(obj, Problem):
        return ServiceFiles(problems=[obj])
    injected, problems = _injected(resolved, obj)
    name = file_name(service)
    return ServiceFiles(
        resources=[name],
        artifacts=[Artifact(f"{folder}/{name}", "service/object", injected.data, about=injected)],
        injected=[injected],
        claims=[_claim(service, f"{folder}/{name}", "name")],
        problems=[*steering(service, service.annotations, service.override), *problems],
    )


def file_name(service: model.Service) -> str:
    """What the service's file is called, or the folder that its manifests are copied to."""
    return service.name if service.manifests is not None else f"{service.name}.{service.kind.lower()}.yaml"


def _injected(resolved: ResolvedEnvironment, obj: ServiceObject) -> tuple[InjectedObject, list[Problem]]:
    return inject_pull_secrets(obj, resolved.context, resolved.robots, resolved.image_changes)


def _of_manifests(
    resolved: ResolvedEnvironment, service: model.Service, folder: str, manifests: Manifests, problems: list[Problem]
) -> ServiceFiles:
    """A team's manifests: copied into a folder of the service's own, or their kustomization as a base; and the patches."""
    files = ServiceFiles(others=list(manifests.others), problems=problems)
    for obj in manifests.subjects:
        injected, found = _injected(resolved, obj)
        files.injected.append(injected)
        files.problems += [*misnamed(obj), *_credentials_of(obj), *found]
        if injected.patches:
            selected = target(obj.info.api_version, obj.info.kind, obj.name)
            files.patches.append({"target": selected, "patch": dump(list(injected.patches))})
    if manifests.base is not None:
        base = os.path.relpath(manifests.base, resolved.root / folder)
        files.problems += copies.misnamed(service, base)
        files.resources.append(base)
        return files
    files.claims.append(_claim(service, f"{folder}/{file_name(service)}", "name", folder=True))
    for name, text in manifests.copies:
        if unreadable := list(copies.misnamed(service, name)):
            files.problems += unreadable
            continue
        path = f"{folder}/{service.name}/{name}"
        files.copies[path] = copies.copied(text, name)
        files.claims.append(_claim(service, path, "manifests"))
        files.resources.append(copies.resource(f"{service.name}/{name}"))
    return files


def _credentials_of(obj: ServiceObject) -> Iterator[Problem]:
    for route in in_manifest(obj.data):
        yield credential(obj.source, (*obj.base, *route), obj.ref)


def _claim(service: model.Service, path: str, key: str, *, folder: bool = False) -> Claim:
    """The output that a service asks for at its `key`."""
    kind = f"{service.kind} " if service.manifests is None else ""
    more = f" of kind {service.kind}" if not kind and service.kind != "InferenceService" else ""
    place = service.place
    route = (*place.route, key) if place else ()
    return Claim(path, f"{kind or 'service '}`{service.name}`{more}", place.source if place else None, route, folder)
