"""Text → nodes, exactly: the events of ruamel.yaml, whose only importer this is.

Manifests are read as YAML 1.1, which `kubectl` reads, and fleet files as 1.2. What the two readers of a manifest could read
differently is refused (`odd`), and the library's own messages never pass through: they may quote the text, and the text
may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

from mooring.yaml.cause import Span, Stop, cause
from mooring.yaml.nodes import Node
from mooring.yaml.odd import ANCHOR, HALF, HALF_ESCAPE, LINE_BREAK, NO_CHARACTER, ODD, SLASH, TAG, question_mark
from mooring.yaml.unreadable import DEPTH, TOO_DEEP, Unreadable
from mooring.yaml.words import BEHIND, HALF_CHARACTER, LONG_KEY, NO_SUCH_CHARACTER, SECOND, SLOW, worded

# The library takes microseconds for each character, and some fifty for each event. No request to an API server is longer,
# and KServe's largest CRD has 90,000 events.
LONGEST = 3_145_728
MOST_EVENTS = 200_000
_LONGEST_KEY = 1024
_BLANKS = re.compile(r"[ \t]*+")
_BLANK_LINES = re.compile(r"(?: *+\n)*+ *+")


class _Reader(Reader):
    """Moves over many characters at once. Its texts have no line breaks but `\\n`."""

    def forward(self, length: int = 1) -> None:
        begin = self.pointer
        self.pointer = end = begin + length
        self.index += length
        last = self.buffer.rfind("\n", begin, end)
        if last == -1:
            self.column += length
        else:
            self.line += self.buffer.count("\n", begin, end)
            self.column = end - last - 1


class _Scanner(Scanner):
    """Takes tabs between tokens, as `kubectl` does, and refuses what is too deep or too long."""

    scanner_processing_version: Any = (1, 2)
    reader: Any = None  # the library looks for it at every step
    key: tuple[int, int] | None = None  # where the last scalar began that may be one, and on which line
    last: tuple[Span | None, Span | None] = (None, None)  # scalars: in quotes, plain

    def __init__(self, loader: Any) -> None:
        self.reader = loader.reader
        super().__init__(loader)

    def need_more_tokens(self) -> bool:
        if self.tokens and not self.possible_simple_keys:  # asked for at every step
            return False
        more: bool = super().need_more_tokens()
        return more

    def stale_possible_simple_keys(self) -> None:
        if self.possible_simple_keys:  # as above
            super().stale_possible_simple_keys()

    def scan_to_next_token(self) -> Any:
        if not self.allow_simple_key:
            self._skip_blanks()
        return super().scan_to_next_token()

    def _skip_blanks(self) -> str:
        """The blanks at the reader, which it is moved over."""
        blanks: str = _BLANKS.match(self.reader.buffer, self.reader.pointer)[0]  # type: ignore[index]
        self.reader.forward(len(blanks))
        return blanks

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        blanks = self._skip_blanks()
        if self.reader.peek() == "\n":
            return super().scan_plain_spaces(indent, start_mark)
        return [blanks] if blanks else []

    def scan_block_scalar_indentation(self) -> Any:
        blank: str = _BLANK_LINES.match(self.reader.buffer, self.reader.pointer)[0]  # type: ignore[index]
        lines = blank.split("\n")
        self.reader.forward(len(blank))
        return ["\n"] * (len(lines) - 1), max(map(len, lines)), self.reader.get_mark()

    def add_indent(self, column: int) -> bool:
        added: bool = super().add_indent(column)
        if added and len(self.indents) > DEPTH:
            raise Unreadable(TOO_DEEP[0], self.reader.index - self.reader.column + column, TOO_DEEP[1])
        return added

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:
        if self.flow_level + len(self.indents) >= DEPTH:
            raise Unreadable(TOO_DEEP[0], self.reader.index, TOO_DEEP[1])
        super().fetch_flow_collection_start(TokenClass, to_push)

    def check_value(self) -> bool:
        if self.flow_level and self.tokens and isinstance(self.tokens[-1], ScalarToken) and not self.tokens[-1].plain:
            return True  # no space is needed behind a key in quotes, in a list as in a mapping
        found: bool = super().check_value()
        return found

    def fetch_directive(self) -> None:
        raise ODD["directive"].at(self.reader.index)

    def fetch_plain(self) -> None:
        self._remember_key()
        begin = self.reader.index
        super().fetch_plain()
        self.last = self.last[0], Span(begin, self.reader.index)

    def fetch_flow_scalar(self, style: Any) -> None:
        self._remember_key()
        super().fetch_flow_scalar(style)

    def _remember_key(self) -> None:
        if self.allow_simple_key:
            self.key = self.reader.index, self.reader.line

    def fetch_value(self) -> None:
        if self.key is not None and self.flow_level not in self.possible_simple_keys:
            begin, line = self.key
            if line == self.reader.line and self.reader.index - begin > _LONGEST_KEY:
                raise Unreadable(LONG_KEY[0], begin, LONG_KEY[1])
        self.key = None
        super().fetch_value()

    def scan_anchor(self, TokenClass: Any) -> Any:
        if ANCHOR.match(self.reader.buffer, self.reader.pointer) is None:
            raise ODD["anchor"].at(self.reader.index)
        return super().scan_anchor(TokenClass)

    def scan_flow_scalar(self, style: Any) -> Any:
        begin = self.reader.index
        try:
            token = super().scan_flow_scalar(style)
        except ValueError:
            match = NO_CHARACTER.search(self.reader.buffer, begin)
            raise Unreadable(NO_SUCH_CHARACTER[0], match.start() if match else begin, NO_SUCH_CHARACTER[1]) from None
        self.last = Span(begin, self.reader.index), self.last[1]
        if HALF.search(token.value):
            match = HALF_ESCAPE.search(self.reader.buffer, begin)
            raise Unreadable(HALF_CHARACTER[0], match.start() if match else begin, HALF_CHARACTER[1])
        return token


class _ManifestScanner(_Scanner):
    scanner_processing_version = (1, 1)
    ESCAPE_REPLACEMENTS = {**Scanner.ESCAPE_REPLACEMENTS, "'": "'"}  # noqa: RUF012 - as the library has it

    def fetch_key(self) -> None:
        if self.flow_level:
            raise question_mark(self.reader.buffer, self.reader.pointer, self.reader.index)
        super().fetch_key()

    def scan_tag(self) -> Any:
        if TAG.match(self.reader.buffer, self.reader.pointer) is None:
            raise ODD["tag"].at(self.reader.index)
        return super().scan_tag()

    def scan_flow_scalar(self, style: Any) -> Any:
        begin = self.reader.index
        token = super().scan_flow_scalar(style)
        match = SLASH.search(self.reader.buffer, begin, self.reader.index) if style == '"' else None
        if match is not None:
            raise ODD["slash"].at(match.end() - 2)
        return token


class _Parser(Parser):
    scanner: Any = None  # as the scanner's reader

    def __init__(self, loader: Any) -> None:
        self.scanner = loader.scanner
        super().__init__(loader)


class _Yaml(YAML):
    def official_plug_ins(self) -> list[Any]:
        return []  # looking for some takes longer than to read a manifest


def compose(text: str, start: int = 0, *, core: bool = False) -> Node | None:
    """The root of a text's one document, None where it has none; `core` for YAML 1.2. Raises `Unreadable`.

    `start` is the place of the text in its file, which the places of the nodes are counted from.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"a document of more than {LONGEST:,} characters, {SLOW[0]}", 0, SLOW[1])
    odd = LINE_BREAK.search(text)
    if odd is not None:
        raise ODD["line break"].at(odd.start())
    yaml = _Yaml(typ="safe", pure=True)
    yaml.version = (1, 2) if core else (1, 1)
    # Else a text at the document's own margin may stand at no indentation, unlike for `kubectl`.
    yaml.top_level_block_style_scalar_no_indent_error_1_1 = True
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner if core else _ManifestScanner, _Parser
    return _Composer(text, yaml, start, core=core).document()


