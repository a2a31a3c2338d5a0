"""Transformers, generators and validators that are written as objects.

Kustomize runs its built-in ones itself. Anything else is a program or a container that somebody would have to start,
which it does with `--enable-alpha-plugins` or `--enable-helm` only; mooring never passes the first, the second for `charts`
only, and leaves them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kustomization import gaps
from mooring.kustomization.fields import CODE, is_deep
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.yaml.document import Document, read_manifests

# `api/internal/plugins/builtinhelpers/builtins.go`, without the one that starts helm.
_BUILTIN = frozenset(
    {
        "AnnotationsTransformer", "ConfigMapGenerator", "HashTransformer", "IAMPolicyGenerator", "ImageTagTransformer",
        "LabelTransformer", "NamespaceTransformer", "PatchJson6902Transformer", "PatchStrategicMergeTransformer",
        "PatchTransformer", "PrefixSuffixTransformer", "PrefixTransformer", "ReplacementTransformer",
        "ReplicaCountTransformer", "SecretGenerator", "SortOrderTransformer", "SuffixTransformer", "ValueAddTransformer",
    }
)  # fmt: skip
_CHART = "HelmChartInflationGenerator"
_FUNCTIONS = ("config.kubernetes.io/function", "config.k8s.io/function")
# The first line of an inline object, as mooring writes it, must look like no address: `github.com: x`, `a@b/c: x`.
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# All that some reader of YAML takes for a line break (https://yaml.org/spec/1.1/#id868518), and what opens a mapping.
_MAPPING = re.compile("[{\n\r\x85\u2028\u2029]")


def is_inline(entry: str) -> bool:
    """Whether an entry that may be a text or a path is a text.

    A mapping needs a line break, or a brace: `!a/b {…}` is one too, and so is `#/` with more behind a break. A path that
    has one is taken for a text, and refused as that.
    """
    return _MAPPING.search(entry) is not None or entry.lstrip().startswith("[")


def read(text: bytes | str, path: str) -> tuple[list[Document], list[Problem]]:
    """The plugins of a text, each an object that Kustomize itself acts on."""
    documents, problems = read_manifests(text, path)
    for document in documents:
        problems += _refused(document, document.data, ())
    return documents, problems


def _refused(document: Document, data: Any, route: Route) -> Iterator[Problem]:
    """What keeps an object from being handed to Kustomize as a plugin."""
    metadata = data.get("metadata") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
        message = "a plugin is an object with `apiVersion: builtin`, `kind` and `metadata.name`"
        yield Problem(CODE, message, document, route)
        return
    if is_deep(data):
        yield Problem(CODE, "this plugin is nested too deeply", document, route, hint="at most 100 levels are read")
    if not _is_started(data) and not all(_KEY.fullmatch(str(key)) for key in data):
        yield Problem(CODE, "the fields of a plugin can have letters and digits only", document, route)


def gap(document: Document, role: str) -> gaps.Gap | None:
    """Why a plugin is left out: it is a chart, or a program; None for what Kustomize does itself."""
    data = document.data
    if data.get("apiVersion") == "builtin" and data.get("kind") == _CHART:
        return gaps.chart(document, (), data)
    return gaps.program(document, ("kind",), data, role) if _is_started(data) else None


def _is_started(data: Mapping[Any, Any]) -> bool:
    """Whether somebody would have to start a program or a container for it."""
    annotations = data["metadata"].get("annotations")
    if isinstance(annotations, Mapping) and any(name in annotations for name in _FUNCTIONS):
        return True
    return data.get("apiVersion") != "builtin" or data.get("kind") not in _BUILTIN
