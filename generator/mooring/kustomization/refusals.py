"""What does not survive `kustomize build`, however it is written: some characters it refuses, one it makes a space of,
and it knows no key that is longer than YAML's 1,024 characters in JSON, which it goes through.

Seen with Kustomize 5.8.2; `tests/real/test_unbuildable.py` asks the real one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mooring.problems.position import Route

# How `scalar` writes them, and so what to look for before a whole object is searched.
_ESCAPE = re.compile(r"\\u(?:007f|00[89][0-9a-f]|fff[ef])")
_LONG_KEY = "? "
# In JSON, a text so long that, were it a key, it would have to be measured; the first where no text has an escape.
_LONG_PLAIN = re.compile(r'"[^"]{160}')
_LONG = re.compile(r'"(?:[^"\\]|\\.){160}')
# Go's JSON writes these as `\u003c` (https://pkg.go.dev/encoding/json#Marshal).
_ESCAPED_IN_GO = re.compile("[<>&\u2028\u2029]")
_LONGEST = 1024
_REFUSED = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NEL = "\x85"


class Unbuildable(NamedTuple):
    """What Kustomize cannot build: a problem's code, message and hint; where it is, and whether the key there is meant."""

    code: str
    route: Route
    at_key: bool
    message: str
    hint: str


class _Fault(NamedTuple):
    """What is wrong with one text: a problem's code, message and hint."""

    code: str
    message: str
    hint: str


def refusals(data: Mapping[str, Any], text: str | None) -> Iterator[Unbuildable]:
    """What of an object Kustomize cannot build as it is; `text` is as it was rendered, None where that is not known."""
    if _may_have(data) if text is None else _LONG_KEY in text or _ESCAPE.search(text):
        yield from _search(data, ())


def _may_have(data: Mapping[str, Any]) -> bool:
    """Whether an object's JSON has anything to search for: 12 µs for a service of 1.3 KB, where the search takes 51."""
    try:
        text = json.dumps(data)
    except (TypeError, ValueError, RecursionError):  # what is no JSON, or nested too deeply for it
        return True
    if "\\" not in text:
        return _LONG_PLAIN.search(text) is not None
    return _ESCAPE.search(text) is not None or _LONG.search(text) is not None


_Chain = tuple[Any, str | int] | None  # a route from its end: the chain of what stands above, and the last step


def _search(value: Any, start: Route) -> Iterator[Unbuildable]:
    """What is found in keys and texts, in their order. No recursion and no route before it is asked for: nothing bounds
    the depth of a document."""
    waiting: list[tuple[Any, _Chain]] = [(value, None)]
    while waiting:
        item, chain = waiting.pop()
        if isinstance(item, Mapping):
            for name in item:
                for code, message, hint in _key(name):
                    yield Unbuildable(code, (*start, *_route((chain, name))), True, message, hint)
            waiting += [(item[name], (chain, name)) for name in reversed(list(item))]
        elif isinstance(item, list):
            waiting += [(item[index], (chain, index)) for index in reversed(range(len(item)))]
        elif isinstance(item, str):
            for code, message, hint in _text(item):
                yield Unbuildable(code, (*start, *_route(chain)), False, message, hint)


def _route(chain: _Chain) -> Route:
    steps: list[str | int] = []
    while chain is not None:
        chain, step = chain
        steps.append(step)
    return tuple(reversed(steps))


def _key(name: str) -> Iterator[_Fault]:
    yield from _text(name)
    if len(name) < _LONGEST // 6 - 1:
        return
    if len(json.dumps(name, ensure_ascii=False)) + 5 * len(_ESCAPED_IN_GO.findall(name)) > _LONGEST:
        yield _Fault("syntax", "a key of more than 1,024 characters, which Kustomize cannot build", "shorten it")


def _text(value: str) -> Iterator[_Fault]:
    if _REFUSED.search(value):
        yield _Fault("syntax", "a control character that Kustomize cannot build", "take it out")
    elif _NEL in value:
        yield _Fault(
            "ambiguous-scalar",
            "Kustomize makes a space of the character NEL (`\\N`)",
            "write a line break (`\\n`), or a space",
        )
