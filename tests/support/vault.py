"""A stand-in for Vault: its KV engines, tokens and AppRole, as far as `mooring secret set` asks for them.

Held to https://developer.hashicorp.com/vault/api-docs: `secret/kv/kv-v2`, `auth/approle`, `auth/token`,
`system/capabilities-self` and `system/internal-ui-mounts`, and by `tests/real/test_vault.py` to what Vault itself answers.
What is wrong is `{"errors": [...]}`, an absent record `{"errors": []}`, and one whose newest version is deleted says
which that was.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "hvs.of-the-stand-in"
ROLE_ID, SECRET_ID = "role-of-the-stand-in", "secret-id-of-the-stand-in"
_DENIED = (403, {"errors": ["permission denied"]})
Answer = tuple[int, Any]


@dataclass
class VaultStandIn:
    """What the server holds, and how it misbehaves."""

    url: str = ""
    mounts: dict[str, str] = field(default_factory=lambda: {"secret": "2", "old": "1"})
    records: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)  # None: this version is deleted
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    role: tuple[str, str] = (ROLE_ID, SECRET_ID)
    namespace: str | None = None
    sealed: bool = False
    denied: set[tuple[str, str]] = field(default_factory=set)  # method and path
    instead: dict[tuple[str, str], Answer] = field(default_factory=dict)
    before_write: Callable[[], None] = lambda: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, token: str | None, namespace: str | None, body: Any) -> Answer:
        """Status and body for a request."""
        self.asked.append((method, path))
        if (method, path) in self.instead:
            return self.instead[method, path]
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if namespace != self.namespace:
            return _DENIED
        if (method, path) == ("POST", "auth/approle/login"):
            if (body["role_id"], body["secret_id"]) != self.role:
                return 400, {"errors": ["invalid role or secret ID"]}
            self.tokens.add("hvs.of-the-role")
            return 200, {"auth": {"client_token": "hvs.of-the-role", "policies": ["robots"]}}
        if token not in self.tokens:
            return 403, {"errors": ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}
        if (method, path) == ("GET", "auth/token/lookup-self"):
            return 200, {"data": {"policies": ["robots"]}}
        if (method, path) == ("POST", "sys/capabilities-self"):
            return 200, {one: self._may(one) for one in body["paths"]}
        if path.startswith("sys/internal/ui/mounts/"):
            return self._mount(path.removeprefix("sys/internal/ui/mounts/"))
        if (method, path) in self.denied:
            return _DENIED
        mount, _, key = path.partition("/data/")
        if self.mounts.get(mount) == "2" and key:
            return self._read(path) if method == "GET" else self._write(path, body)
        return 404, {"errors": [f"no handler for route {path!r}. route entry not found."]}

    def _may(self, path: str) -> list[str]:
        """What a token's policies let it do at a path."""
        may = {"read": "GET", "create": "POST", "update": "POST"}
        return [name for name, method in may.items() if (method, path) not in self.denied] or ["deny"]

    def _mount(self, path: str) -> Answer:
        for mount, version in self.mounts.items():
            if f"{path}/".startswith(f"{mount}/"):
                return 200, {"data": {"path": f"{mount}/", "type": "kv", "options": {"version": version}}}
        said = "preflight capability check returned 403, please ensure client's policies grant access to path"
        return 403, {"errors": [f'{said} "{path}/"']}

    def _read(self, path: str) -> Answer:
        versions = self.records.get(path)
        if not versions:
            return 404, {"errors": []}
        metadata = {"created_time": "2026-01-01T00:00:00Z", "destroyed": False, "version": len(versions)}
        deleted = versions[-1] is None
        metadata["deletion_time"] = "2026-01-02T00:00:00Z" if deleted else ""
        return 404 if deleted else 200, {"data": {"data": versions[-1], "metadata": metadata}}

    def _write(self, path: str, body: Any) -> Answer:
        self.before_write()
        versions = self.records.setdefault(path, [])
        cas = body["options"].get("cas")
        if cas is not None and cas != len(versions):
            return 400, {"errors": ["check-and-set parameter did not match the current version"]}
        versions.append(body["data"])
        return 200, {"data": {"version": len(versions)}}


@contextmanager
def vault(certificate: Path | None = None) -> Iterator[VaultStandIn]:
    """A stand-in on loopback; with a `certificate` (and its key, in one file) over TLS."""
    state = VaultStandIn()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            path = self.path.removeprefix("/v1/")
            token, namespace = self.headers.get("X-Vault-Token"), self.headers.get("X-Vault-Namespace")
            state.headers.append(dict(self.headers))
            status, answer = state.answer(self.command, path, token, namespace, body)
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(answer, bytes) else "application/json")
            if status == 302:
                self.send_header("Location", f"{state.url}/v1/auth/token/lookup-self")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = _serve

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that trusts no certificate hangs up
    state.url = f"http://127.0.0.1:{server.server_port}"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        state.url = state.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
