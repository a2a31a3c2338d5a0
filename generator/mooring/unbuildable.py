"""Characters that do not survive `kustomize build`, however they are written: some it refuses, one it makes a space of.

Seen with Kustomize 5.8.2; `tests/real/test_unbuildable.py` asks the real one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.position import Route

# How `scalar` writes them, and so what to look for before a whole object is searched.
_ESCAPE = re.compile(r"\\u(?:007f|00[89][0-9a-f]|fff[ef])")
_REFUSED = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NEL = "\x85"
Finding = tuple[str, Route, str, str]
"""A problem's code, where it is, what it says and a hint."""


def unbuildable(data: Mapping[str, Any], text: str | None) -> Iterator[Finding]:
    """What of an object Kustomize cannot build as it is; `text` is as it was rendered, None where that is not known."""
    if text is None or _ESCAPE.search(text):
        yield from _search(data, ())


def _search(value: Any, route: Route) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _search(item, (*route, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _search(item, (*route, index))
    elif isinstance(value, str):
        if _REFUSED.search(value):
            yield "syntax", route, "a control character that Kustomize cannot build", "take it out"
        elif _NEL in value:
            message = "Kustomize makes a space of the character NEL (`\\N`)"
            yield "ambiguous-scalar", route, message, "write a line break (`\\n`), or a space"
