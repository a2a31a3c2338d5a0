"""JSON and base64 as Go reads them, for what the kubelet reads with Go's own libraries.

Of https://pkg.go.dev/encoding/json: keys match fields whatever their letter case, every one of several counts in turn,
a byte order mark and `NaN` are no JSON, bytes that are no UTF-8 and half surrogates become U+FFFD.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

_PADDED = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BARE = re.compile(r"(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{0,3}")
_SURROGATE = re.compile("[\ud800-\udfff]")
NUMBER = 0.0


class Members(list[tuple[str, Any]]):
    """The members of a JSON object in their order, each as often as it is written."""

    def named(self, name: str) -> Iterator[Any]:
        """The values that Go puts into a field of that name, in turn; `ſ` folds to `s` there."""
        return (value for key, value in self if key == name or key.lower().replace("ſ", "s") == name)


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


# No number has a meaning here, and one of 5,000 digits is one too.
_DECODER = json.JSONDecoder(
    object_pairs_hook=Members, parse_constant=_refused, parse_int=lambda _: NUMBER, parse_float=lambda _: NUMBER
)


def from_json(raw: str | bytes) -> Any:
    """What the text holds, objects as `Members`. ValueError where it is no JSON."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "surrogateescape")
    try:
        return _DECODER.decode(whole(text))
    except RecursionError as error:
        raise ValueError("too deep") from error


def whole(text: str) -> str:
    """The text with U+FFFD for each half surrogate."""
    return _SURROGATE.sub("\ufffd", text)


def from_base64(text: str, *, padded: bool = True) -> bytes:
    """The bytes of a base64 text, in which line ends do not count. ValueError where it is none, or padded wrongly."""
    bare = text.replace("\n", "").replace("\r", "")
    if not (_PADDED if padded else _BARE).fullmatch(bare) or len(bare) % 4 == 1:
        raise ValueError("no base64")
    return base64.b64decode(bare + "=" * (-len(bare) % 4))
