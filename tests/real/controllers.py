"""Kubernetes' own controllers, outside any cluster, beside an API server of the tests.

No kubelet runs: Pods wait for a node that does not come, and a test says of them what a kubelet would.
"""

from __future__ import annotations

import subprocess
import urllib.request
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
        api.until(lambda: _healthy(port, started, log), "kube-controller-manager to be healthy")
        yield


def _healthy(port: int, started: subprocess.Popen[bytes], log: Path) -> bool:
    if started.poll() is not None:
        raise RuntimeError(f"{log.stem} ended with {started.returncode}:\n{api.tail(log)}")
    url = f"https://127.0.0.1:{port}/healthz"
    try:
        with urllib.request.urlopen(url, context=api.trusting(), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
