"""Every cause that a module names has words, and every reason too: what nobody has words for cannot be told at night."""

from __future__ import annotations

import ast
import re
from typing import get_args

import pytest

from mooring import rules
from mooring.doctor.causes import CAUSES
from mooring.doctor.refusal import REASONS, Expected, why_refused
from mooring.network.failure import Cause
from tests.support.example import ROOT

FOLDER = ROOT / "generator/mooring/doctor"
KNOWN = {*CAUSES, *get_args(Cause)}
# Of other vocabularies: an HTTP header, parts of a Job and of a page, forms and reasons of a refused credential.
OTHERS = {"www-authenticate", "harbor-registry", "mooring-doctor", *REASONS}
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


@pytest.mark.parametrize("module", sorted(path.name for path in FOLDER.glob("*.py")))
def test_each_code_of_a_module_has_words(module: str) -> None:
    constants = {
        node.value
        for node in ast.walk(ast.parse((FOLDER / module).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    assert constants - KNOWN - OTHERS == set()


def test_a_cause_of_doctor_s_is_no_problem_s_code_but_where_both_mean_the_same() -> None:
    assert KNOWN & set(rules.codes()) == {"malformed-dockerconfig", "secret-wrong-type"}


def test_every_reason_can_come_about_and_has_a_mend() -> None:
    expected = Expected("r", ("robot$p+r", "robot$p+r-b"))
    logins = (
        "robot$p+r", "robot$p+r-b", "robot+r", "robot$$p+r", "ROBOT$p+r", "p+r", "robot$x+y", "Robot$x+y", "x+y", "admin",
    )  # fmt: skip
    found = {reason for login in logins for reason in why_refused(login, "", expected)}
    for form in ("empty", "line-break", "blank", "non-ascii"):
        found |= set(why_refused("robot$p+r", form))  # type: ignore[arg-type]
    assert found == set(REASONS)
    assert all(words.said and words.mend for words in REASONS.values())
