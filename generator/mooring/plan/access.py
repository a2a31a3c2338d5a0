"""What lets a namespace pull: its Namespace, the ConfigMap of grants, its robots' Secrets, its `default` ServiceAccount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mooring import backends
from mooring.fleet import model
from mooring.fleet.grants import GRANTS, LOGIN, OPEN, joined, service_key
from mooring.fleet.labels import label_value
from mooring.fleet.policy_names import READ_OWN
from mooring.plan.ciphertexts import Ciphertext, ciphertext
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.identity import unkeyable
from mooring.plan.outputs import Claim
from mooring.plan.planned import kustomization
from mooring.plan.pull_secrets import InjectedObject
from mooring.plan.steering import steering
from mooring.policies import frames
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.redaction import quote
from mooring.templating.artifact import Artifact

# Argo CD and Flux delete what leaves git. A namespace takes everything in it along, and a `default` account that is made
# anew is another one than its pods' tokens are of. What is kept is no difference either: without that annotation its
# Application would be OutOfSync for good.
# https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ https://fluxcd.io/flux/components/kustomize/kustomizations/
_KEPT = {
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
_MANAGED = {"app.kubernetes.io/managed-by": "mooring"}


class AccessFiles(NamedTuple):
    """The files below `access/`, the outputs that robots ask for there, and what is wrong."""

    artifacts: list[Artifact]
    claims: list[Claim]
    problems: list[Problem]
    ciphertexts: dict[str, Ciphertext]


def plan_access(
    resolved: ResolvedEnvironment,
    namespace: model.Namespace,
    robots: Sequence[model.Robot],
    injected: Sequence[InjectedObject],
    folder: str,
    more: Sequence[Artifact] = (),
) -> AccessFiles:
    """What the namespace's `robots` need there, which of them its services may use, and `more` of the platform's."""
    artifacts: list[Artifact] = [*more]
    read = not READ_OWN.isdisjoint(resolved.fleet.policies.actions())
    problems = [*_shared_secrets(robots, namespace), *long_names(robots, injected if read else ())]
    if namespace.manage:
        problems += steering(namespace, namespace.annotations)
        artifacts.append(_namespace(namespace, folder))
    data = _pulls(resolved, robots) | (_uses(resolved, robots, injected) if read else {})
    grants = {"name": GRANTS, "namespace": namespace.name, "data": dict(sorted(data.items()))}
    artifacts.append(Artifact(f"{folder}/pull-grants.yaml", "namespace/pull-grants", grants))
    secrets = _secrets(resolved, namespace, robots, folder)
    artifacts += secrets.artifacts
    problems += secrets.problems
    if namespace.default_service_account == "manage":
        names = [{"name": name} for name in sorted({robot.secret for robot in robots})]
        account: dict[str, Any] = {"namespace": namespace.name, "annotations": _KEPT, "secrets": names}
        artifacts.append(Artifact(f"{folder}/service-account.yaml", "namespace/service-account", account))
    paths = [*(artifact.path for artifact in artifacts), *secrets.ciphertexts]
    files = sorted(path.rsplit("/", 1)[1] for path in paths)
    return secrets._replace(artifacts=[*artifacts, kustomization(folder, files)], problems=problems)


def _namespace(namespace: model.Namespace, folder: str) -> Artifact:
    """The Namespace. An admission policy knows a namespace that has grants by its label; it is there with every engine, so
    that switching the engine changes nothing but `_cluster`."""
    context = {
        "name": namespace.name,
        "labels": {**namespace.labels, **_MANAGED, frames.LABEL: "true"},
        "annotations": {**namespace.annotations, **_KEPT},
    }
    return Artifact(f"{folder}/namespace.yaml", "namespace/namespace", context)


def _secrets(
    resolved: ResolvedEnvironment, namespace: model.Namespace, robots: Sequence[model.Robot], folder: str
) -> AccessFiles:
    """What the robots' back ends render or keep, and the files that are asked for: one for each Secret."""
    artifacts: list[Artifact] = []
    copies: dict[str, Ciphertext] = {}
    problems: list[Problem] = []
    claims: dict[str, Claim] = {}  # `_shared_secrets` reports a second robot of one Secret
    for robot in robots:
        backend = resolved.fleet.backend_of(robot)
        path = f"{folder}/secret-{robot.secret}.yaml"
        if backends.has_ciphertexts(backend):
            found, faults = ciphertext(resolved, namespace.name, robot)
            problems += faults
            if found is not None:
                copies[path] = found
            claims.setdefault(robot.secret, Claim(path, f"robot `{robot.name}`", *_secret_place(robot)))
            continue
        values = backends.context(backend, robot, resolved.hosts(robot), resolved.fleet)
        if values is None:
            continue
        values |= {"secret": robot.secret, "namespace": namespace.name, "robot": label_value(robot.name)}
        artifacts.append(Artifact(path, f"secret/{backend}", values))
        claims.setdefault(robot.secret, Claim(path, f"robot `{robot.name}`", *_secret_place(robot)))
    return AccessFiles(artifacts, list(claims.values()), problems, copies)


