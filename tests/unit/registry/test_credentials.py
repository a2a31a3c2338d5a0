"""The logins of docker configurations, as the kubelet takes them."""

from __future__ import annotations

import base64
import json

import pytest

from mooring.registry.credentials import AuthEntry, credentials, tried
from mooring.registry.reference import parse


def basic(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        ({"auth": basic("robot$a+b:p:q")}, ("robot$a+b", "p:q")),
        ({"username": "u", "password": "p"}, ("u", "p")),
        ({"auth": basic("x:y"), "username": "u", "password": "p"}, ("x", "y")),
        ({"auth": basic("x:")}, ("x", "")),
        ({"username": "u"}, ("u", "")),
        ({"auth": basic("ü:ß€")}, ("ü", "ß€")),
        ({}, None),
    ],
)
def test_the_login_of_an_entry(entry: dict[str, str], login: tuple[str, str] | None) -> None:
    found, _ = credentials(json.dumps({"auths": {"h.example.com": entry}}))
    assert found == ({"h.example.com": AuthEntry("h.example.com", *login)} if login else {})


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"auths": {"h.example.com": {"auth": "%%"}}}', '{"auths": 1}'])
def test_what_the_kubelet_refuses_has_no_login(text: str) -> None:
    found, faults = credentials(text)
    assert found == {}
    assert faults


@pytest.mark.parametrize("bad", [{"auth": "%%"}, {"auth": basic("no colon")}, {"username": 1}, "text"])
def test_one_bad_entry_takes_the_good_ones_with_it(bad: object) -> None:
    good = {"auth": basic("u:p")}
    assert list(credentials(json.dumps({"auths": {"a.example.com": good}}))[0]) == ["a.example.com"]
    found, faults = credentials(json.dumps({"auths": {"a.example.com": good, "b.example.com": bad}}))
    assert found == {}
    assert faults


def test_the_order_is_the_kubelet_s() -> None:
    auths = {host: {"auth": basic(f"{host}:p")} for host in ("h.example.com", "h.example.com/vision", "other.example.com")}
    found, _ = credentials(json.dumps({"auths": auths}))
    reference = parse("h.example.com/vision/app:1")
    assert reference is not None
    assert [one.key for one in tried(found, reference)] == ["h.example.com/vision", "h.example.com"]


def test_the_older_form_has_its_hosts_at_the_top() -> None:
    found, _ = credentials(json.dumps({"h.example.com": {"auth": basic("u:p")}}), ".dockercfg")
    assert found["h.example.com"].username == "u"
