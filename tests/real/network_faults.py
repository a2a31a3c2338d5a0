"""Faults of the network, each made for real: an address that drops packets in a network namespace of its own, servers that
never answer, speak the wrong protocol or show a certificate that nobody may trust, and a proxy that refuses.
"""

from __future__ import annotations

import datetime
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificates import DAY, NOW, Authority
from tests.support.http_server import serving

# RFC 5737: addresses of no machine. Clients fall back to HTTP for those of loopback and of private networks.
_HERE, _NOWHERE = "198.51.100.7", "198.51.100.9"


@dataclass(frozen=True)
class Faulty:
    """Where a registry would be: `before` begins each command that shall meet the fault, `env` is set for it, and `ca` is
    all that is trusted."""

    host: str
    ca: bytes
    before: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


class _Page(BaseHTTPRequestHandler):
    """Answers everything with a page for people; as a proxy it lets nobody through."""

    def do_GET(self, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>Sign in to the network</html>")

    do_HEAD = do_GET

    def do_CONNECT(self) -> None:
        self.do_GET(403)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def secured(folder: Path, *names: str, foreign: bool = False, **days: datetime.datetime) -> Iterator[Faulty]:
    """A server of pages whose certificate is for these names; `foreign` is one of a CA that is not trusted."""
    authority = Authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(folder, *names, **days))
    with serving(_Page, context) as port:
        yield Faulty(f"localhost:{port}", Authority("another CA").pem if foreign else authority.pem)


@contextmanager
def closed_port(_: Path) -> Iterator[Faulty]:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))  # bound, and nobody listens
        yield Faulty(f"localhost:{kept.getsockname()[1]}", Authority().pem)


@contextmanager
def unknown_name(_: Path) -> Iterator[Faulty]:
    yield Faulty("harbor.invalid", Authority().pem)


@contextmanager
def refusing_proxy(_: Path) -> Iterator[Faulty]:
    with serving(_Page) as port:
        yield Faulty("harbor.example.com", Authority().pem, env={"HTTPS_PROXY": f"http://127.0.0.1:{port}"})


@contextmanager
def dropped(_: Path) -> Iterator[Faulty]:
    """A route to a tunnel that nobody reads: packets are dropped, and no error comes back."""
    with _namespace(f"ip tuntap add dev t0 mode tun && ip addr add {_HERE}/24 dev t0 && ip link set t0 up") as before:
        yield Faulty(f"{_NOWHERE}:443", Authority().pem, before)


@contextmanager
def plain_http(_: Path) -> Iterator[Faulty]:
    with _served("-m", "http.server", "--bind", _HERE, "5000") as at:
        yield at


@contextmanager
def silent(_: Path) -> Iterator[Faulty]:
    """Takes connections, and never says a word."""
    with _served("-c", f"import socket, time; s = socket.create_server(('{_HERE}', 5000)); time.sleep(600)") as at:
        yield at


@contextmanager
def _served(*program: str) -> Iterator[Faulty]:
    """A Python program that listens on port 5000 of an address that is nobody's own."""
    with _namespace(f"ip addr add {_HERE}/32 dev lo") as before:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen([*before, sys.executable, *program], **quiet)
        try:
            _wait(lambda: subprocess.run([*before, "bash", "-c", f"< /dev/tcp/{_HERE}/5000"], check=False, **quiet))
            yield Faulty(f"{_HERE}:5000", Authority().pem, before)
        finally:
            server.kill()
            server.wait()


@contextmanager
def _namespace(made: str) -> Iterator[tuple[str, ...]]:
    """A network namespace, and what begins a command in it; `made` are the commands that furnish it."""
    ready = "ready"
    holder = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", f"ip link set lo up && {made} && echo {ready} && exec sleep infinity"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None and holder.stderr is not None
        if holder.stdout.readline().strip() != ready:
            pytest.fail(f"no network namespace can be made here: {holder.stderr.read()}")
        yield ("nsenter", "--target", str(holder.pid), "--net")
    finally:
        holder.kill()
        holder.communicate()


def _wait(look: Callable[[], subprocess.CompletedProcess[bytes]]) -> None:
    """Waits until a command ends well."""
    deadline = time.monotonic() + 20
    while look().returncode:
        assert time.monotonic() < deadline, "the server does not come up"
        time.sleep(0.1)


FAULTS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "the name is not resolved": ("name-not-resolved", unknown_name),
    "the port is closed": ("refused", closed_port),
    "packets are dropped": ("timed-out", dropped),
    "the server is silent": ("timed-out", silent),
    "plain HTTP": ("http-instead-of-https", plain_http),
    "a proxy lets nobody through": ("proxy", refusing_proxy),
    "a page for people": ("proxy-answers", lambda folder: secured(folder, "localhost")),
    "a CA that is not trusted": ("certificate-unknown", lambda folder: secured(folder, "localhost", foreign=True)),
    "another name": ("certificate-wrong-name", lambda folder: secured(folder, "other.example.com")),
    "expired": (
        "certificate-expired",
        lambda folder: secured(folder, "localhost", start=NOW - 9 * DAY, end=NOW - DAY / 2),
    ),
    "not yet valid, by an hour": (
        "certificate-not-yet-valid",
        lambda folder: secured(folder, "localhost", start=NOW + DAY / 24, end=NOW + 2 * DAY),
    ),
}  # fmt: skip
"""Each fault: the cause that it is, and what makes it."""
