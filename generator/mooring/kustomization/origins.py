"""A built object → the file that says it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route
from mooring.problems.problem import Source
from mooring.redaction import Kind
from mooring.yaml.document import Document


class Origins:
    """Leads a built object back to the file that writes it."""

    def __init__(self, sources: Sequence[Document]) -> None:
        self._by_name: dict[tuple[str, ...], Document] = {}
        for document in sources:
            if isinstance(document.data, Mapping):
                *name, namespace = _identity(document.data)
                self._by_name.setdefault((*name, namespace), document)
                self._by_name.setdefault(tuple(name), document)

    def of(self, data: Mapping[str, Any], built: Document, route: Route) -> tuple[Source, Route]:
        """The document to show a problem of `data` in: its file's, else the kustomization that makes it."""
        # A patch may have given it another namespace.
        identity = _identity(data)
        found = self._by_name.get(identity) or self._by_name.get(identity[:-1])
        if found is not None:
            return found, ()
        return _Whole(built.path), route


def _identity(data: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return str(data.get("apiVersion")), str(data.get("kind")), str(metadata.get("name")), str(metadata.get("namespace"))


@dataclass(frozen=True, slots=True)
class _Whole:
    """A kustomization as a whole: what it generates stands on no line of it."""

    path: str
    text: str = ""

    def locate(self, _route: Route, *, key: bool = False) -> None:
        return None

    def has(self, _route: Route) -> bool:
        return False

    def excerpt(self, _line: int, _column: int, _kinds: Collection[Kind]) -> tuple[str, int]:
        return "", 1

    @property
    def hidden(self) -> Collection[str]:
        return ()
