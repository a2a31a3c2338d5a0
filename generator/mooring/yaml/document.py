"""Text → plain data and the places of its values: fleet files (YAML 1.2 core) and manifests (as `kubectl` reads them).

Most texts are read by `ryaml`, which is some twenty times faster than the exact reader; a lexical gate lets through only
what both read alike (`tests/unit/yaml/test_document.py` proves it over a corpus, `tests/fuzz` over mutated texts), and
everything that has a problem is read exactly. Positions are computed when something is reported, never before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

from mooring.problems.position import Position, Route
from mooring.problems.problem import Problem
from mooring.problems.routes import stands
from mooring.redaction import Kind
from mooring.redaction.fields import is_known
from mooring.yaml import definitions, excerpt, gate, resolution
from mooring.yaml.decoding import decode, refused
from mooring.yaml.nodes import Node, position
from mooring.yaml.stream import Part, alone, parts
from mooring.yaml.trees import marked_place, marked_tree, text_of_part, tree
from mooring.yaml.unparsed import syntax
from mooring.yaml.unreadable import Fault, Unreadable

_EXPANDED_LIMIT = 1_000_000
_SHORT = 4_000
_ALLOW = re.compile(r"(?:^|\s)#\s*+mooring:\s*+allow\s++([a-z-]++)\s*+:\s*+(\S.*)")


class Document:
    """One YAML document: `data` is plain, `path` as it is shown.

    `part` is what of the text it stands in: the whole of it for a fleet file, which is None here. Without a `node`, and
    `gated`, it is one that the gate has let through.
    """

    __slots__ = ("_node", "_part", "data", "is_gated", "path", "text")

    def __init__(
        self,
        path: str,
        text: str,
        data: Any,
        node: Any = None,
        part: Part | None = None,
        *,
        gated: bool = True,
    ) -> None:
        self.path = path
        self.text = text
        self.data = data
        self._node = node
        self._part = part
        self.is_gated = gated and node is None

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: the lines that it stands on; its nodes are made there, where anybody asks for them."""
        text, part = alone(self.text, self._part) if self._part is not None else (self.text, None)
        return functools.partial(Document, gated=self.is_gated), (self.path, text, self.data, None, part)

    def written(self) -> tuple[str, int]:
        """What its file writes of it, without the `---` and empty lines around it; the number of its first line there."""
        begin, end = (self._part.begin, self._part.end) if self._part else (0, len(self.text))
        text = self.text[begin:end].lstrip("\n")
        return text.rstrip("\n") + "\n", position(self.text, end - len(text)).line

    def _root(self) -> Any:
        """The root of the document's nodes, made when a place is asked for."""
        if self._node is None and (marked := _marked(self)) is not None:
            return marked
        if self._node is None:
            try:
                self._node = tree(self.text, self._part)
            except Unreadable:  # too long to be read for the sake of a place: the document's beginning is one
                self._node = Node("scalar", self._part.begin if self._part else 0)
        return self._node

    def marked(self) -> Any:
        """The root as the fast reader of nodes has it; None where the exact one is to make it."""
        if self._part is not None and self._part.json:
            return None
        if not self.is_gated and not gate.is_plain(self.text, strict=True):
            return None
        return marked_tree(self.text, self._part or Part(0, len(self.text)))

    def excerpt(self, line: int, column: int, kinds: Collection[Kind]) -> tuple[str, int]:
        """What may be shown around a place: the nodes' structure and keys, and scalars of `kinds`."""
        if line > len(excerpt.lines_of(self.text)):
            return "", 1
        return excerpt.layout_of_line(self._root(), self.text, line).line(self.text, line, column, kinds)

    def hidden(self, route: Route) -> Collection[str]:
        """Steps of the route that may be something else than keys; none that is known is, without an alias."""
        if self.is_gated and all(isinstance(step, int) or is_known(step) for step in route):
            return ()
        return excerpt.hidden(self._root(), self.text)

    def locate(self, route: Route, *, key: bool = False) -> Position | None:
        """Where the value at `route` begins, its key with `key=True`; its nearest ancestor's place where it is absent."""
        part = self._part
        # Of a long document, a List say, many places are asked for: its nodes are made once for all of them.
        if part is not None and self.is_gated and not part.json and part.end - part.begin < _SHORT:
            index = marked_place(self.text, part, route, key=key)
            if index is not None:
                return position(self.text, index)
        return self._find(route, key=key)[0]

    def has(self, route: Route) -> bool:
        """Whether something stands at `route`. What is merged (`<<`) stands elsewhere, as the nodes alone tell."""
        return self._find(route, key=False)[1] if "<<" in self.text else stands(self.data, route)

    def _find(self, route: Route, *, key: bool) -> tuple[Position, bool]:
        """The position of a route's value, or of its key, and whether all of the route is there."""
        node = self._root()
        index = node.index
        for depth, step in enumerate(route):
            node = node.target or node
            if isinstance(step, int) and node.kind == "sequence" and step < len(node.items):
                node = node.items[step]
                index = node.index
                continue
            found = node.named(step) if node.kind == "mapping" and isinstance(step, str) else None
            if found is None:
                return position(self.text, index), False
            name, node = found
            last = depth == len(route) - 1
            # An empty value stands nowhere: its key does.
            index = name.index if (key and last) or (node.plain and not node.value) else node.index
        return position(self.text, index), True

    def allowances(self) -> Iterator[tuple[int, str, str]]:
        """Trailing comments `# mooring: allow CODE: reason`, as (line, code, reason)."""
        if "mooring:" not in self.text:
            return
        for number, line in enumerate(self.text.split("\n"), 1):
            match = _ALLOW.search(line) if "mooring:" in line else None
            if match is not None:
                yield number, match[1], match[2].rstrip()


