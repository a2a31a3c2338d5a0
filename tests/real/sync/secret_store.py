"""External Secrets' own controller, outside any cluster, and a store that holds what the rendered tree asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from mooring.fleet.grants import GRANTS
from tests.real import apiserver as api
from tests.real.verdicts import HARNESS, Judge, Object

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


def fill(judge: Judge, environment: Path, store: str) -> None:
    """Puts every login that the environment's rendered grants name into the store, under the key that asks for it."""
    found: dict[str, str] = {}
    for access in sorted(environment.glob("*/access")):
        objects = [one for file in sorted(access.glob("*.yaml")) for one in _documents(file)]
        grants: dict[str, str] = {}
        for one in objects:
            if one.get("kind") == "ConfigMap" and one["metadata"]["name"] == GRANTS:
                grants = one["data"]
        for one in objects:
            if one.get("kind") == "ExternalSecret":
                login = grants[f"_login.{one['spec']['target']['name']}"]
                found |= {data["remoteRef"]["key"]: login for data in one["spec"]["data"]}
    values = [{"key": key, "value": json.dumps({"username": login, "password": 'p"w$1'})} for key, login in found.items()]
    judge.store(
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ClusterSecretStore",
            "metadata": {"name": store},
            "spec": {"provider": {"fake": {"data": values}}},
        },
        user=HARNESS,
    )


def _documents(file: Path) -> Iterator[Object]:
    documents: list[Any] = list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    return (one for one in documents if one)
