"""What stands behind Harbor's core: the real docker-registry where a test asks for it, else what the state holds."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

from tests.support.harbor import tokens
from tests.support.harbor.messages import ERROR_JSON, Answer, Request, error
from tests.support.harbor.state import Manifest, State

PROGRAM = "docker-registry"
VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "date", "server", "keep-alive"}


class Registry(Protocol):
    def respond(self, request: Request, repository: str) -> Answer:
        """The answer to a request that Harbor's core has let through."""

    def close(self) -> None: ...


class OwnRegistry:
    """Serves what the state holds, to read only."""

    def __init__(self, state: State) -> None:
        self.state = state

    def respond(self, request: Request, repository: str) -> Answer:
        kind, _, reference = request.path.removeprefix(f"/v2/{repository}").strip("/").partition("/")
        if request.path == "/v2/":
            return Answer(200, {"Content-Type": ERROR_JSON, **VERSION}, b"{}")
        if request.method not in {"GET", "HEAD"}:
            return error(405, "UNSUPPORTED", "The operation is unsupported.", **VERSION)
        if kind == "tags":
            body = {"name": repository, "tags": sorted(self.state.tags.get(repository, {}))}
            return Answer(200, {"Content-Type": ERROR_JSON, **VERSION}, json.dumps(body).encode())
        if kind == "blobs":
            content = self.state.blobs.get(reference)
            if content is None:
                return error(404, "BLOB_UNKNOWN", "blob unknown to registry", **VERSION)
            return Answer(200, {"Content-Type": "application/octet-stream", **digest_headers(reference), **VERSION}, content)
        return manifest_answer(
            request, self.state.manifests[repository][self.state.tags[repository].get(reference, reference)]
        )

    def close(self) -> None:
        pass


def digest_headers(digest: str) -> dict[str, str]:
    return {"Docker-Content-Digest": digest, "Etag": f'"{digest}"'}


def manifest_answer(request: Request, manifest: Manifest) -> Answer:
    """OCI manifests need a matching Accept, which `*/*` is not; with the digest in If-None-Match it does not matter."""
    if manifest.digest in request.headers.get("if-none-match", ""):
        return Answer(304)
    accepted = {one.split(";")[0].strip() for one in request.headers.get("accept", "").split(",")}
    if ".oci." in manifest.media_type and manifest.media_type not in accepted:
        name = "index" if ".index." in manifest.media_type else "manifest"
        shown = "OCI index" if name == "index" else "OCI manifest"
        other = "OCI indexes" if name == "index" else "OCI manifests"
        return error(404, "MANIFEST_UNKNOWN", f"{shown} found, but accept header does not support {other}", **VERSION)
    return Answer(200, {"Content-Type": manifest.media_type, **digest_headers(manifest.digest), **VERSION}, manifest.body)


class DockerRegistry:
    """The real one, on a port of loopback, which takes nothing but the stand-in's tokens. Its clock is the real one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        bundle = folder / "tokens.pem"
        bundle.write_bytes(tokens.certificate())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = {
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}, "delete": {"enabled": True}},
            "http": {"addr": f"127.0.0.1:{self.port}", "secret": "only-a-test", "relativeurls": True},
            "auth": {
                "token": {
                    "realm": "https://unused.example.com/service/token",
                    "service": tokens.SERVICE,
                    "issuer": tokens.ISSUER,
                    "rootcertbundle": str(bundle),
                }
            },
        }
        configuration = folder / "config.json"  # JSON is YAML
        configuration.write_text(json.dumps(settings), encoding="utf-8")
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [str(shutil.which(PROGRAM)), "serve", str(configuration)],
            stdout=self.log,
            stderr=self.log,
            env={"OTEL_TRACES_EXPORTER": "none"},
        )
        self.wait()

    def wait(self) -> None:
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.close()
                    raise
                time.sleep(0.02)

    def respond(self, request: Request, repository: str) -> Answer:
        access = [{"type": "repository", "name": repository, "actions": list(tokens.ACTIONS)}] if repository else None
        headers = {
            name: value for name, value in request.headers.items() if name not in {"authorization", "connection", "cookie"}
        }
        headers["authorization"] = f"Bearer {tokens.sign('harbor', access, datetime.now(UTC), 5)}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(request.method, request.raw, request.body or None, headers)
            given = connection.getresponse()
            kept = {name: value for name, value in given.getheaders() if name.lower() not in HOP_BY_HOP}
            if request.method == "HEAD" and given.getheader("Content-Length"):
                kept["Content-Length"] = str(given.getheader("Content-Length"))
            return Answer(given.status, kept, given.read())
        finally:
            connection.close()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()
