"""Manifests are read as `kubectl` reads them: over the corpus, and over pods with odd line breaks, no value differs,
and where only one of the two refuses a text, the reason is one of those that `tests/fuzz/tabled.py` names.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from mooring.yaml.dump import dump
from mooring.yaml.odd import ODD
from tests.fuzz import runner
from tests.fuzz.judge import Judge
from tests.fuzz.tabled import TABLED, explained
from tests.support.breaks import REFUSED_FOR_A_QUESTION_MARK, pods
from tests.support.corpus import SCALARS, texts
from tests.support.readers import ORDINARY

# What mooring writes as an escape only: in a text of several lines as well.
HIDDEN = ("a\u202eb\nc", "\u2066a\u2069", "\u061c", "\u200b", "\xad", "\ufff9", "\U000e0041", "\U0001d173\n", "\u2060")


@pytest.fixture(scope="session")
def kubectl_reads(tool: Callable[[str], Path]) -> Callable[[Iterable[str]], list[dict[str, Any]]]:
    """What `YAMLToJSONStrict` makes of each text, in one process."""

    def read(asked: Iterable[str]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps({"id": index, "yaml": text}) + "\n" for index, text in enumerate(asked))
        done = subprocess.run([tool("yamlread")], input=lines.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.split(b"\n") if line]

    return read


def test_manifests_are_read_as_kubectl_reads_them(tool: Callable[[str], Path]) -> None:
    tool("yamlread")
    asked = [text.encode("utf-8", "replace") for _, _, text in (*texts(), *pods())]
    found = list(runner.disagreements("manifests", asked))
    assert [item for item in found if not explained("manifests", item[1])] == []
    reasons = [reason for pattern, reason in TABLED["manifests"] if not any(re.match(pattern, words) for _, words in found)]
    assert reasons == [], "a reason that explains nothing"


# A text or a key twice: behind the one, and of the other's first value, `kubectl` reads nothing.
ODD_PLACES = {"root text", "twice"}


def test_ordinary_texts_are_not_refused(tool: Callable[[str], Path]) -> None:
    tool("yamlread")
    asked = [text.encode() for place, scalar, text in texts() if scalar in ORDINARY and place not in ODD_PLACES]
    assert [words for _, words in runner.disagreements("manifests", asked)] == []


# What kubectl makes of the example of each `Odd`: where it reads something, another reader could read something else.
KUBECTL_READS = {
    "line break": '{"image":"a"}', "directive": '{"a":1}', "anchor": "an error", "tag": '{"a":"1"}',
    "complex key": '{"a":{"b":"c"}}', "question mark": "an error", "slash": "an error",
}  # fmt: skip


def test_what_kubectl_makes_of_odd_examples(tool: Callable[[str], Path]) -> None:
    tool("yamlread")
    answers = Judge("yamlread").ask([{"id": 0, "stream": odd.example} for odd in ODD.values()])
    found = [
        "an error" if answer["error"] else json.dumps(*answer["documents"], separators=(",", ":")) for answer in answers
    ]
    assert dict(zip(ODD, found, strict=True)) == KUBECTL_READS


def test_kubectl_and_kustomize_refuse_a_question_mark(tool: Callable[[str], Path], tmp_path: Path) -> None:
    tool("yamlread")
    answers = Judge("yamlread").ask([{"id": 0, "stream": text} for text in REFUSED_FOR_A_QUESTION_MARK])
    assert all("did not find expected ','" in answer["error"] for answer in answers)
    for text in REFUSED_FOR_A_QUESTION_MARK:
        (tmp_path / "kustomization.yaml").write_text(text)
        done = subprocess.run([tool("kustomize"), "build", tmp_path], capture_output=True, text=True, check=False)
        assert "did not find expected ','" in done.stderr, text


def test_a_short_run_of_the_fuzzer_finds_nothing(tool: Callable[[str], Path]) -> None:
    tool("yamlread")
    tally = runner.run("manifests", executions=2000, seed=7)
    assert (tally.executions, tally.disagreements, tally.crashes, tally.slow) == (2000, [], [], [])


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
    written = [dump({"a": value, "b": [value, {value or "k": value}], "c": {"d": {"e": [[value]]}}}) for value in values]
    for value, answer in zip(values, kubectl_reads(written), strict=True):
        expected = {"a": value, "b": [value, {value or "k": value}], "c": {"d": {"e": [[value]]}}}
        assert (answer["strictError"], answer["strict"]) == (None, expected)
