"""What a Go template prints, as far as its own text tells: the forms that docker configurations are commonly written in.

External Secrets and Sealed Secrets fill templates with values that only the cluster sees. Literal text, `{{ .x }}`, `index`,
pipelines, variables and a few functions of Sprig are evaluated, with `UNSEEN` where such a value stands; whatever else is
`NotUnderstood`. Nothing is run: there is no loop, no branch and no call but of the functions below.

https://pkg.go.dev/text/template, https://masterminds.github.io/sprig/
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from mooring.registry.sprig import FUNCTIONS, SOMETHING, UNSEEN, Values, printed_as

_LONGEST, _DEEPEST, _MOST, _DIGITS = 50_000, 30, 2_000, 18  # characters of any value, nested parentheses, tokens
_TOKEN = re.compile(
    r"""(?P<end>(?:\s-)?\}\})|(?P<space>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<number>-?[0-9]+)(?![\w.])"""
    r"""|(?P<assign>:?=)|(?P<variable>\$\w*)|(?P<fields>(?:\.[A-Za-z_]\w*)+|\.(?![\w.]))|(?P<word>[A-Za-z_]\w*)|(?P<sign>[()|])"""
)
_COMMENT = re.compile(r"(?:-\s+)?/\*(?:[^*]|\*(?!/))*\*/(?:\s+-)?\}\}")
_WORDS = {"true": True, "false": False, "nil": None}


class NotUnderstood(Exception):
    """The template has a form that is not evaluated here."""


class _Token(NamedTuple):
    kind: str
    text: str


def evaluate(template: str, names: Collection[str] | None) -> str:
    """What the template prints; `names` are those of the values it is filled with, None where others may be given."""
    if len(template) > _LONGEST or UNSEEN in template or re.search(r"\\u(?i:fdd0)", template):
        raise NotUnderstood
    parts: list[str] = []
    variables: dict[str, Any] = {"$": Values(names)}
    at, budget, size = 0, _MOST, 0
    while (start := template.find("{{", at)) >= 0:
        literal, comment = template[at:start], _COMMENT.match(template, start + 2)
        trims = template[start + 2 : start + 3] == "-" and template[start + 3 : start + 4].isspace()
        if comment is not None:
            after, ends = comment.end(), comment[0]
        else:
            tokens, after = _tokens(template, start + (3 if trims else 2), budget)
            ends, budget = template[after - 3 : after], budget - len(tokens)
        parts.append(literal.rstrip() if trims else literal)
        if comment is None:
            parts.append(_action(tokens, variables))
            size += len(parts[-1])
        if size > _LONGEST:
            raise NotUnderstood
        at = after
        while ends.endswith("-}}") and template[at : at + 1].isspace():
            at += 1
    return str(_short("".join([*parts, template[at:]])))


def _tokens(template: str, at: int, budget: int) -> tuple[list[_Token], int]:
    """The tokens of an action, and where it ends."""
    found: list[_Token] = []
    while (match := _TOKEN.match(template, at)) is not None and len(found) < budget:
        at, kind = match.end(), str(match.lastgroup)
        if kind == "end":
            return found, at
        if kind != "space":
            found.append(_Token(kind, match[0]))
        elif found and found[-1].kind != "space":
            found.append(_Token("space", ""))
    raise NotUnderstood


def _action(tokens: list[_Token], variables: dict[str, Any]) -> str:
    """What one action prints."""
    solid = [token for token in tokens if token.kind != "space"]
    if len(solid) > 1 and solid[1].kind == "assign" and solid[0].kind == "variable" and len(solid[0].text) > 1:
        after = next(index for index, token in enumerate(tokens) if token.kind == "assign") + 1
        variables[solid[0].text] = _Parser(tokens[after:], variables).whole()
        return ""
    try:
        return printed_as(_Parser(tokens, variables).whole())
    except ValueError:
        raise NotUnderstood from None


class _Parser:
    """Evaluates the tokens of one pipeline as it reads them."""

    def __init__(self, tokens: list[_Token], variables: dict[str, Any]) -> None:
        self.tokens = tokens
        self.variables = variables
        self.at = 0
        self.depth = 0

    def whole(self) -> Any:
        """The value of all the tokens."""
        value = self._pipeline()
        if self.at < len(self.tokens):
            raise NotUnderstood
        return value

    def _peek(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "")

    def _skip(self) -> None:
        while self._peek().kind == "space":
            self.at += 1

    def _pipeline(self) -> Any:
        """Commands between `|`: the value of each is the last argument of the next."""
        piped: list[Any] = []
        while True:
            piped = [self._command(piped)]
            if self._peek() != ("sign", "|"):
                return piped[0]
            self.at += 1

    def _command(self, piped: list[Any]) -> Any:
        """A function with its arguments, or a single operand."""
        self._skip()
        first = self._peek()
        if first.kind == "word" and first.text not in _WORDS:
            self.at += 1
            if self._peek().kind == "fields":
                raise NotUnderstood
            arguments = self._operands()
            function = FUNCTIONS.get(first.text)
            if function is None:
                raise NotUnderstood
            try:
                return _short(function(*arguments, *piped))
            except (TypeError, ValueError, LookupError, AttributeError, OverflowError, RecursionError):
                raise NotUnderstood from None
        operands = self._operands()
        if len(operands) != 1 or piped:
            raise NotUnderstood
        return operands[0]

    def _operands(self) -> list[Any]:
        found = []
        self._skip()
        while self._peek().kind != "end" and self._peek().text not in ("|", ")"):
            found.append(self._operand())
            self._skip()
        return found

    def _operand(self) -> Any:
        """A literal, a field, a variable or a pipeline in parentheses, with the fields that are asked of it."""
        token = self._peek()
        self.at += 1
        if token.kind == "text":
            value: Any = token.text[1:-1] if token.text[0] == "`" else _unquoted(token.text)
        elif token.kind == "number":
            if len(token.text) > _DIGITS:
                raise NotUnderstood
            value = int(token.text)
        elif token.kind == "word" and token.text in _WORDS:
            value = _WORDS[token.text]
        elif token.kind == "variable" and token.text in self.variables:
            value = self.variables[token.text]
        elif token.kind == "fields":
            return _fields(self.variables["$"], token.text)
        elif token == ("sign", "(") and self.depth < _DEEPEST:
            self.depth += 1
            value = self._pipeline()
            if self._peek() != ("sign", ")"):
                raise NotUnderstood
            self.at, self.depth = self.at + 1, self.depth - 1
        else:
            raise NotUnderstood
        if self._peek().kind == "fields" and token.kind in ("variable", "sign"):
            self.at += 1
            return _fields(value, self.tokens[self.at - 1].text)
        return value


def _fields(value: Any, path: str) -> Any:
    """What stands at `.a.b` of a value; of an unseen one, something unseen."""
    for name in path.split(".")[1:]:
        if not name:
            continue
        if isinstance(value, Values):
            value = value.field(name)
        elif isinstance(value, dict) and name in value:
            value = value[name]
        elif value is not SOMETHING:
            raise NotUnderstood
    return value


def _short(value: Any) -> Any:
    """The value, where it is no longer than any docker configuration: lists of lists grow as fast as texts."""
    if _size(value, _LONGEST) > _LONGEST:
        raise NotUnderstood
    return value


def _size(value: Any, left: int) -> int:
    """How long a value is when it is printed, counted until it is too long."""
    if isinstance(value, str):
        return len(value) + 1
    size = 1 + sum(map(len, value)) if isinstance(value, dict) else 1
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        size += _size(item, left - size)
        if size > left:
            break
    return size


def _unquoted(text: str) -> str:
    """What a Go string literal holds; the escapes that JSON has too."""
    try:
        return str(json.loads(text.replace("\t", "\\t")))
    except ValueError:
        raise NotUnderstood from None
