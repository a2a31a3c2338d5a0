"""Why a text cannot be read, and how deep one may be."""

from __future__ import annotations

from dataclasses import dataclass

# Deeper is refused: what reads, judges and writes the data calls itself for every level. Kubernetes' own kinds end at 40.
DEPTH = 100
TOO_DEEP = (f"values are nested more than {DEPTH} deep", "flatten them")


class Unreadable(Exception):
    """The text is refused: in words, with a hint, and at which character. Never holds any of the text."""

    def __init__(self, message: str, index: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.index = index
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a character of the file; `count` is how many such faults it stands for."""

    code: str
    message: str
    index: int
    hint: str = ""
    count: int = 1
