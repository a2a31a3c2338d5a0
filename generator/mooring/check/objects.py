"""`mooring check PATH…`: any manifests → every pull of every pod, and the first broken link of those that would fail.

With a fleet its robots, Secrets and runtimes count too, environment by environment; without one, what the manifests
prove alone. What is not at hand is said in a note, never guessed.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mooring.check.context import PullContext
from mooring.files import real
from mooring.fleet import model
from mooring.fleet.credentials import in_manifest
from mooring.kserve.model import LLM_CONFIG, ClusterContext, Pod
from mooring.kserve.platform import SYSTEM
from mooring.kserve.pods import pods
from mooring.manifests import checking
from mooring.manifests.paths import InputObject, Inputs
from mooring.manifests.subject import Subject
from mooring.plan.environment import ResolvedEnvironment, placed_runtimes
from mooring.plan.pulls import refused
from mooring.problems.collecting import finish, merge, silence_annotated
from mooring.problems.problem import ObjectRef, Problem
from mooring.problems.routes import as_text, get
from mooring.pulls.inventory import Inventory, collect
from mooring.pulls.trace import PlacedObject, PlacedObjects, PullTrace, index
from mooring.pulls.verdict import FINE, NOT_HARBOR, PUBLIC, Pull, pulls
from mooring.redaction import quote
from mooring.registry.reference import pulled
from mooring.registry.registries import Registries, Registry
from mooring.rules import Severity
from mooring.schema.catalog import Catalog, KindInfo

# Parts of pods: the service that takes one in may bring the Secret. A cluster's runtime is judged there alone.
_PARTS = frozenset({"ServingRuntime", "LLMInferenceServiceConfig"})
_BY_ITS_SERVICE = frozenset({"secret-not-referenced", "secret-shadowed"})
_ORDER = ("error", "warning", "note")
_MODE = ("metadata", "annotations", "serving.kserve.io/deploymentMode")
_TREE = re.compile(r"(?:^|/)overlays/([^/]+)/")


@dataclass(slots=True)
class Judged:
    """What came of the objects."""

    problems: list[Problem] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    documents: int = 0
    services: int = 0


def check_objects(
    inputs: Inputs,
    hosts: Sequence[str],
    by_environment: Mapping[str, ResolvedEnvironment],
    as_of: Any,
    fail_within: int | None = None,
) -> Judged:
    """Judges the objects in every environment that they may be meant for; `hosts` are private registries."""
    total = Judged(documents=len(inputs.found))
    said: list[Problem] = [finish(problem, None) for problem in inputs.problems]
    services: set[tuple[str, tuple[Any, ...], ObjectRef]] = set()  # the documents of a file all begin at the same route
    for name in by_environment or (None,):
        view = _View(inputs, hosts, by_environment[name] if name is not None else None, by_environment, as_of)
        for found in view.found:
            problems, own = view.judged(found)
            said += problems
            total.pulls += [dataclasses.replace(pull, environment=name) for pull in own]
            services |= {(found.source.path, found.base, checking.ref(found.data))} if own else set()
    if by_environment:
        from mooring.check.expiry import of_pulls

        said += of_pulls(by_environment, total.pulls, as_of, fail_within)
    total.services = len(services)
    # The cause first, what is not known last.
    total.problems = sorted(merge(said, list(by_environment)), key=_rank)
    return total


def _rank(problem: Problem) -> tuple[int, bool]:
    return _ORDER.index(problem.severity), problem.code == "plaintext-credential"


def _kept_by_fleet(resolved: ResolvedEnvironment) -> set[Path]:
    """What the fleet takes in under `manifests:`; its overlays write their namespaces and lists, and are judged instead."""
    kept = set()
    for service in resolved.fleet.services:
        if service.manifests is not None and service.place is not None:
            kept.add(real(Path(service.place.source.path).absolute().parent / service.manifests))
    return kept


class _View:
    """The objects as one environment has them; without a fleet, as they are."""

    def __init__(
        self,
        inputs: Inputs,
        hosts: Sequence[str],
        resolved: ResolvedEnvironment | None,
        by_environment: Mapping[str, ResolvedEnvironment],
        as_of: Any,
    ) -> None:
        self.resolved = resolved
        self.catalog = resolved.catalog if resolved is not None else Catalog()
        kept = _kept_by_fleet(resolved) if resolved is not None else set()
        self.found = [
            found for found in inputs.found if self._is_mine(found, by_environment) and not _below(found.path, kept)
        ]
        objects = [found.data for found in self.found]
        known = collect(objects)
        self.skipping = known.skipping
        self.registries = _registries(hosts, known, resolved)
        namespaces = {as_text(get(data, ("metadata", "namespace"))) for data in objects}
        self.pull_context = PullContext(known, self.registries, resolved, as_of, namespaces)
        context = ClusterContext.of(objects)
        self.context = context.beside(resolved.context) if resolved is not None else context

    @property
    def _of_fleet(self) -> tuple[Mapping[str, model.Robot], Mapping[str, model.Place]]:
        """The fleet's robots by name, and where it says when they expire."""
        return (self.resolved.robots.by_name, self.resolved.expiry_places) if self.resolved is not None else ({}, {})

    @functools.cached_property
    def placed(self) -> PlacedObjects:
        """What may be on the way of a pull: asked for only where one would fail."""
        given = placed_runtimes(self.resolved) if self.resolved is not None else PlacedObjects()
        given.update(index(PlacedObject(found.data, found.source, found.base) for found in self.found))
        return given

    def _is_mine(self, found: InputObject, by_environment: Mapping[str, ResolvedEnvironment]) -> bool:
        """A file of a rendered tree belongs to its environment, another to those that have its namespace."""
        if self.resolved is None:
            return True
        tree = _TREE.search(found.source.path if found.path is None else found.path.as_posix() + "/")
        if tree is not None and tree[1] in by_environment:
            return tree[1] == self.resolved.name
        namespace = as_text(get(found.data, ("metadata", "namespace")))
        # In every environment where none has the namespace.
        return namespace in self.resolved.namespaces or not any(
            namespace in resolved.namespaces for resolved in by_environment.values()
        )

    def judged(self, found: InputObject) -> tuple[list[Problem], list[Pull]]:
        """The problems of one object, finished, and its pulls."""
        data = found.data
        info = self.catalog.kind(str(data["apiVersion"]), str(data["kind"]))
        environment = self.resolved.name if self.resolved is not None else None
        if info is None:
            message = (
                f"no schema for {quote(data['apiVersion'], 'choice')} {quote(data['kind'], 'choice')}: it is not judged"
            )
            problem = Problem("no-schema", message, found.source, (*found.base, "kind"), object=checking.ref(data))
            return [dataclasses.replace(finish(problem, environment), severity="note")], []
        namespace = as_text(get(data, ("metadata", "namespace")))
        service = model.Service(name=as_text(get(data, ("metadata", "name"))), namespace=namespace or None, kind=info.kind)
        named = data if as_text(get(data, ("metadata", "name"))) else _named(data)
        subject = Subject(found.source, found.base, named, info, service)
        said = [finish(problem, environment) for problem in self._said(subject, info)]
        own: list[Pull] = []
        misplaced = any(problem.code == "secret-misplaced" for problem in said)
        for pod in pods(data, info, self.context):
            if pod.namespace is None and (info.scope == "Cluster" or (info.kind == LLM_CONFIG and namespace == SYSTEM)):
                continue  # it is for any namespace: judged where its services are
            place = namespace if pod.namespace is None else pod.namespace
            mine = [
                self.pull_context.settled(pull, place) for pull in pulls(pod, subject.ref, place, self.pull_context.state)
            ]
            mine = [pull for pull in mine if info.kind not in _PARTS or pull.verdict not in _BY_ITS_SERVICE]
            if misplaced:
                mine = [_misplaced(pull) for pull in mine]
            known = pod
            if pod.namespace is not None and self.pull_context.lacks_account(place, "default"):
                known, mine = _by_account(pod, mine)
            own += mine
            said += [finish(problem, environment) for problem in self._pod(subject, known, mine)]
        written = in_manifest(data) if info.kind == "Secret" else ()
        credentials = [_credential(subject, route, self.resolved is not None) for route in written]
        said += [dataclasses.replace(finish(problem, environment), severity=problem.severity) for problem in credentials]
        return [silence_annotated(problem, data) for problem in said], own

    def _said(self, subject: Subject, info: KindInfo) -> Iterator[Problem]:
        """What is wrong with the object itself."""
        yield from checking.check(subject, subject.object, self.catalog)
        yield from refused(subject, subject.object)
        if info.scope == "Cluster" and _is_custom(info) and get(subject.object, ("metadata", "namespace")):
            hint = "Kustomize's `namespace:` stamps it: keep cluster-scoped objects in a root without one"
            message = f"a `{info.kind}` is cluster-scoped and has no namespace"
            yield subject.problem("namespaced-cluster-resource", message, ("metadata", "namespace"), hint=hint)

    def _pod(self, subject: Subject, pod: Pod, found: Sequence[Pull]) -> Iterator[Problem]:
        """What is wrong with the pulls of one pod."""
        harbor = [pull for pull in found if pull.verdict not in (NOT_HARBOR, PUBLIC)]
        if pod.unknown and self.registries.all:
            message = f"the {pod.component}'s pod is not wholly known: {pod.unknown}"
            yield subject.problem("not-at-hand", message, pod.route or ("spec",), at_key=True)
        account = pod.service_account
        if (
            account
            and self.pull_context.lacks_account(subject.service.namespace or "", account)
            and not pod.secrets
            and harbor
        ):
            message = f"ServiceAccount {quote(account, 'name')} is not at hand, and taken to bring no Secret"
            place = (*(pod.route or ("spec",)), "serviceAccountName")
            written = get(subject.object, place) is not None  # another template's counts for this pod too
            yield subject.problem("not-at-hand", message, place if written else place[:-1], at_key=not written)
        if harbor and subject.service.namespace == "default":
            message = f"`{subject.info.kind}` {quote(subject.name, 'name')} pulls in namespace `default`"
            yield subject.problem(
                "default-namespace", message, ("metadata", "namespace"), hint="give it a namespace of its own"
            )
        for pull in harbor:
            if pull.verdict == "secret-misplaced":
                continue
            if pull.verdict not in FINE:
                flow = PullTrace(subject, pod, pull, self.placed, *self._of_fleet).steps()
                yield dataclasses.replace(self.pull_context.problem(subject, pull), flow=flow)
            elif _resolved_by_knative(subject) and self._has_tag_to_resolve(pull.image):
                message = f"Knative resolves the tag of {quote(pull.image, 'image')} before any pod exists"
                hint = "pin it by digest, or let the controller skip the host (`registries-skipping-tag-resolving`)"
                yield subject.problem("tag-resolution", message, pull.route, hint=hint)

    def _has_tag_to_resolve(self, image: str) -> bool:
        """A digest needs no resolving, and Knative skips the hosts that its configuration names."""
        reference = pulled(image)
        return reference is None or not (reference.digest or reference.host in self.skipping)


