"""What a plain scalar means: in a fleet file (YAML 1.2's core types), and in a manifest (as `kubectl` reads it)."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

Value = str | int | float | bool | None
Resolve = Callable[[str], Value]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
# https://yaml.org/spec/1.2.2/#1032-tag-resolution
_CORE_INT = re.compile(r"([-+]?)(?=[0-9])0*+([0-9]*+)")
_CORE_OCTAL = re.compile(r"0o[0-7]+")
_CORE_HEX = re.compile(r"0x[0-9a-fA-F]+")
_CORE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def _fitting(digits: str, base: int) -> int | float:
    """The number, or infinity for one of more than 64 bits, which few readers of JSON keep."""
    try:
        number = int(digits, base)
    except ValueError:  # thousands of digits
        return math.inf
    return number if -(1 << 63) <= number < 1 << 64 else math.inf


def _special(text: str) -> float | None:
    match = _SPECIAL.fullmatch(text)
    if match is None:
        return None
    return float("nan") if match[1] is None else float(match[1] + "inf")


def core(text: str) -> Value:
    """YAML 1.2 core: what a fleet file means."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if match := _CORE_INT.fullmatch(text):
        return _fitting("0".join(match.groups()), 10)  # of the zeros in front one: Python counts them as digits
    if _CORE_OCTAL.fullmatch(text):
        return _fitting(text[2:], 8)
    if _CORE_HEX.fullmatch(text):
        return _fitting(text[2:], 16)
    if _CORE_FLOAT.fullmatch(text):
        return float(text)
    special = _special(text)
    return text if special is None else special


# https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
_KUBE_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"}) | _TRUE
_KUBE_FALSE = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"}) | _FALSE
_KUBE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_GO_INT = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
# `0b` in front of what Go would take for a binary number of its own, sign and all.
_SIGNED_BINARY = re.compile(r"0b([-+][01]+)")
# A point first: Go lets `_` stand between two digits there.
_POINT_FLOAT = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES = (16, 2, 8, 10)


def _go_int(text: str) -> int | None:
    """As Go's ParseInt(text, 0, 64), then ParseUint, which takes no sign; None where neither does."""
    match = _GO_INT.fullmatch(text)
    if match is None:
        return None
    base, digits = next((b, g) for b, g in zip(_BASES, match.groups()[1:], strict=True) if g is not None)
    if len(digits.lstrip("0")) > 64:
        return None
    number = -int(digits, base) if match[1] == "-" else int(digits, base)
    return number if -(1 << 63) <= number < (1 << 63 if match[1] else 1 << 64) else None


def kubernetes(text: str) -> Value:
    """As `kubectl` and the API server read a manifest: YAML 1.1's booleans, Go's integers."""
    if text in _NULL:
        return None
    if text in _KUBE_TRUE:
        return True
    if text in _KUBE_FALSE:
        return False
    if text[0] not in "+-.0123456789":
        return text
    special = _special(text)
    if special is not None:
        return special
    if text[0] == ".":
        return _finite(text.replace("_", ""), text) if _POINT_FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    number = _go_int(digits)
    if number is not None:
        return number
    if _KUBE_FLOAT.fullmatch(digits):
        return _finite(digits, text)
    binary = _SIGNED_BINARY.fullmatch(digits)
    if binary is not None and len(binary[1]) < 99 and -(1 << 63) <= int(binary[1], 2) < 1 << 63:
        return int(binary[1], 2)
    return text


def _finite(digits: str, text: str) -> float | str:
    """The number; too large a one is a text there."""
    found = float(digits)
    return text if math.isinf(found) else found


def key(value: bool | int | float) -> str | None:
    """The text that sigs.k8s.io/yaml makes of a finite key that is none, for JSON; None where it refuses the key."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value < 1 << 63 else None
    single = _single(value)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    short, digits = _shortest(single)
    written = f"{short:.{digits}e}"
    exponent = int(written.partition("e")[2])
    return f"{short:.{max(digits - exponent, 0)}f}" if -4 <= exponent < 6 else written


def _shortest(single: float) -> tuple[float, int]:
    """Go's FormatFloat(…, -1, 32): the number with the fewest digits behind its first that is still `single` in 32 bits, of
    those the nearest, and how many digits it has there."""
    exact = Decimal(single)
    half = ROUND_HALF_UP if abs(math.frexp(single)[0]) == 0.5 else ROUND_HALF_EVEN  # so does Go with a power of two
    for digits in range(9):
        last = Decimal((0, (1,), exact.adjusted() - digits))
        for rounding in (half, ROUND_UP):  # below a power of two, the next number is only half as far as above
            found = float(exact.quantize(last, rounding))
            if _single(found) == single:
                return found, digits
    raise AssertionError("nine digits tell any two numbers of 32 bits from each other")


def _single(value: float) -> float:
    """The nearest number of 32 bits."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)
