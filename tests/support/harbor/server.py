"""The server: TLS on loopback, a thread for each connection, cookies and CSRF as Harbor has them, faults, and the routes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.support.harbor import projects, pulls, robots, system, tokens
from tests.support.harbor.certificates import Authority
from tests.support.harbor.faults import BEFORE, Fault, How
from tests.support.harbor.messages import Answer, Request, broken, denied, error, not_found
from tests.support.harbor.registry import DockerRegistry, OwnRegistry, Registry
from tests.support.harbor.rights import Caller, log_in
from tests.support.harbor.state import State

NAMES = ("localhost", "127.0.0.1", "harbor.example.com")
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
READ_ONLY = "The system is in read only mode. Any modification is prohibited."
GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
SEEMING = {
    "500": broken(),
    "500-after": broken(),
    "502": Answer(502, {"Content-Type": "text/html"}, GATEWAY),
    "429": error(429, "TOOMANYREQUESTS", "too many requests", **{"Retry-After": "1"}),
    "html": Answer(200, {"Content-Type": "text/html"}, b"<html><body>Sign in to the network</body></html>"),
}


class Login(NamedTuple):
    name: str
    password: str


class Seen(NamedTuple):
    """A request that arrived: who it said to be, and what it was answered (0: nothing)."""

    method: str
    path: str
    query: str
    login: str
    status: int
    cookie: bool


class HarborStandIn:
    """`with HarborStandIn(tmp_path) as harbor:`; `registry` puts the real docker-registry behind it,
    into which images are pushed: what `state.add_image` adds is then known to Harbor alone.

    `url` is where it is asked, `host` what images begin with, `ca_pem` the file with what signs its certificate,
    `admin` who may do everything, `state` what it knows, `seen` the requests so far."""

    def __init__(self, folder: Path, *, registry: bool = False, names: Sequence[str] = NAMES) -> None:
        self.folder = folder
        self.state = State()
        self.authority = Authority()
        self.names = names
        self.faults: list[Fault] = []
        self.seen: list[Seen] = []
        self.real = registry
        self.offers_ca = True

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca_pem = self.folder / "harbor-ca.pem"
        self.ca_pem.write_bytes(self.authority.pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.authority.issue(self.names).write(self.folder, "harbor"))
        self.server = Server(context, self.respond, self.strike)
        self.registry: Registry = DockerRegistry(self.folder / "registry") if self.real else OwnRegistry(self.state)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.end()
        self.registry.close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def host(self) -> str:
        return f"{self.names[0]}:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    @property
    def admin(self) -> Login:
        return Login("admin", self.state.users["admin"].password)

    def fail(
        self, when: str | Callable[[Request], bool], how: How, *, times: int = 1, skip: int = 0, seconds: float = 0.2
    ) -> Fault:
        """Lets the next matching requests fail; see `Fault`."""
        fault = Fault(when, how, times, skip, seconds)
        with self.state.lock:
            self.faults.append(fault)
        return fault

    def strike(self, request: Request) -> Fault | None:
        with self.state.lock:
            return next((fault for fault in self.faults if fault.strikes(request)), None)

    def respond(self, request: Request) -> Answer:
        given = self.route(request)
        login = request.basic[0] if request.basic else ""
        path, _, query = request.raw.partition("?")
        with self.state.lock:
            self.seen.append(Seen(request.method, path, query, login, given.status, "cookie" in request.headers))
        return given

    def route(self, request: Request) -> Answer:
        """The answer; who may do what is judged below."""
        if request.path == "/v2":
            moved = {"Content-Type": "text/html", "Location": f"https://{request.headers.get('host', '')}/v2/"}
            return Answer(301, moved, GATEWAY.replace(b"502 Bad Gateway", b"301 Moved Permanently"))
        if request.path.startswith("/v2/"):
            return pulls.respond(self.state, self.caller(request), request, self.registry)
        if request.path == "/service/token":
            return tokens.respond(self.state, log_in(self.state, request), request)
        if request.path == "/api/version":
            return Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, b'{"version":"v2.0"}\n')
        if request.path.startswith("/api/v2.0"):
            return self.api(request)
        return Answer(200, {"Content-Type": "text/html"}, b"<html>portal</html>")

    def caller(self, request: Request) -> Caller:
        token = request.bearer
        return log_in(self.state, request) if token is None else tokens.bearer(self.state, token)

    def api(self, request: Request) -> Answer:
        path = request.path.removeprefix("/api/v2.0").rstrip("/")
        if path == "/ping":
            return system.ping() if request.method == "GET" else robots.not_allowed(request.method, "[GET]")
        if request.method in WRITES:
            if self.state.read_only and path != "/configurations":
                return denied(READ_ONLY)
            if "sid=" in request.headers.get("cookie", ""):
                return error(403, "FORBIDDEN", "CSRF token not found in request")
            if self.state.database_down:
                return broken()
        caller = log_in(self.state, request)
        with self.state.lock:
            return self.resource(path, caller, request)

    def resource(self, path: str, caller: Caller, request: Request) -> Answer:
        top = path.split("/")[1] if path else ""
        if top == "robots":
            return robots.respond(self.state, caller, request)
        if top == "projects":
            return broken() if self.state.database_down else projects.respond(self.state, caller, request)
        pem = self.authority.pem if self.offers_ca else None
        rest: dict[str, Callable[[], Answer]] = {
            "/health": lambda: system.health(self.state),
            "/systeminfo": lambda: system.systeminfo(self.state, caller, self.url, self.offers_ca),
            "/systeminfo/getcert": lambda: system.certificate(pem),
            "/users/current": lambda: system.current_user(self.state, caller),
            "/permissions": lambda: system.permissions(caller),
            "/configurations": lambda: system.configurations(self.state, caller, request),
        }
        return rest[path]() if path in rest else not_found(f"path {request.path} was not found")


class Server(ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, and knows its connections, so that none outlives it."""

    daemon_threads = False

    def __init__(
        self, context: ssl.SSLContext, respond: Callable[[Request], Answer], strike: Callable[[Request], Fault | None]
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = context
        self.respond = respond
        self.strike = strike
        self.open: set[socket.socket] = set()

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        try:
            secured = self.context.wrap_socket(request, server_side=True)
        except (OSError, ssl.SSLError):
            return  # a client that does not trust us, or speaks no TLS
        self.open.add(secured)
        try:
            Handler(secured, client_address, self)
        except (OSError, ssl.SSLError):
            pass  # the other side has gone
        finally:
            self.open.discard(secured)
            secured.close()

    def end(self) -> None:
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Reads one request after the other and writes what `respond` gives, or what a fault makes of it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for the head and the body: two would wait for each other
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def serve(self) -> None:
        request = Request(
            self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, self.read_body()
        )
        fault = self.server.strike(request)
        how = fault.how if fault else ""
        if fault and how == "slow":
            time.sleep(fault.seconds)
        if how == "echo":
            return self.write(error(500, "UNKNOWN", f"{request.headers} {request.body!r} {request.basic}"), half=False)
        given = SEEMING.get(how, Answer(500)) if how in BEFORE else self.server.respond(request)
        if how.startswith("cut"):
            return self.cut()
        self.write(SEEMING.get(how, given), half=how == "half")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            whole = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def write(self, given: Answer, *, half: bool) -> None:
        self.send_response_only(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.send_header("Set-Cookie", f"sid={uuid.uuid4().hex}; Path=/; Secure; HttpOnly")
        self.send_header("X-Request-Id", str(uuid.uuid4()))
        if "Content-Length" not in given.headers and given.status != 304:
            self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command != "HEAD" and given.status != 304:
            self.wfile.write(given.body[: len(given.body) // 2] if half else given.body)
        if half:
            self.wfile.flush()
            self.cut()
