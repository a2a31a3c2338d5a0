"""What a plain scalar means, in a fleet file and for kubectl; and what kubectl makes of a key that is not text."""

from __future__ import annotations

import math

import pytest

from mooring.yaml import resolution
from mooring.yaml.resolution import Value

HALF, FULL = 1 << 63, 1 << 64


@pytest.mark.parametrize(("text", "value"), [
    ("", None), ("~", None), ("Null", None), ("nULL", "nULL"),
    ("true", True), ("FALSE", False), ("yes", "yes"), ("off", "off"),
    ("0", 0), ("-12", -12), ("+12", 12), ("012", 12), ("0o17", 15), ("0o18", "0o18"), ("0x1F", 31),
    ("0x1G", "0x1G"), ("0b1", "0b1"),
    ("1_000", "1_000"), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-1", -0.15), (".", "."),
    ("e3", "e3"),
    (".inf", math.inf), ("+.Inf", math.inf), ("-.INF", -math.inf), (".iNF", ".iNF"), ("+.nan", "+.nan"),
    (str(FULL - 1), FULL - 1), (str(FULL), math.inf), (str(-HALF), -HALF), (str(-HALF - 1), math.inf),
    ("0x" + "f" * 16, FULL - 1), ("0x1" + "0" * 16, math.inf), ("9" * 400, math.inf), ("-" + "0" * 400, 0),
    # Python reads no number of more than 4,300 digits, zeros in front included.
    ("9" * 5000, math.inf), ("-" + "9" * 5000, math.inf), ("-" + "0" * 5000 + "7", -7), ("0" * 5000, 0), ("+", "+"),
    ("0" * 5000 + "x", "0" * 5000 + "x"),
    ("+" + "0" * 70 + "7", 7),
    ("12:30", "12:30"), ("2026-01-01", "2026-01-01"),
])  # fmt: skip
def test_a_scalar_of_a_fleet_file(text: str, value: Value) -> None:
    found = resolution.core(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "value"), [
    ("", None), ("~", None), ("yes", True), ("Off", False), ("y", True), ("N", False), ("oN", "oN"), ("vision", "vision"),
    ("0", 0), ("-12", -12), ("+12", 12), ("012", 10), ("0o17", 15), ("017", 15), ("019", 19.0), ("0x1f", 31), ("-0x1F", -31),
    ("0b101", 5), ("-0b101", -5), ("0b2", "0b2"), ("1_000", 1000), ("_1", "_1"), ("1__0", 10),
    # `0b` before a sign: Go reads the rest as a binary number of its own.
    ("0b-101", -5), ("0b+101", 5), ("0b-2", "0b-2"),
    ("0b-1" + "0" * 63, -HALF), ("0b-1" + "0" * 62 + "1", "0b-1" + "0" * 62 + "1"),
    ("0b+" + "1" * 63, HALF - 1), ("0b+1" + "0" * 63, "0b+1" + "0" * 63), ("0b+" + "0" * 90 + "1", 1),
    ("0b+" + "0" * 99 + "1", "0b+" + "0" * 99 + "1"), ("0b+" + "0" * 97 + "1", "0b+" + "0" * 97 + "1"),
    ("0b+" + "0" * 96 + "1", 1),
    (str(FULL - 1), FULL - 1), (str(FULL), float(FULL)), (f"+{HALF - 1}", HALF - 1), (f"+{HALF}", float(HALF)),
    (str(-HALF), -HALF), (str(-HALF - 1), float(-HALF - 1)), ("0x" + "f" * 16, FULL - 1),
    ("0x1" + "0" * 16, "0x1" + "0" * 16),
    ("0x" + "0" * 99 + "f", 15), ("0b" + "1" * 64, FULL - 1), ("0b" + "1" * 65, "0b" + "1" * 65),
    ("1.5", 1.5), ("1_0.5", 10.5), (".5", 0.5), (".5_0", 0.5), (".5_", ".5_"), ("._5", "._5"), (".", "."),
    ("5.", 5.0), ("1e3", 1000.0),
    ("1e999", "1e999"), ("-1e999", "-1e999"), (".1e999", ".1e999"), ("1e", "1e"), ("-", "-"), ("--1", "--1"),
    (".inf", math.inf), ("-.Inf", -math.inf), ("+.INF", math.inf), ("12:30", "12:30"), ("2026-01-01", "2026-01-01"),
])  # fmt: skip
def test_a_scalar_of_a_manifest(text: str, value: Value) -> None:
    found = resolution.kubernetes(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_no_number(text: str) -> None:
    assert math.isnan(float(resolution.core(text) or 0)) and math.isnan(float(resolution.kubernetes(text) or 0))


@pytest.mark.parametrize(("value", "key"), [
    (True, "true"), (False, "false"), (0, "0"), (-HALF, str(-HALF)), (HALF - 1, str(HALF - 1)), (HALF, None), (FULL, None),
    (1.0, "1"), (1.5, "1.5"), (-0.25, "-0.25"), (0.1, "0.1"), (100000.0, "100000"), (999999.0, "999999"),
    (1000000.0, "1e+06"), (1234567.0, "1.234567e+06"), (0.0001, "0.0001"), (0.00012, "0.00012"), (0.00001, "1e-05"),
    (1e39, ".inf"), (-1e39, "-.inf"), (1e-50, "0"), (16777216.0, "1.6777216e+07"), (1 / 3, "0.33333334"),
    # Of two numbers that are as near, the even one; but a power of two goes up.
    (2.0**-24, "5.9604645e-08"), (8388608.0, "8.388608e+06"), (33554432.0, "3.3554432e+07"),
])  # fmt: skip
def test_a_key_that_is_no_text(value: bool | int | float, key: str | None) -> None:
    """As sigs.k8s.io/yaml writes it: floats as Go prints those of 32 bits, `%g` with the fewest digits."""
    assert resolution.key(value) == key
