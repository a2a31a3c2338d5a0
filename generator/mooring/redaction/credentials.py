"""Which keys look like credentials: what stands under one is never shown, whatever else is declared."""

from __future__ import annotations

import functools
import re

_WORDS = frozenset(
    {"password", "passwd", "passphrase", "pwd", "token", "secret", "auth", "apikey", "credential", "credentials"}
)
_PAIRS = frozenset({("api", "key"), ("private", "key"), ("access", "key"), ("secret", "key"), ("client", "secret")})
_LONGEST = 256  # the last words decide
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


@functools.lru_cache(maxsize=1 << 14)
def is_credential_key(key: str) -> bool:
    """Whether what stands under `key` looks like a credential: `password`, `HARBOR_TOKEN`, `.dockerconfigjson` …"""
    if key in (".dockerconfigjson", ".dockercfg"):
        return True
    parts = [part.lower() for part in _PART.findall(key[-_LONGEST:])]
    if not parts:
        return False
    return parts[-1] in _WORDS or tuple(parts[-2:]) in _PAIRS
