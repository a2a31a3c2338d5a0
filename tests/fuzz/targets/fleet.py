"""mooring's fast reader against its exact one: where the gate lets a text through, both read the same.

Of what the gate keeps from the fast reader, a third is read by the exact one alone, as a fleet file: it must come to an
end. A quarter is placed by both readers of nodes: the same trees, places and excerpts.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from mooring.yaml import document
from mooring.yaml.decoding import decode
from mooring.yaml.stream import Part, parts
from mooring.yaml.trees import text_of_part
from tests.fuzz.targets import _seeds
from tests.support.corpus import exact
from tests.support.readers import apart

SEEDS: Sequence[bytes] = _seeds.FLEETS


def _exactly(text: str, part: Part, *, strict: bool) -> tuple[Any, str]:
    """What the exact reader makes of a part, and what it says."""
    try:
        return document._read_part(text, part, strict=strict, fast=False)[1], ""
    except document._Faults as faults:
        return None, "; ".join(fault.message for fault in faults.found)


def _differs(text: str, part: Part, *, strict: bool) -> str | None:
    source = text if strict else text_of_part(text, part)
    if not source.strip(" \n"):
        return None
    done, quick = document._fast_json(source) if part.json else document._fast(source, strict=strict)
    if not done and (not strict or zlib.crc32(text.encode()) % 3):
        return None  # the target `manifests` reads all of them exactly
    slow, said = _exactly(text, part, strict=strict)
    if not done or (not said and exact(quick) == exact(slow)):
        return None
    return f"{'fleet' if strict else 'manifest'}: {source!r}: fast {quick!r}, exact {slow!r} {said}"


def disagreement(data: bytes) -> str | None:
    try:
        raw = data.decode()
    except UnicodeDecodeError:
        raw = data.decode("latin-1")
    text, unreadable = decode(raw, "a.yaml")
    if unreadable:
        return None
    words = _differs(text, Part(0, len(text)), strict=True)
    for part in parts(text):
        if words is None and isinstance(part, Part):
            words = _differs(text, part, strict=False)
    if words is None and zlib.crc32(text.encode()) % 4 == 0:
        words = apart(text)
    return words
