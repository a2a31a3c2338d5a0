"""A registry on loopback, and a fleet's tree as an OCI artifact in it, as `flux push artifact` makes it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.real import apiserver as api
from tests.real.sync.fleet import Repository

PROGRAM = "docker-registry"
TAG = "latest"
# https://github.com/fluxcd/pkg/blob/oci/v0.56.0/oci/client.go
CONFIG, CONTENT = "application/vnd.cncf.flux.config.v1+json", "application/vnd.cncf.flux.content.v1.tar+gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Artifact(Repository):
    """A clone whose tree is published as an artifact too. Its commits are the digests of that."""

    registry: str = ""

    @classmethod
    def beside(cls, repository: Repository, registry: str) -> Artifact:
        """The artifact of a repository's tree; `registry` is the address of a registry."""
        return cls(repository.tree, repository.bare, f"oci://{registry.removeprefix('http://')}/fleet", registry)

    def push(self, subject: str) -> str:
        super().push(subject)
        config, content = b"{}", _packed(self.tree)
        manifest = json.dumps({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _described(CONFIG, config),
            "layers": [_described(CONTENT, content)],
            "annotations": {"org.opencontainers.image.revision": subject},
        }).encode()  # fmt: skip
        for blob in (config, content):
            started = self._send("POST", f"{self.registry}/v2/fleet/blobs/uploads/", b"")
            where = started["Location"]
            self._send("PUT", f"{where}{'&' if '?' in where else '?'}digest={_digest(blob)}", blob)
        self._send("PUT", f"{self.registry}/v2/fleet/manifests/{TAG}", manifest, MANIFEST)
        return _digest(manifest).partition(":")[2]

    def _send(self, method: str, address: str, body: bytes, kind: str = "application/octet-stream") -> Any:
        """The headers of the answer."""
        request = urllib.request.Request(address, data=body, method=method, headers={"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _described(kind: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": _digest(content), "size": len(content)}


def _packed(tree: Path) -> bytes:
    """The tree as a compressed archive, without what is git's own."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for place in sorted(tree.iterdir()):
            if place.name != ".git":
                archive.add(place, arcname=place.name)
    return packed.getvalue()


@contextmanager
def serving(program: Path, folder: Path) -> Iterator[str]:
    """Yields the address of an empty registry once it answers."""
    (port,) = api.free_ports(1)
    store = {"filesystem": {"rootdirectory": str(folder / "registry")}}
    settings = {"version": "0.1", "storage": store, "http": {"addr": f"127.0.0.1:{port}"}}
    (folder / "registry.yml").write_text(json.dumps(settings), encoding="utf-8")
    command: list[str | Path] = [program, "serve", folder / "registry.yml"]
    with api.process(command, folder) as started:
        log, address = api.log_of(command, folder), f"http://127.0.0.1:{port}"
        api.until(lambda: api.is_healthy(f"{address}/v2/", started, log), "the registry to answer")
        yield address
