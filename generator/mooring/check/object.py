"""One given object: what its schema, KServe and Kustomize refuse, the pulls of its pods, and credentials in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.check.pod import check_pod, proved_pulls
from mooring.check.scope import Scope
from mooring.check.secrets import logins
from mooring.check.unread import unread_pulls
from mooring.fleet.credentials import in_manifest
from mooring.kserve.model import LLM_CONFIG, Pod
from mooring.kserve.platform import SYSTEM
from mooring.kserve.pods import pods
from mooring.manifests import checking
from mooring.manifests.objects import BuiltObject, KubernetesObject
from mooring.manifests.paths import InputObject
from mooring.problems.collecting import finish, silence_annotated
from mooring.problems.problem import Problem
from mooring.problems.routes import as_text, get
from mooring.pulls.said import refused, rewritten
from mooring.pulls.trace import PlacedObject
from mooring.pulls.verdict import OF_IMAGE, UNKNOWN, Pull
from mooring.rules import Severity
from mooring.schema.catalog import KindInfo
from mooring.yaml.definitions import defines_kind


def check_object(item: InputObject, scope: Scope, *, with_lines: bool = True) -> tuple[list[Problem], list[Pull]]:
    """The problems of one object, finished (if not `with_lines`, some of them without their line), and its pulls."""
    data = item.data
    info = scope.catalog.kind(str(data["apiVersion"]), str(data["kind"]))
    if info is None and defines_kind(data):
        return [], []
    if info is None:
        return [_without_schema(item, scope.environment)], [*unread_pulls(item, scope.registries)]
    obj = _kubernetes_object(item, info)
    environment = scope.environment
    problems = [finish(one, environment, with_line=with_lines) for one in _problems_of_object(obj, scope, item)]
    misplaced = any(problem.code == "secret-misplaced" for problem in problems)
    found: list[Pull] = []
    for each in pods(data, info, scope.context):
        pod, own = proved_pulls(obj, each, scope, misplaced=misplaced)
        if _runs_in_any_namespace(each, obj):
            pod, own = dataclasses.replace(pod, unknown=None), [pull for pull in own if pull.verdict in OF_IMAGE]
        if item.is_unsure:  # a note says what could change them
            found += [dataclasses.replace(pull, verdict=UNKNOWN, reason="root") for pull in own]
            continue
        found += own
        problems += [finish(one, environment, with_line=with_lines) for one in check_pod(obj, pod, own, scope)]
    problems += _credentials(obj, data, scope)
    placed = PlacedObject(data, item.source, item.base)
    problems += [finish(problem, environment) for problem in logins(placed, scope)]
    # A problem of a Secret that the pods name is silenced by that Secret's annotation.
    mine = (None, obj.ref, checking.ref(data))
    return [silence_annotated(p, data) if p.object in mine else p for p in problems], found


def _without_schema(item: InputObject, environment: str | None) -> Problem:
    """The note that an object of an unknown kind is not checked."""
    note = checking.no_schema(item.data, item.source, item.base)
    return finish(dataclasses.replace(note, object=checking.ref(item.data)), environment)


def _kubernetes_object(item: InputObject, info: KindInfo) -> KubernetesObject:
    """The object, under the beginning of its name where `generateName` is all that it has."""
    data, metadata = item.data, item.data["metadata"]
    if not as_text(get(data, ("metadata", "name"))):
        name = str(metadata.get("generateName", "")).rstrip("-")
        data = {**data, "metadata": {**metadata, "name": name}}
    namespace = as_text(get(data, ("metadata", "namespace")))
    if item.changes is not None:
        return BuiltObject(item.source, item.base, data, info, namespace, item.changes)
    return KubernetesObject(item.source, item.base, data, info, namespace)


def _problems_of_object(obj: KubernetesObject, scope: Scope, item: InputObject) -> Iterator[Problem]:
    """What is wrong with the object, whatever its pods pull; nothing is missed that an unknown part may bring."""
    yield from checking.check(obj, obj.data, scope.catalog, partial=item.is_unsure)
    yield from refused(obj, obj.data) if not item.is_unsure else ()
    yield from rewritten(obj, obj.data, scope.context, scope.gitops) if not item.is_unsure else ()
    if checking.is_namespaced_by_kustomize(obj.info) and get(obj.data, ("metadata", "namespace")):
        yield checking.namespaced(
            obj, ("metadata", "namespace"), "keep cluster-scoped objects in a root without `namespace:`"
        )


def _runs_in_any_namespace(pod: Pod, obj: KubernetesObject) -> bool:
    """Whether the pod belongs to services of any namespace: its pulls are checked where they are."""
    is_shared = obj.info.scope == "Cluster" or (obj.info.kind == LLM_CONFIG and obj.namespace == SYSTEM)
    return pod.namespace is None and is_shared


def _credentials(obj: KubernetesObject, data: Mapping[str, Any], scope: Scope) -> Iterator[Problem]:
    """The credentials that a Secret holds in plain text: an error where a fleet is to provide them."""
    severity: Severity = "error" if scope.resolved is not None else "warning"
    hint = "keep it out of git: a store, sops or sealed-secrets gives it to the cluster"
    for route in in_manifest(data) if obj.info.kind == "Secret" else ():
        problem = finish(
            obj.problem("plaintext-credential", "a credential is written down", route, hint=hint), scope.environment
        )
        yield dataclasses.replace(problem, severity=severity)
