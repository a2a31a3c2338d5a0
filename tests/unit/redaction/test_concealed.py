"""A credential shows itself in none of the ways in which values are shown by accident."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from mooring.redaction import Credential

CANARY = "Zq7CaNaRy+7391/846205="


@dataclasses.dataclass(frozen=True)
class Holder:
    login: str
    secret: Credential


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        (str, "***"),
        (repr, "***"),
        (ascii, "***"),
        (lambda c: f"{c}", "***"),
        (lambda c: f"{c!r:>30}", "***".rjust(30)),
        (lambda c: f"{c:>30}", "***"),
        (lambda c: "%s" % c, "***"),  # noqa: UP031
        (lambda c: f"{[c]}{ ({'a': c}) }", "[***]{'a': ***}"),
        (lambda c: str(Holder("robot$a", c)), "Holder(login='robot$a', secret=***)"),
        (lambda c: str(ValueError(c)), "***"),
    ],
)
def test_it_is_a_mask(way: Callable[[Credential], str], shown: str) -> None:
    assert way(Credential(CANARY)) == shown


@pytest.mark.parametrize(
    "way",
    [
        pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars, bytes, len, hash, list,
        lambda c: dataclasses.asdict(Holder("robot$a", c)), lambda c: c + "", lambda c: "".join([c]),
    ],
)  # fmt: skip
def test_it_gives_itself_to_nothing(way: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as caught:
        way(Credential(CANARY))
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_it_reveals_itself_and_equals_its_like() -> None:
    credential = Credential(CANARY)
    assert credential.reveal() == CANARY
    assert credential == Credential(CANARY)
    assert credential != Credential("x")
    assert credential != CANARY


def test_a_traceback_with_its_frames_does_not_show_it() -> None:
    def fail(secret: Credential) -> None:
        raise RuntimeError(secret)

    try:
        fail(Credential(CANARY))
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = ***" in shown
    # The line of this test that writes it down is quoted; no value is.
    assert CANARY not in shown
