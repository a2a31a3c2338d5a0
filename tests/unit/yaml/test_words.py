"""What the library says of a text, in our words: each with the text that makes it say so, and where it is shown."""

from __future__ import annotations

import pytest

from mooring.yaml.exact import compose
from mooring.yaml.unreadable import Unreadable
from mooring.yaml.words import Message, worded

QUOTES = "put the value in quotes"
NODE = "a value cannot begin with this character"
NEIGHBOURS = ("this line is indented differently from its neighbours", "align it with the lines above")
BEHIND = ("a `|` or `>` with something behind it", "begin the text on the next line")
TAG = ("an invalid tag", QUOTES)


@pytest.mark.parametrize(("text", "index", "message", "hint"), [
    ("a:\n\t- b\n", 3, "a tab is used for indentation", "indent with spaces"),
    ("a: @b\n", 3, NODE, QUOTES),
    ("a: `b`\n", 3, NODE, QUOTES),
    ("a: b: c\n", 4, "a second `: ` on one line", "put the value in quotes, or indent what belongs below"),
    ("a: - b\n", 3, "a list item must begin on a line of its own", "begin the list on the next line"),
    ("a: ? b\n", 3, "a key must begin on a line of its own", "begin it on the next line"),
    ("a: ['b' 'c']\n", 8, "a `[` is not closed, or a comma is missing", "close it with `]`"),
    ("a: {'b' 'c'}\n", 8, "a `{` is not closed, or a comma is missing", "close it with `}`"),
    # Shown at the quote, not where the text ends.
    ("a: 'b\nc: d\n", 3, "a quote is not closed", "close the quote"),
    ("a: 'b\n---\nc\n", 3, "a quote is not closed", "close the quote"),
    ("a: b\nc\nd: e\n", 5, "a key without `:`", "write `key: value`, and indent texts of several lines"),
    ("a:\n  b: c\n d: e\n", 11, *NEIGHBOURS),
    ("a: b\n- c\n", 5, *NEIGHBOURS),
    ('a: "\\q"\n', 5, "a backslash before a character that needs none", "double the backslash, or use single quotes"),
    ('a: "\\xzz"\n', 6, "an escape without its digits", "write the character itself"),
    ("a: | b\n  c\n", 5, *BEHIND),
    ("a: >5x\n", 5, *BEHIND),
    ("a: |0\n  c\n", 4, *BEHIND),
    ("a: ]\n", 3, NODE, QUOTES),
    ("a: [,]\n", 4, NODE, QUOTES),
    ("a: !<b\n", 6, *TAG),
    ("a: !x!y z\n", 3, *TAG),
    ("a: !<> d\n", 5, "this is not YAML", ""),
])  # fmt: skip
def test_what_is_said_of_a_text(text: str, index: int, message: str, hint: str) -> None:
    with pytest.raises(Unreadable) as caught:
        compose(text, core=True)
    assert (str(caught.value), caught.value.index, caught.value.hint) == (message, index, hint)


@pytest.mark.parametrize(("said", "message"), [
    ("while scanning a quoted scalar found unexpected end of stream",
     Message("a quote is not closed", "close the quote", at_begin=True)),
    ("while scanning a quoted scalar found unexpected document separator",
     Message("a quote is not closed", "close the quote", at_begin=True)),
    ("while scanning a simple key could not find expected ':'",
     Message("a key without `:`", "write `key: value`, and indent texts of several lines", at_begin=True)),
    # The first entry that fits, by its place in the table: a tab cannot start a token either.
    ("while scanning for the next token found character '\\t' that cannot start any token",
     Message("a tab is used for indentation", "indent with spaces", at_begin=False)),
    ("while scanning for the next token found character '@' that cannot start any token",
     Message(NODE, QUOTES, at_begin=False)),
    ("while parsing a flow sequence expected ',' or ']', but got '<stream end>'",
     Message("a `[` is not closed, or a comma is missing", "close it with `]`", at_begin=False)),
    ("while parsing a block mapping expected <block end>, but found '<stream end>'",
     Message("a `[` or `{` is not closed", "close it", at_begin=False)),
    ("while scanning a tag expected ' ', but found ','", Message(*TAG, at_begin=False)),
    ("while scanning an anchor expected a name, but found '&'",
     Message("an anchor without a name of letters and digits", "put the value in quotes, or name it", at_begin=False)),
    ("while scanning an alias expected a name, but found '*'",
     Message("an alias without a name of letters and digits", "put the value in quotes, or name it", at_begin=False)),
    ("it says something new of `hunter2`", Message("this is not YAML", "", at_begin=False)),
    ("", Message("this is not YAML", "", at_begin=False)),
])  # fmt: skip
def test_what_the_library_says_in_our_words(said: str, message: Message) -> None:
    assert worded(said) == message
