"""What differs between a file and what is rendered, as it may be shown: structure, keys and declared scalars."""

from __future__ import annotations

import pytest

from mooring.yaml import diff as module
from mooring.yaml.diff import diff

SERVICE = "overlays/prod/vision/services/x.yaml"
BEFORE = "a: V\nname: app\n"


@pytest.mark.parametrize(("path", "is_shown"), [
    ("policies/kyverno/x.yaml", True), ("gitops/x.yaml", True), ("overlays/prod/vision/access/x.yaml", True),
    (SERVICE, False), ("services/x.yaml", False), ("x.yaml", False),
])  # fmt: skip
def test_only_what_is_mooring_s_own_is_shown_as_it_is(path: str, is_shown: bool) -> None:
    """What is on the disk may be anybody's: it is masked in any case."""
    assert [*diff(path, BEFORE, BEFORE.replace("V", "W"))][1:] == [
        "@@ -1,2 +1,2 @@\n", "-a: ***\n", f"+a: {'W' if is_shown else '***'}\n", " name: app\n",
    ]  # fmt: skip


def test_every_group_has_its_lines_and_what_follows_an_equal_line_is_shown() -> None:
    before = "".join(f"name: app{number}\n" for number in range(30))
    after = before.replace("app2\n", "new2\n").replace("app20\n", "new20\n")
    found = [*diff("policies/x.yaml", before, after)][1:]
    assert [line for line in found if line.startswith("@@")] == ["@@ -1,6 +1,6 @@\n", "@@ -18,7 +18,7 @@\n"]
    assert [line for line in found if line[0] in "+-"] == [
        "-name: app2\n", "+name: new2\n", "-name: app20\n", "+name: new20\n",
    ]  # fmt: skip
    assert len(found) == 2 + 7 + 8


def test_what_is_no_yaml_shows_no_value() -> None:
    assert [*diff(SERVICE, "name: app\nb: [\n", "name: x\n")][2:] == ["-name: ***\n", "-***\n", "+name: x\n"]


@pytest.mark.parametrize(("before", "after", "line"), [
    (None, "a\nb\n", "+ x.yaml (2 lines)\n"), (None, "", "+ x.yaml (0 lines)\n"), ("a\n", None, "- x.yaml (1 line)\n"),
    (None, "a\n" * 1200, "+ x.yaml (1,200 lines)\n"), (None, None, "+ x.yaml (0 lines)\n"),
])  # fmt: skip
def test_a_file_on_one_side_alone_is_one_line(before: str | None, after: str | None, line: str) -> None:
    assert [*diff("x.yaml", before, after)] == [line]


def test_files_that_are_too_large_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 9)
    assert [*diff("x.yaml", "a: 1\n", "a: 2345678\n")][1:] == ["the files differ; they are too large to compare here\n"]
    monkeypatch.setattr(module, "_LARGEST", 11)
    assert len([*diff("x.yaml", "a: 1\n", "a: 2345678\n")]) == 4


def test_a_long_line_is_cut() -> None:
    [*_, line] = diff("policies/x.yaml", "", "name: " + "x" * 400 + "\n")
    assert len(line) <= 302 and line.startswith("+name: xxx")


def test_a_file_of_more_than_two_thousand_lines_is_compared_coarsely() -> None:
    """Lines that stand in it often are passed over then, which is quick; up to there the diff is as small as can be."""
    for count, is_small in ((2000, True), (2001, False)):
        before = "name: x\n" * count
        found = [*diff("policies/x.yaml", before, before.replace("name: x", "name: y", 1))]
        assert (len(found) < 20) is is_small
