"""What Kustomize is given of a repository, and what stands against giving it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from mooring import files, programs
from mooring.kustomization.fields import CODE
from mooring.kustomization.gaps import Gap
from mooring.kustomization.written import Written
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.yaml.document import Document

_MOST_FILES = 10_000
_MOST_BYTES = 100_000_000


@dataclass(slots=True)
class Closure:
    """What was read below the repository `boundary`.

    `files` are (path from its root → bytes) what Kustomize is given, `kustomizations` and `resources` the documents of it,
    `written` what it is given of the first. `helm` renders the `charts` that are kept, where somebody asks for it. `gaps`
    are left out, `incomplete` the folders whose kustomization has one, and `taken` (a folder, one that it takes in, whether
    that is a component). With `problems`, Kustomize is not started.
    """

    boundary: files.Boundary
    helm: programs.Program | None = None
    is_helm_asked: bool = False
    charts: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    kustomizations: list[Document] = field(default_factory=list)
    resources: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    incomplete: set[Path] = field(default_factory=set)
    taken: list[tuple[Path, Path, bool]] = field(default_factory=list)
    # What was found in the files that only Kustomize judges, as long as it does.
    unread: list[Problem] = field(default_factory=list)
    size: int = 0
    changes: bool = False  # whether a kustomization does more than list resources

    def refuse(self, message: str, document: Document, route: Route, hint: str = "", code: str = CODE) -> None:
        self.problems.append(Problem(code, message, document, route, hint=hint))

    def relative(self, path: Path) -> str:
        """A path of the repository, from its root."""
        return os.path.relpath(path, self.boundary.root)

    def read(self, path: Path, place: Problem) -> bytes | None:
        """The bytes of a file; None, and a problem at `place`, whose message it goes on, where the file is refused."""
        try:
            raw = self.boundary.read(path)
        except files.Unreadable as refused:
            self.problems.append(_said(place, f"{place.message} {refused.why}", refused.hint))
            return None
        self.size += len(raw)
        if self.size > _MOST_BYTES or len(self.files) >= _MOST_FILES:
            limits = f"more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000} MB"
            hint = "build it yourself and pipe the output to `mooring check -`"
            self.problems.append(_said(place, f"this root includes {limits}", hint))
            return None
        return raw


def _said(place: Problem, message: str, hint: str) -> Problem:
    return Problem(place.code, message, place.source, place.route, file=place.file, hint=hint)
