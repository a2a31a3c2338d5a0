"""One value → one YAML scalar on one line that every reader takes for exactly that value, in a block (not a flow) place.

Kubernetes reads YAML 1.1, Kustomize and editors 1.2: a string is left plain only where no reader of either could see
anything but that string, else it is double-quoted with JSON's escapes, which both versions share.
"""

from __future__ import annotations

import functools
import math
import re

# Begins with a letter, `/`, `$(` or `--x`, so it is no number, date, indicator or base-60 time; holds no `: `, ` #`.
_PLAIN = re.compile(
    r"(?:[A-Za-z/_]|--[A-Za-z]|\$\()"
    r"(?:[A-Za-z0-9_./$()+@%=;<>^~*&!?|'\"{}-]|,(?=[^\s,\]}])|:(?=[A-Za-z0-9/_.$-])|#"
    r"|[ ](?=[A-Za-z0-9_./$(+@%=;<>^~*&!?|'\"{}-]))*"
)
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity", "undefined"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Holds double quotes and nothing that needs an escape: single quotes keep it readable.
_SINGLE = re.compile(r"[\x20-\x26\x28-\x5b\x5d-\x7e]+")
# Line breaks that only some readers see (NEL, LS, PS), the byte order mark, controls, and what is no character.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\xa0\xad\u2028\u2029\u200b-\u200f\ufeff\ufff0-\uffff\ue000-\uf8ff]')


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


@functools.lru_cache(maxsize=1 << 16)
def text(value: str) -> str:
    """A string as a scalar. ValueError for a lone surrogate, which is no text."""
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED and len(value) < 1000:
        return value
    value.encode()
    if '"' in value and _SINGLE.fullmatch(value):
        return f"'{value}'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    written = repr(value)
    mantissa, exponent, power = written.partition("e")
    # YAML 1.1 takes `1e+20` for a string: a float has a point there.
    return written if "." in mantissa or not exponent else f"{mantissa}.0e{power}"


def scalar(value: object) -> str:
    """The scalar of a str, bool, int, float or None. TypeError for anything else."""
    if isinstance(value, str):
        return text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    raise TypeError(f"no YAML scalar for {type(value).__name__}")
