"""The texts that YAML readers are compared on: scalars that some reader takes for something else, in every place a scalar
can stand. `tests/unit/yaml/test_document.py` compares mooring's readers over it, `tests/real/test_yamlread.py` kubectl's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

SCALARS: tuple[str, ...] = (
    # what everybody reads alike
    "plain", "two words", "a-b", "a_b", "a.b", "v1.2.3", "1.2.3", "12", "0", "-7", "1.5", "-0.25", "true", "false", "null",
    "harbor.example.com/p/r:1.0", "gs://bucket/a/b", "oci://h:5000/p/m@sha256:0123abc", "2027-03-01", "30d", "15m", "1Gi",
    "robot$x", "robot$p+x", "${HOME}", "$(HOME)", "{{ 7*7 }}", "a{{b}}", "--model_name={{.Name}}", "/mnt/models", "a,b",
    "a#b", "a'b", 'a"b', "a:b", "é", "日本", "🚢", "x86_64", "e3", "0.20", "1.36",
    # booleans and nulls of some version
    "yes", "Yes", "YES", "no", "No", "NO", "y", "Y", "n", "N", "on", "On", "ON", "off", "Off", "OFF", "True", "TRUE",
    "False", "FALSE", "tRUE", "Null", "NULL", "nULL", "~", "~x", "none", "None", "",
    # numbers of some version
    "012", "0777", "-012", "08", "0o17", "0O17", "0o8", "0b11", "0B11", "0b12", "-0b11", "0x1F", "0X1F", "-0x1F", "0xg",
    "1_000", "1_", "_1", "0_1", "0x_1", "1__0", "1,000", "+1", "-1", "+", "-", "--1", "+-1", "1.", ".5", "-.5", "+.5", ".",
    "..", "1e3", "1E3", "1e+3", "1.5e3", "1e-3", "1.e3", ".1e3", "e1", "1e", "1e1000", "-1e1000", "1_0.5", "1.5_0", "._1",
    "-_1", "-._1",
    "1:30", "1:30:00", "190:20:30.15", "-1:30", ".inf", ".Inf", ".INF", "-.inf", "+.inf", ".iNF", "inf", "Infinity", ".nan",
    ".NaN", ".NAN", ".naN", "nan", "999999999999999", "1000000000000000", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
    "100000000000000000000000", "0x7fffffffffffffff", "0xffffffffffffffff", "0x10000000000000000", "0.1", "00", "-0", "+0",
    "0.0", "-0.0", "00.5", "1.0", "1.10", "3.14159265358979323846", "123456789.123456789", "0.1e1", "1d", "1f", "0xe+1",
    # dates and times
    "2027-03-01T10:00:00Z", "2027-03-01 10:00:00", "2027-02-30", "2001-1-1", "12:30:45",
    # indicators
    "-x", "?x", ":x", "? x", "- x", ": x", "&a", "*a", "!x", "!!str 1", "!!int '1'", "! 1", "|", ">", "%x", "@x", "`x", "#x",
    "x #y", "x# y", "[", "]", "{", "}", "[]", "{}", "[1, yes]", "{a: yes}", ",", "=", "<<", "<", "x: y", "x:", "a: b: c",
    "'", '"', "'a'", '"a"', "'a''b'", '"\\n"', '"\\x41"', '"\\u0041"', '"\\/"', '"\\q"', "''", '""', "...", "---", "--- x",
    "\\", "\\n", "*", "&", "!", "?", ":", "a\tb", "\ta", "a ", "  a",
    "a \t b", "1\t2", "a\tb\tc", "a\t", "&a\tb", "*a\tb", "!a\tb", "a\t#b", "a\t: b", "x: y\tz", "- a\tb", "---\ta",
    "'a'\tb",
    # characters that only some readers take for a line break, or refuse
    "a\x85b", "a\u2028b", "a\u2029b", "a\ufeffb", "\ufeffa", "a\xa0b", "\x00", "a\x07b", "a\x1bb", "a\x7fb", "a\x80b",
    "a\ufffeb", "a\uffffb", "a\U0001fffeb", "a\rb", "a\ue000b", "a\u200bb", "a \x85 b", "a \u2028 b",
)  # fmt: skip

# `@` is where the scalar stands.
PLACES: dict[str, str] = {
    "value": "a: @\nb: 1\n",
    "last value": "a: @",
    "nested value": "a:\n  b: @\n  c: d\n",
    "value before a comment": "a: @ # b\n",
    "value after spaces": "a:   @  \n",
    "value below its key": "a:\n  @\n",
    "crlf": "a: @\r\nb: 1\r\n",
    "item": "a:\n- @\n- b\n",
    "item of the root": "- @\n",
    "item in an item": "- - @\n  - a\n",
    "flow value": "a: {b: @, c: 1}\n",
    "flow value without spaces": "a: {b: @,c: 1}\n",
    "last flow value": "{b: @}\n",
    "flow item": "[@, a]\n",
    "tight flow item": "[a,@]\n",
    "flow item of several lines": "a: [b,\n  @,\n  c]\n",
    "key": "@: a\n",
    "key without a value": "@:\nb: c\n",
    "key of an item": "- @: a\n  b: c\n",
    "flow key": "{@: a}\n",
    "tight flow key": "{b: c,@: a}\n",
    "flow key without a value": "{@, b: c}\n",
    "pair in a flow list": "[@: a]\n",
    "explicit key": "? @\n: a\n",
    "single quotes": "a: '@'\n",
    "double quotes": 'a: "@"\n',
    "key in double quotes": '"@": a\n',
    "key in single quotes": "{'@': a}\n",
    "tight after a quoted key": '{"a":@}\n',
    "tight after a colon": "a:@\n",
    "literal": "a: |\n  @\n  b\n",
    "folded": "a: >-\n  @\n  b\n",
    "second line": "a: b\n  @\n",
    "first line": "a: @\n  b\n",
    "root": "@\n",
    "root text": "|\n@\n",
    "last document": "a: b\n---\n@",
    "directive": "%YAML 1.1\n---\na: @\n",
    "after a marker": "--- @\n",
    "second document": "a: 1\n---\nb: @\n",
    "anchored": "a: &x @\nb: *x\n",
    "tagged": "a: !!str @\n",
    "merged": "a: &x {b: @}\nc:\n  <<: *x\n",
    "comment": "a: b # @\nc: d\n",
    "twice": "@: a\nb: c\n@: d\n",
}


def texts(scalars: tuple[str, ...] = SCALARS) -> Iterator[tuple[str, str, str]]:
    """Every scalar in every place: (place, scalar, text)."""
    for place, frame in PLACES.items():
        for scalar in scalars:
            yield place, scalar, frame.replace("@", scalar)


def exact(value: Any) -> Any:
    """A value that equals another's only where their types are equal too, down to the order of keys and the zero's sign."""
    if isinstance(value, dict):
        return ("dict", tuple((exact(key), exact(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(exact(item) for item in value))
    if isinstance(value, float):
        return ("float", "nan" if math.isnan(value) else value.hex())
    return (type(value).__name__, value)
