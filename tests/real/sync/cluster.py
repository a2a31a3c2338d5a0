"""A cluster without nodes on which a fleet is synced: the real API server with an audit log, the real controllers of
Kubernetes, Kyverno, KServe and External Secrets, each as the account that it has in a cluster, and a stand-in for kubelets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real import apiserver as api
from tests.real import crds as sources
from tests.real import external_secrets
from tests.real import kserve_controller as kserve
from tests.real.conftest import Modules, Tools, admission_beside
from tests.real.controllers import CONTROLLERS, OF_NAMESPACES, controlling
from tests.real.controllers import USER as MANAGER
from tests.real.sync import definitions, githttp, kubelet, secret_store
from tests.real.sync.audit import Audit
from tests.real.sync.fleet import ENVIRONMENT, STORE, Fleet, Repository
from tests.real.verdicts import HARNESS, Judge, Object, Unjudged

KSERVE = f"system:serviceaccount:{kserve.NAMESPACE}:kserve-controller-manager"
RIGHTS = "rbac.authorization.k8s.io"
PROGRAMS = (
    "etcd", "kube-apiserver", "kubectl", "kube-controller-manager", "kyverno-admission", "kserve-manager",
    "external-secrets",
)  # fmt: skip


@dataclass(frozen=True)
class Cluster:
    """`judge` is an administrator whom no policy judges when it writes as the harness; for one thread."""

    server: api.ApiServer
    judge: Judge
    audit: Audit
    folder: Path
    address: str  # below it the repositories are served

    def repository(self, name: str) -> Repository:
        return Repository.of(self.folder / "git", self.address, name)

    def publish(self, repository: Repository, written: Fleet, subject: str) -> str:
        """Prepares the fleet and pushes the commit, which is given."""
        self.prepare(repository, written)
        return repository.push(subject)

    def prepare(self, repository: Repository, written: Fleet) -> None:
        """Renders the fleet, and has the store hold what its robots need."""
        repository.render(written)
        secret_store.fill(self.judge, repository.tree / "overlays" / ENVIRONMENT, STORE)

    def find(self, path: str) -> Object | None:
        """What stands at an API path, if anything."""
        try:
            return self.judge.get(path)
        except Unjudged as refusal:
            if refusal.code != 404:
                raise
            return None

    def listed(self, path: str) -> list[Object]:
        """What a list at an API path holds, without what is on its way out."""
        return [one for one in self.judge.get(path)["items"] if "deletionTimestamp" not in one["metadata"]]

    def generations(self) -> dict[str, int]:
        """Every Deployment's generation, by `namespace/name`: it counts the changes of what is rolled out."""
        return {key: one["metadata"]["generation"] for key, one in self.deployments().items()}

    def deployments(self) -> dict[str, Object]:
        found = self.listed("/apis/apps/v1/deployments")
        return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in found}

    def replicas(self, namespace: str, deployment: str) -> dict[str, int]:
        """How many Pods there are of each image of a Deployment."""
        found = {}
        for one in self.listed(f"/apis/apps/v1/namespaces/{namespace}/replicasets"):
            if any(owner["name"] == deployment for owner in one["metadata"].get("ownerReferences", ())):
                found[one["spec"]["template"]["spec"]["containers"][0]["image"]] = one["status"]["replicas"]
        return found

    def allow(self, *users: str) -> None:
        """Makes these users administrators; policies judge them all the same."""
        subjects = [{"apiGroup": RIGHTS, "kind": "User", "name": user} for user in users]
        role = {"apiGroup": RIGHTS, "kind": "ClusterRole", "name": "cluster-admin"}
        metadata = {"name": f"platform-{len(users)}-{users[0].replace(':', '.')}"}
        frame = {"apiVersion": f"{RIGHTS}/v1", "kind": "ClusterRoleBinding", "metadata": metadata}
        self.judge.store({**frame, "roleRef": role, "subjects": subjects})


@contextmanager
def running(
    tool: Tools, module: Modules, programs: api.Programs, folder: Path, more: Sequence[Object] = ()
) -> Iterator[Cluster]:
    """Yields the cluster once all its controllers are at work. `more` are the CRDs of the tool that syncs."""
    needed = {name: tool(name) for name in PROGRAMS}
    found = [one for product in ("kserve", "kyverno", "external-secrets") for one in sources.crds(module(product), product)]
    crds = [*definitions.needed(found), *more]
    (folder / "git").mkdir()
    with ExitStack() as stack:
        beside = admission_beside(tool, programs, crds, folder, service_accounts=True, audited=True)
        admission = stack.enter_context(beside)
        server, judge = admission.server, admission.judge
        address = stack.enter_context(githttp.serving(folder / "git"))
        cluster = Cluster(server, judge, Audit(folder / "audit.log"), folder, address)
        cluster.allow(HARNESS, KSERVE, MANAGER, external_secrets.USER)
        # Everyone else has the rights that he is given: accounts of tenants are to need theirs.
        judge.delete(
            {"apiVersion": f"{RIGHTS}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "harness-open-to-all"}}
        )
        names = (*CONTROLLERS, *OF_NAMESPACES)
        manager = needed["kube-controller-manager"]
        stack.enter_context(controlling(manager, server, folder, names, own_accounts=True))
        kserve.applied(server, kserve.namespace("external-secrets"))
        stack.enter_context(kserve.serving(server, needed["kserve-manager"], module("kserve"), folder, {}, KSERVE))
        stack.enter_context(external_secrets.syncing(needed["external-secrets"], server, folder))
        stack.enter_context(kubelet.tending(server))
        yield cluster
