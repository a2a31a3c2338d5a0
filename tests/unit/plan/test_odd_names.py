"""Odd names and texts of a fleet reach what is rendered as text and as nothing else, or are problems."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from mooring import cli
from mooring.plan.copies import copied, resource
from mooring.policies import cel
from mooring.policies.markdown import prose
from mooring.templating.render import marked, page

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: f}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
namespaces: [{name: vision}]
services: [{name: %s, namespace: vision, manifests: m}]
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: b}\n"


def render(folder: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], name: str = "a") -> tuple[int, str]:
    (folder / "fleet.yaml").write_text(FLEET.replace("%s", name))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode(errors="surrogateescape"))
    code = cli.main(["render", "--fleet", str(folder / "fleet.yaml")])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.yaml", r"a\x0ab.yaml"),
        ("a\x1b[2J.yaml", r"a\x1b[2J.yaml"),
        ("\u202elmay.yaml", r"\u202elmay.yaml"),
        ("a\udcff.yaml", r"a\udcff.yaml"),
        ("d\u2066/a.yaml", r"d\u2066/a.yaml"),
    ],
)
def test_a_file_whose_name_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, shown: str) -> None:
    code, said = render(tmp_path, capsys, {f"m/{name}": CONFIG % "a"})
    assert code == 1
    assert f"fleet.yaml:7:52: error[bad-path]: the name of `{shown}` holds a control or bidirectional character" in said


def test_a_base_whose_name_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"m\u202e/kustomization.yaml": "resources: [a.yaml]\n", "m\u202e/a.yaml": CONFIG % "a"}
    monkeypatch.setitem(globals(), "FLEET", FLEET.replace("manifests: m", r'manifests: "m\u202e"'))
    code, said = render(tmp_path, capsys, files)
    assert code == 1 and r"the name of `../../../../m\u202e` holds a control or bidirectional character" in said


ODD = ("-x.yaml", "--output=x.yaml", "a b.yaml", "a#b.yaml", "a: b.yaml", "a?ref=b.yaml", "{a}.yaml", "[a].yaml", "*.yaml",
       "'.yaml", '".yaml', "!a.yaml", "é.yaml", "%41.yaml", "a\\b.yaml", "$(a).yaml", "~/a.yaml",
       "git@x/y.yaml")  # fmt: skip


def test_other_names_are_what_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = render(tmp_path, capsys, {f"m/{name}": CONFIG % f"a{index}" for index, name in enumerate(ODD)})
    assert code == 0, said
    services = tmp_path / "overlays/default/vision/services"
    entries = yaml.safe_load((services / "kustomization.yaml").read_text())["resources"]
    assert sorted(entries) == sorted(f"a/{name}" for name in ODD)
    assert all((services / entry).is_file() for entry in entries)


def test_a_folder_that_kustomize_takes_for_a_repository_is_written_as_a_path() -> None:
    assert resource("github.com/a/b.yaml") == "./github.com/a/b.yaml"
    assert resource("legacy/github.com/b.yaml") == "legacy/github.com/b.yaml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b # c\r\n---\nc: d\n", "a: b # c\r\n---\nc: d\n"),
        ("a: \u202eb # c\n", 'a: "\\u202eb"\n'),
        ("a: b # \u202e\n---\nc: d\n", "a: b\n---\nc: d\n"),
        ("a: |\n  ::add-mask::b\n  c\n", 'a: "\\x3a:add-mask::b\\nc\\n"\n'),
        ("# ##[error]\na: b\n", "a: b\n"),
        ("- kind: List\n  items: [{a: \u200f}]\n", '- kind: List\n  items:\n  - a: "\\u200f"\n'),
    ],
)
def test_a_manifest_with_what_nobody_sees_is_written_anew(text: str, expected: str) -> None:
    assert copied(text, "a.yaml") == expected


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("fleet.yaml", "# Rendered by mooring from fleet.yaml: edit that, not this file."),
        ("a\nb: c", r"# Rendered by mooring from a\x0ab: c: edit that, not this file."),
        ("a\r\x1b[2J\u202e\udcff", r"# Rendered by mooring from a\x0d\x1b[2J\u202e\udcff: edit that, not this file."),
        ("##[x]", r"# Rendered by mooring from \x23#[x]: edit that, not this file."),
    ],
)
def test_the_marker_is_one_line_whatever_the_fleet_is_called(name: str, comment: str) -> None:
    assert marked("a: b\n", fleet=name) == f"{comment}\na: b\n"
    marked("", fleet=name).encode()


def test_a_page_s_marker_ends_where_it_ends() -> None:
    head = "<!-- Rendered by mooring from a--\\x3e<img>: edit that, not this file. -->"
    assert page("b", fleet="a--><img>").replace("\\x3e:", ">:") == f"{head}\n\nb"


def literal(text: str) -> str:
    """What CEL reads from a literal: no line break, no quote; `\\u`, `\\U` and one character behind a backslash."""
    found = re.fullmatch(r"'((?:[^\\'\n\r]|\\['\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*)'", text)
    assert found, text
    return re.sub(r"\\(?:u(.{4})|U(.{8})|(.))", lambda m: m[3] or chr(int(m[1] or m[2], 16)), found[1])


@pytest.mark.parametrize(
    "value", ["a\rb", "a\nb", "'", "\\", "\\'", "\x00\x1b", "a\u2028b", "\u202e", "\U000e0041", "' || true"]
)
def test_a_cel_literal_is_the_text(value: str) -> None:
    assert literal(cel.string(value)) == value
    assert cel.string(value).isprintable()


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("runs on the host network, see OPS-7: it's fine (50%)", "runs on the host network, see OPS-7: it's fine (50%)"),
        ("a\n# b\n\n- c", "`a # b - c`"),
        ("[a](https://example.com)", "`[a](https://example.com)`"),
        ("https://example.com", "`https://example.com`"),
        ("see www.example.com", "`see www.example.com`"),
        ("a@example.com", "`a@example.com`"),
        ("<img src=x>", "`<img src=x>`"),
        ("a | b", "`a | b`"),
        ("a `b` c", "`` a `b` c ``"),
        ("``` a", "```` ``` a ````"),
        ("&lt;", "`&lt;`"),
        ("*a* _b_ ~c~ $d$", "`*a* _b_ ~c~ $d$`"),
        (":boom:", "`:boom:`"),
        ("a\u202eb", "`a\\u202eb`"),
    ],
)
def test_a_reason_is_text_on_the_policies_page(reason: str, expected: str) -> None:
    assert prose(reason) == expected


@pytest.mark.skipif(os.name != "posix", reason="a file name with a line break")
def test_a_fleet_file_with_a_line_break_in_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a\nb: c.yaml"
    path.write_text((FLEET % "a").rpartition("services:")[0])
    assert cli.main(["render", "--fleet", str(path)]) == 0
    capsys.readouterr()
    for written in [*tmp_path.glob("overlays/**/*.yaml"), *tmp_path.glob("policies/*/*.yaml")]:
        lines = written.read_text().splitlines()
        assert lines[0] == r"# Rendered by mooring from a\x0ab: c.yaml: edit that, not this file."
        assert lines[1].startswith(("apiVersion: ", "---", "# This policy judges nothing: "))
