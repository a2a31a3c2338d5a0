"""A robot in two namespaces of one environment: Harbor, Vault and a cluster as stand-ins, and External Secrets between them.

`World.pulls` asks Harbor for the image with what each namespace's Secret has, as a kubelet does; a thread of `pulling` does
that all the while, so that a gap of a moment is seen."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.support.harbor import HarborStandIn
from tests.support.harbor.client import Client
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
SECRET = "Canary-Secret-4b1e"


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
    api_status: int = 200

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
def world(folder: Path, *, more: str = "", duration: int = 30) -> Iterator[World]:
    """Everything, with the robot `ci` in Harbor, in Vault and in both namespaces; the fleet stands in `folder`."""
    with HarborStandIn(folder / "harbor") as harbor, vault() as kept:
        harbor.state.add_image("vision/app", "1.0")
        robot = harbor.state.add_robot("ci", "vision", secret=SECRET, duration=duration)
        harbor.state.change(robot, description="mooring: robot ci of fleet small")
        kept.records[RECORD] = [{"username": BASE, "password": SECRET, "note": "kept"}]
        made = World(harbor, kept, folder, secrets={"vision": {}, "speech": {}})
        made.sync()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                namespace = self.path.split("/")[4]
                made.sync()
                entry = made.secrets[namespace]
                auth = base64.b64encode(f"{entry['username']}:{entry['password']}".encode()).decode()
                config = base64.b64encode(json.dumps({"auths": {harbor.host: {"auth": auth}}}).encode()).decode()
                found: Any = {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": config}}
                body = json.dumps(found).encode()
                self.send_response(made.api_status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        with serving(Handler) as port:
            _files(made, port, more)
            yield made


def _files(made: World, port: int, more: str) -> None:
    """What the command is given."""
    folder, harbor = made.folder, made.harbor
    (folder / "fleet.yaml").write_text(FLEET.format(host=harbor.host, more=more))
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
