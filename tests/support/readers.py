"""Both readers of YAML on one text."""

from __future__ import annotations

from mooring.yaml import document
from tests.support.corpus import exact

# Every ordinary scalar in every ordinary place is read fast: a gate that lets nothing through would agree with anything.
ORDINARY = ("plain", "two words", "harbor.example.com/p/r:1.0", "gs://bucket/a/b", "12", "-7", "1.5", "0", "true", "false",
            "1Gi", "2027-03-01", "robot$x", "$(HOME)", "a-b", "30d", "é", "🚢")  # fmt: skip


ORDINARY_PLACES = ("value", "nested value", "value before a comment", "crlf", "item", "item in an item", "flow value",
                   "flow item", "tight flow item", "single quotes", "double quotes", "literal", "folded",
                   "second line")  # fmt: skip


def disagreement(text: str, *, strict: bool) -> str | None:
    """How the two readers differ over a text that the gate lets through; None where they agree, or it does not."""
    text, unreadable = document._decode(text, "a.yaml")
    if unreadable:
        return None
    if strict:
        fast, data = document._fast(text, strict=True)
        if not fast:
            return None
        quick, refused = [data] if data is not None else [], []
    else:
        read, refused = document._exact(text, "a.yaml", strict=False, fast=True)
        quick = [item.data for item in read]
    documents, problems = document._exact(text, "a.yaml", strict=strict)
    slow = [item.data for item in documents]
    if [p.message for p in problems] == [p.message for p in refused] and list(map(exact, quick)) == list(map(exact, slow)):
        return None
    return f"{text!r}: fast {quick!r}, exact {slow!r} {[p.message for p in problems]}"
