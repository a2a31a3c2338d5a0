"""Each image that no kubelet reads has a word for what is wrong with it, and the rule has a sentence for each word."""

from __future__ import annotations

import itertools

import pytest

from mooring.registry.faults import fault
from mooring.registry.reference import parse, pulled
from mooring.rules import bad_image

DIGITS = "0123456789abcdef" * 4


@pytest.mark.parametrize(("written", "word"), [
    ("", "empty"), (" ", "space"), ("h.io/p/a: 1", "space"), ("h.io/p/a:1\n", "space"), ("h.io/p/a\u00a0:1", "space"),
    ("https://h.io/p/a:1", "scheme"), ("docker://h.io/p/a", "scheme"), ("oci://h.io/p/a:1", "scheme"),
    ("h.io/p/a:", "tag-empty"), ("a:", "tag-empty"), ("h.io/p/a:1:2", "two-tags"), ("h.io/p/a:latest:", "two-tags"),
    ("h.io/p/a:" + "t" * 129, "tag-length"), ("h.io/p/a:1.0+build5", "tag"), ("h.io/p/a:-1", "tag"), ("h.io/p/a:.1", "tag"),
    ("h.io/p/A:1", "upper-case"), ("h.io/P/a", "upper-case"),
    ("h.io/p//a:1", "part-empty"), ("/p/a", "part-empty"), ("h.io/p/a/", "part-empty"), ("h.io/", "part-empty"),
    ("h.io/" + "p" * 256, "path-length"), (DIGITS, "id"), ("h.io/p/a..b", "character"), ("h.io/p/a_-b:1", "character"),
    ("<image>", "character"), ("h.io/p/ä", "character"),
    ("h.io/p/a@sha256:abc", "digest-length"), ("h.io/p/a@sha256:" + DIGITS + "0", "digest-length"),
    ("h.io/p/a@sha256:" + "g" * 64, "digest-digits"), ("h.io/p/a@sha256:" + "A" * 64, "digest-digits"),
    ("h.io/p/a@md5:" + "a" * 32, "digest-algorithm"), ("h.io/p/a@", "digest-algorithm"),
    ("h.io/p/a@latest", "digest-algorithm"),
    (f"aa/{'b' * 253}", "path-length"), (f"aa.b/{'b' * 254}_", "character"),
    ("a..b" + "c" * 60, "character"), ("h.io/p/a:-" + "t" * 127, "tag"),
])  # fmt: skip
def test_what_is_wrong_with_an_image(written: str, word: str) -> None:
    assert fault(written, model=False) == word
    assert parse(written) is None


@pytest.mark.parametrize(("uri", "word"), [
    ("oci://", "empty"), ("oci://h.io/p/A:1", "upper-case"), ("oci+native://h.io/p/a:", "tag-empty"),
    ("oci+modelcar://h.io/p/a:1:2", "two-tags"), ("oci://https://h.io/p/a", "scheme"), ("oci:///p/a", "part-empty"),
])  # fmt: skip
def test_what_is_wrong_with_a_model(uri: str, word: str) -> None:
    assert fault(uri, model=True) == word
    assert pulled(uri) is None


def test_every_word_has_a_sentence() -> None:
    parts = [
        "",
        "h.io",
        "p/a",
        "P",
        "//",
        ":",
        ":1",
        ":+",
        "@",
        "@sha256:",
        DIGITS,
        "g" * 64,
        " ",
        "https://",
        "..",
        ":" + "t" * 129,
    ]
    words = {fault("".join(few), model=False) for count in range(4) for few in itertools.product(parts, repeat=count)}
    assert words <= {*bad_image.FAULTS}
    assert {*bad_image.FAULTS} - words == {"variable", "path-length"}
