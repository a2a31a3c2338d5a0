"""The door to the network against real sockets on loopback: what is sent, what is followed, repeated, trusted and told."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mooring.network import Answer, Client, Failure, Login, Patience
from tests.support.certificates import DAY, NOW, Authority

SECRET = "Canary$ecret:with\"quotes'ü"
LOGIN = Login("robot$vision+ci", SECRET)
QUICK = Patience(connect=0.3, read=0.3, whole=0.6, pauses=(0.0,))


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers each request with the next of its server's `script`, the last one for good, and keeps what was asked."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server: Any = self.server
        length = int(self.headers.get("Content-Length") or 0)
        server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        step = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        if step == "cut":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers, body = step
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Set-Cookie": "sid=abc; Path=/", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if headers.get("Content-Length", str(len(body))) != str(len(body)):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_CONNECT = _answer

    def log_message(self, *_arguments: object) -> None:
        """Nothing is logged."""


@contextlib.contextmanager
def serving(*script: Any, certificate: Path | None = None) -> Iterator[Any]:
    """A server that answers by the script; `.url`, and `.asked` for what it was asked."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    server.script, server.asked = list(script), []
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    server.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url: str, method: str = "GET", path: str = "/x", **more: Any) -> tuple[Answer | Failure, list[float]]:
    """What comes of one request, and the pauses that were made."""
    slept: list[float] = []
    request = {name: more.pop(name) for name in ("body", "repeat", "headers") if name in more}
    settings = {"insecure": True, "login": LOGIN, "timeout": QUICK, "environment": {}, **more}
    client = Client(url, sleep=slept.append, **settings)
    with contextlib.closing(client):
        found = client.request(method, path, **request)
    assert SECRET not in repr(found) + repr(client) + repr(LOGIN) + str(vars(client))
    return found, slept


def cause(found: Answer | Failure) -> str:
    return found.cause if isinstance(found, Failure) else str(found.status)


OK = (200, {"Content-Type": "application/json"}, b'{"a": 1}')


def test_what_is_sent_and_what_comes_back() -> None:
    with serving(OK) as server:
        found, _ = ask(server.url, "POST", "/x?q=a%252Bb", body=b"{}")
    assert isinstance(found, Answer) and (found.status, found.data, found.media_type) == (200, {"a": 1}, "application/json")
    ((method, path, headers, body),) = server.asked
    assert (method, path, body, headers["Content-Type"]) == ("POST", "/x?q=a%252Bb", b"{}", "application/json")
    assert headers["Authorization"] == LOGIN.header.reveal() and headers["User-Agent"].startswith("mooring/")


def test_no_cookie_is_ever_sent_back() -> None:
    with serving(OK) as server, contextlib.closing(Client(server.url, insecure=True, environment={})) as client:
        for _ in range(3):
            client.request("POST", "/x", body=b"{}")
    assert [headers.get("Cookie") for _, _, headers, _ in server.asked] == [None] * 3


BUSY = (503, {}, b"")


@pytest.mark.parametrize(
    ("method", "script", "more", "asked", "expected"),
    [
        ("GET", ["cut", "cut", OK], {}, 3, "200"),
        ("GET", ["cut"], {}, 3, "cut"),
        ("DELETE", ["cut", (404, {}, b"")], {}, 2, "404"),
        ("PUT", [BUSY, OK], {}, 2, "200"),
        ("POST", ["cut", OK], {}, 1, "cut"),
        ("POST", [BUSY, OK], {}, 1, "503"),
        ("POST", [(429, {}, b""), OK], {}, 2, "200"),
        ("PATCH", ["cut", OK], {}, 1, "cut"),
        ("PATCH", ["cut", OK], {"repeat": True}, 2, "200"),
        ("GET", [(500, {}, b""), OK], {}, 1, "500"),
        ("GET", [(401, {}, b""), OK], {}, 1, "401"),
        ("GET", [(200, {"Content-Length": "9"}, b"half"), OK], {}, 2, "200"),
    ],
)
def test_only_what_may_be_sent_twice_is(method: str, script: Any, more: Any, asked: int, expected: str) -> None:
    with serving(*script) as server:
        found, slept = ask(server.url, method, **more)
    assert (cause(found), len(server.asked), len(slept)) == (expected, asked, asked - 1)


def test_a_request_that_may_have_taken_effect_says_so() -> None:
    with serving("cut") as server:
        found, _ = ask(server.url, "POST", body=b"{}")
    assert isinstance(found, Failure) and found.took_effect
    unbound = socket.create_server(("127.0.0.1", 0))
    port = unbound.getsockname()[1]
    unbound.close()
    found, slept = ask(f"http://127.0.0.1:{port}", "POST", body=b"{}")
    assert isinstance(found, Failure) and (found.cause, found.took_effect, len(slept)) == ("refused", False, 2)


def test_retry_after_is_heeded_up_to_a_limit() -> None:
    with serving((429, {"Retry-After": "3"}, b""), (503, {"Retry-After": "999"}, b""), OK) as server:
        found, slept = ask(server.url)
    assert (cause(found), slept) == ("200", [3.0, 10.0])


@pytest.mark.parametrize(
    ("location", "expected", "asked"),
    [
        ("/y", "200", ["/x", "/y"]),
        ("http://127.0.0.1:1/y", "302", ["/x"]),
        ("https://harbor.example.com/y", "302", ["/x"]),
        ("//harbor.example.com/y", "302", ["/x"]),
        ("/x", "redirected", ["/x"] * 5),
    ],
)
def test_redirects_stay_at_the_address(location: str, expected: str, asked: list[str]) -> None:
    there = (302, {"Location": location}, b"")
    with serving(there, *([there] * 4 if location == "/x" else []), OK) as server:
        found, _ = ask(server.url)
    assert (cause(found), [path for _, path, _, _ in server.asked]) == (expected, asked)


