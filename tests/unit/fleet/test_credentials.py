"""What looks like a credential written down, and that looking takes no longer than the text is long."""

from __future__ import annotations

import re

import pytest

from mooring.fleet import credentials
from mooring.fleet.credentials import in_manifest, plaintext_credentials


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


@pytest.mark.parametrize(("data", "routes"), [
    ({"password": "hunter2"}, [("password",)]),
    ({"a": [{"token": "x"}, {"token": 5}]}, [("a", 0, "token"), ("a", 1, "token")]),
    ({"password": ""}, []),
    ({"password": None, "token": True, "secret": False}, []),
    ({"password": "$(FROM_ENV)", "token": "ENC[AES256_GCM]", "secret": "<your token>"}, []),
    ({"password": "<your token> x"}, [("password",)]),
    # A variable's value is a credential by its name.
    ({"env": [{"name": "DB_PASSWORD", "value": "x"}]}, [("env", 0, "value")]),
    ({"env": [{"name": "LEVEL", "value": "x"}]}, []),
    ({"env": [{"name": "DB_PASSWORD", "other": "x"}]}, []),
    ({"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}, []),
    # An ExternalSecret's `secretKey` is the name of a key, beside where it comes from.
    ({"data": [{"secretKey": "x", "remoteRef": {"key": "k"}}]}, []),
    ({"data": [{"secretKey": "x", "sourceRef": {"storeRef": {}}}]}, []),
    ({"data": [{"secretKey": "x"}]}, [("data", 0, "secretKey")]),
    ({"data": [{"password": "x", "remoteRef": {"key": "k"}}]}, [("data", 0, "password")]),
    # A robot's record names properties, unless what it names looks like Harbor's own secrets.
    ({"robots": [{"secret": {"key": "harbor/A1b2c3d4", "username": "user", "password": "pass"}}]}, []),
    ({"robots": [{"secret": {"password": "A1b2c3d4"}}]}, [("robots", 0, "secret", "password")]),
    ({"robots": [{"secret": {"username": "A1b2c3d4"}}]}, [("robots", 0, "secret", "username")]),
    ({"robots": [{"secret": {"password": "A1b2c3d"}}]}, []),
    ({"robots": [{"secret": {"token": "x"}}]}, [("robots", 0, "secret", "token")]),
    ({"robots": [{"secret": {"apiKey": "x"}}]}, [("robots", 0, "secret", "apiKey")]),
    ({"spec": {"secret": {"password": "pass"}}}, [("spec", "secret", "password")]),
    ({"args": ["--a", "--token=x"], "image": "x"}, [("args", 1)]),
    ({"url": "https://u:p@h"}, [("url",)]),
    (["x", {"password": "y"}], [(1, "password")]),
    ("password=x", []),
])  # fmt: skip
def test_in_data(data: object, routes: list[tuple[str | int, ...]]) -> None:
    assert plaintext_credentials(data) == routes


def test_a_route_begins_where_it_is_said_to() -> None:
    assert plaintext_credentials({"password": "x"}, ("spec",)) == [("spec", "password")]


SECRET = {"apiVersion": "v1", "kind": "Secret"}


@pytest.mark.parametrize(("data", "routes"), [
    ({**SECRET, "data": {"a": "eA=="}, "stringData": {"b": "x"}}, [("data", "a")]),
    ({**SECRET, "stringData": {"a": None, "b": "x", "c": "y"}}, [("stringData", "b")]),
    ({**SECRET, "data": {"a": "ENC[AES256_GCM]"}}, []),
    ({**SECRET, "data": [], "stringData": None}, []),
    ({**SECRET, "metadata": {"annotations": {"token": "x"}}}, []),
    ({"apiVersion": "v2", "kind": "Secret", "data": {"a": "eA=="}}, []),
    ({"apiVersion": "example.com/v1", "kind": "Secret", "data": {"a": "eA=="}}, []),
    ({"kind": "Secret", "data": {"a": "eA=="}, "password": "x"}, [("password",)]),
    ({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "x", "password": "y"}}, [("data", "password")]),
])  # fmt: skip
def test_in_a_manifest(data: dict[str, object], routes: list[tuple[str, ...]]) -> None:
    """Whatever stands in a Secret is one: its first entry is reported, by no more than its key."""
    assert list(in_manifest(data)) == routes
