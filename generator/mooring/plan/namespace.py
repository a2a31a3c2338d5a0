"""An environment's namespace → the files of its overlay: what each holds is decided here, templates only place it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring import backends
from mooring.fleet import model
from mooring.fleet.credentials import in_manifest, plaintext_credentials
from mooring.fleet.grants import GRANTS, LOGIN, OPEN, joined, service_key
from mooring.fleet.load import credential
from mooring.fleet.policy_names import KUBERNETES
from mooring.kustomization.patch import target
from mooring.manifests.kept import read
from mooring.manifests.service import ServiceObject, from_spec, service_problem
from mooring.plan import copies
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.identity import label_value, misnamed, unkeyable
from mooring.plan.outputs import Claim, check
from mooring.plan.pull_secrets import InjectedObject, inject_pull_secrets
from mooring.plan.steering import steering
from mooring.policies import frames
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.templating.artifact import Artifact
from mooring.yaml.dump import dump

# Argo CD and Flux delete what leaves git; a namespace takes everything in it along.
# https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ https://fluxcd.io/flux/components/kustomize/kustomizations/
_KEPT = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
_MANAGED = {"app.kubernetes.io/managed-by": "mooring"}


@dataclass(slots=True)
class Planned:
    """What one namespace (or `_cluster`) of one environment comes to."""

    artifacts: list[Artifact] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    injected: list[InjectedObject] = field(default_factory=list)
    robots: list[model.Robot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def plan_namespace(resolved: ResolvedEnvironment, namespace: model.Namespace) -> Planned:
    """Everything below `overlays/<env>/<namespace>/`."""
    folder = f"overlays/{resolved.name}/{namespace.name}"
    planned = Planned()
    resources, patches = _services(resolved, namespace.name, f"{folder}/services", planned)
    used = {name for injected in planned.injected for name in injected.robots}
    used.update(resolved.robots.standing(namespace.name))
    planned.robots = [resolved.robots.by_name[name] for name in sorted(used)]
    _one_robot_a_secret(planned, namespace)
    planned.artifacts += _access(resolved, namespace, planned, f"{folder}/access")
    roots = ["access"]
    if resources:
        roots.append("services")
        planned.artifacts.append(_kustomization(f"{folder}/services", resources, namespace=namespace.name, patches=patches))
    planned.artifacts.append(_kustomization(folder, roots))
    _claim(resolved, planned)
    return planned


def plan_cluster(resolved: ResolvedEnvironment, policies: str | None, patches: Sequence[Any]) -> Planned:
    """`overlays/<env>/_cluster`: the policies' folder and what stands in no namespace."""
    planned = Planned()
    folder = f"overlays/{resolved.name}/{CLUSTER}"
    resources, more = _services(resolved, CLUSTER, folder, planned)
    above = [os.path.relpath(policies, folder)] if policies else []
    planned.artifacts.append(_kustomization(folder, [*above, *resources], patches=[*patches, *more]))
    _claim(resolved, planned)
    return planned


def _claim(resolved: ResolvedEnvironment, planned: Planned) -> None:
    """Reports what collides among the files of the namespace: its own come first, services in the fleet's order."""
    own = [
        Claim(artifact.path, "mooring")
        for artifact in planned.artifacts
        if artifact.about is None and not artifact.template.startswith("secret/")
    ]
    planned.problems += check([*own, *planned.claims], str(resolved.root))
    planned.problems += _unkeyable(planned)


def _unkeyable(planned: Planned) -> Iterator[Problem]:
    """The names that are too long to have grants."""
    for robot in planned.robots:
        if hint := unkeyable(LOGIN, robot.secret):
            message = f"robot `{robot.name}` has a Secret whose name has {len(robot.secret)} characters"
            source, route = _secret_place(robot)
            yield Problem("bad-name", message, source, route, hint=hint)
    for injected in planned.injected:
        obj = injected.original
        if injected.robots and (hint := unkeyable(service_key(obj.info.kind, ""), obj.name)):
            message = f"`metadata.name` of {obj.info.kind} has {len(obj.name)} characters"
            yield obj.problem("bad-name", message, ("metadata", "name"), hint=hint)


def plan_strays(resolved: ResolvedEnvironment) -> Planned:
    """The services whose namespace the fleet does not list: nothing is rendered, but what else is wrong is said too."""
    planned = Planned()
    known = {CLUSTER, *(namespace.name for namespace in resolved.fleet.namespaces)}
    for where in resolved.services:
        if where not in known:
            _services(resolved, where, "", planned)
    return planned