def test_a_post_is_never_redirected() -> None:
    with serving((307, {"Location": "/y"}, b""), OK) as server:
        assert cause(ask(server.url, "POST", body=b"{}")[0]) == "307"


def test_an_answer_is_read_up_to_a_limit() -> None:
    with serving((200, {}, b"x" * 70_000)) as server:
        assert cause(ask(server.url, limit=69_999)[0]) == "too-large"
        assert cause(ask(server.url, limit=70_000)[0]) == "200"


def test_html_is_told_from_json() -> None:
    page = (200, {"Content-Type": "text/html; charset=utf-8"}, b"<!DOCTYPE html><p>login</p>")
    with serving(page) as server:
        found, _ = ask(server.url)
    assert isinstance(found, Answer) and found.is_html and found.data is None
    assert not Answer(200, {"content-type": "application/json"}, b"[]").is_html
    assert Answer(200, {}, b"\n<html>").is_html


CA, OTHER = Authority(), Authority("another CA")


@pytest.mark.parametrize(
    ("names", "dates", "bundle", "expected"),
    [
        (["127.0.0.1"], {}, CA.pem, "200"),
        (["127.0.0.1"], {}, OTHER.pem + CA.pem, "200"),
        (["127.0.0.1"], {}, None, "certificate-unknown"),
        (["127.0.0.1"], {}, OTHER.pem, "certificate-unknown"),
        (["harbor.example.com"], {}, CA.pem, "certificate-wrong-name"),
        (["127.0.0.1"], {"start": NOW - 3 * DAY, "end": NOW - DAY}, CA.pem, "certificate-expired"),
        (["127.0.0.1"], {"start": NOW + DAY, "end": NOW + 2 * DAY}, CA.pem, "certificate-not-yet-valid"),
        (["127.0.0.1"], {}, b"no PEM", "bad-ca-bundle"),
        (["127.0.0.1"], {}, b"-----BEGIN CERTIFICATE-----\n\xff", "bad-ca-bundle"),
    ],
    ids=range(9),  # the bundles differ in every process
)
def test_certificates(tmp_path: Path, names: list[str], dates: Any, bundle: bytes | None, expected: str) -> None:
    with serving(OK, certificate=CA.issue(tmp_path, *names, **dates)) as server:
        found, slept = ask(server.url, insecure=False, ca_bundle=bundle)
    assert (cause(found), slept) == (expected, [])
    if isinstance(found, Failure):
        assert not found.took_effect and server.url in found.message and found.mend


def test_http_and_https_mixed_up(tmp_path: Path) -> None:
    with serving(OK) as server:
        found, _ = ask(server.url.replace("http:", "https:"), insecure=False)
        assert cause(found) == "http-instead-of-https" and server.asked == []
    with serving((400, {}, b"Client sent an HTTP request to an HTTPS server.\n")) as server:
        assert cause(ask(server.url)[0]) == "https-instead-of-http"


@pytest.mark.parametrize(
    ("url", "insecure", "expected"),
    [
        ("http://harbor.example.com", False, "insecure"),
        ("harbor.example.com", True, "bad-address"),
        ("https://admin:Harbor12345@harbor.example.com", True, "bad-address"),
        ("https://harbor.example.com:99999", True, "bad-address"),
        ("ftp://harbor.example.com", True, "bad-address"),
        ("https://harbor.example.com/a\r\nX: y", True, "bad-address"),
    ],
)
def test_addresses_that_are_not_asked(url: str, insecure: bool, expected: str) -> None:
    found, slept = ask(url, insecure=insecure)
    assert (cause(found), slept) == (expected, [])
    assert isinstance(found, Failure) and "Harbor12345" not in found.message


def test_what_hangs_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found, _ = ask(url, timeout=Patience(read=0.05, pauses=(0.0,), tries=1))
    assert isinstance(found, Failure) and (found.cause, found.took_effect) == ("timed-out", True)


def test_what_is_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with listening.accept()[0] as one:
                one.recv(1 << 16)
                one.sendall(b"220 mail.example.com ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        patience = Patience(connect=0.3, read=0.3, tries=1)
        found, _ = ask(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=patience)
        thread.join()
    assert cause(found) == "no-answer"


def test_a_name_that_does_not_resolve() -> None:
    found, _ = ask("https://no-such-host.invalid")
    assert isinstance(found, Failure) and (found.cause, found.took_effect) == ("name-not-resolved", False)
    assert found.message == "the name in `https://no-such-host.invalid` cannot be resolved"


def test_a_proxy_that_does_not_pass_on_is_named_without_its_login() -> None:
    with serving((407, {"Content-Type": "text/html"}, b"<html>who are you?</html>")) as server:
        environment = {"HTTPS_PROXY": f"http://joe:{'Pr0xy'}@127.0.0.1:{server.server_port}"}
        found, _ = ask("https://harbor.example.com", environment=environment)
    assert isinstance(found, Failure) and found.cause == "proxy" and "Pr0xy" not in found.message
    assert {(method, path) for method, path, _, _ in server.asked} == {("CONNECT", "harbor.example.com:443")}
    assert all("Authorization" not in headers for _, _, headers, _ in server.asked)
    assert all(headers["proxy-authorization"].startswith("Basic ") for _, _, headers, _ in server.asked)


def test_plain_http_through_a_proxy() -> None:
    with serving((200, {}, json.dumps([1]).encode())) as server:
        environment = {"http_proxy": f"127.0.0.1:{server.server_port}"}
        found, _ = ask("http://harbor.example.com", environment=environment)
    assert isinstance(found, Answer) and found.data == [1]
    assert server.asked[0][1] == "http://harbor.example.com/x"
