"""A small fleet that is synced, as data that a test changes as a team would change its fleet file, and its repository."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Fleet = dict[str, Any]
HOST, ENVIRONMENT, STORE, BRANCH = "harbor.example.com", "prod", "vault", "main"
OLD, NEW = f"{HOST}/vision/app:1.0", f"{HOST}/vision/app:2.0"


def fleet(engine: str, gitops: Mapping[str, Any], writers: Sequence[str]) -> Fleet:
    """Three namespaces, two robots and four services, all policies of the engine on Deny. `writers` may change grants."""
    return {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "demo"},
        "versions": {"kserve": "0.20", "kubernetes": "1.36", "kyverno": "1.19"},
        "platform": {"deploymentMode": "Standard"},
        "registries": [{"name": "harbor", "host": HOST}],
        "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": STORE}},
        "robots": [robot("vision", ["vision"]), robot("mirror", ["vision", "language"])],
        "namespaces": [{"name": name} for name in ("vision", "language", "batch")],
        "services": [
            service("detector", "vision", OLD, ["vision"]),
            service("reader", "vision", f"{HOST}/mirror/reader:1.0", ["mirror", "vision"], transformer=container(OLD)),
            service("chat", "language", f"{HOST}/mirror/chat:1.0", ["mirror"]),
            service("public", "batch", "docker.io/library/server:1", []),
        ],
        "environments": [{"name": ENVIRONMENT}],
        "policies": {"engine": engine, "action": "Deny", "identities": list(writers)},
        "gitops": dict(gitops),
    }


def robot(project: str, namespaces: Sequence[str], name: str = "") -> Fleet:
    """A robot of one project: its Secret is `harbor-<its name>`."""
    name = name or project
    made = {"name": name, "registry": "harbor", "project": project, "namespaces": list(namespaces)}
    return {**made, "secretName": f"harbor-{name}", "secret": {"key": f"harbor/{name}"}, "expires": "2099-01-01"}


def container(image: str) -> Fleet:
    """A container with all that KServe would fill in."""
    amounts = {"cpu": "100m", "memory": "64Mi"}
    return {"name": "kserve-container", "image": image, "resources": {"limits": dict(amounts), "requests": dict(amounts)}}


def service(name: str, namespace: str, image: str, robots: Sequence[str], **components: Fleet) -> Fleet:
    """An InferenceService of one container, and one for each other component."""
    spec = {
        part: {"containers": [one], "minReplicas": 1, "maxReplicas": 1}
        for part, one in {"predictor": container(image), **components}.items()
    }
    return {"name": name, "namespace": namespace, **({"robots": list(robots)} if robots else {}), "spec": spec}


def named(things: Sequence[Fleet], name: str) -> Fleet:
    [found] = [one for one in things if one["name"] == name]
    return found


@dataclass(frozen=True)
class Repository:
    """A clone that a team works in, and the bare repository that the tool reads, at `url`."""

    tree: Path
    bare: Path
    url: str

    @classmethod
    def of(cls, root: Path, address: str, name: str) -> Repository:
        """A new one, among those that the address serves."""
        made = cls(root / f"{name}-clone", root / f"{name}.git", f"{address}/{name}.git")
        made.tree.mkdir(parents=True)
        _run("git", "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", made.bare, where=root)
        made.git("init", "--quiet", f"--initial-branch={BRANCH}")
        return made

    def git(self, *arguments: str | Path) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
        return _run("git", *identity, *arguments, where=self.tree)

    def render(self, written: Fleet) -> None:
        """What mooring makes of the fleet; RuntimeError where it finds an error."""
        (self.tree / "fleet.yaml").write_text(json.dumps(written, indent=1), encoding="utf-8")
        _run(sys.executable, "-m", "mooring", "render", "-q", where=self.tree)

    def push(self, subject: str) -> str:
        """Commits all that is in the tree and publishes it: the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={subject}")
        self.git("push", "--quiet", self.bare, f"HEAD:{BRANCH}")
        return self.git("rev-parse", "HEAD").strip()


def _run(*command: str | Path, where: Path) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
