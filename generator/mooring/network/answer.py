"""An answer of a server: a status, headers by their lower-case names, and a body of bounded size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body may hold a secret that the server made: it is in no `repr`."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False, default=b"")

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people: of a proxy, a portal, or a gateway that has lost the server behind it."""
        return self.media_type in ("text/html", "application/xhtml+xml") or self.body[:200].lstrip().lower().startswith(
            (b"<!doctype html", b"<html")
        )

    @property
    def data(self) -> Any:
        """The body as JSON data; None where it is none, which no answer that matters is."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None
