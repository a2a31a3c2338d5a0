"""Go templates are evaluated as far as their text tells, and nothing else of them is guessed."""

from __future__ import annotations

import pytest

from mooring.registry import template as template_module
from mooring.registry.sprig import FUNCTIONS, UNSEEN, Missing
from mooring.registry.template import NotUnderstood, evaluate
from tests.support.templates import PRINTED, REFUSED, UNKNOWN, VALUES


@pytest.mark.parametrize(("template", "printed"), PRINTED)
def test_a_template_prints(template: str, printed: str) -> None:
    """`§` in the table stands for a value that only the cluster sees."""
    assert evaluate(template, VALUES) == printed.replace("§", UNSEEN)


@pytest.mark.parametrize("template", UNKNOWN)
def test_a_form_that_is_not_evaluated(template: str) -> None:
    with pytest.raises(NotUnderstood):
        evaluate(template, VALUES)


@pytest.mark.parametrize(("template", "name"), REFUSED)
def test_a_value_that_nothing_gives(template: str, name: str) -> None:
    with pytest.raises(Missing, match=rf"\A{name}\Z"):
        evaluate(template, VALUES)
    assert UNSEEN in evaluate(template, None), "where more may be given it is one of those"


def test_the_mark_itself_says_nothing() -> None:
    """Who writes it into a template would have his own text taken for an unseen one."""
    for text in (UNSEEN, "{{ `\\ufdd0` }}", '{"auths": {"a": {"auth": "\\uFDD0"}}}'):
        with pytest.raises(NotUnderstood):
            evaluate(text, VALUES)


@pytest.mark.parametrize("template", [
    '{{ $a := "aaaaaaaaaa" }}' + '{{ $a = printf "%s%s%s%s" $a $a $a $a }}' * 40 + "{{ $a }}",
    '{{ $a := list 1 }}' + "{{ $a = list $a $a }}" * 100 + "{{ $a | toJson }}",
    '{{ $a := dict }}' + '{{ $a = dict "a" $a "b" $a }}' * 100 + "{{ $a | toJson }}",
    '{{ $a := "' + "a" * 40_000 + '" }}' + "{{ $a }}" * 1000, "{{ 1234567890123456789 }}",
    "{{ " + "(" * 1000 + "1" + ")" * 1000 + " }}", "{{ 1 }}" * 3000, "{{ print " + '"a" ' * 5000 + "}}", "x" * 200_000,
    # What is printed is counted, however short the text is.
    '{{ $a := "' + "a" * 30_000 + '" }}{{ $a }}{{ $a }}',
    "{{ `" + "[" * 50_000 + "` | fromJson | toJson }}", "{{" * 40_000, "{{ /*" * 15_000, '{{ "' * 20_000,
])  # fmt: skip
def test_a_template_that_grows_is_given_up(template: str) -> None:
    with pytest.raises(NotUnderstood):
        evaluate(template, VALUES)


def test_parentheses_are_nested_so_deeply_and_no_deeper() -> None:
    assert evaluate("{{ " + "(" * 30 + "1" + ")" * 30 + " }}", VALUES) == "1"
    with pytest.raises(NotUnderstood):
        evaluate("{{ " + "(" * 31 + "1" + ")" * 31 + " }}", VALUES)
    assert evaluate("{{ list (1) " + "(" * 30 + "1" + ")" * 30 + " | toJson }}", VALUES) == "[1,1]"
    with pytest.raises(NotUnderstood):
        evaluate("{{ list (1) " + "(" * 31 + "1" + ")" * 31 + " | toJson }}", VALUES)


@pytest.mark.parametrize(("longest", "is_understood"), [(192, False), (382, False), (383, True)])
def test_a_list_is_as_long_as_all_that_is_in_it(longest: int, is_understood: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a number comes to 2, and a list of two such lists to 5: then to 11, 23, 47, 95, 191 and 383."""
    monkeypatch.setattr(template_module, "_LONGEST", longest)
    template = "{{ $a := list 1 }}" + "{{ $a = list $a $a }}" * 7
    if is_understood:
        assert evaluate(template, VALUES) == ""
    else:
        with pytest.raises(NotUnderstood):
            evaluate(template, VALUES)


def test_a_text_is_as_long_as_its_characters_and_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_module, "_LONGEST", 40)
    assert evaluate('{{ "a" | indent 38 }}', VALUES) == " " * 38 + "a"
    with pytest.raises(NotUnderstood):
        evaluate('{{ "a" | indent 39 }}', VALUES)


def test_so_many_tokens_are_read_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """`{{ 1 }}` has two: the number and the space behind it."""
    monkeypatch.setattr(template_module, "_MOST", 5)
    assert evaluate("{{ 1 }}{{ 2 }}", VALUES) == "12"
    monkeypatch.setattr(template_module, "_MOST", 4)
    with pytest.raises(NotUnderstood):
        evaluate("{{ 1 }}{{ 2 }}", VALUES)


def test_each_function_has_a_row() -> None:
    told = " ".join(template for template, _ in PRINTED)
    assert [name for name in FUNCTIONS if name not in told] == []
