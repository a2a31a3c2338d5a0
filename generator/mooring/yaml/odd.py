"""What is YAML for somebody and refused in a manifest, because the exact reader and `kubectl` could read it differently.

`exact` looks for each of these where it stands. `tests/unit/yaml/test_odd.py` shows that every example is refused, and
`tests/real/test_yamlread.py` what `kubectl` makes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mooring.yaml.unreadable import Unreadable

_DISAGREE = "readers of YAML disagree on"


@dataclass(frozen=True, slots=True)
class Odd:
    """`example` is a manifest that is refused for it."""

    what: str
    hint: str
    example: str

    def at(self, index: int) -> Unreadable:
        return Unreadable(f"{_DISAGREE} {self.what}", index, self.hint)


ODD = {
    "line break": Odd(
        "a character that some take for a line break",
        "take it out, or write it as an escape in double quotes",
        "image: a\u2028#",
    ),
    "directive": Odd("a directive", "take it out", "a: 1\n%YAML 1.1\nb: 2"),
    "anchor": Odd(
        "the name of an anchor or alias that is not of letters, digits, `-` and `_`",
        "rename it, or put the value in quotes",
        "a: &x: 1",
    ),
    "tag": Odd(
        "a tag other than `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!binary`, `!!map` and `!!seq`",
        "take it out, or put the value in quotes",
        "a: !x 1",
    ),
    "complex key": Odd("a `?` in a flow collection", "put the value in quotes", "a: {? b : c}"),
    "question mark": Odd(
        "a `?` inside a value of a flow collection, which `kubectl` and Kustomize end there",
        "put the value in quotes",
        "a: {b?c: d}",
    ),
    "slash": Odd("the escape `\\/`", "write `/`", 'a: "b\\/c"'),
}  # fmt: skip

LINE_BREAK = re.compile("[\x85\u2028\u2029\r]")
# The library ends a text with a NUL.
ANCHOR = re.compile(r"[&*][0-9A-Za-z_-]++(?=[ \t\n,\]}\0])")
TAG = re.compile(r"!!(?:str|int|float|bool|null|binary|map|seq)(?=[ \n\0])")
HALF = re.compile(r"[\ud800-\udfff]")
HALF_ESCAPE = re.compile(r"\\(?:u|U0000)[dD][89a-fA-F]")
NO_CHARACTER = re.compile(r"\\U(?!00(?:0[0-9a-fA-F]|10))")
SLASH = re.compile(r"(?<!\\)(?:\\\\)*+\\/")


def question_mark(text: str, place: int, index: int) -> Unreadable:
    """Why a `?` in a flow collection is refused, at `place` of the text: it begins a key, or stands inside a plain value."""
    return ODD["complex key" if text[place - 1] in " \t\n,[{:" else "question mark"].at(index)
