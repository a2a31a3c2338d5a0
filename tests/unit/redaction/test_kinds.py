"""What may be shown of a value, by the kind that its field is declared to hold; and text that commands nobody."""

from __future__ import annotations

import json

import pytest

from mooring.redaction import Kind, characters, harmless, is_credential_key, key, printable, quote, shown

CANARY = "s3cr3t CANARY/+7391846205=="


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("harbor.example.com:443/Vision/x:1", "image", "harbor.example.com:443/Vision/x:1"),
        ("oci://harbor.example.com/models/x:1", "image", "oci://harbor.example.com/models/x:1"),
        ("x@sha256:0123", "image", "x@sha256:0123"),
        ("https://user:pass@harbor.example.com/x:1", "image", "***"),
        ("user:pass@harbor.example.com/x:1", "image", "***"),
        ("x?token=y", "image", "***"),
        ("Vision_1", "name", "Vision_1"),
        ("robot$vision+ci", "name", "robot$vision+ci"),
        ("vision/detector", "name", "vision/detector"),
        ("a\x1b[2J", "name", "***"),
        ("a b", "name", "***"),
        (CANARY, "name", "***"),
        ("external-secrests", "choice", "external-secrests"),
        ("0.14", "choice", "0.14"),
        ("7391846205", "choice", "***"),
        (7391846205, "number", "***"),
        (12, "number", "12"),
        ("2027-02-30", "date", "2027-02-30"),
        ("30 days", "date", "30 days"),
        ("2027-03-01T00:00", "date", "***"),
        ("https://harbor.example.com", "host", "https://harbor.example.com"),
        ("https://user:pa/ss@harbor.example.com", "host", "https://***@harbor.example.com"),
        ("https://token@harbor.example.com:443", "host", "https://***@harbor.example.com:443"),
        ("a,b", "host", "***"),
        ("teams/*.yaml", "path", "teams/*.yaml"),
        ("https://u:p@x@git.example.com/a?token=b#c", "path", "https://***@git.example.com/a?***"),
        ("git@github.com:org/repo", "path", "***@github.com:org/repo"),
        ("user:pa ss@host", "path", "***@host"),
        ("services/a@b.yaml", "path", "services/a@b.yaml"),
        ("-----BEGIN KEY-----\nabc", "path", "***"),
        ("a\nb\x1b.yaml", "file", "a\\nb\\x1b.yaml"),
        ("bytes\udcff.yaml", "file", "bytes\\udcff.yaml"),
        ({"a": "b"}, "name", "***"),
        (True, "choice", "true"),
    ],
)
def test_a_value_is_shown_where_it_fits_its_kind(value: object, kind: Kind, expected: str) -> None:
    assert shown(value, kind) == expected
    assert quote(value, kind) == f"`{expected}`"


def test_what_is_long_is_shortened_and_a_text_of_a_megabyte_is_not_looked_at() -> None:
    assert shown("a" * 200, "name") == "a" * 99 + "…"
    assert shown("a" * 1_000_000, "path") == "***"
    assert shown("-" * 1_000_000, "host") == "***"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("imag", "imag"), ("serving.kserve.io/deploymentMode", "serving.kserve.io/deploymentMode"),
        (".dockerconfigjson", ".dockerconfigjson"), ("a b", "***"), ("password:x", "***"), ("\x1b[2J", "***"),
        ("https://user:pass@host", "***"), ("a" * 64, "***"), ("", "***"),
    ],
)  # fmt: skip
def test_a_key_is_shown_where_it_looks_like_a_field(name: str, expected: str) -> None:
    assert key(name) == expected


INVISIBLE = [
    "\0", "\x07", "\x1b", "\r", "\n", "\t", "\x7f", "\x85", "\x9b", "\xad", "\u200b", "\u200d", "\u200f", "\u2028", "\u2029",
    "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\U000e0041", "\u3164", "\u2800", "\udcff", "\ufff9",
]  # fmt: skip


@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_what_is_not_seen_is_escaped(character: str) -> None:
    assert printable(f"a{character}b") == f"a{character.encode('unicode_escape', 'surrogatepass').decode()}b"
    kept = character if character in "\n\t" else printable(character)
    assert characters.lines(f"a{character}b") == f"a{kept}b"
    assert json.loads(characters.as_json([f"a{character}b"])) == [f"a{character}b"]
    assert character in "\n" or character not in characters.as_json([f"a{character}b"], None)


@pytest.mark.parametrize("text", ["Ärger", "漢字", "e\u0301", "☁\ufe0f", "└─ x"])
def test_what_is_seen_stays(text: str) -> None:
    assert printable(text) == characters.lines(text) == text
    assert text in characters.as_json([text])


def test_colours_of_our_own_stay() -> None:
    assert characters.coloured("\033[1;31mno\033[0m\x1b]0;x\a") == "\033[1;31mno\033[0m\\x1b]0;x\\x07"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x\n", "\\u003a:error::x\n"),
        ("a\n \t\u2003::warning::x", "a\n \t\u2003\\u003a:warning::x"),
        ("\x1c::x", "\x1c\\u003a:x"),
        ("a ##[error]b ##[x]", "a #\\u0023[error]b #\\u0023[x]"),
        ("###[x]", "##\\u0023[x]"),
        ("a::b", "a::b"),
    ],
)
def test_no_line_is_a_command_of_the_runner(text: str, expected: str) -> None:
    assert harmless(text) == expected


def test_a_line_that_is_made_harmless_is_the_same_json() -> None:
    text = characters.as_json({"a": "##[error]x", "##[b]": 1})
    assert json.loads(harmless(text)) == json.loads(text)
    assert "##[" not in harmless(text)


def test_only_the_second_version_of_commands_can_be_ours() -> None:
    assert harmless("::error::a ##[b]\n", commands=True) == "::error::a #\\u0023[b]\n"


@pytest.mark.parametrize("name", ["password", "HARBOR_TOKEN", "apiKey", ".dockerconfigjson", "clientSecret", "private_key"])
def test_keys_of_credentials(name: str) -> None:
    assert is_credential_key(name)
    assert is_credential_key("x" * 100_000 + "-" + name) or name == ".dockerconfigjson"


@pytest.mark.parametrize(
    ("reason", "seen"),
    [
        ("the mirror is public, see OPS-123 (until 2027-01-01)", "the mirror is public, see OPS-123 (until 2027-01-01)"),
        ("password=zq7canary7391846205xw", "***"),
        ("mirror zq7canary7391846205xw is old", "mirror *** is old"),
        ("token: hunter is old", "token: *** is old"),
        ("see https://u:hunter@h.example.com/x?y=z for it", "see ***"),
    ],
)
def test_of_a_reason_words_are_shown(reason: str, seen: str) -> None:
    assert shown(reason, "reason") == seen
