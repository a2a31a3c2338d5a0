"""One unit of work: the files of one namespace (or `_cluster`) of one environment, rendered and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.manifests import checking
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.identity import once
from mooring.plan.namespace import plan_cluster, plan_namespace, plan_strays
from mooring.plan.planned import Planned
from mooring.plan.pulls import refused
from mooring.problems.collecting import finish
from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls.verdict import Pull, project_of
from mooring.templating.artifact import Artifact
from mooring.templating.render import marked, render

Judge = Callable[[ResolvedEnvironment, Planned], tuple[list[Pull], list[Problem]]]
"""Given a resolved environment and what was planned of it: every pull, and the problems of those that would fail."""


@dataclass(slots=True)
class Produced:
    """Files by path, every problem, and what was counted on the way.

    `followed` are the pulls that were counted; `used` says what of the fleet was needed: ("image", name
    of the override) and ("robot", name, project).
    """

    files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    services: int = 0
    pulls: int = 0
    used: set[tuple[str, ...]] = field(default_factory=set)
    followed: list[Pull] = field(default_factory=list)

    def add(self, other: Produced) -> None:
        self.files |= other.files
        self.problems += other.problems
        self.documents += other.documents
        self.services += other.services
        self.pulls += other.pulls
        self.used |= other.used
        self.followed += other.followed


@dataclass(frozen=True, slots=True)
class ClusterParts:
    """What `_cluster` takes in beside its services: the policies' folder, the patches of their actions, their objects."""

    policies: str | None
    patches: Sequence[Any]
    objects: Sequence[ObjectRef] = ()


def produce(resolved: ResolvedEnvironment, name: str, cluster: ClusterParts, judge: Judge) -> Produced:
    """Renders and checks the namespace called `name`, or `_cluster`."""
    unlisted = Planned()
    if name == CLUSTER:
        planned = plan_cluster(resolved, cluster.policies, cluster.patches)
        unlisted = plan_strays(resolved)
    else:
        planned = plan_namespace(resolved, resolved.namespaces[name])
    strays = [*unlisted.problems]
    for injected in unlisted.injected:
        strays += checking.check(injected.original, injected.data, resolved.catalog)
        strays += refused(injected.original, injected.data)
    pulls, found = judge(resolved, planned)
    produced = Produced(problems=[*planned.problems, *found, *strays], services=len(planned.injected), pulls=len(pulls))
    produced.followed = pulls
    produced.used = {("robot", pull.robot.name, project_of(pull.image) or "") for pull in pulls if pull.robot}
    overrides = {*resolved.overrides, *(name for one in (*planned.injected, *unlisted.injected) for name in one.overrides)}
    produced.used |= {("image", override) for override in overrides}
    own = [*cluster.objects] if name == CLUSTER else []
    for artifact in planned.artifacts:
        text, objects = text_of(artifact, resolved.fleet_path)
        produced.files[artifact.path] = text
        for data in objects:
            injected = artifact.about
            if injected is not None:
                produced.problems += checking.check(injected.original, data, resolved.catalog, text)
            else:
                own.append(checking.ref(data))
                produced.problems += checking.check_own(data, artifact.path, resolved.catalog, text)
        produced.documents += len(objects)
    for path, text in planned.copies.items():
        produced.files[path] = marked(text, fleet=resolved.fleet_path)
    for injected in planned.injected:
        if injected.original.service.manifests is not None:
            produced.documents += 1
            produced.problems += checking.check(injected.original, injected.data, resolved.catalog)
    originals = [injected.original for injected in planned.injected]
    produced.problems += once(own, originals, resolved.services.get(name, ()))
    known = {obj.ref: obj.data for obj in reversed(originals)}
    produced.problems = [finish(problem, resolved.name, known) for problem in produced.problems]
    return produced


def text_of(artifact: Artifact, fleet_path: str) -> tuple[str, list[Mapping[str, Any]]]:
    """An artifact's text and the objects it reads back as."""
    text = render(artifact.template, artifact.context, fleet=fleet_path)
    planned = artifact.about.data if artifact.about is not None else None
    return text, checking.read_back(text, artifact.path, planned)
