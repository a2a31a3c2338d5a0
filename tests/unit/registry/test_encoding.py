"""JSON and base64 as Go's encoding/json and encoding/base64 read them."""

from __future__ import annotations

import pytest

from mooring.registry.encoding import NUMBER, Members, from_base64, from_json, whole


@pytest.mark.parametrize(("raw", "data"), [
    ("{}", Members()),
    ('{"a": 1, "a": "x"}', Members([("a", NUMBER), ("a", "x")])),
    ('[1.5, -2e9, true, null, "x"]', [NUMBER, NUMBER, True, None, "x"]),
    (b'"\xff"', "\ufffd"),
    (b'"\xc3\xa4"', "ä"),
    (b'"\\ud83d\\ude00"', "\U0001f600"),
])  # fmt: skip
def test_json_is_read(raw: str | bytes, data: object) -> None:
    assert from_json(raw) == data


@pytest.mark.parametrize("raw", ["", "{", "NaN", "[Infinity]", "\ufeff{}", b"\xef\xbb\xbf{}", "{} {}", "{'a': 1}", "[1,]"])
def test_what_go_refuses_is_no_json(raw: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(raw)


def test_json_that_is_too_deep_is_refused_as_any_other() -> None:
    with pytest.raises(ValueError, match=r"^too deep$"):
        from_json("[" * 200_000)


def test_a_field_has_every_value_of_its_name_whatever_the_letter_case() -> None:
    members = Members([("auths", 1), ("x", 2), ("AUTHS", 3), ("authſ", 4), ("authſx", 5), ("auth", 6)])
    assert list(members.named("auths")) == [1, 3, 4]


@pytest.mark.parametrize(("text", "shown"), [("a", "a"), ("\ud800b", "\ufffdb"), ("\udcff\udcfe", "\ufffd\ufffd")])
def test_half_surrogates_are_replaced(text: str, shown: str) -> None:
    assert whole(text) == shown


# StdEncoding: https://github.com/golang/go/blob/go1.26.0/src/encoding/base64/base64_test.go (pairs, TestDecodeCorrupt)
@pytest.mark.parametrize(("text", "found"), [
    ("", b""), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("Zm9vYg==", b"foob"),
    ("FPucA9l+", b"\x14\xfb\x9c\x03\xd9~"),
    ("Zm\n9v", b"foo"), ("Zm9v\r\n", b"foo"), ("Z\nm8\r=", b"fo"),
    ("Zg", None), ("Zg=", None), ("Zg===", None), ("Z", None), ("Z===", None), ("====", None), ("=", None), ("Zm9v=", None),
    ("Zm 8=", None), ("!!!!", None), ("Zm9-", None), ("Zm9_", None), ("Zg==Zg==", None), ("AAAA====", None), ("A=AA", None),
    ("Zm\t9v", None),
])  # fmt: skip
def test_base64_with_its_padding(text: str, found: bytes | None) -> None:
    if found is not None:
        assert from_base64(text) == found
        return
    with pytest.raises(ValueError, match=r"^no base64$"):
        from_base64(text)


@pytest.mark.parametrize(("text", "found"), [
    ("", b""), ("Zg", b"f"), ("Zm8", b"fo"), ("Zm9v", b"foo"), ("Zm\n9v", b"foo"),
    ("Zm9vYmFyYg", b"foobarb"), ("Zm9vYmFyYmFyYmE", b"foobarbarba"),
    ("Z", None), ("Zg==", None), ("Zm8=", None), ("Zm9vZ", None), ("Z.", None),
])  # fmt: skip
def test_base64_without_padding(text: str, found: bytes | None) -> None:
    if found is not None:
        assert from_base64(text, padded=False) == found
        return
    with pytest.raises(ValueError, match=r"^no base64$"):
        from_base64(text, padded=False)