@functools.lru_cache(maxsize=16)
def _marked(document: Document) -> Any:
    """The fast nodes of the documents that were last looked at: those of 10,000 services take 400 MB."""
    return document.marked()


def _fast(text: str, *, strict: bool) -> tuple[bool, Any]:
    """(True, data) where `ryaml` reads the text as the exact reader does; (False, None) where that one is to look at it."""
    import ryaml

    plain = gate.is_plain(text, strict=strict)
    if not plain and (strict or not gate.is_plain_definition(text)):
        return False, None
    try:
        data = ryaml.loads(text)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - whatever it dislikes, the exact reader finds and words
        return False, None
    # In a flow mapping a key may stand without a value, as an item of a list does: only the data tells.
    if isinstance(data, (str, int, float)):
        return False, None
    if "{" in text and not gate.has_plain_keys(text) and not gate.keys_are_text(data):
        return False, None
    if not (plain or definitions.is_definition(data)) or (gate.could_be_deep(text) and gate.is_too_deep(data)):
        return False, None
    return True, data


def rendered(text: str) -> list[Any] | None:
    """The documents of a text that mooring rendered; None where `ryaml` refuses it.

    No gate: what `scalar` writes is read alike by all (`tests/unit/yaml/test_rendered.py`).
    """
    import ryaml

    try:
        return list(ryaml.loads_all(text))  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - as above
        return None


def read_fleet(
    raw: bytes | str, path: str, known: Any = None, *, gated: bool = False
) -> tuple[Document | None, list[Problem]]:
    """A fleet file's one document; None where it cannot be read. Problems are `syntax` and `duplicate-key`.

    `known` is its data, where another process or an earlier run has read it, and `gated` says by which reader.
    """
    text, problems = decode(raw, path)
    if problems:
        return None, problems
    done, data = (True, known) if known is not None else _fast(text, strict=True)
    if done and data is not None:
        return Document(path, text, data, gated=gated or known is None), []
    documents, problems = _exact(text, path, strict=True)
    if not problems and not documents:
        problems = [syntax(path, text, None, "the file is empty", "`mooring init` writes one to start from")]
    return (None if problems else documents[0]), problems


def read_manifests(raw: bytes | str, path: str) -> tuple[list[Document], list[Problem]]:
    """The documents of a manifest file, empty ones left out; what cannot be read is a problem, the rest goes on."""
    text, problems = decode(raw, path)
    return ([], problems) if problems else _exact(text, path, strict=False, fast=True)


def _exact(text: str, path: str, *, strict: bool, fast: bool = False) -> tuple[list[Document], list[Problem]]:
    """The documents of a text and what is wrong in it; `fast` lets the fast reader have what it reads alike."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for part in [Part(0, len(text))] if strict else parts(text):
        if isinstance(part, Unreadable):
            problems.append(refused(path, text, Fault("syntax", part.message, part.index, part.hint)))
            continue
        try:
            node, data = _read_part(text, part, strict=strict, fast=fast)
        except _Faults as faults:
            problems += [refused(path, text, fault) for fault in faults.found]
            continue
        if data is not None:  # `null` is an empty document too
            documents.append(Document(path, text, data, node, None if strict else part))
    return documents, problems


class _Faults(Exception):
    """What is wrong in a part of a text."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__(f"{len(found)} faults")
        self.found = found


def _read_part(text: str, part: Part, *, strict: bool, fast: bool) -> tuple[Any, Any]:
    """Its nodes, unless the fast reader could take it, and its data. Raises `_Faults`."""
    source = text_of_part(text, part)
    if not source.strip(" \n"):
        return None, None
    if fast:
        done, data = _fast_json(source) if part.json else _fast(source, strict=strict)
        if done:
            return None, data
    from mooring.yaml.constructor import Refused, construct
    from mooring.yaml.jsontext import number

    if part.json:
        resolve: resolution.Resolve = lambda text: _WORDS[text] if text in _WORDS else number(text)  # noqa: E731
    else:
        resolve = resolution.core if strict else resolution.kubernetes
    try:
        node = tree(text, part, core=strict)
        return node, None if node is None else construct(node, resolve, strict=strict, limit=_EXPANDED_LIMIT)
    except Unreadable as error:
        raise _Faults([Fault("syntax", error.message, error.index + part.begin, error.hint)]) from None
    except Refused as refused:
        raise _Faults(refused.faults) from None


_WORDS = {"true": True, "false": False, "null": None}


def _fast_json(text: str) -> tuple[bool, Any]:
    from mooring.yaml.jsontext import data

    try:
        return True, data(text)
    except ValueError:
        return False, None
