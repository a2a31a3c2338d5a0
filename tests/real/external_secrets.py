"""External Secrets' own controller, outside any cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real import apiserver as api

USER = "system:serviceaccount:external-secrets:external-secrets"


@contextmanager
def syncing(program: Path, server: api.ApiServer, folder: Path) -> Iterator[None]:
    """Yields once the controller answers."""
    (metrics,) = api.free_ports(1)
    command: list[str | Path] = [program, f"--metrics-addr=127.0.0.1:{metrics}", "--enable-leader-election=false"]
    with api.process(command, folder, KUBECONFIG=str(server.acting(USER, folder))) as started:
        log = api.log_of(command, folder)
        api.until(
            lambda: api.is_healthy(f"http://127.0.0.1:{metrics}/metrics", started, log), "External Secrets' controller"
        )
        yield
