"""How a cluster reaches Vault, which is its platform team's to say: a store with a token that may only read."""

from __future__ import annotations

from typing import Any

from tests.real import apiserver as api
from tests.real import kserve_controller as kserve
from tests.real.vault_server import Server

READS = """
path "secret/data/harbor/*" {capabilities = ["read"]}
path "auth/token/lookup-self" {capabilities = ["read"]}
"""
WRITES = 'path "secret/data/harbor/*" {capabilities = ["create", "read", "update"]}'
"""All that whoever writes credentials needs."""


def connect(cluster: api.ApiServer, vault: Server, name: str) -> None:
    """Gives the cluster a store of that name; External Secrets must run to make it ready."""
    token: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "vault-token", "namespace": "external-secrets"},
        "stringData": {"token": vault.token(READS, "reads")},
    }
    reference = {"namespace": "external-secrets", "name": "vault-token", "key": "token"}
    provider = {"server": vault.url, "path": "secret", "version": "v2", "auth": {"tokenSecretRef": reference}}
    store = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": {"name": name},
        "spec": {"provider": {"vault": provider}},
    }
    kserve.applied(cluster, token, store)
