"""Rendered text → the objects a cluster will read from it, each checked against its kind's schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring import schema
from mooring.catalog import Catalog
from mooring.document import read_manifests
from mooring.position import show
from mooring.problem import ObjectRef, Problem
from mooring.subject import Subject

# The codes that the fleet file has of its own; an object's schema has one: what its kind refuses.
_CREDENTIAL_CODES = ("malformed-dockerconfig",)


class NotReadBack(Exception):
    """A rendered text does not read back as what was planned: a bug, never the fleet's fault."""


def read_back(text: str, path: str) -> list[Mapping[str, Any]]:
    """The objects of a text that mooring rendered."""
    documents, problems = read_manifests(text, path)
    if problems:
        raise NotReadBack(path)
    return [document.data for document in documents]


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


def check(subject: Subject, data: Mapping[str, Any], catalog: Catalog) -> list[Problem]:
    """What the kind's schema refuses of a service's object, each at the place where the service says it."""
    problems = []
    for finding in schema.check_object(catalog, data):
        code, message, expected, hint = _code(finding), finding.message, finding.expected, finding.hint
        if code == "secret-misplaced":
            parent = show(finding.route[:-1]) or "the object"
            message, expected, hint = f"`imagePullSecrets` stands in `{parent}`, where nothing reads it", "", _MISPLACED
        problems.append(subject.problem(code, message, finding.route, at_key=finding.at_key, expected=expected, hint=hint))
    return problems


_MISPLACED = "it belongs into the pod spec: under the predictor, transformer, explainer, `workerSpec` or `template`"


def _code(finding: schema.Finding) -> str:
    if finding.code_hint in _CREDENTIAL_CODES:
        return finding.code_hint
    misplaced = finding.code_hint == "unknown-key" and finding.route[-1] == "imagePullSecrets"
    return "secret-misplaced" if misplaced else "schema"


def check_own(data: Mapping[str, Any], path: str, catalog: Catalog) -> list[Problem]:
    """The same for what mooring's own templates made: a finding here names the file that would have been written."""
    return [
        Problem("schema", finding.message, file=path, object=ref(data), expected=finding.expected, hint=finding.hint)
        for finding in schema.check_object(catalog, data)
    ]
