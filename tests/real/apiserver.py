"""A real API server: etcd and kube-apiserver on loopback ports, without kubelets or controllers, for a test's lifetime."""

from __future__ import annotations

import json
import os
import secrets
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mooring.schema.catalog import KindInfo

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
PATIENCE = 90.0  # seconds that anything may take to become ready


@dataclass(frozen=True)
class Programs:
    etcd: Path
    apiserver: Path
    kubectl: Path


@dataclass(frozen=True)
class ApiServer:
    """A running server; `kubeconfig` makes any client of it an administrator."""

    url: str
    kubeconfig: Path
    program: Path
    token: str

    def acting(self, user: str, folder: Path) -> Path:
        """A kubeconfig in the folder whose requests are that user's; an administrator's without one."""
        made = json.loads(self.kubeconfig.read_text(encoding="utf-8"))
        made["users"][0]["user"] |= {"as": user} if user else {}
        place = folder / f"kubeconfig-{user.replace(':', '-') or 'admin'}"
        place.write_text(json.dumps(made), encoding="utf-8")
        return place

    def kubectl(self, *arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs kubectl against this server and returns what it said, whatever its exit code."""
        cached = self.kubeconfig.with_name("kubectl-cache")
        command = [self.program, "--kubeconfig", self.kubeconfig, "--cache-dir", cached, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=300)

    def apply(self, *objects: Mapping[str, Any], dry_run: bool = False) -> subprocess.CompletedProcess[str]:
        """Server-side apply, as Flux and Argo CD do it; with `dry_run` everything but the storing."""
        flags = ["--dry-run=server"] if dry_run else []
        return self.kubectl("apply", "--server-side", *flags, "--filename=-", stdin=as_list(objects))

    def get(self, path: str) -> tuple[int, dict[str, Any] | str]:
        """A GET of an API path: the status and the JSON, or the text where it is none."""
        return self._ask(path, None)

    def create(self, path: str, thing: Mapping[str, Any]) -> tuple[int, str]:
        """Has the server judge an object strictly, without storing it: the status and what it says."""
        status, answer = self._ask(f"{path}?dryRun=All&fieldValidation=Strict", json.dumps(thing).encode())
        return status, answer if isinstance(answer, str) else str(answer.get("message", ""))

    def watch(self, path: str) -> Iterator[dict[str, Any]]:
        """The events of a watch, until the server ends it or nothing is read any more."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, context=trusting(), timeout=PATIENCE) as answer, suppress(TimeoutError):
            yield from (json.loads(line) for line in answer)

    def _ask(self, path: str, body: bytes | None) -> tuple[int, dict[str, Any] | str]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, context=trusting(), timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def install(self, crds: Sequence[Mapping[str, Any]]) -> None:
        """Creates CRDs, and waits until the server serves each of their versions."""
        for crd in crds:
            status, said = self._ask(DEFINITIONS, json.dumps(crd).encode())
            if status != 201:
                raise RuntimeError(f"the API server refused {crd['metadata']['name']}: {said}")
        for crd in crds:
            for version in (version["name"] for version in crd["spec"]["versions"] if version["served"]):
                place = f"/apis/{crd['spec']['group']}/{version}/{crd['spec']['names']['plural']}"
                until(partial(self._serves, place), f"the API server to serve {place}")

    def _serves(self, place: str) -> bool:
        return self.get(f"{place}?limit=1")[0] == 200


def endpoint(info: KindInfo) -> str:
    """Where objects of the kind are created: in namespace `default`, or in none."""
    root = "/apis" if info.group else "/api"
    return f"{root}/{info.api_version}/{'' if info.scope == 'Cluster' else 'namespaces/default/'}{info.plural}"


def as_list(objects: Sequence[Mapping[str, Any]]) -> str:
    """The objects as one document that kubectl reads; JSON, so that no scalar is read as something else."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def until(ready: Callable[[], bool], what: str) -> None:
    """Waits for a condition, with growing pauses."""
    start, pause = time.monotonic(), 0.02
    while not ready():
        if time.monotonic() - start > PATIENCE:
            raise TimeoutError(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


AUDITED = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "verbs": ["create", "update", "patch", "delete", "deletecollection"]}],
}


@contextmanager
def running(
    programs: Programs, folder: Path, *, service_accounts: bool = False, audited: bool = False
) -> Iterator[ApiServer]:  # fmt: skip
    """Starts a server whose state and logs are in an empty folder, and ends it with all that it started. `audited`: what is
    written, and what of it is refused, is told by `audit.log` in the folder before the writer has its answer.

    `service_accounts` turns the admission plugin on that copies a ServiceAccount's pull Secrets into a Pod; every Pod
    then needs an account that the test creates, as no controller does.
    """
    client, peer, secure = free_ports(3)
    token, url, store = secrets.token_hex(16), f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{client}"
    key, tokens, kubeconfig = folder / "sa.key", folder / "tokens.csv", folder / "kubeconfig"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    tokens.write_text(f"{token},admin,admin,system:masters\n", encoding="utf-8")
    kubeconfig.write_text(json.dumps(_kubeconfig(url, token)), encoding="utf-8")
    etcd: list[str | Path] = [programs.etcd, f"--data-dir={folder / 'etcd'}", f"--listen-client-urls={store}"]
    etcd += [f"--advertise-client-urls={store}", f"--listen-peer-urls=http://127.0.0.1:{peer}"]
    server: list[str | Path] = [programs.apiserver, f"--etcd-servers={store}", f"--cert-dir={folder / 'certs'}"]
    server += [f"--secure-port={secure}", "--bind-address=127.0.0.1", f"--token-auth-file={tokens}"]
    server += [f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}"]
    server += ["--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/16"]
    server += ["--authorization-mode=RBAC"]
    if not service_accounts:
        server += ["--disable-admission-plugins=ServiceAccount"]
    if audited:
        (folder / "audit-policy.json").write_text(json.dumps(AUDITED), encoding="utf-8")
        server += [f"--audit-policy-file={folder / 'audit-policy.json'}", "--audit-log-mode=blocking"]
        server += [f"--audit-log-path={folder / 'audit.log'}"]
    with ExitStack() as stack:
        started = [stack.enter_context(process(command, folder)) for command in (etcd, server)]
        answering = ApiServer(url, kubeconfig, programs.kubectl, token)
        until(lambda: _ready(answering, started, folder), "the API server to be ready")
        yield answering


@contextmanager
def process(command: Sequence[str | Path], folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs in the background and logs to `<its name>.log`; it is ended, and killed if it lingers."""
    with log_of(command, folder).open("wb") as log:
        env = {**os.environ, **environment}
        started = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(timeout=10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def log_of(command: Sequence[str | Path], folder: Path) -> Path:
    return folder / f"{Path(command[0]).name}.log"


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_ports(count: int) -> list[int]:
    """Loopback ports that are free now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _ready(server: ApiServer, started: Sequence[subprocess.Popen[bytes]], folder: Path) -> bool:
    for one in started:
        if one.poll() is not None:
            log = log_of(one.args, folder)  # type: ignore[arg-type]
            raise RuntimeError(f"{log.stem} ended with {one.returncode}:\n{tail(log)}")
    try:
        return server.get("/readyz")[0] == 200
    except OSError:
        return False


def is_healthy(url: str, started: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether a server that was started answers 200 there. RuntimeError with the end of its log where it has ended."""
    if started.poll() is not None:
        raise RuntimeError(f"{log.stem} ended with {started.returncode}:\n{tail(log)}")
    try:
        with urllib.request.urlopen(url, context=trusting(), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def trusting() -> ssl.SSLContext:
    """The server makes its own certificate at each start, on this machine."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _kubeconfig(url: str, token: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {"server": url, "insecure-skip-tls-verify": True}}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
        "current-context": "test",
    }
