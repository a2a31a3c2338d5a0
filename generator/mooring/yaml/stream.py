"""A file → the texts of its documents, as `kubectl` cuts it: JSON objects one behind the other, or YAML between `---`.

https://github.com/kubernetes/apimachinery/blob/master/pkg/util/yaml/decoder.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mooring.yaml import jsontext
from mooring.yaml.unreadable import Unreadable

_LOOKED_AT = 4096
_SEPARATOR = re.compile(r"^---([^\n]*)(?:\n|\Z)", re.MULTILINE)
# What is a space or a line break to `kubectl`, which separates there, is neither or both to its YAML reader.
_NO_SPACE = re.compile(r"[^ \t]")
_OTHER_BREAK = re.compile("[\x85\u2028\u2029]")
_TO_LINE = re.compile(r"[^\S\n]*+\n?")


@dataclass(frozen=True, slots=True)
class Part:
    """The characters of a file that make one document."""

    begin: int
    end: int
    json: bool = False


def alone(text: str, part: Part) -> tuple[str, Part]:
    """A text with nothing but the lines of a part, and the one behind it, at their numbers; and the part in that."""
    first, behind = text.rfind("\n", 0, part.begin) + 1, text.find("\n", part.end) + 1
    last = text.find("\n", behind) if behind else -1
    above = text.count("\n", 0, first)
    found = "\n" * above + text[first : last if last >= 0 else len(text)]
    return found, Part(part.begin - first + above, part.end - first + above, part.json)


def parts(text: str) -> Iterator[Part | Unreadable]:
    """Each document's part of the text, in order, and what hinders `kubectl` from going on."""
    begin = behind = 0
    if text[:_LOOKED_AT].lstrip()[:1] == "{":
        count = 0
        while True:
            begin = jsontext.skip(text, begin)
            if begin == len(text):
                return
            try:
                end = jsontext.end(text, begin)
            except ValueError:
                break
            count += 1
            yield Part(begin, end, json=True)
            begin = behind = end
        if count > 1:
            yield Unreadable("no further JSON object", begin, "end the file here, or separate YAML documents by `---`")
            return
        begin = _TO_LINE.match(text, behind).end()  # type: ignore[union-attr]
    yield from _between_separators(text, begin)


def _between_separators(text: str, begin: int) -> Iterator[Part | Unreadable]:
    for match in _SEPARATOR.finditer(text, begin):
        yield Part(begin, match.start())
        behind = _NO_SPACE.search(match[1])
        # Without a space, `---#` begins a text where nothing stands before it.
        if behind is not None and (behind[0] != "#" or behind.start() == 0 or _OTHER_BREAK.search(match[1])):
            place = match.start(1) + behind.start()
            yield Unreadable("text on the line of a `---`", place, "begin the document on the next line")
        begin = match.end()
    yield Part(begin, len(text))