def _below(path: Path | None, kept: set[Path]) -> bool:
    if path is None or not kept:
        return False
    resolved = real(path)
    return any(resolved.is_relative_to(place) for place in kept)


def _is_custom(info: KindInfo) -> bool:
    """Kustomize knows the scope of Kubernetes' own kinds, and nobody else's."""
    return "." in info.group and not info.group.endswith(".k8s.io")


def _misplaced(pull: Pull) -> Pull:
    """A list that stands where nothing reads it is why the pod names no Secret: one cause, one problem."""
    return dataclasses.replace(pull, verdict="secret-misplaced") if pull.verdict == "secret-not-referenced" else pull


def _by_account(pod: Pod, found: list[Pull]) -> tuple[Pod, list[Pull]]:
    """A pod of KServe's own, which can have Secrets from its account alone: nothing is proved without that."""
    left = [pull for pull in found if pull.verdict != "secret-not-referenced"]
    unknown = f"ServiceAccount `default` of {quote(pod.namespace, 'name')} is not at hand"
    return dataclasses.replace(pod, unknown=unknown) if len(left) < len(found) else pod, left


def _named(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object with `generateName` under a name to speak of."""
    return {**data, "metadata": {**data["metadata"], "name": str(data["metadata"].get("generateName", "")).rstrip("-")}}


def _credential(subject: Subject, route: Any, in_fleet: bool) -> Problem:
    hint = "keep it out of git: a store, sops or sealed-secrets gives it to the cluster"
    message = "a credential is written down"
    severity: Severity = "error" if in_fleet else "warning"
    return dataclasses.replace(subject.problem("plaintext-credential", message, route, hint=hint), severity=severity)


def _resolved_by_knative(subject: Subject) -> bool:
    knative = subject.info.api_version.startswith("serving.knative.dev/")
    return knative or get(subject.object, _MODE) in ("Knative", "Serverless")


def _registries(hosts: Sequence[str], known: Inventory, resolved: ResolvedEnvironment | None) -> Registries:
    """The private registries: the fleet's, those that were named, and those that Secrets at hand are for."""
    given = resolved.registries.all if resolved is not None else ()
    there = {host for registry in given for host in registry.hosts}
    more = [host for host in dict.fromkeys((*hosts, *(known.hosts if resolved is None else ()))) if host not in there]
    return Registries((*given, *(Registry(host, (host,)) for host in more)))
