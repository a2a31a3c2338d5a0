"""What the action's steps do in a repository with a pull request: checks, the comment, and what a fork gets."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from tests.support import history
from tests.support.action import AUTHOR, FLEET, TOKEN, change, job

MOVED = FLEET.replace("detector:1.0", "detector:1.1")
LOOSER = MOVED.replace("Deny", "Audit")
BROKEN = FLEET.replace("project: vision", "project: other")
MARKER = "<!-- mooring-diff -->"
# In the place of mooring: a comment as long as mooring writes one, so that its last section is open where it is cut.
LONG = """\
#!{python}
import sys
for form, path in zip(sys.argv[3::4], sys.argv[5::4]):
    head = "<!-- mooring-diff -->\\n<details><summary>a: 1</summary>\\n\\n"
    body = head + "- changed\\n" * 6540 + "</details>\\n"
    open(path, "w").write({{"markdown": body, "json": '{{"changes": [{{}}]}}', "text": "`" * 5 + "\\n"}}[form])
"""


def test_a_fresh_tree_passes_and_leaves_a_log(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    assert made.run("render")[0] == 0
    code, said = made.run("check")
    assert (code, "::error" in said) == (0, False), said
    assert (tmp_path / "output").read_text() == f"sarif={tmp_path}/temp/mooring.sarif\n"
    assert json.loads((tmp_path / "temp/mooring.sarif").read_text())["version"] == "2.1.0"


def test_a_stale_tree_and_a_broken_fleet_fail_at_their_lines(tmp_path: Path) -> None:
    made = job(tmp_path)
    (made.checkout / "fleet.yaml").write_text(MOVED)
    assert made.run("render")[0] == 1
    code, said = made.run("check")
    assert code == 1 and "::error file=overlays/" in said and "drift" in said
    (made.checkout / "fleet.yaml").write_text(BROKEN)
    code, said = made.run("check")
    assert code == 1 and re.search(r"^::error file=fleet\.yaml,line=\d+", said, re.MULTILINE), said
    assert json.loads((tmp_path / "temp/mooring.sarif").read_text())["runs"][0]["results"]


def test_strict_is_an_input(tmp_path: Path) -> None:
    made = job(tmp_path, head=FLEET + "exemptions: []\n")
    unused = FLEET.replace(
        "robots:\n", "robots:\n- {name: idle, project: idle, expires: 2099-01-01, secret: {key: harbor/idle}}\n"
    )
    change(made, unused)
    assert made.run("check")[0] == 0
    made.inputs = {"strict": "true"}
    assert made.run("check")[0] == 1


def test_the_comment_is_made_once_and_then_replaced(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    made.comment("somebody", f"{MARKER} mine")
    made.comment("somebody", None)
    assert made.run("comment") == (0, "")
    *others, ours = made.comments
    assert (ours["user"]["login"], len(others)) == (AUTHOR, 2)
    assert ours["body"].startswith(MARKER) and "detector:1.1" in ours["body"]
    assert ours["body"].endswith("(https://github.example.com/platform/fleet/actions/runs/42).\n")
    change(made, LOOSER)
    assert made.run("comment") == (0, "")
    assert made.comments[:2] == others and len(made.comments) == 3
    assert "`Audit`, before `Deny`" in made.comments[2]["body"]
    listed = ["GET", "repos/platform/fleet/issues/7/comments?per_page=100"]
    assert made.requests == [
        listed,
        ["POST", "repos/platform/fleet/issues/7/comments"],
        listed,
        ["PATCH", "repos/platform/fleet/issues/comments/102"],
    ]
    assert "!! policy" in made.summary


def test_what_the_base_changed_meanwhile_is_not_said(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    history.git(made.checkout, "checkout", "-q", "-b", "later", "refs/remotes/origin/main")
    change(made, FLEET.replace("Deny", "Audit"))
    history.git(made.checkout, "update-ref", "refs/remotes/origin/main", "later")
    history.git(made.checkout, "checkout", "-q", "main")
    assert made.run("comment") == (0, "")
    (ours,) = made.comments
    assert "detector:1.1" in ours["body"] and "Audit" not in ours["body"] + made.summary


def test_a_fork_gets_the_summary_and_annotations(tmp_path: Path) -> None:
    made = job(tmp_path, head=LOOSER)
    (tmp_path / "gh/forbidden").touch()
    code, said = made.run("comment")
    assert (code, made.comments) == (0, [])
    notice, *warnings = said.splitlines()
    assert notice.startswith("::notice title=mooring::the comment could not be written (gh: Resource not accessible")
    assert warnings and all(line.startswith("::warning title=mooring::default/_cluster: policy") for line in warnings)
    assert "detector:1.1" in made.summary


def test_without_gh_it_is_the_same(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    (tmp_path / "gh/gh").unlink()
    for name in ("git", "bash"):
        (tmp_path / "gh" / name).symlink_to(shutil.which(name) or name)
    code, said = made.run("comment", PATH=str(tmp_path / "gh"))
    assert code == 0 and "(no `gh` on PATH)" in said and "detector:1.1" in made.summary


def test_a_change_without_meaning_makes_no_comment_but_updates_one(tmp_path: Path) -> None:
    made = job(tmp_path)
    assert made.run("comment") == (0, "") and made.comments == []
    change(made, MOVED)
    made.run("comment")
    change(made, FLEET)
    made.run("comment")
    (ours,) = made.comments
    assert "detector" not in ours["body"] and "nothing changed" in ours["body"]


def test_a_comment_is_cut_where_github_would_not_take_it(tmp_path: Path) -> None:
    made = job(tmp_path)
    program = tmp_path / "temp/mooring/bin/mooring"
    program.unlink()
    program.write_text(LONG.format(python=sys.executable))
    program.chmod(0o755)
    assert made.run("comment") == (0, "")
    (ours,) = made.comments
    assert 65_000 < len(ours["body"]) <= 65_536
    whole = "The whole of it is in the [summary of this run](https://github.example.com/platform/fleet/actions/runs/42).\n"
    assert ours["body"].endswith(f"- changed\n</details>\n\nThe rest does not fit into a comment.\n\n{whole}")
    assert made.summary == "### mooring diff\n\n``````text\n`````\n``````\n\n"


def test_the_whole_is_in_the_summary_where_mooring_cut_the_comment(tmp_path: Path) -> None:
    entries = [
        f"- {{name: s{i}, namespace: n{i % 8}, spec: {{predictor: {{containers: [{{name: kserve-container, "
        f'image: "harbor.example.com/vision/{"long-" * 30}{i}:1.0"}}]}}}}}}\n'
        for i in range(240)
    ]
    base = FLEET.replace("- name: vision\nservices:\n", "".join(
        ["- name: vision\n", *(f"- name: n{i}\n" for i in range(8)), "services:\n", *entries]
    ))  # fmt: skip
    made = job(tmp_path, base, base.replace(":1.0", ":1.1"))
    assert made.run("comment") == (0, "")
    (ours,) = made.comments
    assert len(ours["body"]) <= 65_536 and "do not fit into a comment" in ours["body"]
    assert len(made.summary) > 65_536 and all(f"`s{i}`" in made.summary for i in range(240))


def test_a_broken_fleet_or_a_shallow_clone_says_so_and_fails_nothing(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    made.run("comment")
    change(made, BROKEN)
    code, said = made.run("comment")
    assert code == 0 and said.startswith("::warning title=mooring::cannot say what changed in meaning: ")
    assert "nothing was compared" in made.comments[0]["body"] and "detector" not in made.comments[0]["body"]
    code, said = made.run("comment", GITHUB_BASE_REF="release")
    assert (code, said) == (
        0, "::warning title=mooring::the history of `release` is not here: check out with `fetch-depth: 0`\n",
    )  # fmt: skip


def test_the_token_reaches_nothing_but_gh(tmp_path: Path) -> None:
    made = job(tmp_path, head=MOVED)
    program = tmp_path / "temp/mooring/bin/mooring"
    real = program.resolve()
    program.unlink()
    program.write_text(f'#!/bin/sh\nenv >> {tmp_path}/seen\nexec {real} "$@"\n')
    program.chmod(0o755)
    for step in ("render", "check", "comment"):
        assert made.run(step)[0] == 0
    assert "RUNNER_TEMP=" in (tmp_path / "seen").read_text() and TOKEN not in (tmp_path / "seen").read_text()
    assert TOKEN not in made.summary + json.dumps(made.comments)
