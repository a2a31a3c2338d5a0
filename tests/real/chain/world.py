"""All that a credential passes on its way from Harbor to a pull, each a server of its own on loopback: the stand-in for
Harbor before the real docker-registry, the real Vault, a real API server and External Secrets' own controller.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real import apiserver as api
from tests.real import crds as sources
from tests.real import external_secrets
from tests.real import kserve_controller as kserve
from tests.real.chain import store
from tests.real.chain.fleet import ENVIRONMENT, NAMESPACES, SERVICES, STORE, fleet, image
from tests.real.chain.node import Node
from tests.real.conftest import Modules, Tools
from tests.real.crane import Crane
from tests.real.sync import definitions
from tests.real.vault_server import Server
from tests.real.vault_server import running as vault_running
from tests.support.harbor import HarborStandIn

NEEDS = ("docker-registry", "etcd", "kube-apiserver", "kubectl", "external-secrets", "vault-server", "crane")
RIGHTS = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class World:
    """`tree` is the repository with the fleet; beside it stand the files that nobody commits."""

    harbor: HarborStandIn
    vault: Server
    cluster: api.ApiServer
    tree: Path
    node: Node

    @property
    def as_admin(self) -> list[str | Path]:
        """Harbor's admin, and a token that may write robots' credentials to Vault and nothing else."""
        admin, token = (self.tree.with_name(name) for name in ("admin", "vault-token"))
        return ["--credentials", admin, "--vault-token-file", token]

    def mooring(self, *words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """What a person runs in the repository, with Vault's address and nothing else of his."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.tree.parent), "VAULT_ADDR": self.vault.url}
        command = [sys.executable, "-m", "mooring", *words]
        return subprocess.run(
            command, cwd=self.tree, env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=300
        )

    def apply(self) -> None:
        """Renders the fleet, and applies every namespace of it as it is rendered."""
        (self.tree / "fleet.yaml").write_text(json.dumps(fleet(self.harbor.host), indent=1), encoding="utf-8")
        done = self.mooring("render", "-q")
        assert done.returncode == 0, done.stderr
        for namespace in NAMESPACES:
            root = self.tree / "overlays" / ENVIRONMENT / namespace
            applied = self.cluster.kubectl("apply", "--server-side", "--kustomize", root)
            assert applied.returncode == 0, applied.stderr


@contextmanager
def running(tool: Tools, module: Modules, programs: api.Programs, folder: Path) -> Iterator[World]:
    """Yields the world once all of it runs and the fleet is applied; Harbor has the images, and no robot of the fleet."""
    tools = {name: tool(name) for name in NEEDS}
    tree = folder / "repository"
    tree.mkdir()
    (folder / "node").mkdir()
    with ExitStack() as stack:
        harbor = stack.enter_context(HarborStandIn(folder / "harbor", registry=True))
        vault = stack.enter_context(vault_running(tools["vault-server"]))
        cluster = stack.enter_context(api.running(programs, folder))
        products = ("kserve", "external-secrets")
        found = [crd for product in products for crd in sources.crds(module(product), product)]
        cluster.install(definitions.needed(found))
        kserve.applied(cluster, kserve.namespace("external-secrets"), _administrator(external_secrets.USER))
        stack.enter_context(external_secrets.syncing(tools["external-secrets"], cluster, folder))
        store.connect(cluster, vault, STORE)
        crane = Crane(tools["crane"], folder / "node", harbor.ca_pem)
        world = World(harbor, vault, cluster, tree, Node(cluster, crane))
        _push(world)
        (tree / "ca.pem").write_bytes(harbor.ca_pem.read_bytes())
        _private(folder / "admin", f"{harbor.admin.name}\n{harbor.admin.password}\n")
        _private(folder / "vault-token", vault.token(store.WRITES, "writes"))
        world.apply()
        yield world


def _administrator(user: str) -> dict[str, object]:
    """Gives the user all rights: which ones External Secrets needs is none of this test."""
    subject = {"apiGroup": RIGHTS, "kind": "User", "name": user}
    role = {"apiGroup": RIGHTS, "kind": "ClusterRole", "name": "cluster-admin"}
    frame = {"apiVersion": f"{RIGHTS}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "external-secrets"}}
    return {**frame, "roleRef": role, "subjects": [subject]}


def _push(world: World) -> None:
    """Every service's image, by a robot that the fleet knows nothing of."""
    state = world.harbor.state
    for service, (_, project) in SERVICES.items():
        pusher = state.add_robot(f"ci-{service}", project, access=["repository:push", "repository:pull"])
        entry = {"username": state.login(pusher), "password": pusher.secret}
        run = world.node.crane.push({"auths": {world.harbor.host: entry}}, image(world.harbor.host, service))
        assert run.returncode == 0, run.stderr


def _private(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
