"""Whom a client is to its server: a name and a secret, of which only the name is ever shown."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from mooring.redaction import Credential

Headers = Mapping[str, str | Credential]
"""Of a request: whoever has them in a variable shows no credential of them in a traceback."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user's or a robot's login, for HTTP's Basic scheme (https://www.rfc-editor.org/rfc/rfc7617)."""

    username: str
    secret: str = field(repr=False)

    @property
    def header(self) -> Credential:
        """The value of `Authorization`; UTF-8, as Harbor reads it."""
        return Credential("Basic " + base64.b64encode(f"{self.username}:{self.secret}".encode()).decode("ascii"))
