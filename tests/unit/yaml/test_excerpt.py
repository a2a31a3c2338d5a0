"""The line under a problem shows structure, keys and declared scalars; everything else is a mask."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mooring import cli, report, rules
from mooring.problems.problem import Problem
from mooring.redaction.kinds import KINDS
from mooring.report import Summary
from mooring.schema.finding import KEPT
from mooring.yaml import diff
from mooring.yaml.excerpt import begins_a_key, layout, lexical
from mooring.yaml.trees import tree


def line(text: str, number: int = 1, column: int = 1) -> str:
    """A line of a document as it may be shown, where every kind is showable."""
    root = tree(text, None)
    return layout(root, text).line(text, number, column, KINDS)[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("image: harbor.example.com/vision/x:1", "image: harbor.example.com/vision/x:1"),
        ("image: 'x:1' # password: V", "image: 'x:1' ***"),
        ("image: user:V@harbor.example.com/x:1", "image: ***"),
        ("- {name: app, image: x, args: [--token, V]}", "- {name: app, image: x, args: [***, ***]}"),
        ('{"name":"app","password":"V"}', '{"name":"app","password":***}'),
        ("{password: a,V}", "{password: ***,***}"),
        ("{name: a, name : b,V}", "{name: a, name : b,***}"),
        ("password: {name: V, image: V}", "password: {name: ***, image: ***}"),
        ("data: {name: V, host: V}", "data: {name: ***, host: ***}"),
        ("annotations: {kind: V}", "annotations: {kind: ***}"),
        ("env: [{name: DB_PASS, value: V}]", "env: [{name: DB_PASS, value: ***}]"),
        ("{? name : app, host: &a b}", "{? name : app, host: ***}"),
        ("{n: &a b, name: !x app, kind: *a}", "{n: ***, name: ***, kind: ***}"),
        ("{manifests: &a '&a', include: [&b '&b']}", "{manifests: ***, include: [***]}"),
        ("{'odd key': x, \"name\": app}", '{***: ***, "name": app}'),
        ("{name: app, expires: 2027-02-30, host: h.example.com, replicas: 3}",
         "{name: app, expires: 2027-02-30, host: h.example.com, replicas: 3}"),
        ("{replicas: 7391846205, expires: V W, kind: 'V W'}", "{replicas: ***, expires: ***, kind: ***}"),
        ("name: app#V", "name: ***"),
        ("name: [app, b c]", "name: [app, ***]"),
        ("name: ''", "name: ''"),
        ("storageUri: oci://h.example.com/x:1", "storageUri: oci://h.example.com/x:1"),
        ("storageUri: s3://bucket/x", "storageUri: ***"),
        ("include: ['https://V@h.example.com/x', teams/*.yaml]", "include: [***, teams/*.yaml]"),
    ],
)  # fmt: skip
def test_a_scalar_is_shown_where_its_field_is_declared(text: str, shown: str) -> None:
    assert line(text) == shown


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("password: |\n  name: V\n  V", 2, "  ***"),
        ("name: one\n  V", 2, "  ***"),
        ('name: "one\n  V", x', 2, "  ***"),
        ("{name: 'one\n  V', image: x}", 2, "  *** image: x}"),
        ("name:\n  V", 2, "  V"),
        ("a: 1\n# password: V\nb: 2", 2, "***"),
        ("password: |\n  V", 1, "password: |"),
        ("a: [\n  x,\n  ]", 3, "  ]"),
        ("- - a: b\n  - V", 2, "  - ***"),
    ],
)
def test_a_line_that_goes_on_from_another_is_a_mask(text: str, number: int, shown: str) -> None:
    text = text.replace("', x", "'").replace('", x', '"')
    assert line(text, number) == shown


def test_a_rule_shows_what_it_declares_alone() -> None:
    text = "{name: app, image: x, kind: Pod, host: h.example.com, expires: 2027-01-01}"
    root = tree(text, None)
    found = layout(root, text)
    assert found.line(text, 1, 1, ("image",))[0] == "{name: ***, image: x, kind: ***, host: ***, expires: ***}"
    assert found.line(text, 1, 1, ())[0] == "{name: ***, image: ***, kind: ***, host: ***, expires: ***}"
    assert {kind for code in rules.codes() for kind in rules.shows(code)} <= set(KINDS)
    assert rules.shows("syntax") == frozenset()


@pytest.mark.parametrize("column", [1, 3, 4, 9])
def test_what_stands_before_the_first_node_is_shown_once(column: int) -> None:
    text = "name:\n  [app, x]"
    root = tree(text, None)
    assert layout(root, text).line(text, 2, column, KINDS) == ("  [app, x]", column)


@pytest.mark.parametrize(("column", "under"), [(1, "{args"), (2, "args: ["), (8, "[***, "), (9, "***, ***"), (31, "***}")])
def test_the_caret_stands_under_what_is_masked(column: int, under: str) -> None:
    text = "{args: [seven77, eight88], b: nine}"
    root = tree(text, None)
    shown, at = layout(root, text).line(text, 1, column, KINDS)
    assert shown == "{args: [***, ***], b: ***}"
    assert shown[at - 1 :].startswith(under)


@pytest.mark.parametrize(
    ("text", "column", "shown", "caret"),
    [
        ("  name: 'V", 9, "  name: ***", 9),
        ("    - image: V", 7, "    - image: ***", 7),
        ("password: V", 1, "password: ***", 1),
        ("V: V", 1, "***", 1),
        ("name:V", 1, "***", 1),
        ("\tname: V", 1, "***", 1),
        ("  ", 1, "  ", 1),
    ],
)
def test_what_is_no_yaml_shows_a_known_field_at_most(text: str, column: int, shown: str, caret: int) -> None:
    assert lexical(text, 1, column) == (shown, caret)


def test_a_line_of_any_length_is_cut_around_the_caret() -> None:
    text = "[" + ", ".join(f"{{name: app{index}, bad: {index}}}" for index in range(3_000)) + "]"
    root = tree(text, None)
    found = layout(root, text)
    column = text.index("app1500")
    shown, caret = found.line(text, 1, column + 1, KINDS)
    assert shown[caret - 1 :].startswith("app1500, bad: ***") and shown[0] == shown[-1] == "…" and len(shown) < 300
    assert line("a: " + "w" * 1_000_000) == "a: ***"
    assert len(line("name: " + "w" * 120)) < 300
    assert len(lexical(" " * 100_000 + "name: x", 1, 1)[0]) < 400


def check(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> str:
    """What `check` says of a manifest."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(text)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    cli.main(["check", "a.yaml", *more])
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined,no-any-return]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: vision}
spec:
  containers:
  - name: app
    image: x