class _Composer:
    def __init__(self, text: str, yaml: _Yaml, start: int, *, core: bool) -> None:
        self.text = text
        self.yaml = yaml
        self.events: Iterator[Any] = yaml.parse(text)
        self.start = start
        self.core = core
        self.anchors: dict[str, Node] = {}
        self.at = 0
        self.ended = False
        self.count = 0

    def document(self) -> Node | None:
        try:
            return self._document()
        except YAMLError as error:
            mark, (quoted, plain) = getattr(error, "context_mark", None), self.yaml.scanner.last
            raise cause(self.text, self._unreadable(error), Stop(quoted, plain, mark and mark.index)) from None
        except (ValueError, IndexError, AttributeError, TypeError, AssertionError, StopIteration, RecursionError):
            # The library's own slips on odd input.
            raise Unreadable("this is not YAML", self.at, "") from None

    def _next(self) -> Any:
        event = next(self.events)
        self.at = event.start_mark.index
        self.count += 1
        if self.count > MOST_EVENTS:
            raise Unreadable(f"a document of more than {MOST_EVENTS:,} values and brackets, {SLOW[0]}", self.at, SLOW[1])
        return event

    def _document(self) -> Node | None:
        self._next()
        if isinstance(self._next(), StreamEndEvent):
            return None
        root = self._node(self._next())
        self.ended = True
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                message, hint = SECOND if self.core else BEHIND
                raise Unreadable(message, self._next().start_mark.index, hint)
        return root

    def _node(self, event: Any) -> Node:
        """The node that an event begins, with all below it."""
        begin = event.start_mark.index
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise Unreadable("an alias without its anchor", begin, "define the anchor before its first use")
            return Node("alias", self.start + begin, target=self.anchors[event.anchor])
        tag = None if event.tag is None else str(event.tag)
        node = Node("scalar", self.start + begin, tag=tag, anchor=event.anchor)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if isinstance(event, ScalarEvent):
            node.value = event.value
            node.plain = event.style is None and tag is None
        elif isinstance(event, SequenceStartEvent):
            node.kind = "sequence"
            while not isinstance(event := self._next(), SequenceEndEvent):
                node.items.append(self._node(event))
        else:
            node.kind = "mapping"
            while not isinstance(event := self._next(), MappingEndEvent):
                key = self._node(event)
                node.pairs.append((key, self._node(self._next())))
        return node

    def _unreadable(self, error: YAMLError) -> Unreadable:
        """The library's error in our words, where it happened."""
        if not isinstance(error, MarkedYAMLError):
            return Unreadable("a character that YAML does not allow", self.at, "take it out, or write it as an escape")
        said = f"{error.context or ''} {error.problem or ''}"
        index = next((mark.index for mark in (error.problem_mark, error.context_mark) if mark is not None), self.at)
        if self.ended:
            message, hint = SECOND if self.core else BEHIND
            return Unreadable(message, index, hint)
        key = error.context_mark
        if "':'" in said and key is not None and self.text[index : index + 1] == ":" and index - key.index > _LONGEST_KEY:
            return Unreadable(LONG_KEY[0], key.index, LONG_KEY[1])
        message, hint, at_begin = worded(said)
        return Unreadable(message, error.context_mark.index if at_begin and error.context_mark else index, hint)
