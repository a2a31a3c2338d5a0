"""Reads objects of a cluster through a kubeconfig, as plain data: no model of Kubernetes' own stands between.

The kubeconfig is read by the official client alone, which knows its forms (certificates, tokens, exec plugins); each
request is sent once, with time-outs, and its errors are translated here.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote as encoded
from urllib.parse import urlsplit

from mooring.cluster.objects import Live, Unread, unanswered
from mooring.network.causes import cause_of
from mooring.network.failure import Failure
from mooring.processes.cores import dump_none
from mooring.redaction import quote

_PLACES = {
    "Namespace": "/api/v1/namespaces", "Node": "/api/v1/nodes", "Secret": "/api/v1/namespaces/{}/secrets",
    "Pod": "/api/v1/namespaces/{}/pods", "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "Event": "/api/v1/namespaces/{}/events",
}  # fmt: skip
_PATIENCE = 30.0  # seconds for a connection, and for the next byte
_PAGE = 500


class Cluster:
    """A cluster to read from. Made by `connect`; nothing is asked before the first `read`."""

    def __init__(self, client: Any, server: str) -> None:
        self._client, self.server = client, server

    def __repr__(self) -> str:
        return f"Cluster({self.server})"

    def read(self, kind: str, namespace: str, name: str) -> Live | Unread:
        """One object; `namespace` is empty for a Namespace."""
        found = self._get(
            f"{_PLACES[kind].format(encoded(namespace, safe=''))}/{encoded(name, safe='')}", kind, namespace, name
        )
        return found if isinstance(found, Unread) else Live(kind, namespace, name, found)

    def listed(self, kind: str, namespace: str = "") -> tuple[Live, ...] | Unread:
        """All objects of a kind in a namespace, page by page, in order of their names."""
        found: list[Live] = []
        after = ""
        while True:
            more = f"&continue={encoded(after, safe='')}" if after else ""
            page = self._get(f"{_PLACES[kind].format(encoded(namespace, safe=''))}?limit={_PAGE}{more}", kind, namespace, "")
            if isinstance(page, Unread):
                return page
            for item in page.get("items") or ():
                found.append(Live(kind, namespace, str(item.get("metadata", {}).get("name", "")), item))
            after = str(page.get("metadata", {}).get("continue") or "")
            if not after:
                return tuple(sorted(found, key=lambda one: one.name))

    def named(self, kind: str, name: str) -> tuple[Live, ...] | Unread:
        """The objects of that name in all namespaces, in one request: a right that few have."""
        path = _PLACES[kind].replace("/namespaces/{}", "")
        page = self._get(f"{path}?limit={_PAGE}&fieldSelector=metadata.name%3D{encoded(name, safe='')}", kind, "", "")
        if isinstance(page, Unread):
            return page
        items = [item for item in page.get("items") or () if isinstance(item, Mapping)]
        return tuple(Live(kind, str(item.get("metadata", {}).get("namespace", "")), name, item) for item in items)

    def namespaces(self) -> tuple[str, ...] | Unread:
        """The names of the cluster's namespaces, sorted."""
        found = self.listed("Namespace")
        return found if isinstance(found, Unread) else tuple(one.name for one in found)

    def _get(self, path: str, kind: str, namespace: str, name: str) -> Mapping[str, Any] | Unread:
        """The JSON of an answer; else why there is none."""
        try:
            # Its connections, with the kubeconfig's certificates, but not its own `request`: that differs between releases.
            answer = self._client.rest_client.pool_manager.request(
                "GET", f"{self._client.configuration.host}{path}", timeout=_PATIENCE,
                headers={"Accept": "application/json", **self._headers()},
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - the client raises its own, urllib3's and the system's errors
            return unanswered(Failure(cause_of(error), self.server))
        if answer.status == 200 and isinstance(found := _data(answer.data), Mapping):
            return found
        return _refused(answer.status, kind, namespace, name, self.server)

    def _headers(self) -> dict[str, str]:
        """The token of the kubeconfig's user, where there is one."""
        settings = self._client.configuration.auth_settings().values()
        return {one["key"]: one["value"] for one in settings if one["in"] == "header"}


def _data(body: bytes | None) -> Any:
    import json

    try:
        return json.loads(body or b"")
    except (ValueError, RecursionError):
        return None


def _refused(status: int, kind: str, namespace: str, name: str, server: str) -> Unread:
    """Why the API server gave nothing, by its status (https://kubernetes.io/docs/reference/using-api/api-concepts/)."""
    what = f"{kind} {quote(f'{namespace}/{name}' if namespace and name else name or namespace, 'name')}"
    if not name:
        what = f"the {kind}s of namespace {quote(namespace, 'name')}" if namespace else f"the cluster's {kind}s"
    if status == 404:
        return Unread("absent", f"{what} is not in the cluster")
    if status == 401:
        return Unread("not-authenticated", f"`{server}` does not know who the kubeconfig's user is", "log in again")
    if status == 403:
        return Unread("denied", f"the kubeconfig's user may not read {what}", f"grant `get` and `list` on {kind}s")
    return Unread("refused-request", f"`{server}` answers {status} to a request for {what}")


def connect(kubeconfig: Path, context: str | None = None) -> Cluster | Unread:
    """The cluster that a kubeconfig names, in its current context or the one given."""
    from kubernetes import client, config

    # `insecure-skip-tls-verify` is its owner's word, and what a library says of it is none of ours.
    warnings.filterwarnings("ignore", "Unverified HTTPS request")
    dump_none()  # of what is read here
    settings = client.Configuration()
    settings.retries = False
    try:
        load: Any = config.load_kube_config
        load(str(kubeconfig), context=context, client_configuration=settings)
    except Exception:  # noqa: BLE001 - of several libraries, and their messages may quote the file
        named = f" with context {quote(context, 'name')}" if context else ""
        return Unread(
            "bad-kubeconfig", f"{quote(kubeconfig, 'file')} is no kubeconfig that can be used{named}",
            "`kubectl --kubeconfig FILE config get-contexts` lists what it has",
        )  # fmt: skip
    parts = urlsplit(settings.host)
    return Cluster(
        client.ApiClient(settings), f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    )
