"""Kubernetes' own controllers, outside any cluster, beside an API server of the tests.

No kubelet runs: Pods wait for a node that does not come, and a test says of them what a kubelet would.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real import apiserver as api

USER = "system:kube-controller-manager"
# What makes and scales workloads, and takes away what belongs to nothing any more.
CONTROLLERS = ("deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob", "garbage-collector")


@contextmanager
def controlling(program: Path, server: api.ApiServer, folder: Path) -> Iterator[None]:
    """Yields once the controllers are at work on the server."""
    (port,) = api.free_ports(1)
    names = ",".join(f"{name}-controller" for name in CONTROLLERS)
    command: list[str | Path] = [program, f"--kubeconfig={server.acting(USER, folder)}", f"--secure-port={port}"]
    command += ["--bind-address=127.0.0.1", "--leader-elect=false", f"--controllers={names}"]
    with api.process(command, folder) as started:
        log = api.log_of(command, folder)
        api.until(
            lambda: api.is_healthy(f"https://127.0.0.1:{port}/healthz", started, log),
            "kube-controller-manager to be healthy",
        )
        yield
