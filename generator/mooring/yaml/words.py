"""What ruamel.yaml says → what we say: its own messages may quote the text, and the text may hold a password."""

from __future__ import annotations

from typing import NamedTuple

# What the library says → what we say, and a hint; the first that fits. `^` is for what is best shown where it begins.
_WORDS = (
    ("found character '\\t'", "a tab is used for indentation", "indent with spaces"),
    ("cannot start any token", "a value cannot begin with this character", "put the value in quotes"),
    ("mapping values are not allowed", "a second `: ` on one line", "put the value in quotes, or indent what belongs below"),
    ("sequence entries are not allowed", "a list item must begin on a line of its own", "begin the list on the next line"),
    ("mapping keys are not allowed", "a key must begin on a line of its own", "begin it on the next line"),
    ("expected ',' or ']'", "a `[` is not closed, or a comma is missing", "close it with `]`"),
    ("expected ',' or '}'", "a `{` is not closed, or a comma is missing", "close it with `}`"),
    ("^found unexpected end of stream", "a quote is not closed", "close the quote"),
    ("^found unexpected document separator", "a quote is not closed", "close the quote"),
    ("^could not find expected ':'", "a key without `:`", "write `key: value`, and indent texts of several lines"),
    ("but found '<stream end>'", "a `[` or `{` is not closed", "close it"),
    ("expected <block end>", "this line is indented differently from its neighbours", "align it with the lines above"),
    ("unknown escape", "a backslash before a character that needs none", "double the backslash, or use single quotes"),
    ("hexdecimal numbers", "an escape without its digits", "write the character itself"),
    ("while scanning a block scalar", "a `|` or `>` with something behind it", "begin the text on the next line"),
    ("expected the node content", "a value cannot begin with this character", "put the value in quotes"),
    ("while scanning a tag", "an invalid tag", "put the value in quotes"),
    ("while parsing a tag", "an invalid tag", "put the value in quotes"),
    ("tag handle", "an invalid tag", "put the value in quotes"),
    ("while scanning an anchor", "an anchor without a name of letters and digits", "put the value in quotes, or name it"),
    ("while scanning an alias", "an alias without a name of letters and digits", "put the value in quotes, or name it"),
)  # fmt: skip
BEHIND = ("text behind the end of the document, which `kubectl` does not read", "begin a document with a line `---`")
SECOND = ("a fleet file must be one document", "put the other one into a file of its own")
SLOW = ("which is too long to be read where it holds something odd", "split it, or quote odd values such as `012` and `no`")
LONG_KEY = ("a key of more than 1,024 characters", "shorten it")
HALF_CHARACTER = ("an escape of half a character", "write the character itself, or one escape `\\U0001f600`")
NO_SUCH_CHARACTER = ("an escape of no character", "write the character itself")


class Message(NamedTuple):
    """A fault in words; `at_begin` where it is shown at what the library was reading, not where it stopped."""

    message: str
    hint: str
    at_begin: bool


def worded(said: str) -> Message:
    """What the library said, by the first entry that fits."""
    for part, message, hint in _WORDS:
        if part.removeprefix("^") in said:
            return Message(message, hint, part.startswith("^"))
    return Message("this is not YAML", "", at_begin=False)
