"""Text → plain data and the places of its values: fleet files (YAML 1.2 core) and manifests (as `kubectl` reads them).

Most texts are read by `ryaml`, which is some fifty times faster than the exact reader; a lexical gate lets through only
what both read alike (`tests/unit/test_document.py` proves it over a corpus), and everything that has a problem is read
exactly. Positions are computed when something is reported, never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mooring import dialect
from mooring.position import Position, Route
from mooring.problem import Problem
from mooring.redaction.excerpt import begins_a_key

_EXPANDED_LIMIT = 1_000_000
_WIDE = 32  # keys
_ALLOW = re.compile(r"(?:^|\s)#\s*mooring:\s*allow\s+([a-z-]+)\s*:\s*(\S.*?)\s*$")
# What the two readers could read differently, looked for between two line breaks that `_is_plain` adds. A value begins
# behind a space or a bracket, and in `{"a":1}` behind the colon of a quoted key. Both patterns begin with a set of
# characters because `re` finds such a beginning many times faster than a choice of patterns.
_VALUE = r"""(?x)
    [\s\[{,:](?=[-+.0-9&*!?~TtFfNn%s])(?:(?<!:)|(?<=["'\s\]}]:))(?:
    [&*]\S | !  # anchors, aliases, tags
    | [?~][\s,\]}:]  # complex keys, nulls
    | [-+]?(?:0[0-9_a-zA-Z] | [0-9][0-9.,]*_ | [0-9]{15} | [0-9]+\.?[0-9]*[eE] | [0-9]+\.[\s,\]}])
    | [-+]?(?:\.[0-9_] | \.[iI][nN][fF] | \.[nN][aA][nN] | \+) | -_
    | (?:[-+.]?[0-9][^\s:"']* | [Tt]rue | TRUE | [Ff]alse | FALSE | [Nn]ull | NULL)\s*:\s  # keys that are no strings
    %s)
"""
_YES_NO = r"| (?:[yYnN] | [yY]es | YES | [nN]o | NO | [oO]n | ON | [oO]ff | OFF)[\s,\]}:]"
_ODD = re.compile(_VALUE % ("", ""))
_ODD_IN_MANIFEST = re.compile(_VALUE % ("yYoO", _YES_NO))
# Ends of documents, directives, characters that only some readers see, spaces alone on the first line of a text.
_ODD_LINE = re.compile(
    r"[\n|>\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
    r"(?:(?<=\n)(?:\.\.\.|%)|(?<=[|>])[-+0-9]*[ ]*(?: #.*)?\n[ ]+\n|(?<=[^\n|>]))"
)
_MERGE = re.compile(r"<<\s*[:,}\]]")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Document:
    """One YAML document: `data` is plain, `path` as it is shown, `index` its place in the file."""

    __slots__ = ("_anchors", "_node", "_wide", "data", "index", "path", "text")

    def __init__(self, path: str, text: str, data: Any, index: int = 0, node: Any = None) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.index = index
        self._node = node
        self._anchors: dict[str, Any] | None = None
        self._wide: dict[int, dict[str | int, Any]] = {}

    def __repr__(self) -> str:
        return f"Document({self.path!r}, {self.index})"

    def _root(self) -> Any:
        if self._node is None:
            from mooring import nodes

            found = [node for node in nodes.compose(self.text) if node is not None]
            self._node = found[self.index]
        return self._node

    def tree(self) -> Any:
        """The document's nodes: what may be shown of a line depends on what stands there."""
        return self._root()

    def locate(self, route: Route, *, key: bool = False) -> Position | None:
        """Where the value at `route` begins, its key with `key=True`; its nearest ancestor's place where it is absent."""
        return self._find(route, key=key)[0]

    def has(self, route: Route) -> bool:
        """Whether something stands at `route`."""
        return self._find(route, key=False)[1]

    def _find(self, route: Route, *, key: bool) -> tuple[Position, bool]:
        node = self._root()
        position: Position = node.position
        for depth, step in enumerate(route):
            if node.kind == "alias":
                node = self._anchored(node)
            if isinstance(step, int) and node.kind == "sequence" and step < len(node.items):
                node = node.items[step]
                position = node.position
                continue
            found = self._pair(node, step) if node.kind == "mapping" else None
            if found is None:
                return position, False
            name, node = found
            last = depth == len(route) - 1
            # An empty value stands nowhere: its key does.
            position = name.position if (key and last) or (node.plain and not node.value) else node.position
        return position, True

    def _anchored(self, alias: Any) -> Any:
        """The node that an alias stands for; itself where there is none."""
        if self._anchors is None:
            self._anchors = _anchors(self._root())
        return self._anchors.get(alias.anchor, alias)

    def _pair(self, node: Any, step: str | int) -> Any:
        """A mapping's key and value. Those of a wide one are kept: many problems may stand in it."""
        if len(node.pairs) <= _WIDE:
            return next((pair for pair in reversed(node.pairs) if pair[0].value == step), None)
        if id(node) not in self._wide:
            self._wide[id(node)] = {pair[0].value: pair for pair in node.pairs}
        return self._wide[id(node)].get(step)

    def allowances(self) -> Iterator[tuple[int, str, str]]:
        """Trailing comments `# mooring: allow CODE: reason`, as (line, code, reason)."""
        if "mooring:" not in self.text:
            return
        for number, line in enumerate(self.text.split("\n"), 1):
            match = _ALLOW.search(line)
            if match is not None:
                yield number, match[1], match[2]


def _anchors(root: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node.anchor is not None and node.kind != "alias":
            found.setdefault(node.anchor, node)
        stack += node.items
        for pair in node.pairs:
            stack += pair
    return found


class _Text:
    """A text that is no document: something for a problem to stand in."""

    def __init__(self, path: str, text: str, position: Position | None) -> None:
        self.path = path
        self.text = text
        self._position = position

    def locate(self, _route: Route, *, key: bool = False) -> Position | None:
        return self._position

    def has(self, _route: Route) -> bool:
        return False


def _syntax(path: str, text: str, position: Position | None, message: str, hint: str = "") -> Problem:
    return Problem("syntax", message, _Text(path, text, position), hint=hint)


def _refused(path: str, text: str, fault: Any) -> Problem:
    """A fault's problem; a key that may be something else is not named."""
    position = fault.position
    named = fault.code != "duplicate-key" or begins_a_key(text, position.line, position.column)
    message = fault.message if named else "a key is given twice"
    return Problem(fault.code, message, _Text(path, text, position), hint=fault.hint, count=fault.count)


def _decode(raw: bytes | str, path: str) -> tuple[str, list[Problem]]:
    if isinstance(raw, bytes):
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "", [_syntax(path, "", None, "the file is UTF-16", "save it as UTF-8")]
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
            shown = raw.decode("utf-8", "replace")
            return "", [_syntax(path, shown, Position(line, column), "the file is not UTF-8", "save it as UTF-8")]
    else:
        text = raw
    text = text.replace("\r\n", "\n")
    match = _NO_TEXT.search(text)
    if match is not None:
        line, column = (
            text.count("\n", 0, match.start()) + 1,
            match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1,
        )
        hint = "take it out, or write it as an escape in double quotes"
        return "", [_syntax(path, text, Position(line, column), "a control character, which YAML does not allow", hint)]
    return text, []


def _is_plain(text: str, odd: re.Pattern[str]) -> bool:
    probe = f"\n{text}\n"
    return not odd.search(probe) and not _ODD_LINE.search(probe) and not ("<<" in text and _MERGE.search(probe))


def _fast(text: str, odd: re.Pattern[str]) -> tuple[bool, Any]:
    """(True, data) where `ryaml` reads the text as the exact reader does; (False, None) where that one is to look at it."""
    import ryaml

    if not _is_plain(text, odd):
        return False, None
    try:
        data = ryaml.loads(text)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - whatever it dislikes, the exact reader finds and words
        return False, None
    # In a flow mapping a key may stand without a value, as if it were an item of a list: only the data tells.
    if isinstance(data, (str, int, float)) or ("{" in text and not _keys_are_text(data)):
        return False, None
    return True, data


def rendered(text: str) -> list[Any] | None:
    """The documents of a text that mooring rendered; None where `ryaml` refuses it.

    No gate: what `scalar` writes is read alike by all (`tests/unit/test_rendered.py`).
    """
    import ryaml

    try:
        return list(ryaml.loads_all(text))  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - as above
        return None


def _keys_are_text(data: Any) -> bool:
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str) or (isinstance(value, (dict, list)) and not _keys_are_text(value)):
                return False
        return True
    return not isinstance(data, list) or all(map(_keys_are_text, data))


def read_fleet(raw: bytes | str, path: str, known: Any = None) -> tuple[Document | None, list[Problem]]:
    """A fleet file's one document; None where it cannot be read. Problems are `syntax` and `duplicate-key`.

    `known` is its data, where another process has read it.
    """
    text, problems = _decode(raw, path)
    if problems:
        return None, problems
    done, data = (True, known) if known is not None else _fast(text, _ODD)
    if done and data is not None:
        return Document(path, text, data), []
    documents, problems = _exact(text, path, strict=True)
    if not problems and not documents:
        problems = [_syntax(path, text, None, "the file is empty", "`mooring init` writes one to start from")]
    if len(documents) > 1:
        problems.append(
            Problem("syntax", "a fleet file is one document", documents[1], hint="put the other one into a file of its own")
        )
    return (None if problems else documents[0]), problems


def read_manifests(raw: bytes | str, path: str) -> tuple[list[Document], list[Problem]]:
    """The documents of a manifest file, empty ones left out; what cannot be read is a problem, the rest goes on."""
    text, problems = _decode(raw, path)
    if problems:
        return [], problems
    done, data = _fast(text, _ODD_IN_MANIFEST)
    if done:
        return ([] if data is None else [Document(path, text, data)]), []
    return _exact(text, path, strict=False)


def _exact(text: str, path: str, *, strict: bool) -> tuple[list[Document], list[Problem]]:
    from mooring import nodes
    from mooring.construct import Refused, construct

    documents: list[Document] = []
    problems: list[Problem] = []
    resolve = dialect.core if strict else dialect.kubernetes
    index = 0
    try:
        for root in nodes.compose(text, core=strict):
            if root is None:
                continue
            try:
                data = construct(root, resolve, strict=strict, limit=_EXPANDED_LIMIT)
                if data is not None:  # `null` is an empty document too
                    documents.append(Document(path, text, data, index, root))
            except Refused as refused:
                problems += [_refused(path, text, fault) for fault in refused.faults]
            index += 1
    except nodes.Unreadable as error:
        problems.append(_syntax(path, text, error.position, error.message, error.hint))
    return documents, problems
