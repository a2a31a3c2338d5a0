"""Why a text cannot be read: said without any of the text."""

from __future__ import annotations

from mooring.yaml.unreadable import Fault, Unreadable


def test_a_fault_stands_for_itself_unless_it_says_so() -> None:
    assert (Fault("syntax", "x", 0).count, Fault("syntax", "x", 0, count=7).count) == (1, 7)


def test_a_refusal_has_its_character_and_its_hint() -> None:
    refusal = Unreadable("a tab is used for indentation", 7, "indent with spaces")
    assert (str(refusal), refusal.index, refusal.hint) == ("a tab is used for indentation", 7, "indent with spaces")
    assert Unreadable("x", 0).hint == ""
