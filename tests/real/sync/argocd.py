"""Argo CD's three controllers that sync, outside any cluster, with the redis that they need.

There is no web server: Applications are objects, and an annotation asks for a refresh. The waits of a cluster are made
shorter, and nothing else: an Application is compared anew after 10 seconds, in a cluster after three minutes.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.make.modules import download
from tests.real import apiserver as api
from tests.real import crds
from tests.real.sync.cluster import Cluster
from tests.real.verdicts import HARNESS, Object
from tests.tools import build

MODULE = "github.com/argoproj/argo-cd/v3"
NAMESPACE = "argocd"
USER = f"system:serviceaccount:{NAMESPACE}:argocd-application-controller"
RESYNC = 10  # seconds after which an Application is compared anew, unasked
PROGRAMS = ("argocd", "redis-server", "kustomize")
_OWN = {"app.kubernetes.io/part-of": "argocd"}  # it reads no ConfigMap without it
_CONFIG_MAPS: dict[str, dict[str, str]] = {
    "argocd-cm": {},
    "argocd-rbac-cm": {},
    "argocd-cmd-params-cm": {},
    "argocd-gpg-keys-cm": {},
    "argocd-tls-certs-cm": {},
    "argocd-ssh-known-hosts-cm": {"ssh_known_hosts": ""},
}
_FOLDERS = {
    "ARGOCD_TLS_DATA_PATH": "tls",
    "ARGOCD_SSH_DATA_PATH": "ssh",
    "ARGOCD_GNUPGHOME": "gpg/keys",
    "ARGOCD_GPG_DATA_PATH": "gpg/source",
    "ARGOCD_PLUGINSOCKFILEPATH": "plugins",
    "TMPDIR": "scratch",
    "HOME": "home",
}


def definitions() -> list[Object]:
    """Its CRDs, of the module that the controllers are built from, with the checksum that its go.sum holds."""
    sums = (build.HERE / "argocd" / "go.sum").read_text(encoding="utf-8").splitlines()
    [(_, version, checksum)] = [line.split() for line in sums if line.startswith(f"{MODULE} ") and "/go.mod" not in line]
    try:
        return crds.crds(download(MODULE, version, checksum), "argo-cd", "manifests/crds/")
    except SystemExit as refused:
        raise crds.Unavailable(str(refused)) from None


def installed() -> list[Object]:
    """What an installation brings beside its CRDs and programs, as far as these three read it: all settings at their
    defaults, and the project `default`, which permits everything."""
    # made up: none of these three programs lets anybody in with it
    login = {"server.secretkey": "0" * 32, "admin.password": "none", "admin.passwordMtime": "2026-01-01T00:00:00Z"}
    every = {"group": "*", "kind": "*"}
    permitted = {
        "sourceRepos": ["*"],
        "destinations": [{"server": "*", "namespace": "*"}],
        "clusterResourceWhitelist": [every],
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        *(_object("ConfigMap", name, data=data) for name, data in _CONFIG_MAPS.items()),
        _object("Secret", "argocd-secret", stringData=login),
        {**_object("AppProject", "default", spec=permitted), "apiVersion": "argoproj.io/v1alpha1"},
    ]


def _object(kind: str, name: str, **content: Any) -> Object:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": {**_OWN, "app.kubernetes.io/name": name}}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}


@dataclass(frozen=True)
class Role:
    """One of its programs: once it is ready, it listens on the port."""

    name: str
    port: int
    arguments: Sequence[str]


@contextmanager
def controlling(programs: dict[str, Path], cluster: Cluster) -> Iterator[None]:
    """Yields once the controllers are at work. Their CRDs must be there."""
    cluster.judge.store(*installed(), user=HARNESS)
    cluster.allow(USER)
    folder = cluster.folder / "argocd"
    environment = _environment(programs["kustomize"], folder, cluster.server.acting(USER, cluster.folder))
    with ExitStack() as stack:
        for role in _roles():
            own = folder / role.name
            own.mkdir()
            program = programs.get(role.name, programs["argocd"])
            command: list[str | Path] = [program, *role.arguments]
            started = stack.enter_context(api.process(command, own, **environment, ARGOCD_BINARY_NAME=role.name))
            _wait(role, started, api.log_of(command, own))
        yield


def _roles() -> list[Role]:
    """In the order in which each finds what it needs. In a cluster these settings are those of argocd-cmd-params-cm."""
    redis, repo, repo_metrics, controller, sets, sets_metrics, webhook = api.free_ports(7)
    cache, repo_server = f"--redis=127.0.0.1:{redis}", f"127.0.0.1:{repo}"
    common = ["--logformat=text", f"--namespace={NAMESPACE}", "--repo-server-plaintext"]
    return [
        Role("redis-server", redis, ["--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]),
        Role("argocd-repo-server", repo, [
            "--logformat=text", "--address=127.0.0.1", f"--port={repo}", cache, "--disable-tls",
            "--metrics-address=127.0.0.1", f"--metrics-port={repo_metrics}", f"--revision-cache-expiration={RESYNC}s",
        ]),
        Role("argocd-application-controller", controller, [
            *common, cache, f"--repo-server={repo_server}", f"--metrics-port={controller}",
            f"--app-resync={RESYNC}", "--app-resync-jitter=0", "--app-hard-resync=0", "--self-heal-timeout-seconds=5",
        ]),
        Role("argocd-applicationset-controller", sets, [
            *common, f"--argocd-repo-server={repo_server}", "--enable-progressive-syncs", "--enable-leader-election=false",
            f"--probe-addr=127.0.0.1:{sets}", f"--metrics-addr=127.0.0.1:{sets_metrics}",
            f"--webhook-addr=127.0.0.1:{webhook}",
        ]),
    ]  # fmt: skip


def _wait(role: Role, started: subprocess.Popen[bytes], log: Path) -> None:
    def listens() -> bool:
        if started.poll() is not None:
            raise RuntimeError(f"{role.name} ended with {started.returncode}:\n{api.tail(log)}")
        try:
            with socket.create_connection(("127.0.0.1", role.port), timeout=1):
                return True
        except OSError:
            return False

    api.until(listens, f"{role.name} to listen")


def _environment(kustomize: Path, folder: Path, kubeconfig: Path) -> dict[str, str]:
    """What its programs are told by the environment: their folders, the kustomize that they build with, and that the
    cluster which they run in is the one of the kubeconfig."""
    folders = {variable: folder / name for variable, name in _FOLDERS.items()}
    for place in folders.values():
        place.mkdir(parents=True, exist_ok=True)
    folders["ARGOCD_GNUPGHOME"].chmod(0o700)
    (folders["ARGOCD_SSH_DATA_PATH"] / "ssh_known_hosts").touch()
    return {
        **{variable: str(place) for variable, place in folders.items()},
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "KUBECONFIG": str(kubeconfig),
        "PATH": f"{kustomize.parent}:{os.environ['PATH']}",
    }
