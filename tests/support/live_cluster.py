"""A cluster to read from: a small API server over HTTP, with what a test puts there and what it denies."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.http_server import serving

PLURALS = {
    "Secret": "secrets",
    "Pod": "pods",
    "ServiceAccount": "serviceaccounts",
    "Namespace": "namespaces",
    "Node": "nodes",
}


class LiveCluster:
    """`objects` by kind, namespace and name; `denied` are paths that answer 403; `kubeconfig` leads to it."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.denied: set[str] = set()
        self.asked: list[str] = []
        self.kubeconfig = Path()

    def add(self, kind: str, namespace: str, name: str, **more: Any) -> dict[str, Any]:
        metadata = {"name": name, "namespace": namespace, **more.pop("metadata", {})}
        self.objects[PLURALS[kind], namespace, name] = made = {"kind": kind, "metadata": metadata, **more}
        return made

    def add_secret(self, namespace: str, name: str, auths: Mapping[str, tuple[str, str]]) -> None:
        """A pull Secret with a login for each host."""
        entries = {host: {"auth": _encoded(":".join(login))} for host, login in auths.items()}
        data = {".dockerconfigjson": _encoded(json.dumps({"auths": entries}))}
        self.add("Secret", namespace, name, type="kubernetes.io/dockerconfigjson", data=data)

    def add_pod(self, namespace: str, name: str, *images: str, secrets: tuple[str, ...] = (), **more: Any) -> None:
        containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
        spec = {"containers": containers, "imagePullSecrets": [{"name": secret} for secret in secrets]}
        self.add("Pod", namespace, name, spec={**spec, **more.pop("spec", {})}, **more)

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        """Status and body of a GET."""
        self.asked.append(path)
        asked = urlsplit(path)
        if asked.path in self.denied:
            return 403, {}
        parts = asked.path.removeprefix("/api/v1/").split("/")
        namespace = parts[1] if parts[0] == "namespaces" and len(parts) > 2 else ""
        plural, *name = parts[2:] if namespace else parts
        if name:
            found = self.objects.get((plural, namespace, name[0]))
            return (200, found) if found else (404, {})
        wanted = parse_qs(asked.query).get("fieldSelector", [""])[0].removeprefix("metadata.name=")
        items = [
            one for key, one in self.objects.items()
            if key[0] == plural and namespace in ("", key[1]) and wanted in ("", key[2])
        ]  # fmt: skip
        return 200, {"items": items}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@contextmanager
def live_cluster(folder: Path) -> Iterator[LiveCluster]:
    """Serves a cluster without objects."""
    cluster = LiveCluster()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = cluster.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    with serving(Answers) as port:
        made = {
            "apiVersion": "v1", "kind": "Config", "current-context": "x",
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "users": [{"name": "u", "user": {"token": "t0ken"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        }  # fmt: skip
        cluster.kubeconfig = folder / "kubeconfig"
        cluster.kubeconfig.write_text(json.dumps(made))
        yield cluster
