"""Rendered text → the objects a cluster will read from it, each checked against its kind's schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.kustomization.refusals import refusals
from mooring.manifests.objects import KubernetesObject
from mooring.problems.position import Route, show
from mooring.problems.problem import ObjectRef, Problem, Source
from mooring.redaction import quote
from mooring.schema import validation
from mooring.schema.catalog import Catalog, KindInfo
from mooring.yaml.document import read_manifests, rendered

# The codes that the fleet file has of its own; an object's schema has one: what its kind refuses.
_CREDENTIAL_CODES = ("malformed-dockerconfig", "secret-wrong-type")


class NotReadBack(Exception):
    """A rendered text does not read back as what was planned: a bug, never the fleet's fault."""


def read_back(text: str, path: str, planned: Mapping[str, Any] | None = None) -> list[Mapping[str, Any]]:
    """The objects of a text that mooring rendered: just `planned`, where that is given."""
    found = rendered(text)
    if found is not None and (planned is None or found == [planned]):
        return found
    documents, problems = read_manifests(text, path)
    if problems:
        raise NotReadBack(path)
    objects = [document.data for document in documents]
    if planned is not None and objects != [planned]:
        raise NotReadBack(path)
    return objects


def ref(data: Mapping[str, Any]) -> ObjectRef:
    """Which object `data` is, as far as it says."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return ObjectRef(
        str(data.get("apiVersion", "")),
        str(data.get("kind", "")),
        str(metadata.get("namespace", "")),
        str(metadata.get("name", "")),
    )


def check(
    subject: KubernetesObject, data: Mapping[str, Any], catalog: Catalog, text: str | None = None, *, partial: bool = False
) -> list[Problem]:  # fmt: skip
    """What the kind's schema, or Kustomize, refuses of a service's object, each at the place where the service says it.

    `text` is the object as it was rendered, where it was. Of a `partial` object no field is missed.
    """
    problems = [
        subject.problem(one.code, one.message, one.route, at_key=one.at_key, hint=one.hint) for one in refusals(data, text)
    ]
    for finding in validation.check_object(catalog, data):
        if partial and finding.code_hint == "missing-key":
            continue
        code, message, expected, hint = _code(finding), finding.message, finding.expected, finding.hint
        if code == "secret-misplaced":
            parent = show(finding.route[:-1]) or "the object"
            message, expected, hint = f"`imagePullSecrets` has no effect in `{parent}`: it is not a pod spec", "", _MISPLACED
        more = {"at_key": finding.at_key, "expected": expected, "hint": hint, "count": finding.count}
        problems.append(subject.problem(code, message, finding.route, **more))
    return problems


def no_schema(data: Mapping[str, Any], source: Source, base: Route) -> Problem:
    """The note that an object of an unknown kind is not checked."""
    kind = f"{quote(str(data.get('apiVersion', '')), 'choice')} {quote(str(data.get('kind', '')), 'choice')}"
    message = f"no schema for {kind}: this object is not checked"
    return Problem("no-schema", message, source, (*base, "kind"), is_note=True)


def namespaced(subject: KubernetesObject, route: Route, hint: str) -> Problem:
    """The warning that a cluster-scoped object has a namespace, or gets one from Kustomize."""
    message = (
        f"`{subject.info.kind}` is cluster-scoped: the API server clears the namespace that Kustomize's `namespace:` gives "
        "it; Config Sync and kpt refuse it"
    )
    return subject.problem("namespaced-cluster-resource", message, route, hint=hint)


def is_namespaced_by_kustomize(info: KindInfo) -> bool:
    """Whether Kustomize's `namespace:` stamps one on a cluster-scoped kind: it knows the scope of Kubernetes' own kinds."""
    return info.scope == "Cluster" and "." in info.group and not info.group.endswith(".k8s.io")


_MISPLACED = "move it into the pod spec: under the predictor, transformer, explainer, `workerSpec` or `template`"


def _code(finding: validation.Finding) -> str:
    if finding.code_hint in _CREDENTIAL_CODES:
        return finding.code_hint
    misplaced = finding.code_hint == "unknown-key" and finding.route[-1] == "imagePullSecrets"
    return "secret-misplaced" if misplaced else "schema"


def check_own(data: Mapping[str, Any], path: str, catalog: Catalog, text: str) -> list[Problem]:
    """The same for what mooring's own templates made: a finding here names the file that would have been written."""
    found = [
        Problem(one.code, one.message, file=path, route=one.route, object=ref(data), hint=one.hint)
        for one in refusals(data, text)
    ]
    return found + [
        Problem("schema", finding.message, file=path, object=ref(data), expected=finding.expected, hint=finding.hint)
        for finding in validation.check_object(catalog, data)
    ]
