"""What looks like a credential written down, and that looking takes no longer than the text is long."""

from __future__ import annotations

import re

import pytest

from mooring.fleet import credentials
from mooring.fleet.credentials import plaintext_credentials


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("--db-password=x", True),
        ("-token=x", True),
        ("--API-KEY=x", True),
        ("serve --a=b --secret=x", True),
        ("password=x", False),
        ("--password=", False),
        ("--password=$(SECRET)", False),
        ("--password=${SECRET}", False),
        ("--password=/run/secret", False),
        ("--password=$(A) --token=x", True),
        ("--password= x", False),
        ("https://user:pass@example.com", True),
        ("HTTPS://user:pass@example.com", True),
        ("see https://user:pass@example.com/a", True),
        ("https://user@example.com", False),
        ("https://example.com:443/a@b", False),
        ("://a:b@c", False),
    ],
)
def test_in_a_text(value: str, found: bool) -> None:
    assert plaintext_credentials({"args": [value]}) == ([("args", 0)] if found else [])


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("secret", "harbor/vision", False),
        ("secret", "teams/vision/harbor.prod", False),
        ("secret", "harbor", True),
        ("secret", "Harbor/Vision1", True),
        ("secret", "harbor/", True),
        ("imagePullSecret", "harbor-credential", False),
        ("imagePullSecret", "Abcdefg1", True),
        ("imagePullSecret", 7391846205, True),
        ("password", "harbor/vision", True),
        ("pullSecret", "x", True),
    ],
)
def test_a_name_is_no_credential(key: str, value: object, found: bool) -> None:
    assert plaintext_credentials({"a": {key: value}}) == ([("a", key)] if found else [])


@pytest.mark.parametrize(
    "unit", ["-a", "a", "password=", "-password", "://", "a://:", "-password=$(", "a:", "http://a:b", "-api-key", "=", "@"]
)
@pytest.mark.parametrize("end", ["=", "@", "password=", ""])
def test_a_long_text_is_looked_at_once(unit: str, end: str) -> None:
    """256 kB each: quadratic patterns took minutes for some of them."""
    text = unit * ((1 << 18) // len(unit)) + end
    assert plaintext_credentials([text]) in ([], [(0,)])


def test_no_pattern_begins_with_a_repetition() -> None:
    """Such a pattern is tried at every place of a run, each time to the run's end."""
    for pattern in (credentials._USER_INFO, credentials._ARGUMENT):
        assert not re.match(r"\(?(?:\?:)?\[[^\]]*\][*+]", pattern.pattern)


def test_deep_nesting_is_searched() -> None:
    data: object = {"password": "x"}
    for _ in range(100):
        data = {"a": [data]}
    assert plaintext_credentials(data) == [("a", 0) * 100 + ("password",)]
