"""One unit of work: the files of one namespace (or `_cluster`) of one environment, rendered and checked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from mooring.manifests import checking
from mooring.plan.ciphertexts import Ciphertext
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import files as gitops
from mooring.plan.identity import once
from mooring.plan.namespace import plan_cluster, plan_environment, plan_namespace, plan_strays
from mooring.plan.naming import unmade
from mooring.plan.planned import Planned
from mooring.plan.pull_secrets import InjectedObject
from mooring.plan.pulls import follow_pulls
from mooring.problems.collecting import finish
from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls.counting import tally
from mooring.pulls.said import refused
from mooring.pulls.verdict import project_of
from mooring.templating.artifact import Artifact
from mooring.templating.render import marked, render
from mooring.tree.findings import Counts, Findings


@dataclass(slots=True)
class Produced:
    """Files by path, and what was found while they were made. Of those `unchanged` there are only the paths: they stand on
    the disk as they are to be. `kept` is what the next run may be told of a namespace, by its name."""

    files: dict[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def add(self, other: Produced) -> None:
        self.files |= other.files
        self.findings.add(other.findings)
        self.unchanged += other.unchanged
        self.kept |= other.kept


@dataclass(frozen=True, slots=True)
class ClusterParts:
    """What `_cluster` takes in beside its services: the policies' folder, what it patches of them, their objects, and the
    files of `extra` policies."""

    policies: str | None
    patches: Sequence[Any]
    objects: Sequence[ObjectRef] = ()
    extra: Sequence[Artifact] = ()


def produce(resolved: ResolvedEnvironment, name: str, cluster: ClusterParts, as_of: datetime.date | None) -> Produced:
    """Renders and checks the namespace called `name`, or `_cluster`; expiry is judged by `as_of`, where it is."""
    unlisted = Planned()
    if name == CLUSTER:
        planned = plan_cluster(resolved, cluster.policies, cluster.patches, cluster.extra)
        unlisted = plan_strays(resolved)
    else:
        planned = plan_namespace(resolved, resolved.namespaces[name])
    pulls, broken = follow_pulls(resolved, planned, as_of=as_of)
    rendered = _render(resolved, planned.artifacts, planned.copies, planned.ciphertexts)
    own = [*cluster.objects, *rendered.own] if name == CLUSTER else rendered.own
    synced = _render(resolved, gitops.of_namespace(resolved, name, planned, own), {})
    originals = [injected.original for injected in planned.injected]
    problems = [
        *planned.problems, *broken, *_problems_of_strays(resolved, unlisted), *rendered.problems, *synced.problems,
        *_problems_of_kept(resolved, planned), *once(own, originals, resolved.services.get(name, ())),
        *(unmade(resolved, planned, name) if name != CLUSTER else ()),
    ]  # fmt: skip
    known = {obj.ref: obj.data for obj in reversed(originals)}
    overrides = {*resolved.overrides, *(name for one in (*planned.injected, *unlisted.injected) for name in one.overrides)}
    return Produced(
        rendered.files | synced.files,
        Findings(
            problems=[finish(problem, resolved.name, known) for problem in problems],
            counts=Counts(rendered.documents + synced.documents + len(_kept(planned)), len(planned.injected), tally(pulls)),
            used={("robot", pull.robot.name, project_of(pull.image) or "") for pull in pulls if pull.robot}
            | {("image", resolved.name, override) for override in overrides}
            | {("ciphertext", one.origin) for one in planned.ciphertexts.values()},
            followed=pulls,
        ),
    )


class _Rendered(NamedTuple):
    """Files by path, how many objects they hold and which of them are mooring's own, and what their kinds refuse."""

    files: dict[str, str]
    documents: int
    own: list[ObjectRef]
    problems: list[Problem]


def produce_environment(resolved: ResolvedEnvironment) -> Produced:
    """What takes in everything of the environment, and what syncs it."""
    rendered = _render(resolved, [plan_environment(resolved), *gitops.of_environment(resolved)], {})
    problems = [finish(problem, resolved.name) for problem in rendered.problems]
    return Produced(rendered.files, Findings(problems, Counts(documents=rendered.documents)))


def _render(
    resolved: ResolvedEnvironment,
    artifacts: Iterable[Artifact],
    copies: Mapping[str, str],
    ciphertexts: Mapping[str, Ciphertext] = MappingProxyType({}),
) -> _Rendered:
    """The files of a namespace, each read back and checked; copies of manifests are taken as they are, and ciphertexts name
    the file that they are copied from."""
    files: dict[str, str] = {}
    documents = 0
    own: list[ObjectRef] = []
    problems: list[Problem] = []
    for artifact in artifacts:
        files[artifact.path], objects = text_of(artifact, resolved.fleet_path)
        documents += len(objects)
        for data in objects:
            if artifact.about is not None:
                problems += checking.check(artifact.about.original, data, resolved.catalog, files[artifact.path])
            else:
                own.append(checking.ref(data))
                problems += checking.check_own(data, artifact.path, resolved.catalog, files[artifact.path])
    for path, text in copies.items():
        files[path] = marked(text, fleet=resolved.fleet_path)
    for path, one in ciphertexts.items():
        files[path] = marked(one.text, fleet=one.origin)
        if checking.read_back(files[path], path) != [one.data]:
            raise checking.NotReadBack(path)
        documents += 1
        own.append(checking.ref(one.data))
    return _Rendered(files, documents, own, problems)


def _kept(planned: Planned) -> list[InjectedObject]:
    """The objects that teams keep under `manifests:`, which no template writes."""
    return [injected for injected in planned.injected if injected.original.service.manifests is not None]


def _problems_of_kept(resolved: ResolvedEnvironment, planned: Planned) -> Iterator[Problem]:
    for injected in _kept(planned):
        yield from checking.check(injected.original, injected.data, resolved.catalog)


def _problems_of_strays(resolved: ResolvedEnvironment, unlisted: Planned) -> Iterator[Problem]:
    """What is wrong with services whose namespace the fleet does not list, beside that."""
    yield from unlisted.problems
    for injected in unlisted.injected:
        yield from checking.check(injected.original, injected.data, resolved.catalog)
        yield from refused(injected.original, injected.data)


def text_of(artifact: Artifact, fleet_path: str) -> tuple[str, list[Mapping[str, Any]]]:
    """An artifact's text and the objects it reads back as."""
    text = render(artifact.template, artifact.context, fleet=fleet_path)
    planned = artifact.about.data if artifact.about is not None else None
    return text, checking.read_back(text, artifact.path, planned)