def plan_environment(resolved: ResolvedEnvironment) -> Artifact:
    """The root that takes in everything of the environment."""
    folders = [CLUSTER, *sorted(namespace.name for namespace in resolved.fleet.namespaces)]
    return _kustomization(f"overlays/{resolved.name}", folders)


def _kustomization(
    folder: str, resources: Sequence[str], namespace: str | None = None, patches: Sequence[Any] = ()
) -> Artifact:
    context: dict[str, Any] = {"resources": list(resources)}
    if namespace is not None:
        context["namespace"] = namespace
    if patches:
        context["patches"] = list(patches)
    return Artifact(f"{folder}/kustomization.yaml", "namespace/kustomization", context)


def _services(resolved: ResolvedEnvironment, where: str, folder: str, planned: Planned) -> tuple[list[str], list[Any]]:
    """Plans the services of one namespace; gives the kustomization's resources and patches."""
    resources: list[str] = []
    patches: list[Any] = []
    services = resolved.services.get(where, ())
    claims: dict[int, list[Claim]] = {id(service): [] for service in services}
    for service in sorted(services, key=lambda entry: (entry.name, entry.kind)):
        for route in plaintext_credentials(service.raw):
            if service.place:
                planned.problems.append(credential(service.place.source, (*service.place.route, *route)))
        if service.manifests is not None:
            resources += _manifests(resolved, service, folder, planned, patches, claims[id(service)])
        elif service.spec is not None:
            obj = from_spec(service, resolved.catalog)
            if isinstance(obj, Problem):
                planned.problems.append(obj)
                continue
            planned.problems += steering(service, service.annotations, service.override)
            injected = _wire(resolved, obj, planned)
            name = f"{service.name}.{service.kind.lower()}.yaml"
            planned.artifacts.append(Artifact(f"{folder}/{name}", "service/object", injected.data, about=injected))
            claims[id(service)].append(_output(service, f"{folder}/{name}", "name"))
            resources.append(name)
    # Two services of one identity are a problem already.
    unique = {service.identity: service for service in reversed(services)}
    planned.claims += [claim for service in services if unique[service.identity] is service for claim in claims[id(service)]]
    return resources, patches


def _output(service: model.Service, path: str, key: str, *, folder: bool = False) -> Claim:
    kind = f"{service.kind} " if service.manifests is None else ""
    more = f" of kind {service.kind}" if not kind and service.kind != "InferenceService" else ""
    place = service.place
    route = (*place.route, key) if place else ()
    return Claim(path, f"{kind or 'service '}`{service.name}`{more}", place.source if place else None, route, folder)


def _wire(resolved: ResolvedEnvironment, obj: ServiceObject, planned: Planned) -> InjectedObject:
    injected, problems = inject_pull_secrets(obj, resolved.context, resolved.robots, resolved.image_changes)
    planned.injected.append(injected)
    planned.problems += problems
    return injected


def _manifests(
    resolved: ResolvedEnvironment,
    service: model.Service,
    folder: str,
    planned: Planned,
    patches: list[Any],
    claims: list[Claim],
) -> Iterable[str]:
    manifests, problems = read(service, resolved.root, resolved.catalog)
    planned.problems += problems
    for obj in manifests.subjects:
        planned.problems += misnamed(obj)
        routes = in_manifest(obj.data)
        planned.problems += [credential(obj.source, (*obj.base, *route), obj.ref) for route in routes]
        injected = _wire(resolved, obj, planned)
        if injected.patches:
            selected = target(obj.info.api_version, obj.info.kind, obj.name)
            patches.append({"target": selected, "patch": dump(list(injected.patches))})
    if manifests.base is not None:
        base = os.path.relpath(manifests.base, resolved.root / folder)
        planned.problems += copies.misnamed(service, base)
        return [base]
    claims.append(_output(service, f"{folder}/{service.name}", "name", folder=True))
    resources = []
    for name, text in manifests.copies:
        unreadable = list(copies.misnamed(service, name))
        planned.problems += unreadable
        if unreadable:
            continue
        path = f"{folder}/{service.name}/{name}"
        planned.copies[path] = copies.copied(text, name)
        claims.append(_output(service, path, "manifests"))
        resources.append(copies.resource(f"{service.name}/{name}"))
    return resources


