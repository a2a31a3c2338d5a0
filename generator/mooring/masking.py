"""Which keys look like credentials, and source lines with what stands behind such a key masked."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

_WORDS = frozenset(
    {"password", "passwd", "passphrase", "pwd", "token", "secret", "auth", "apikey", "credential", "credentials"}
)
_PAIRS = frozenset({("api", "key"), ("private", "key"), ("access", "key"), ("secret", "key"), ("client", "secret")})
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_MASK = "***"
_KEYED = re.compile(
    r"""(?P<key>"[^"]*"|'[^']*'|[A-Za-z_.][\w.-]*)(?P<between>\s*:\s+)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[^\s#{\[][^,}\]]*)"""
)
_HAS_KEY = re.compile(r"""\s*(?:- +)*("[^"]*"|'[^']*'|[A-Za-z_.][\w.-]*)\s*:(?:\s|$)""")
_NAME = re.compile(r"""\bname\s*:\s*("[^"]*"|'[^']*'|[\w.-]+)""")
_VALUE = re.compile(r"""(\bvalue\s*:\s+)("(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[^\s#{\[][^,}\]]*)""")
_ARGUMENT = re.compile(r"(--?[A-Za-z0-9-]+=)(\S+)")
_USER_INFO = re.compile(r"(://[^/\s:@]*:)[^/\s]+@")


@functools.lru_cache(maxsize=1 << 14)
def is_credential_key(key: str) -> bool:
    """Whether what stands under `key` looks like a credential: `password`, `HARBOR_TOKEN`, `.dockerconfigjson` …"""
    if key in (".dockerconfigjson", ".dockercfg"):
        return True
    parts = [part.lower() for part in _PART.findall(key)]
    if not parts:
        return False
    return parts[-1] in _WORDS or tuple(parts[-2:]) in _PAIRS


def mask_snippet(lines: Sequence[str], index: int, column: int) -> tuple[str, int]:
    """Line `index` of a file as it may be shown, and where in it the 1-based `column` is then.

    Besides what `mask_line` sees: a `value:` whose neighbouring `name:` is a credential's, and the further lines of a
    text under a credential-like key.
    """
    line = lines[index].rstrip("\r")
    if _continues_a_credential(lines, index):
        indent = len(line) - len(line.lstrip())
        return line[:indent] + _MASK, indent + 1
    around = lines[max(0, index - 2) : index + 3]
    if any(is_credential_key(name.strip("\"'")) for text in around for name in _NAME.findall(text)):
        line = _VALUE.sub(rf"\1{_MASK}", line)
    return mask_line(line), len(mask_line(_VALUE.sub(r"\1", lines[index][: column - 1]))) + 1


def _continues_a_credential(lines: Sequence[str], index: int) -> bool:
    """Whether the line holds no key of its own and belongs to a text that began under a credential-like key."""
    line = lines[index]
    if not line.strip() or _HAS_KEY.match(line):
        return False
    indent = len(line) - len(line.lstrip())
    for above in reversed(lines[:index]):
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            match = _HAS_KEY.match(above)
            return match is not None and is_credential_key(match[1].strip("\"'"))
    return False


def mask_line(line: str) -> str:
    """The line with every scalar behind a credential-like key, and every password in a URL or argument, as `***`."""

    def keyed(match: re.Match[str]) -> str:
        if not is_credential_key(match["key"].strip("\"'")):
            return match[0]
        return match["key"] + match["between"] + _MASK

    def argument(match: re.Match[str]) -> str:
        return match[1] + _MASK if is_credential_key(match[1].strip("-=")) else match[0]

    return _USER_INFO.sub(rf"\1{_MASK}@", _ARGUMENT.sub(argument, _KEYED.sub(keyed, line)))
