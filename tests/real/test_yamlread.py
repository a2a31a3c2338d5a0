"""Manifests are read as `kubectl` reads them: over the corpus no value differs, and where only one of the two refuses a
text, the reason is one of those named here.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from mooring.block import block
from mooring.document import read_manifests
from tests.corpus import SCALARS, texts

# Why kubectl alone refuses a text; each is loud there, so that nothing is taken for something else.
ONLY_KUBECTL_REFUSES = {
    "found unknown escape": 'YAML 1.2 has `\\/`, and every JSON writer may use it; 1.1 has not',
    "did not find expected node content": "in YAML 1.1 a value in a flow collection may not begin with a colon",
    r"unsupported map key of type: %!s\(<nil>\)": "an anchor whose name kubectl ends at the colon",
    "expected alphabetic or numeric character": "an anchor without a name",
    "found a tab character where an indentation space": "a tab at the beginning of a text of several lines",
    "could not find expected ':'|mapping values are not allowed|did not find expected (',' or|'-' indicator|key)":
        "NEL, LS and PS are line breaks for YAML 1.1 alone",
}  # fmt: skip
# Why mooring alone refuses a text.
ONLY_MOORING_REFUSES = {
    "a key that is not a string": "a list or mapping as a key: kubectl reads nothing at all, without a word",
    "a number that is none of JSON's": "`.inf` as a key",
    "this is no YAML": "text behind the end of the first document, which the converter does not look at",
    "a tab, which not every reader takes here": "a tab beside a scalar or behind an indicator, which YAML takes for a space",
    "a tab stands where indentation belongs": "a tab before a value on a line of its own",
    "is not closed, or a comma is missing": "the same in a flow collection",
}

# What mooring writes as an escape only: in a text of several lines as well.
HIDDEN = ("a\u202eb\nc", "\u2066a\u2069", "\u061c", "\u200b", "\xad", "\ufff9", "\U000e0041", "\U0001d173\n", "\u2060")
# Only the first of several documents is converted; and what is no mapping is no manifest.
NO_MANIFEST = ("second document", "last document", "root text")


@pytest.fixture(scope="session")
def kubectl_reads(tool: Callable[[str], Path]) -> Callable[[Iterable[str]], list[dict[str, Any]]]:
    """What `YAMLToJSONStrict` makes of each text, in one process."""

    def read(asked: Iterable[str]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps({"id": index, "yaml": text}) + "\n" for index, text in enumerate(asked))
        done = subprocess.run([tool("yamlread")], input=lines.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.split(b"\n") if line]

    return read


def as_json(value: Any) -> Any:
    """Equal for what is equal in JSON, which has one kind of number; an integer too large for 64 bits is a float."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(as_json, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return float(value) if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64 else value


def test_manifests_are_read_as_kubectl_reads_them(kubectl_reads: Callable[[Iterable[str]], list[dict[str, Any]]]) -> None:
    asked = [(place, text) for place, _, text in texts() if place not in NO_MANIFEST]
    differ, unexplained, used = [], [], set()
    answers = kubectl_reads(text for _, text in asked)
    assert len(answers) == len(asked)
    for (place, text), answer in zip(asked, answers, strict=True):
        found, problems = read_manifests(text, "a.yaml")
        theirs, ours = answer["strictError"], "; ".join(problem.message for problem in problems)
        if theirs is None and not problems:
            ours_read, theirs_read = as_json(found[0].data if found else None), as_json(answer["strict"])
            if json.dumps(ours_read, sort_keys=True) != json.dumps(theirs_read, sort_keys=True):
                differ.append((place, text, answer["strict"], [item.data for item in found]))
        elif not (theirs and problems):
            table, said = (ONLY_KUBECTL_REFUSES, theirs) if theirs else (ONLY_MOORING_REFUSES, ours)
            reason = next((pattern for pattern in table if re.search(pattern, said)), None)
            used.add(reason)
            if reason is None:
                unexplained.append((place, text, said))
    assert differ == []
    assert unexplained == []
    assert used == {*ONLY_KUBECTL_REFUSES, *ONLY_MOORING_REFUSES}, "a reason that explains nothing"


def test_kubectl_reads_what_mooring_writes(kubectl_reads: Callable[[Iterable[str]], list[dict[str, Any]]]) -> None:
    values = [
        s
        for s in (
            *SCALARS,
            "k" * 1500,
            "\x85" * 300,
            "a\nb: c",
            "a\n\n b\n",
            "a\n",
            "\n",
            "a \nb",
            "x\nadmin: true",
            *HIDDEN,
            "::error::a",
            "a\n ::b",
            "##[error]a",
            '##["a"]',
            "\u3000::b",
        )
        if "\r" not in s
    ]
    written = [block({"a": value, "b": [value, {value or "k": value}], "c": {"d": {"e": [[value]]}}}) for value in values]
    for value, answer in zip(values, kubectl_reads(written), strict=True):
        expected = {"a": value, "b": [value, {value or "k": value}], "c": {"d": {"e": [[value]]}}}
        assert (answer["strictError"], answer["strict"]) == (None, expected)