def _secret_place(robot: model.Robot) -> tuple[Any, Any]:
    """Where the name of the robot's Secret comes from."""
    place = robot.place
    if place is None:
        return None, ()
    route = (*place.route, "secretName")
    return place.source, route if place.source.has(route) else (*place.route, "name")


def _one_robot_a_secret(planned: Planned, namespace: model.Namespace) -> None:
    owners: dict[str, model.Robot] = {}
    for robot in planned.robots:
        owner = owners.setdefault(robot.secret, robot)
        if owner is not robot and robot.place is not None:
            message = (
                f"robots {quote(owner.name, 'name')} and {quote(robot.name, 'name')} share Secret "
                f"{quote(robot.secret, 'name')} in {quote(namespace.name, 'name')}"
            )
            hint = "give one of them another `secretName`"
            place = robot.place
            planned.problems.append(
                Problem("duplicate-name", message, place.source, (*place.route, "secretName"), hint=hint)
            )


def _access(resolved: ResolvedEnvironment, namespace: model.Namespace, planned: Planned, folder: str) -> list[Artifact]:
    artifacts: list[Artifact] = []
    if namespace.manage:
        planned.problems += steering(namespace, namespace.annotations)
        context = {
            "name": namespace.name,
            "labels": {**namespace.labels, **_MANAGED, **_granted(resolved)},
            "annotations": {**namespace.annotations, **_KEPT},
        }
        artifacts.append(Artifact(f"{folder}/namespace.yaml", "namespace/namespace", context))
    grants: dict[str, Any] = {"name": GRANTS, "namespace": namespace.name, "data": _grants(resolved, planned)}
    artifacts.append(Artifact(f"{folder}/pull-grants.yaml", "namespace/pull-grants", grants))
    secrets: set[str] = set()
    for robot in planned.robots:
        backend = robot.backend or resolved.fleet.secrets.backend
        values = backends.context(backend, robot, resolved.hosts(robot), resolved.fleet)
        if values is not None:
            values |= {"secret": robot.secret, "namespace": namespace.name, "robot": label_value(robot.name)}
            path = f"{folder}/secret-{robot.secret}.yaml"
            artifacts.append(Artifact(path, f"secret/{backend}", values))
            if robot.secret not in secrets:  # `_one_robot_a_secret` says that
                planned.claims.append(Claim(path, f"robot `{robot.name}`", *_secret_place(robot)))
            secrets.add(robot.secret)
    if namespace.default_service_account == "manage":
        names = [{"name": name} for name in sorted({robot.secret for robot in planned.robots})]
        account: dict[str, Any] = {"namespace": namespace.name, "secrets": names}
        artifacts.append(Artifact(f"{folder}/service-account.yaml", "namespace/service-account", account))
    files = sorted(artifact.path.rsplit("/", 1)[1] for artifact in artifacts)
    return [*artifacts, _kustomization(folder, files)]


def _granted(resolved: ResolvedEnvironment) -> dict[str, str]:
    """An admission policy knows a namespace that has grants by its label."""
    return {frames.LABEL: "true"} if resolved.fleet.policies.engine == KUBERNETES else {}


def _grants(resolved: ResolvedEnvironment, planned: Planned) -> dict[str, str]:
    """Secret → the `host/project` pairs its robot may pull; `_<kind>.<name>` → the Secrets a service may use, `_open` →
    those that anything in the namespace may, `_login.<Secret>` → its robot's login."""
    grants = {
        robot.secret: joined({f"{host}/{project}" for host in resolved.hosts(robot) for project in robot.all_projects})
        for robot in planned.robots
    }
    for robot in planned.robots:
        grants[f"{LOGIN}{robot.secret}"] = resolved.login(robot)
    shared = {robot.secret for robot in planned.robots if robot.namespaces is not None}
    if shared:
        grants[OPEN] = joined(shared)
    for injected in planned.injected:
        names = {resolved.robots.by_name[name].secret for name in injected.robots}
        if names:
            grants[service_key(injected.original.info.kind, injected.original.name)] = joined(names)
    return dict(sorted(grants.items()))


def default_namespace(resolved: ResolvedEnvironment) -> Iterable[Problem]:
    """`default` holds no pull Secret: what nobody placed lands there, with everybody's rights."""
    for service in resolved.services.get("default", ()):
        message = f"service {quote(service.name, 'name')} stands in namespace `default`"
        yield service_problem(service, "default-namespace", message, "namespace", hint="give it a namespace of its own")
