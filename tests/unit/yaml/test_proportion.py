"""What reading costs grows as the text does: twice the text is at most about twice the calls, and texts of the size that
once took a minute end within a test's run. Nothing here looks at a clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from mooring.yaml.document import read_fleet, read_manifests


def calls(run: Callable[[], Any]) -> int:
    """How many functions of Python and C are called."""
    count = 0

    def see(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def problems_located(text: str) -> None:
    """Reads the text and places every problem and every value, as a report would."""
    found, problems = read_manifests(text, "a.yaml")
    for problem in problems:
        assert problem.source is not None
        problem.source.locate(problem.route)
    for document in found:
        for key in document.data if isinstance(document.data, dict) else ():
            document.locate((key,))
            document.has((key, "x"))


GROWING: dict[str, Callable[[int], str]] = {
    "documents with problems": lambda n: "a: 1\na: 2\n---\n" * n,
    "documents without": lambda n: "a: 0b1\nb: {c: d}\n---\n" * n,
    "problems on one line": lambda n: "{" + "a: 1, " * n + "}",
    "keys of one mapping": lambda n: "".join(f"k{i}: 0b1\n" for i in range(n)),
    "anchors and aliases": lambda n: "".join(f"a{i}: &a{i} x\nb{i}: *a{i}\n" for i in range(n)),
    "one long flow list": lambda n: "a: [" + "0b1, " * n + "]\n",
    "a plain text of many lines": lambda n: "a: 0b1\nb: x\n" + "  yy zz\n" * n,
    "a quoted text of many lines": lambda n: 'a: 0b1\nb: "x\n' + "  yy zz\n" * n + '"\n',
    "a literal of many lines": lambda n: "a: 0b1\nb: |\n" + "  yy zz\n" * n,
    "empty lines": lambda n: "a: 0b1\nb: |\n" + "\n" * n + "  x\n",
    "json objects": lambda n: '{"a": 1, "a": 2}\n' * n,
    "a json list": lambda n: '{"a": [' + "1, " * n + '1], "b": 1, "b": 2}',
    "comments": lambda n: "a: 0b1\n" + "# b\n" * n,
    "indentless lists": lambda n: "a: 0b1\nb:\n" + "- c: d\n  e:\n  - f\n" * n,
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_twice_the_text_is_twice_the_work(text: Callable[[int], str]) -> None:
    once, twice = (calls(lambda: problems_located(text(size))) for size in (400, 800))  # noqa: B023
    assert twice < 2.2 * once


BIG: dict[str, str] = {
    "a ConfigMap of numbers": "a:\n  b: |\n    [" + ",".join(map(str, range(100_000))) + "]\n",
    "numbers of one digit": "a: [" + "1," * 200_000 + "1]\n",
    "digits and points": "a: " + "1.2." * 250_000 + "\n",
    "an allowance and spaces": "a: b # mooring: allow" + " " * 1_000_000 + "\n",
    "an allowance, a reason and spaces": "a: b # mooring: allow x: y" + " " * 1_000_000 + "\n",
    "many allowances": "a: b" + " # mooring: allow" * 60_000 + "\n",
    "a long complex key": "? " + "k" * 1_000_000 + "\n: a\n",
    "a key of words": "? " + "k " * 200_000 + "\n: a\n",
    "a long word": "a: " + "x" * 2_000_000 + "\n",
    "colons": "a: " + "b:" * 1_000_000 + "c\n",
    "spaces before a key's colon": "1" + " " * 1_000_000 + ": a\n",
    "blocks and hashes": "a: x" + " | #" * 300_000 + "\n",
    "blocks and spaces": "a: x" + " |" * 300_000 + " " * 300_000 + "\n",
    "dashes": "a: " + "-a" * 500_000 + "=\n",
    "quotes in json": '{"a\\"' * 200_000,
    "brackets in json": '{"a": [' + "[]," * 100_000 + "[]]}",
    "open brackets": "[" * 1_000_000,
    "newlines in quotes": "a: '" + "\n" * 1_000_000 + "'\n",
    "backslashes": 'a: "' + "\\\n" * 300_000 + '"\n',
    "tabs": "a: b" + "\t" * 1_000_000 + "# c\n",
    "spaces on lines of their own": "a: b\n" + (" " * 1000 + "\n") * 1000 + "c: d\n",
    "merge keys": "a: {" + "<<" * 500_000 + " : b}\n",
    "question marks": "a: [" + "? " * 300_000 + "]\n",
    "separators": "---\n" * 50_000,
    "separators and spaces": ("---" + " " * 1000 + "\n") * 1000,
}  # fmt: skip


@pytest.mark.parametrize("text", BIG.values(), ids=BIG)
def test_a_big_text_is_read_to_its_end(text: str) -> None:
    found, problems = read_manifests(text, "a.yaml")
    assert found or problems or not text.replace("-", "").strip()
    for document in found:
        assert list(document.allowances()) == ([(1, "x", "y")] if "allow x: y" in text else [])
    read_fleet(text, "fleet.yaml")
