"""Mutated inputs: bytes and lines cut, doubled, moved and spliced between seeds, and tokens of YAML, JSON and Unicode."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

TOKENS: tuple[bytes, ...] = (
    b"\n", b"\n\n", b"\r\n", b"\r", b"\t", b" ", b"  ", b": ", b":", b"- ", b"-", b"? ", b"?", b"#", b" # c", b", ", b",",
    b"[", b"]",
    b"{", b"}", b"[]", b"{}", b"|", b"|-", b"|+", b"|2", b">", b">-", b"|#", b"|+# c", b"'", b'"', b"''", b"\\", b"\\/",
    b"\\n", b"\\x41",
    b"\\u00e9", b"\\ud83d\\ude00", b"\\ud800", b"\\U0001f600", b"\\L", b"\\N", b"\n---\n", b"---", b"--- ", b"...",
    b"\n...\n", b"%YAML 1.1\n",
    b"&a ", b"*a", b"&a", b"<<: ", b"<<", b"!!str ", b"!!int ", b"!!float ", b"!!binary ", b"!!null ", b"!!bool ",
    b"!!map ", b"!foo ", b"! ",
    b"!<x> ", b"!", b"@", b"`", b"~", b"null", b"true", b"yes", b"No", b"on", b"y", b"0", b"1", b"-1", b"012", b"0x1F",
    b"0b11", b"0o17", b"1_0",
    b"1.5", b".5", b"1e3", b"-.inf", b".nan", b"1:30", b"2001-01-01", b"18446744073709551616", b"9223372036854775808",
    b"+", b"=", b"a", b"a: b",
    b"a: b\n", b"- a\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbb\xbf", b"\xc2\xa0", b"\x00", b"\x7f",
    b"\xff", b"\xf0\x9f\x98\x80",
)  # fmt: skip
SMALL, LONGEST = 300, 4000  # what most inputs may grow to, and what those of large seeds may
LARGE = 1 / 200  # the share of inputs made of large seeds: small ones find the same faults many times faster
ADOPTED = 500


class Mutator:
    """An endless stream of inputs, the same for the same random numbers."""

    def __init__(self, chance: random.Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> None:
        self.chance = chance
        self.small = [seed for seed in seeds if len(seed) <= SMALL]
        self.large = [seed for seed in seeds if len(seed) > SMALL]
        self.adopted: list[bytes] = []
        self.tokens = (*TOKENS, *tokens)
        self.ways: tuple[Callable[[bytes], bytes], ...] = (
            self._insert, self._insert, self._insert, self._replace, self._delete, self._double, self._splice, self._flip,
            self._move_line, self._indent,
        )  # fmt: skip

    def next(self) -> bytes:
        data, longest = self._seed()
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 4, 8))):
            data = self.chance.choice(self.ways)(data)
        data = data[:longest]
        if len(data) <= SMALL and self.chance.random() < 0.02:  # what was reached by several steps is a seed for more
            at = self.chance.randrange(ADOPTED)
            self.adopted[at : at + 1] = [data]
        return data

    def _seed(self) -> tuple[bytes, int]:
        """What to begin with, and how long it may grow. Seeds that were given are never lost among adopted ones."""
        dice = self.chance.random()
        if self.large and (dice < LARGE or not self.small):
            return self.chance.choice(self.large), LONGEST
        if self.adopted and dice > 0.6:
            return self.chance.choice(self.adopted), SMALL
        return (self.chance.choice(self.small) if self.small else b""), SMALL

    def _span(self, data: bytes, longest: int = 12) -> tuple[int, int]:
        begin = self.chance.randint(0, len(data))
        return begin, min(len(data), begin + self.chance.randint(1, longest))

    def _insert(self, data: bytes) -> bytes:
        at = self.chance.randint(0, len(data))
        return data[:at] + self.chance.choice(self.tokens) + data[at:]

    def _replace(self, data: bytes) -> bytes:
        begin, end = self._span(data)
        return data[:begin] + self.chance.choice(self.tokens) + data[end:]

    def _delete(self, data: bytes) -> bytes:
        begin, end = self._span(data)
        return data[:begin] + data[end:]

    def _double(self, data: bytes) -> bytes:
        begin, end = self._span(data, 30)
        return data[:end] + data[begin:end] + data[end:]

    def _splice(self, data: bytes) -> bytes:
        """A few lines of another seed, between two lines or in one."""
        lines = self._seed()[0].split(b"\n")
        begin = self.chance.randrange(len(lines))
        other = b"\n".join(lines[begin : begin + self.chance.randint(1, 6)])
        at = self.chance.randint(0, len(data))
        if self.chance.random() < 0.5:
            at = data.rfind(b"\n", 0, at) + 1
            other += b"\n"
        return data[:at] + other[self.chance.choice((0, 0, self.chance.randint(0, len(other)))) :] + data[at:]

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return data
        at = self.chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ (1 << self.chance.randrange(7))]) + data[at + 1 :]

    def _move_line(self, data: bytes) -> bytes:
        lines = data.split(b"\n")
        line = lines.pop(self.chance.randrange(len(lines)))
        lines.insert(self.chance.randint(0, len(lines)), line)
        return b"\n".join(lines)

    def _indent(self, data: bytes) -> bytes:
        lines = data.split(b"\n")
        at = self.chance.randrange(len(lines))
        lines[at] = self.chance.choice((b" ", b"  ", b"- ", b"? ", b"\t")) + lines[at]
        return b"\n".join(lines)