"""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    imag: x\n", "unknown field `imag` in `spec.containers[0]`"),
        ("    x: &a V\n    *a : 1\n", "unknown field `***` in `spec.containers[0]`"),
        ("    ? V\n    : 1\n", "unknown field `***` in `spec.containers[0]`"),
        ("    env: [{name: a, value: 7391846205}]\n", "`spec.containers[0].env[0].value` is an integer\n"),
        ("    resources: {limits: {password V}}\n", "`spec.containers[0].resources.limits`"),
    ],
)
def test_messages_name_keys_that_are_written_as_keys(
    lines: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = check(POD + lines, tmp_path, monkeypatch)
    assert said in text or "limits" in lines, text
    assert "V" not in text


def test_problems_are_counted_past_a_limit_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = "".join(f"    imag{index}: x\n" for index in range(1_500))
    text = check(POD + unknown, tmp_path, monkeypatch)
    assert "1,500 problems · 500 problems not listed" in text
    assert text.count("unknown field") == KEPT - 1  # and one that counts the others
    assert 0 < text.count("did you mean") <= 20


def test_the_limits_of_a_report() -> None:
    many = [
        Problem("schema", str(index), file=f"{index % 30}.yaml", count=2 if index == 0 else 1) for index in range(40_000)
    ]
    kept, left = report.limited(many)
    assert (len(kept), left) == (report.KEPT, 30_001)
    kept, left = report.limited(many[::30])
    assert (len(kept), left, report.count(many)) == (report.KEPT_OF_FILE, 335, 40_001)
    assert Summary().not_listed == 0


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github", "gitlab"])
def test_in_an_action_no_line_is_a_command_of_a_files(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    name = "##[error]x\\n::error::y"
    lines = f'    "{name}": 1\n'
    text = check(POD.replace("app,", f'"{name}",') + lines, tmp_path, monkeypatch, "--format", form)
    commands = [row for row in text.splitlines() if row.lstrip().startswith("::")]
    assert "##[" not in text
    assert [row for row in commands if not row.startswith("::error file=a.yaml,line=")] == []
    assert bool(commands) is (form == "github")


def test_what_is_printed_holds_no_control_and_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    report.emit("a\x1b]0;x\x07\u202e\n\033[1;31mred\033[0m\r\n ::error::x ##[y]\n", stream)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    report.emit("::error::x ##[y]\n", stream)
    report.emit("::error::x ##[y]\n", stream, commands=True)
    assert stream.getvalue() == (
        "a\\x1b]0;x\\x07\\u202e\n\033[1;31mred\033[0m\\r\n ::error::x ##[y]\n"
        "\\u003a:error::x #\\u0023[y]\n::error::x #\\u0023[y]\n"
    )


BEFORE = "a: V\nspec:\n  name: app\n  env: V\n"


@pytest.mark.parametrize(
    ("path", "before", "after", "lines"),
    [
        ("overlays/prod/vision/services/x.yaml", BEFORE, BEFORE.replace("app", "b"), [
            "@@ -1,4 +1,4 @@", " a: ***", " spec:", "-  name: app", "+  name: b", "   env: ***"]),
        ("policies/x.yaml", BEFORE, BEFORE.replace("V", "W"), [
            "@@ -1,4 +1,4 @@", "-a: ***", "+a: W", " spec:", "   name: app", "-  env: ***", "+  env: W"]),
        ("policies/x.yaml", "V: [\n", "a: b\n", ["@@ -1,1 +1,1 @@", "-***", "+a: b"]),
    ],
)  # fmt: skip
def test_a_diff_shows_what_an_excerpt_would(path: str, before: str, after: str, lines: list[str]) -> None:
    assert "".join(diff.diff(path, before, after)).splitlines() == [f"--- {path}", f"+++ {path}", *lines]


def test_a_diff_of_one_side_is_one_line() -> None:
    assert list(diff.diff("a\n.yaml", "V\nV\n", None)) == ["- a\\n.yaml (2 lines)\n"]
    assert list(diff.diff("a.yaml", None, "V\n")) == ["+ a.yaml (1 line)\n"]


def test_a_text_that_goes_on_behind_a_node_is_another_text() -> None:
    # Where readers count lines differently, a node's position may point at something else.
    root = tree("name: app  \nhost: x\n", None)
    other = "name: apple\nhosts: V\n"
    found = layout(root, other)
    assert found.line(other, 1, 1, KINDS)[0] == "name: ***"
    assert found.line(other, 2, 1, KINDS)[0] == "***:***"


@pytest.mark.parametrize(("text", "line", "column", "begins"), [
    ("a: b", 1, 1, True), ("a: b\nc: d", 1, 1, True), ("a: b\nc: d", 2, 1, True), ("a: b\nc: d", 3, 1, False),
    ("a: b", 1, 4, False), ("- a: b", 1, 3, True),
])  # fmt: skip
def test_where_a_key_begins(text: str, line: int, column: int, begins: bool) -> None:
    assert begins_a_key(text, line, column) is begins


def test_what_closes_a_value_is_shown_behind_its_mask() -> None:
    assert line("a: [[[[[[[[[V]]]]]]]]]") == "a: [[[[[[[[[***]]]]]]]]]"
