"""The file of a Kustomize root: its one document, and what Kustomize refuses of it as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from mooring import files
from mooring.kustomization.fields import CODE, Fields, is_deep
from mooring.kustomization.given import Closure
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.yaml.document import Document, read_manifests

Mode = Literal["built", "plain", "plugins"]
"""Whether a kustomization may do all that Kustomize builds, list resources only, or list plugins only."""
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
# All that a kustomization may say whose built form mooring knows without building it.
PLAIN = frozenset({"apiVersion", "kind", "metadata", "resources"})
_MARKER = re.compile(r"^---(?:\s|$)", re.MULTILINE)
# A marker that only blank lines and comments stand before begins the first document.
_FIRST_MARKER = re.compile(r"(?:[^\S\n]*+(?:\#[^\n]*+)?\n)*+---(?:\s|$)")
_PLAIN_HINTS: Mapping[Mode, str] = {
    "plain": "install one of them, or commit the built form",
    "plugins": "list the plugins' own files",
}
_VERSIONS = {"Kustomization": "kustomize.config.k8s.io/v1beta1", "Component": "kustomize.config.k8s.io/v1alpha1"}


def file_of(directory: Path, boundary: files.Boundary) -> Path | None:
    """The kustomization of a directory, a link to nowhere or out of the repository included: it is one to be refused."""
    return next(iter(files_of(directory, boundary)), None)


def files_of(directory: Path, boundary: files.Boundary) -> list[Path]:
    named = [directory / name for name in NAMES if files.exists(directory / name)]
    return [path for path in named if not boundary.is_folder(path)]


def document_of(closure: Closure, real: Path, shown: Path) -> Document | None:
    """The one document of a directory's kustomization; None, and a problem, where there is no such thing."""
    paths = files_of(real, closure.boundary)
    place = files.display_path(shown / paths[0].name if paths else shown)
    if len(paths) != 1:
        several = " and ".join(quote(path.name, "file") for path in paths)
        message = f"{several} stand side by side" if paths else "the folder has no kustomization file"
        hint = "Kustomize takes one of these names; remove the others" if paths else ""
        closure.problems.append(Problem(CODE, message, file=place, hint=hint))
        return None
    if closure.boundary.holds(paths[0]) and Path(closure.boundary.real(paths[0])).parent != real:
        closure.problems.append(
            Problem(CODE, "this kustomization is a link out of its folder, and Kustomize does not follow it", file=place)
        )
        return None
    raw = closure.read(paths[0], Problem("bad-path", quote(place, "file"), file=place))
    if raw is None:
        return None
    documents, problems = read_manifests(raw, place)
    closure.problems += problems
    if any(is_deep(document.data) for document in documents):
        closure.problems.append(
            Problem(CODE, "this kustomization is nested too deeply", file=place, hint="at most 100 levels are read")
        )
        return None
    if len(documents) == 1 and _is_single(documents[0].text):
        return documents[0]
    if not problems:
        message = "the kustomization is empty" if not documents else "a kustomization must be one document"
        hint = "Kustomize reads only the first one: remove the others" if documents else ""
        closure.problems.append(Problem(CODE, message, documents[-1] if documents else None, file=place, hint=hint))
    return None


def _is_single(text: str) -> bool:
    """Whether the text is one document: empty ones, and a `null`, count for Kustomize."""
    markers = len(_MARKER.findall(text))
    return markers == 0 or (markers == 1 and _FIRST_MARKER.match(text) is not None)


def check_fields(found: Fields, mode: Mode, component: bool | None) -> Iterator[Problem]:
    """What Kustomize refuses of a kustomization as a whole, and what mooring does not hand to it."""
    document, kind = found.document, found.text("kind") or "Kustomization"
    if kind not in _VERSIONS:
        yield Problem(CODE, "unknown kind of kustomization", document, ("kind",), expected="`Kustomization` or `Component`")
    elif found.text("apiVersion") not in ("", _VERSIONS[kind]):
        expected = f"`{_VERSIONS[kind]}`"
        yield Problem(
            CODE, f"unsupported `apiVersion` of a {kind}", document, (found.keys["apiVersion"],), expected=expected
        )
    if component is not None and (kind == "Component") != component:
        message = "this is a Component, not a base" if kind == "Component" else "this is not a Component"
        hint = "list it under `components:`" if kind == "Component" else "list it under `resources:`"
        yield Problem(CODE, message, document, ("kind",), hint=hint)
    if not set(found.values) - {"apiVersion", "kind"} and not found.problems:
        yield Problem(CODE, "the kustomization is empty, and Kustomize refuses that", document, ())
    for name in (name for name in found.values if mode != "built" and name not in PLAIN):
        missing = ", and neither `kustomize` nor `kubectl` is on PATH" if mode == "plain" else ""
        yield Problem(
            CODE, f"`{name}` changes what is built{missing}", document, (found.keys[name],), at_key=True,
            expected="`resources` only", hint=_PLAIN_HINTS[mode],
        )  # fmt: skip
