"""A robot in two namespaces of one environment: Harbor, Vault and a cluster as stand-ins, and External Secrets between them.

`World.pulls` asks Harbor for the image with what each namespace's Secret has, as a kubelet does; a thread of `pulling` does
that all the while, so that a gap of a moment is seen."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Literal

from tests.support.harbor import HarborStandIn
from tests.support.harbor.client import Client
from tests.support.harbor.messages import Answer, Request, broken, error
from tests.support.http_server import serving
from tests.support.vault import TOKEN, VaultStandIn, vault

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
registries:
- {{name: harbor, host: "{host}", caBundle: ca.pem}}
secrets:
  backend: external-secrets
  store: {{kind: ClusterSecretStore, name: vault}}
robots:
- {{name: ci, project: vision, namespaces: [vision, speech], secret: {{key: harbor/ci}}{more}}}
namespaces:
- name: vision
- name: speech
services:
- name: detector
  namespace: vision
  spec:
    predictor:
      containers:
      - {{name: kserve-container, image: "{host}/vision/app:1.0"}}
"""
RECORD = "secret/data/harbor/ci"
BASE = "robot$vision+ci"
MARK = "mooring: robot ci of fleet small"
SECRET = "Canary-Secret-4b1e"


How = Literal["cut-before", "cut-after", "500", "500-after", "429", "half", "kill-before", "kill-after"]
HOWS: tuple[How, ...] = ("cut-before", "cut-after", "500", "500-after", "429", "half", "kill-before", "kill-after")
# The request takes no effect.
_BEFORE = {"cut-before", "500", "429", "kill-before"}
_STATUS = {"500": 500, "500-after": 500, "429": 429}


@dataclass
class Strike:
    """One request of a server that goes wrong: the one after `skip` that `when` (a method, and the beginning of a path)
    names. A kill is of the process `victim`."""

    server: str
    when: str
    how: How
    skip: int = 0
    victim: int = 0
    hits: int = 0

    def strikes(self, server: str, method: str, path: str) -> bool:
        wanted, _, beginning = self.when.partition(" ")
        if self.hits or (server, method) != (self.server, wanted) or not path.startswith(beginning):
            return False
        self.skip, self.hits = self.skip - 1, int(self.skip == 0)
        return bool(self.hits)

    def kill(self) -> None:
        if self.how.startswith("kill"):
            os.kill(self.victim, signal.SIGKILL)


class Half(bytes):
    """A body that claims to be twice as long as what is sent of it."""

    def __len__(self) -> int:
        return 2 * super().__len__()


@dataclass
class World:
    """The stand-ins; `synced` says whether External Secrets works, `secrets` are the namespaces' records."""

    harbor: HarborStandIn
    vault: VaultStandIn
    folder: Path
    synced: bool = True
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    pulled: int = 0
    strike: Strike | None = None
    # What happens while a request is on its way: which one, whether it was carried out by then, and what.
    meanwhile: tuple[Strike, bool, Callable[[], None]] | None = None

    def begin(self) -> None:
        """As it was at the start: the robot `ci` in Harbor, in Vault and in both namespaces."""
        state = self.harbor.state
        state.robots.clear()
        robot = state.add_robot("ci", "vision", secret=SECRET, duration=30)
        state.change(robot, description=MARK)
        self.vault.records[RECORD] = [{"username": BASE, "password": SECRET, "note": "kept"}]
        self.secrets, self.gaps, self.strike, self.synced = {"vision": {}, "speech": {}}, [], None, True
        self.meanwhile = None
        self.harbor.faults.clear()
        self.sync()

    def fleet(self, more: str = "") -> None:
        """Writes the fleet file, with `more` keys of the robot."""
        (self.folder / "fleet.yaml").write_text(FLEET.format(host=self.harbor.host, more=more))

    def fail(self, server: str, when: str, how: How, skip: int = 0) -> Strike:
        """Lets one request go wrong."""
        self.strike = one = Strike(server, when, how, skip)
        if server == "harbor" and how == "half":  # the stand-in itself cuts the connection then
            self.harbor.fail(
                lambda request: not _is_own(request) and one.strikes("harbor", request.method, request.path), how
            )
        return one

    def struck(self, server: str, method: str, path: str, ask: Callable[[], Any]) -> tuple[How | None, Any]:
        """How a request goes wrong, and what the server answers where it got it."""
        if self.meanwhile is not None:
            which, is_after, do = self.meanwhile
            if which.strikes(server, method, path):
                self.meanwhile = None
                early = ask() if is_after else None
                do()
                return None, early if is_after else ask()
        one = self.strike
        if one is None or not one.strikes(server, method, path):
            return None, ask()
        found = None if one.how in _BEFORE else ask()
        one.kill()
        return one.how, found

    def record(self) -> dict[str, str]:
        """What Vault has."""
        return dict(self.vault.records[RECORD][-1] or {})

    def sync(self) -> None:
        """External Secrets, which writes what Vault has into every namespace."""
        if self.synced and self.record().get("username"):
            for namespace in self.secrets:
                self.secrets[namespace] = self.record()

    def shown(self) -> set[str]:
        return {record["username"] for record in self.secrets.values()}

    def robots(self) -> dict[str, str]:
        """The robots in Harbor by login, `on` or `off`."""
        state = self.harbor.state
        return {state.login(robot): "off" if robot.disabled else "on" for robot in state.robots.values()}

    def pull(self, record: dict[str, str]) -> bool:
        """Whether a pull works with a Secret: the token, and the manifest with it."""
        with Client(self.harbor) as client:
            query = urllib.parse.urlencode({"service": "harbor-registry", "scope": "repository:vision/app:pull"})
            token = client.ask("GET", f"/service/token?{query}", (record["username"], record["password"])).json()["token"]
            accept = "application/vnd.oci.image.manifest.v1+json"
            answer = client.ask("HEAD", "/v2/vision/app/manifests/1.0", Authorization=f"Bearer {token}", Accept=accept)
        return answer.status == 200

    def pulls(self) -> None:
        """One pull in every namespace; a Secret that is renewed while it runs is read again, as a kubelet does."""
        for namespace in self.secrets:
            before = self.secrets[namespace]
            if not self.pull(before) and self.secrets[namespace] == before:
                self.gaps.append(f"{namespace}: {before['username']}")
            self.pulled += 1

    @contextlib.contextmanager
    def pulling(self) -> Iterator[None]:
        """Pulls all the while, and has External Secrets work all the while."""
        end = threading.Event()

        def loop() -> None:
            while not end.is_set():
                self.sync()
                self.pulls()

        thread = threading.Thread(target=loop)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    """Everything, with the robot `ci` in Harbor, in Vault and in both namespaces; the fleet stands in `folder`."""
    with HarborStandIn(folder / "harbor") as harbor, vault() as kept:
        harbor.state.add_image("vision/app", "1.0")
        made = World(harbor, kept, folder)
        made.begin()
        _intercept_harbor(made)
        _intercept_vault(made)
        with serving(_cluster(made)) as port:
            _files(made, port)
            yield made


