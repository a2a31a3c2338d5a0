"""What mooring reads in a manifest file against what kubectl's decoder does (`tests/tools/yamlread`).

The words begin with `different`, or with who alone refuses the text and why. That kubectl alone refuses one is harmless
(nothing of it reaches a cluster); that mooring does is loud.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mooring.yaml.document import read_manifests
from tests.fuzz.judge import Judge
from tests.fuzz.targets import _seeds

SEEDS: Sequence[bytes] = _seeds.MANIFESTS
_JUDGE = Judge("yamlread")


def as_json(value: Any) -> Any:
    """Equal for what is equal in JSON, which has one kind of number; an integer too large for 64 bits is a float.

    Go writes a whole float with as few digits other than 0 as tell it from its neighbours, and reads an integer again.
    """
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(as_json, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(Decimal(repr(value)))
    return float(value) if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 else value


def _text(data: bytes) -> str:
    """The input as a text: kubectl's file reader makes one of any bytes, mooring refuses what is not UTF-8."""
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def ask(batch: Sequence[bytes]) -> list[Any]:
    return _JUDGE.ask([{"id": 0, "stream": _text(data)} for data in batch])


def disagreement(data: bytes, answer: dict[str, Any]) -> str | None:
    found, problems = read_manifests(_text(data), "a.yaml")
    theirs, said = answer["error"], "; ".join(problem.message for problem in problems)
    if bool(theirs) != bool(problems):
        if theirs:
            return f"only kubectl refuses: {theirs}"
        return f"only mooring refuses{', of an empty list' if [] in answer['documents'] else ''}: {said}"
    ours = as_json([document.data for document in found])
    if not theirs and json.dumps(ours, sort_keys=True) != json.dumps(as_json(answer["documents"]), sort_keys=True):
        return f"different: {ours!r} for {answer['documents']!r}"
    return None
