"""A client of the stand-in for tests of the stand-in itself: no cookies, no retries, no redirects."""

from __future__ import annotations

import base64
import json
from types import TracebackType
from typing import Any, Self

import urllib3

from tests.support.harbor.server import HarborStandIn


class Client:
    def __init__(self, harbor: HarborStandIn) -> None:
        self.url = harbor.url
        self.pool = urllib3.PoolManager(ca_certs=str(harbor.ca_pem), retries=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.pool.clear()

    def ask(
        self, method: str, target: str, login: tuple[str, str] | None = None, body: Any = None, **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """`body` is sent as JSON, a text as it is; the target as it is, too."""
        sent = dict(headers)
        if login:
            sent["Authorization"] = f"Basic {base64.b64encode(':'.join(login).encode()).decode()}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        content = body if body is None or isinstance(body, str) else json.dumps(body)
        return self.pool.request(method, self.url + target, headers=sent, body=content, redirect=False)
