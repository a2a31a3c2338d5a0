"""A store of External Secrets that holds what the rendered tree asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mooring.fleet.grants import GRANTS
from tests.real.verdicts import HARNESS, Judge, Object


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
