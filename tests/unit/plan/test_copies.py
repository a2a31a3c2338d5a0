"""Manifests as they go into the tree: word for word where a reviewer sees all of it, else written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan import copies
from tests.support.fleet_files import REGISTRY, loaded, said

PLAIN = "# kept\nkind: ConfigMap\ndata:   {a: b}\n"


@pytest.mark.parametrize(("text", "copied"), [
    (PLAIN, PLAIN),
    ("a: مرحبا\n", "a: مرحبا\n"),
    ('a: "x\u202ey"  # hidden\n', 'a: "x\\u202ey"\n'),
    ("# ##vso[task]x\na: b\n", "a: b\n"),
    ("a: |\n  ::add-mask::x\n---\nc: d  # kept\n", 'a: "\\x3a:add-mask::x\\n"\n---\nc: d\n'),
    # What cannot be read is reported, and nothing is written.
    ("::add-mask::x: [\n", "::add-mask::x: [\n"),
])  # fmt: skip
def test_what_is_written_of_a_manifest(text: str, copied: str) -> None:
    assert copies.copied(text, "kept.yaml") == copied


@pytest.mark.parametrize(("path", "entry"), [
    ("a/b.yaml", "a/b.yaml"),
    ("github.com/b.yaml", "./github.com/b.yaml"),
    ("GitHub.com/b.yaml", "./GitHub.com/b.yaml"),
    ("github.company/b.yaml", "github.company/b.yaml"),
    ("a/github.com/b.yaml", "a/github.com/b.yaml"),
])  # fmt: skip
def test_no_entry_is_taken_for_a_repository(path: str, entry: str) -> None:
    assert copies.resource(path) == entry


@pytest.mark.parametrize(("path", "found"), [("a.yaml", []), ("a\u202eb.yaml", ["bad-path 7:43"]), ("ü.yaml", [])])
def test_a_name_that_nobody_can_read(path: str, found: list[str], tmp_path: Path) -> None:
    text = REGISTRY + "namespaces: [{name: vision}]\nservices:\n- {name: a, namespace: vision, manifests: m}\n"
    fleet = loaded(tmp_path, text).fleet
    assert fleet is not None
    assert [said(problem) for problem in copies.misnamed(fleet.services[0], path)] == found
