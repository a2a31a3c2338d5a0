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
# What a terminal or a browser acts on or shows as nothing: Unicode's controls, format and bidirectional characters, and
# the ignorable ones (https://www.unicode.org/reports/tr44/, Cc, Cf, Zl, Zp, Default_Ignorable_Code_Point), variation
# selectors of emoji left out. A reviewer sees none of them where they stand raw.
HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4"
    "\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A CI runner takes a line for a command that begins with `::`, or holds `##[`, `##vso[` or the like anywhere
# (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
_BREAKS = r"\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_COMMAND = rf"(?:\A|(?<=[{_BREAKS}]))[^\S{_BREAKS}]*:(?=:)|\#(?=\#[A-Za-z]*\[)"
_COMMAND_RE = re.compile(_COMMAND)
# Holds double quotes and nothing that needs an escape: single quotes keep it readable.
_SINGLE = re.compile(r"[\x20-\x26\x28-\x5b\x5d-\x7e]+")
# Hidden characters, line breaks that only some readers see among them; private ones, and what is no character.
_ESCAPED = f'["\\\\\\t\\n\\r\xa0\ue000-\uf8ff{HIDDEN}]'
_ESCAPED_RE = re.compile(_ESCAPED)
_ALL_RE = re.compile(f"(?P<command>{_COMMAND})|{_ESCAPED}")


def is_command(value: str) -> bool:
    """Whether a CI runner would take a line of `value` for a command, were it printed as it is."""
    return ("::" in value or "##" in value) and _COMMAND_RE.search(value) is not None


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


# What a comment or a file name cannot hold: line breaks, what is hidden, what is not UTF-8, a runner's command.
_UNSAFE = re.compile(rf"{_COMMAND}|[\t\n\r\ud800-\udfff{HIDDEN}]")
_RAW = re.compile(f"\r(?!\n)|[{HIDDEN}]")


def escaped(value: str) -> str:
    """A name or a sentence as it may stand in a comment: on one line, and harmless."""
    return _UNSAFE.sub(lambda match: "".join(map(_coded, match[0])), value)


def is_harmless(text: str) -> bool:
    """Whether a file of this text may be shown as it is: nothing in it is hidden, or a command for a CI runner."""
    return _RAW.search(text) is None and not is_command(text)


def _coded(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escape_all(match: re.Match[str]) -> str:
    """The same, and a command without what makes it one: its last character is escaped."""
    if match["command"] is None:
        return _escape(match)
    return f"{_ESCAPED_RE.sub(_escape, match[0][:-1])}\\x{ord(match[0][-1]):02x}"


@functools.lru_cache(maxsize=1 << 16)
def text_scalar(value: str) -> str:
    """A string as a scalar. ValueError for a lone surrogate, which is not text."""
    if len(value) < 1000 and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    value.encode()
    if is_command(value):
        return f'"{_ALL_RE.sub(_escape_all, value)}"'
    if '"' in value and _SINGLE.fullmatch(value):
        return f"'{value}'"
    return f'"{_ESCAPED_RE.sub(_escape, value)}"'


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
        return text_scalar(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    raise TypeError(f"no YAML scalar for {type(value).__name__}")
