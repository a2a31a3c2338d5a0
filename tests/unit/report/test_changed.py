"""The comment of a pull request: whole, never markup of the fleet's own, and never longer than GitHub takes."""

from __future__ import annotations

import dataclasses

from mooring.changes.model import Change, Comparison, Subject
from mooring.report import Terminal, changed, formats
from mooring.report.changed import markdown

LOOSER = Change("prod", "_cluster", "policy", "policy `x` is `Audit`, before `Deny`", Subject("Policy", "x"), "loosened")
WIDER = Change("prod", "vision", "grant", "Secret `s` may pull from `h/p` too", Subject("Secret", "s"), "widened")
ROLLS = Change("prod", "vision", "rolls", "InferenceService `d` rolls: its labels changed", Subject("InferenceService", "d"))
ALL = Comparison("`main`", "0123456789abcdef", (LOOSER, WIDER, ROLLS), ("2 files are not fresh",))


def comment(comparison: Comparison) -> str:
    return markdown.text(comparison, Terminal())


def test_the_formats() -> None:
    assert formats(changed) == ("json", "markdown", "text")


def test_the_comment() -> None:
    assert (
        comment(ALL)
        == """\
<!-- mooring-diff -->
### mooring diff: 1 policy setting loosened, 1 grant widened, 1 workload rolls

From `main` (0123456789ab) to this tree.

🔴 **Policies that refuse less**

- `prod/_cluster`: policy `x` is `Audit`, before `Deny`

🟠 **Grants that are wider**

- `prod/vision`: Secret `s` may pull from `h/p` too

> 2 files are not fresh

<details><summary>prod/_cluster: 1</summary>

- policy: policy `x` is `Audit`, before `Deny`

</details>

<details><summary>prod/vision: 2</summary>

- grant: Secret `s` may pull from `h/p` too
- **rolls**: InferenceService `d` rolls: its labels changed

</details>

"""
    )


def test_nothing_changed() -> None:
    assert (
        comment(Comparison("`main`", "0123456789abcdef", ()))
        == """\
<!-- mooring-diff -->
### mooring diff: nothing changed in meaning

From `main` (0123456789ab) to this tree.

"""
    )


def test_what_is_looser_in_several_environments_is_said_once_at_the_top() -> None:
    said = comment(dataclasses.replace(ALL, changes=(dataclasses.replace(LOOSER, environment="dev"), LOOSER)))
    assert "\n- `dev/_cluster`, `prod/_cluster`: policy `x` is `Audit`, before `Deny`\n" in said


def test_what_stands_outside_of_code_is_no_markup() -> None:
    hostile = dataclasses.replace(ROLLS, message="<img> @team [a](b) *x* `<code> @me` #1")
    said = comment(dataclasses.replace(ALL, changes=(hostile,)))
    assert r"- **rolls**: \<img\> \@team \[a\](b) \*x\* `<code> @me` \#1" in said


def test_a_comment_holds_as_many_sections_as_github_takes() -> None:
    many = tuple(
        dataclasses.replace(ROLLS, namespace=f"n{number:04}", message=f"{number:04} " + "x" * 400) for number in range(500)
    )
    said = comment(dataclasses.replace(ALL, changes=many))
    shown = said.count("<details>")
    assert len(said) <= markdown.LONGEST
    assert (shown > 100, said.count("</details>")) == (True, shown)
    assert said.endswith(f"{500 - shown} more namespaces do not fit into a comment: run `mooring diff`.\n")


def test_even_the_loud_ones_may_be_too_many() -> None:
    many = tuple(dataclasses.replace(WIDER, message=f"{number:04} " + "x" * 400) for number in range(500))
    said = comment(dataclasses.replace(ALL, changes=many))
    assert len(said) <= markdown.LONGEST
    assert said.startswith(markdown.MARKER)
    assert said.endswith("\n\nThe rest does not fit into a comment: run `mooring diff`.\n")
