"""Kubernetes' own controllers, outside any cluster, beside an API server of the tests.

No kubelet runs: Pods wait for a node that does not come, and a test says of them what a kubelet would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.real import apiserver as api

USER = "system:kube-controller-manager"
# What makes and scales workloads, and takes away what belongs to nothing any more.
CONTROLLERS = ("deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob", "garbage-collector")
# What a namespace gets, and how it ends.
OF_NAMESPACES = ("namespace", "serviceaccount")


@contextmanager
def controlling(
    program: Path, server: api.ApiServer, folder: Path, names: Sequence[str] = CONTROLLERS, *, own_accounts: bool = False
) -> Iterator[None]:
    """Yields once the controllers are at work on the server: all as one user, or each as its own account."""
    (port,) = api.free_ports(1)
    chosen = ",".join(f"{name}-controller" for name in names)
    command: list[str | Path] = [program, f"--kubeconfig={server.acting(USER, folder)}", f"--secure-port={port}"]
    command += ["--bind-address=127.0.0.1", "--leader-elect=false", f"--controllers={chosen}"]
    command += ["--use-service-account-credentials"] if own_accounts else []
    with api.process(command, folder) as started:
        log = api.log_of(command, folder)
        api.until(
            lambda: api.is_healthy(f"https://127.0.0.1:{port}/healthz", started, log),
            "kube-controller-manager to be healthy",
        )
        yield
