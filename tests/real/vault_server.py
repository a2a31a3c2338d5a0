"""Vault's own server, in memory, for a test's lifetime: a KV engine of version 2 at `secret`, one of version 1 at `old`."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = "root-of-this-test"


class Server(NamedTuple):
    url: str

    def ask(self, method: str, path: str, body: Any = None, token: str = ROOT) -> tuple[int, Any]:
        """Status and body of a plain request."""
        raw = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/v1/{path}", raw, {"X-Vault-Token": token}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def token(self, policy: str, name: str = "robots") -> str:
        """A token that may do what the policy says, and nothing else. `name` is the policy's."""
        self.ask("PUT", f"sys/policies/acl/{name}", {"policy": policy})
        made = self.ask("POST", "auth/token/create", {"policies": [name], "no_default_policy": True})
        return str(made[1]["auth"]["client_token"])


@contextmanager
def running(program: Path) -> Iterator[Server]:
    """Yields the server once it has both engines."""
    with subprocess.Popen([program, "127.0.0.1:0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{ROOT}\n")
        process.stdin.flush()
        ready, _, address = process.stdout.readline().strip().partition(" ")
        assert ready == "ready"
        server = Server(f"http://{address}")
        for mount, version in (("secret", "2"), ("old", "1")):
            status, said = server.ask("POST", f"sys/mounts/{mount}", {"type": "kv", "options": {"version": version}})
            assert status == 204, said
        yield server
        process.stdin.close()
