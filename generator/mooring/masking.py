"""Which keys look like credentials, and source lines with what stands behind such a key masked."""

from __future__ import annotations

import functools
import re

_WORDS = frozenset(
    {"password", "passwd", "passphrase", "pwd", "token", "secret", "auth", "apikey", "credential", "credentials"}
)
_PAIRS = frozenset({("api", "key"), ("private", "key"), ("access", "key"), ("secret", "key"), ("client", "secret")})
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_MASK = "***"
_KEYED = re.compile(
    r"""(?P<key>"[^"]*"|'[^']*'|[A-Za-z_.][\w.-]*)(?P<between>\s*:\s+)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[^\s#{\[][^,}\]]*)"""
)
_FLOW = re.compile(r"[{,]")
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


def mask_line(line: str) -> str:
    """The line with every scalar behind a credential-like key, and every password in a URL or argument, as `***`."""

    def keyed(match: re.Match[str]) -> str:
        if not is_credential_key(match["key"].strip("\"'")):
            return match[0]
        return match["key"] + match["between"] + _MASK

    def argument(match: re.Match[str]) -> str:
        return match[1] + _MASK if is_credential_key(match[1].strip("-=")) else match[0]

    return _USER_INFO.sub(rf"\1{_MASK}@", _ARGUMENT.sub(argument, _KEYED.sub(keyed, line)))