def _pulls(resolved: ResolvedEnvironment, robots: Sequence[model.Robot]) -> dict[str, str]:
    """Secret → the `host/project` pairs its robot may pull; `_login.<Secret>` → its robot's login."""
    grants = {
        robot.secret: joined({f"{host}/{project}" for host in resolved.hosts(robot) for project in robot.all_projects})
        for robot in robots
    }
    for robot in robots:
        grants[f"{LOGIN}{robot.secret}"] = resolved.login(robot)
    return grants


def _uses(
    resolved: ResolvedEnvironment, robots: Sequence[model.Robot], injected: Sequence[InjectedObject]
) -> dict[str, str]:
    """`_<kind>.<name>` → the Secrets a service may use, `_open` → those that anything in the namespace may: as many keys
    as there are services, for the policies that read them."""
    grants = {}
    shared = {robot.secret for robot in robots if robot.namespaces is not None}
    if shared:
        grants[OPEN] = joined(shared)
    for one in injected:
        names = {resolved.robots.by_name[name].secret for name in one.robots}
        if names:
            grants[service_key(one.original.info.kind, one.original.name)] = joined(names)
    return grants


def _shared_secrets(robots: Sequence[model.Robot], namespace: model.Namespace) -> Iterator[Problem]:
    """The problem of each robot whose Secret another one makes in the same namespace."""
    owners: dict[str, model.Robot] = {}
    for robot in robots:
        owner = owners.setdefault(robot.secret, robot)
        if owner is not robot and robot.place is not None:
            message = (
                f"robots {quote(owner.name, 'name')} and {quote(robot.name, 'name')} share Secret "
                f"{quote(robot.secret, 'name')} in {quote(namespace.name, 'name')}"
            )
            hint = "give one of them another `secretName`"
            place = robot.place
            yield Problem("duplicate-name", message, place.source, (*place.route, "secretName"), hint=hint)


def long_names(robots: Sequence[model.Robot], injected: Sequence[InjectedObject]) -> Iterator[Problem]:
    """The problems of names that are too long to have grants."""
    for robot in robots:
        if hint := unkeyable(LOGIN, robot.secret):
            message = f"robot `{robot.name}` has a Secret whose name has {len(robot.secret)} characters"
            yield Problem("bad-name", message, *_secret_place(robot), hint=hint)
    for one in injected:
        obj = one.original
        if one.robots and (hint := unkeyable(service_key(obj.info.kind, ""), obj.name)):
            message = f"`metadata.name` of {obj.info.kind} has {len(obj.name)} characters"
            yield obj.problem("bad-name", message, ("metadata", "name"), hint=hint)


def _secret_place(robot: model.Robot) -> tuple[Source | None, Route]:
    """Where the name of the robot's Secret comes from."""
    place = robot.place
    if place is None:
        return None, ()
    route = (*place.route, "secretName")
    return place.source, route if place.source.has(route) else (*place.route, "name")
