"""KServe's webhooks out of reach for a while, as when its Pod is moved to another node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.real import apiserver as api
from tests.real.sync.cluster import Cluster

WEBHOOKS = "inferenceservice.serving.kserve.io"


@contextmanager
def unreachable(cluster: Cluster) -> Iterator[None]:
    """KServe's webhooks at an address where nobody listens."""
    (port,) = api.free_ports(1)
    kinds = ("mutatingwebhookconfiguration", "validatingwebhookconfiguration")
    there = [_webhooks(cluster, kind) for kind in kinds]
    try:
        for kind, hooks in zip(kinds, there, strict=True):
            moved = [f"https://127.0.0.1:{port}/" for _ in hooks]
            _point(cluster, kind, moved)
        yield
    finally:
        for kind, hooks in zip(kinds, there, strict=True):
            _point(cluster, kind, hooks)


def _webhooks(cluster: Cluster, kind: str) -> list[str]:
    found = cluster.judge.get(f"/apis/admissionregistration.k8s.io/v1/{kind}s/{WEBHOOKS}")
    return [hook["clientConfig"]["url"] for hook in found["webhooks"]]


def _point(cluster: Cluster, kind: str, addresses: list[str]) -> None:
    patch = [
        {"op": "replace", "path": f"/webhooks/{number}/clientConfig/url", "value": address}
        for number, address in enumerate(addresses)
    ]
    done = cluster.server.kubectl("patch", kind, WEBHOOKS, "--type=json", f"--patch={json.dumps(patch)}")
    assert done.returncode == 0, done.stderr
