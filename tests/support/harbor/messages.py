"""What the stand-in reads and what it answers: requests and answers as values, and the words of Harbor's errors."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

JSON = "application/json"
ERROR_JSON = "application/json; charset=utf-8"


class Request(NamedTuple):
    """One request. `path` is decoded once, as nginx does before Harbor sees it; `raw` is the target as sent.
    The names of headers are lower case."""

    method: str
    raw: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.raw).path)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query, decoded once."""
        return parse_qsl(urlsplit(self.raw).query, keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def basic(self) -> tuple[str, str] | None:
        """Login and secret of a well-formed Basic header."""
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            login, colon, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (login, secret) if colon else None

    @property
    def bearer(self) -> str | None:
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        return text if scheme.lower() == "bearer" else None


class Answer(NamedTuple):
    """One answer; `headers` without those that every answer has."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


def answer(status: int, value: Any, **headers: str) -> Answer:
    """A JSON answer of Harbor's API, keys in the order of their names."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    return Answer(status, {"Content-Type": JSON, **headers}, text.encode())


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    text = json.dumps({"errors": [{"code": code, "message": message}]}, ensure_ascii=False) + "\n"
    return Answer(status, {"Content-Type": ERROR_JSON, **headers}, text.encode())


def bad_request(message: str) -> Answer:
    return error(400, "BAD_REQUEST", message)


def invalid(message: str) -> Answer:
    """What Harbor's generated front says of a request that its own description does not allow."""
    return error(422, "UNPROCESSABLE_ENTITY", f"validation failure list:\n{message}")


def not_found(message: str) -> Answer:
    return error(404, "NOT_FOUND", message)


def denied(message: str) -> Answer:
    return error(403, "DENIED", message)


def unauthorized(message: str = "unauthorized") -> Answer:
    return error(401, "UNAUTHORIZED", message)


def broken() -> Answer:
    return error(500, "UNKNOWN", "internal server error")
