"""Flux's own source- and kustomize-controller, outside any cluster, and what they say of the Kustomizations of a fleet."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.real import apiserver as api
from tests.real.sync.audit import Audit
from tests.real.sync.cluster import Cluster
from tests.real.sync.fleet import ENVIRONMENT, Fleet, Repository
from tests.real.verdicts import HARNESS, Object, Unjudged

NAMESPACE = "flux-system"
USER = f"system:serviceaccount:{NAMESPACE}:kustomize-controller"
SOURCE_USER = f"system:serviceaccount:{NAMESPACE}:source-controller"
KUSTOMIZATIONS = f"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/{NAMESPACE}/kustomizations"
PROGRAMS = ("source-controller", "kustomize-controller")
PATIENCE = 300.0  # one `retryInterval`, and what a loaded machine takes
# As in a cluster, but for where it listens and how soon it asks again.
COMMON = ("--events-addr=", "--enable-leader-election=false", "--log-encoding=console", "--watch-all-namespaces=true")


@dataclass
class Flux:
    """The tool at work on one repository."""

    cluster: Cluster
    repository: Repository
    commit: str = ""

    def bootstrap(self) -> None:
        """What docs/flux.md tells to do once by hand; the source asks more often than a minute."""
        for name in ("source", "root"):
            file = self.repository.tree / "gitops" / "flux" / ENVIRONMENT / f"{name}.yaml"
            made: Object = yaml.safe_load(file.read_text(encoding="utf-8"))
            if name == "source":
                made["spec"]["interval"] = "2s"
            self.cluster.judge.store(made, user=HARNESS)

    def publish(self, written: Fleet, subject: str) -> Audit:
        """Makes a commit of the fleet: the audit log from it onwards."""
        since = self.cluster.audit.now()
        self.commit = self.cluster.publish(self.repository, written, subject)
        return since

    def states(self) -> dict[str, tuple[str, str, str]]:
        """Of each Kustomization: whether it is ready, the commit that it has applied, and what it says."""
        found = {}
        for one in self.cluster.listed(KUSTOMIZATIONS):
            status = one.get("status", {})
            ready = next((c for c in status.get("conditions", ()) if c["type"] == "Ready"), {})
            applied = status.get("lastAppliedRevision", "").rpartition(":")[2]
            found[one["metadata"]["name"]] = (ready.get("status", ""), applied, ready.get("message", ""))
        return found

    def wanted(self) -> set[str]:
        """The Kustomizations that the tree renders."""
        found = set()
        for file in (self.repository.tree / "gitops" / "flux" / ENVIRONMENT).rglob("*.yaml"):
            for one in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                if one and one["apiVersion"].startswith("kustomize.toolkit."):
                    found.add(one["metadata"]["name"])
        return found

    def synced(self) -> float:
        """Waits until all that is rendered has applied the last commit: the seconds that it took."""
        wanted = self.wanted()

        def done() -> bool:
            states = self.states()
            return set(states) == wanted and all(state[:2] == ("True", self.commit) for state in states.values())

        return self.until(done, f"all Kustomizations to apply {self.commit}", self.states)

    def until(self, done: Callable[[], bool], what: str, told: Callable[[], Any] = lambda: "") -> float:
        """Waits for a condition: the seconds that it took. What is told is said where it does not come."""
        start = time.monotonic()
        while not done():
            if time.monotonic() - start > PATIENCE:
                raise AssertionError(f"waited {PATIENCE:.0f} s for {what}: {told()}")
            time.sleep(0.3)
        return time.monotonic() - start

    def again(self, name: str) -> None:
        """Asks for a Kustomization to be applied again, as `flux reconcile` does."""
        patch = {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": str(time.monotonic_ns())}}}
        done = self.cluster.server.kubectl(
            "patch", "kustomizations.kustomize.toolkit.fluxcd.io", name, f"--namespace={NAMESPACE}", "--type=merge",
            f"--patch={yaml.safe_dump(patch)}",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def attempts(self) -> Counter[str]:
        """How often each Kustomization was applied, or tried to be, so far; one that goes takes its history along."""
        found: Counter[str] = Counter()
        for one in self.cluster.listed(KUSTOMIZATIONS):
            for entry in one.get("status", {}).get("history", ()):
                found[one["metadata"]["name"]] += entry["totalReconciliations"]
        return found


@contextmanager
def reconciling(programs: dict[str, Path], cluster: Cluster) -> Iterator[None]:
    """Yields once both controllers answer. Their CRDs must be there."""
    server, folder = cluster.server, cluster.folder
    try:
        cluster.judge.store({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}, user=HARNESS)
        cluster.allow(USER, SOURCE_USER)
    except Unjudged as refused:
        raise RuntimeError(f"the API server refused what Flux needs: {refused}") from None
    storage, *ports = api.free_ports(5)
    stored, scratch = folder / "artifacts", folder / "flux-tmp"
    stored.mkdir()
    scratch.mkdir()
    environment = {"RUNTIME_NAMESPACE": NAMESPACE, "TMPDIR": str(scratch)}
    address = f"127.0.0.1:{storage}"
    more = {
        "source-controller": [f"--storage-path={stored}", f"--storage-addr={address}", f"--storage-adv-addr={address}"],
        "kustomize-controller": ["--requeue-dependency=2s"],
    }
    users = {"source-controller": SOURCE_USER, "kustomize-controller": USER}
    with (
        _started(programs["source-controller"], more, users, ports[:2], environment, server, folder),
        _started(programs["kustomize-controller"], more, users, ports[2:], environment, server, folder),
    ):
        yield


@contextmanager
def _started(
    program: Path, more: dict[str, list[str]], users: dict[str, str], ports: list[int], environment: dict[str, str],
    server: api.ApiServer, folder: Path,
) -> Iterator[None]:  # fmt: skip
    metrics, health = ports
    command: list[str | Path] = [program, *COMMON, *more[program.name]]
    command += [f"--metrics-addr=127.0.0.1:{metrics}", f"--health-addr=127.0.0.1:{health}"]
    kubeconfig = str(server.acting(users[program.name], folder))
    with api.process(command, folder, KUBECONFIG=kubeconfig, **environment) as started:
        log = api.log_of(command, folder)
        api.until(lambda: api.is_healthy(f"http://127.0.0.1:{health}/readyz", started, log), f"{program.name} to be ready")
        yield