def _is_own(request: Request) -> bool:
    """Whether it is one of the pulls of this world, which never go wrong."""
    return request.headers.get("user-agent", "").startswith("python-urllib3")


def _intercept_harbor(made: World) -> None:
    respond = made.harbor.server.respond
    seeming = {"500": broken(), "500-after": broken(), "429": error(429, "TOOMANYREQUESTS", "too many requests")}

    def answered(request: Request) -> Answer:
        if _is_own(request):
            return respond(request)
        how, found = made.struck("harbor", request.method, request.path, lambda: respond(request))
        if how is None:
            return found
        if how.startswith(("cut", "kill")):
            raise ConnectionResetError
        return seeming[how]

    made.harbor.server.respond = answered


def _intercept_vault(made: World) -> None:
    answer = made.vault.answer

    def answered(method: str, path: str, token: str | None, namespace: str | None, body: Any) -> tuple[int, Any]:
        how, found = made.struck("vault", method, path, lambda: answer(method, path, token, namespace, body))
        if how is None:
            return found
        if how.startswith(("cut", "kill")):
            raise ConnectionResetError
        return (found[0], Half(json.dumps(found[1]).encode())) if how == "half" else (_STATUS[how], {"errors": []})

    made.vault.answer = answered  # type: ignore[method-assign]


def _cluster(made: World) -> type[BaseHTTPRequestHandler]:
    """The API server: the Secret of each namespace, which External Secrets has just written."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            how, _ = made.struck("cluster", "GET", self.path, lambda: None)
            if how is not None and how.startswith(("cut", "kill")):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            made.sync()
            entry = made.secrets[self.path.split("/")[4]]
            auth = base64.b64encode(f"{entry['username']}:{entry['password']}".encode()).decode()
            config = base64.b64encode(json.dumps({"auths": {made.harbor.host: {"auth": auth}}}).encode()).decode()
            found: Any = {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": config}}
            body = Half(json.dumps(found).encode()) if how == "half" else json.dumps(found).encode()
            self.send_response(_STATUS.get(how or "", 200))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    return Handler


def _files(made: World, port: int) -> None:
    """What the command is given."""
    folder, harbor = made.folder, made.harbor
    made.fleet()
    (folder / "ca.pem").write_bytes(harbor.ca_pem.read_bytes())
    for name, text in (("admin", f"{harbor.admin.name}\n{harbor.admin.password}\n"), ("token", TOKEN)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": "t0ken"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    }  # fmt: skip
    (folder / "kubeconfig").write_text(json.dumps(config))


def words(made: World, *more: str, kubeconfig: bool = True) -> list[str]:
    """The command line of a rotation that waits for nothing by the clock."""
    cluster = ["--kubeconfig", "kubeconfig"] if kubeconfig else []
    return [
        "robots", "rotate", "ci", "--credentials", "admin", "--vault-address", made.vault.url, "--vault-token-file", "token",
        *cluster, "--settle", "0s", "--grace", "0s", "--wait", "30s", *more,
    ]  # fmt: skip
