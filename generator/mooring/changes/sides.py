"""One side of the comparison: a fleet as it is planned, by environment and namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.changes.model import Subject
from mooring.fleet import model
from mooring.kserve.llmconfig import layers
from mooring.kserve.model import OBJECT, ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.manifests.checking import ref
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import files as gitops
from mooring.plan.gitops.names import SERVICES, object_name, stages
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.plan.planned import Planned
from mooring.plan.policies import PolicyFiles
from mooring.policies.model import PolicyInput
from mooring.problems.routes import get
from mooring.schema.catalog import KindInfo
from mooring.templating.artifact import Artifact
from mooring.tree.run import Outcome
from mooring.tree.unit import text_of

_KUSTOMIZATION = "namespace/kustomization"


class Workload(NamedTuple):
    """An object of a service as it is rendered, the pods that it becomes, and the robots that pull for them; `bases` are the
    specs that an LLMInferenceService is merged onto, by what they stand in."""

    data: Mapping[str, Any]
    info: KindInfo
    pods: tuple[Pod, ...]
    robots: frozenset[str]
    bases: Mapping[str, Any]


class Account(NamedTuple):
    """A robot as a namespace has it: its Secret, what it logs in as, and until when it is valid."""

    secret: str
    login: str
    expires: str | None
    robot: model.Robot


@dataclass(slots=True)
class Cell:
    """A namespace of an environment, or its `_cluster`. `mark` is what the tool that syncs the services writes on them:
    the tool, and the name of its object; None where nothing does. `encrypted` are the ciphertexts among its objects."""

    objects: dict[Subject, Mapping[str, Any]] = field(default_factory=dict)
    workloads: dict[Subject, Workload] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    mark: tuple[str, str] | None = None
    encrypted: set[Subject] = field(default_factory=set)


@dataclass(slots=True)
class Side:
    """All namespaces of all environments, and what each environment's policies are made from."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    policies: dict[str, PolicyInput] = field(default_factory=dict)


def side(outcome: Outcome) -> Side:
    """What a run without errors planned."""
    found = Side()
    if outcome.policies is None:
        return found
    for name, resolved in outcome.by_environment.items():
        found.policies[name] = outcome.policies.inputs[name]
        found.cells[name, CLUSTER] = _cluster(resolved, outcome.policies)
        for namespace in resolved.fleet.namespaces:
            planned = plan_namespace(resolved, namespace)
            cell = _cell(resolved, namespace.name, planned, planned.artifacts)
            cell.mark = _mark(resolved, namespace.name)
            found.cells[name, namespace.name] = cell
    return found


def _cluster(resolved: ResolvedEnvironment, policies: PolicyFiles) -> Cell:
    """`_cluster`: the policies as the environment has them, and what stands in no namespace."""
    planned = plan_cluster(resolved, policies.of(resolved.name).folder, policies.patches[resolved.name])
    around = [*policies.of_cluster(resolved.name), *planned.artifacts]
    cell = _cell(resolved, CLUSTER, planned, around)
    for artifact in gitops.of_environment(resolved):
        cell.objects |= {_subject(data, CLUSTER): data for data in _made(resolved, artifact)}
    return cell


def _cell(resolved: ResolvedEnvironment, where: str, planned: Planned, artifacts: Iterable[Artifact]) -> Cell:
    """A namespace as it is planned: its objects as Kustomize builds them, what syncs it, its workloads, and its robots."""
    cell = Cell()
    own = []
    for artifact in (artifact for artifact in artifacts if artifact.about is None):
        made = _made(resolved, artifact)
        own += [ref(data) for data in made]
        cell.objects |= {_subject(data, where): data for data in made}
    for artifact in gitops.of_namespace(resolved, where, planned, own):
        cell.objects |= {_subject(data, where): data for data in _made(resolved, artifact)}
    for data in (*(injected.data for injected in planned.injected), *(other.data for other in planned.others)):
        cell.objects[_subject(data, where)] = data
    for data in (one.data for one in planned.ciphertexts.values()):
        cell.objects[_subject(data, where)] = data
        cell.encrypted.add(_subject(data, where))
    for injected in planned.injected:
        info = injected.original.info
        becomes = pods(injected.data, info, planned.context)
        bases = _bases(injected.data, planned.context) if info.kind == "LLMInferenceService" else {}
        cell.workloads[_subject(injected.data, where)] = Workload(injected.data, info, becomes, injected.robots, bases)
    for robot in planned.robots:
        cell.accounts[robot.name] = Account(robot.secret, resolved.login(robot), robot.expires, robot)
    return cell


def _bases(data: Mapping[str, Any], context: ClusterContext) -> dict[str, Any]:
    return {layer.owner: layer.spec for layer in layers(data, context).all if layer.owner != OBJECT}


def _made(resolved: ResolvedEnvironment, artifact: Artifact) -> list[Mapping[str, Any]]:
    """The objects of a file; none for Kustomize's own."""
    return text_of(artifact, resolved.fleet_path)[1] if artifact.template != _KUSTOMIZATION else []


def _subject(data: Mapping[str, Any], where: str) -> Subject:
    """What an object of the namespace `where` is known by on both sides."""
    group = str(data.get("apiVersion") or "").rpartition("/")[0]
    namespace, name = (str(get(data, ("metadata", key)) or "") for key in ("namespace", "name"))
    return Subject(str(data.get("kind") or ""), name, group, "" if namespace == where else namespace)


def _mark(resolved: ResolvedEnvironment, namespace: str) -> tuple[str, str] | None:
    settings = resolved.fleet.gitops
    if not settings.is_rendered:
        return None
    stage = next((stage for stage in stages(settings) if stage == SERVICES), stages(settings)[0])
    return settings.tool, object_name(resolved, namespace, stage)
