"""The form in which Kubernetes writes a quantity back, once it has been read into one of its own types.

https://github.com/kubernetes/apimachinery/blob/v0.36.1/pkg/api/resource/quantity.go (`ParseQuantity`, `CanonicalizeBytes`)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_QUANTITY = re.compile(
    r"[+-]?(?P<whole>\d{0,30})(?:\.(?P<part>\d{0,30}))?(?:(?P<suffix>[KMGTPE]i|[numkMGTPE]?)|[eE](?P<exponent>[+-]?\d{1,2}))",
    re.ASCII,
)
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_POWERS = {suffix: power for power, suffix in _DECIMAL.items()}
_LARGEST = 2**63 - 1
_NANO = 10**9  # parts of one: the smallest that are kept


def canonical(written: object) -> str | None:
    """The quantity as it is written back (`2048Mi` as `2Gi`, `0.5` as `500m`); None for none, or a rounded one."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    text = str(written)
    match = _QUANTITY.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        return None
    whole, part = match["whole"].lstrip("0") or "0", match["part"] or ""
    suffix = match["suffix"] or ""
    is_binary = suffix[1:] == "i"
    exponent = int(match["exponent"]) if match["exponent"] is not None else _POWERS.get(suffix, 0)
    if _is_kept(whole, part, _BINARY.index(suffix)) if is_binary else _is_kept_decimal(whole, part, exponent):
        return text
    from fractions import Fraction  # brings `decimal`, for the few that are not kept as they are

    scale = Fraction(1024) ** _BINARY.index(suffix) if is_binary else Fraction(10) ** exponent
    value = Fraction(int(whole + part), 10 ** len(part)) * scale * (-1 if text[0] == "-" else 1)
    if abs(value) > _LARGEST or (value * _NANO).denominator != 1:
        return None
    if is_binary and abs(value) >= 1024 and value == int(value):
        return _in_powers_of_1024(int(value))
    return _in_powers_of_1000(value, exponential=match["exponent"] is not None)


def _is_kept(whole: str, part: str, power: int) -> bool:
    """Whether a number of powers of 1024 is written back as it was read."""
    return not part and len(whole) + 3 * power <= 14 and int(whole) % 8 != 0


def _is_kept_decimal(whole: str, part: str, exponent: int) -> bool:
    """Whether a decimal number is: no matter whether it is the shortest form (`1.500G` is not, `1.331G` is kept)."""
    scale, digits = exponent - len(part), whole + part
    is_short = len(digits) <= 18 and scale >= -9
    return is_short and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _in_powers_of_1024(value: int) -> str:
    power = 0
    while value % 1024 == 0:
        value, power = value // 1024, power + 1
    return f"{value}{_BINARY[power]}"


def _in_powers_of_1000(value: Fraction, *, exponential: bool) -> str:
    """The value as an integer with the largest suffix that keeps it one."""
    if not value:
        return "0"
    number, power = int(value * _NANO), -9
    while number % 1000 == 0:
        number, power = number // 1000, power + 3
    if exponential:
        return f"{number}e{power}" if power else str(number)
    return f"{number}{_DECIMAL[power]}"
