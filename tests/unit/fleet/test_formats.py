"""The formats of a fleet file's texts: what each takes and what it refuses."""

from __future__ import annotations

import datetime

import pytest

from mooring.fleet.formats import FORMATS, days, parse_date

A63, A64, A253 = "a" * 63, "a" * 64, ".".join(["a" * 63] * 4)[:253]
TAKEN = {
    "kubernetes-label": ["a", "a-b", "0", A63],
    "kubernetes-name": ["a", "a.b-c", A253],
    "kubernetes-glob": ["team-*", "*", "a"],
    "harbor-name": ["a", "a.b_c-d", "0a", "a" * 255],
    "host": ["h", "Harbor.example.com", "h:1", "h:65535", "[::1]", "[::1]:5000", "a" * 63 + ".b"],
    "api-server": [
        "https://kubernetes.default.svc",
        "https://10.0.0.1:6443",
        "http://[::1]:8080",
        "https://a.example.com/k8s/c-1",
    ],
    "cluster-name": ["prod", "in-cluster", "arn:aws:eks:eu-west-1:1:cluster/a", "Prod_1"],
    "harbor-api": ["https://harbor.example.com", "http://a:8080/", "https://a/harbor"],
    "age-recipient": ["age1" + "q" * 58],
    "path": ["a", "../a", "a/b.yaml", "./a"],
    "date-or-never": ["2027-03-01", "never", "2028-02-29"],
    "days": ["1d", "30d", "9999d"],
    "refresh": ["15m", "1h", "1h30m", "10s"],
    "label-key": ["team", "example.com/team", "a_b.c", "a" * 63, A253 + "/a"],
    "label-value": ["", "a", "A_b.c-1", A63],
}
REFUSED = {
    "kubernetes-label": ["", "-a", "a-", "A", "a.b", "a_b", A64, "a\n"],
    "kubernetes-name": ["", ".a", "a.", "a..b", "a.-b", "A", A253 + "a", "a" * 254],
    "kubernetes-glob": ["", "a?", "[a]", "A", "a.b", A64],
    "harbor-name": ["", "A", "a..b", "a-", "_a", "a--b", "a" * 256, "a/b"],
    "host": [
        "",
        "https://h",
        "h/p",
        "h:",
        "h:0",
        "h:65536",
        "h:123456",
        "-h",
        "h-",
        "h..i",
        "a" * 64,
        "u@h",
        A253 + ".a",
        "[x]",
    ],
    "api-server": [
        "",
        "kubernetes.default.svc",
        "https://",
        "https://a\n",
        "https://a b",
        "https://u@a",
        "https://{{ .x }}",
    ],
    "cluster-name": ["", "a b", "prod\n", "{{ .x }}", "a\x00"],
    "harbor-api": ["", "harbor.example.com", "ftp://a", "https://u@a", "https://a b", "https://a?x", "https://a\n"],
    "age-recipient": [
        "",
        "age1",
        "AGE-SECRET-KEY-1QQQQQQQQQQQQ",
        "age1b" + "q" * 58,
        "ssh-ed25519 AAAA",
        "age1" + "q" * 58 + "\n",
    ],
    "path": ["", "/a", "~/a", "a\\b", "a\0b"],
    "date-or-never": ["", "Never", "2027-02-29", "2027-3-1", "01-03-2027", "20270301", "2027-03-01T00:00"],
    "days": ["", "0d", "30", "d", "-1d", "10000d", "1.5d", "30 d"],
    "refresh": ["", "15", "m", "1m1h", "1.5h", "-1m"],
    "label-key": ["", "/a", "a/", "a/b/c", "-a", "A/b", "a" * 64, A253 + "a/a"],
    "label-value": ["-a", "a-", "a b", A64],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TAKEN.items() for text in texts])
def test_a_text_is_taken(name: str, text: str) -> None:
    assert FORMATS[name].test(text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_a_text_is_refused(name: str, text: str) -> None:
    assert not FORMATS[name].test(text)


def test_every_format_is_shown_here() -> None:
    assert set(FORMATS) == set(TAKEN) == set(REFUSED)


def test_dates_and_durations_have_values() -> None:
    assert parse_date("2027-03-01") == datetime.date(2027, 3, 1)
    assert (parse_date("2027-02-29"), parse_date("20270301"), parse_date("never")) == (None, None, None)
    assert days("30d") == 30
