"""Argo CD at work on one repository: what its Applications say of themselves, and how one asks them to look again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from tests.real.sync.argocd import NAMESPACE, USER
from tests.real.sync.audit import Audit, Write
from tests.real.sync.cluster import Cluster
from tests.real.sync.figures import rolls, tell
from tests.real.sync.fleet import ENVIRONMENT, Fleet, Repository
from tests.real.verdicts import HARNESS, Object

PATIENCE = 300.0  # two attempts of the rendered `retry` at their furthest, and what a loaded machine takes
_PLACE = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}"
FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
REFRESH = "argocd.argoproj.io/refresh"
_NOTES = ("applications", "applicationsets", "events", "leases")  # what it writes of itself


@dataclass(frozen=True)
class State:
    """What an Application says. `operation` is the phase of its last sync, `said` the message of that; `conditions` are
    Argo CD's own, by their type; `syncs` is how many have succeeded."""

    sync: str
    health: str
    revision: str
    compared: str
    operation: str
    said: str
    syncs: int
    conditions: dict[str, str]
    shown: frozenset[str]

    @property
    def settled(self) -> bool:
        """One that has found everything in place has had no operation."""
        return self.sync == "Synced" and self.operation in ("Succeeded", "") and not self.conditions


def state(application: Object) -> State:
    status = application.get("status", {})
    operation = status.get("operationState", {})
    shown = [f"{one['kind']}/{one.get('namespace', '')}/{one['name']}" for one in status.get("resources", ())]
    results = operation.get("syncResult", {}).get("resources", ())
    failed = [one.get("message", "") for one in results if one.get("status") == "SyncFailed"]
    return State(
        sync=status.get("sync", {}).get("status", ""),
        health=status.get("health", {}).get("status", ""),
        revision=status.get("sync", {}).get("revision", ""),
        compared=status.get("reconciledAt", ""),
        operation="Running" if "operation" in application else operation.get("phase", ""),
        said="; ".join([operation.get("message", ""), *failed]),
        syncs=max((one["id"] + 1 for one in status.get("history", ())), default=0),
        conditions={one["type"]: one["message"] for one in status.get("conditions", ())},
        shown=frozenset(shown),
    )


@dataclass
class ArgoCd:
    """Argo CD at work. `written` is the fleet as it was last published, at `commit`; `first` what the first sync wrote."""

    cluster: Cluster
    repository: Repository
    layout: str
    engine: str
    written: Fleet = field(default_factory=dict)
    commit: str = ""
    first: Audit = field(default_factory=lambda: Audit(Path()))

    def publish(self, written: Fleet, subject: str) -> None:
        self.commit = self.cluster.publish(self.repository, written, subject)
        self.written = written

    def push(self, subject: str) -> None:
        """Commits what somebody has changed in the rendered tree by hand."""
        self.commit = self.repository.push(subject)

    def bootstrap(self) -> None:
        """What docs/argo-cd.md tells to do once by hand."""
        file = self.repository.tree / "gitops" / "argo-cd" / ENVIRONMENT / "root.yaml"
        self.cluster.judge.store(yaml.safe_load(file.read_text(encoding="utf-8")), user=HARNESS)

    def objects(self) -> dict[str, Object]:
        return {one["metadata"]["name"]: one for one in self.cluster.judge.get(f"{_PLACE}/applications")["items"]}

    def projects(self) -> dict[str, Object]:
        return {one["metadata"]["name"]: one for one in self.cluster.judge.get(f"{_PLACE}/appprojects")["items"]}

    def states(self) -> dict[str, State]:
        return {name: state(one) for name, one in self.objects().items()}

    def wanted(self) -> set[str]:
        """The Applications that the tree renders."""
        found = set()
        for file in (self.repository.tree / "gitops" / "argo-cd" / ENVIRONMENT).rglob("*.yaml"):
            one = yaml.safe_load(file.read_text(encoding="utf-8"))
            if one["kind"] == "Application":
                found.add(one["metadata"]["name"])
            elif one["kind"] == "ApplicationSet":
                found |= {element["name"] for element in one["spec"]["generators"][0]["list"]["elements"]}
        return found

    def named(self, namespace: str, stage: str) -> str:
        """The Application of a namespace's `access` or `services`."""
        return f"demo-{ENVIRONMENT}-{namespace}" + ("" if self.layout == "together" else f"-{stage}")

    def refresh(self, *names: str, how: str = "normal") -> None:
        """Asks for a comparison now, as a git webhook does; of all Applications if none is named."""
        for name in names or self.objects():
            done = self.cluster.server.kubectl(
                "annotate", "--overwrite", f"--namespace={NAMESPACE}", "applications.argoproj.io", name, f"{REFRESH}={how}"
            )
            assert done.returncode == 0, done.stderr

    def delete(self, name: str, kind: str = "Application") -> None:
        """Deletes it, and waits until it is gone; an Application goes with what it has applied, if it has a finalizer."""
        path = f"{_PLACE}/{kind.lower()}s/{name}"
        stood = self.cluster.judge.get(path)
        self.cluster.judge.delete(stood)

        def gone() -> bool:
            stands = self.cluster.find(path)
            return stands is None or stands["metadata"]["uid"] != stood["metadata"]["uid"]

        self.reached(gone, f"{name} to go")

    def cascade(self, name: str) -> None:
        """Has an Application take along what it has applied when it is deleted, as docs/argo-cd.md tells for `rolling`."""
        patch = json.dumps({"metadata": {"finalizers": [FINALIZER]}})
        done = self.cluster.server.kubectl(
            "patch", "applications.argoproj.io", name, f"--namespace={NAMESPACE}", "--type=merge", f"--patch={patch}"
        )
        assert done.returncode == 0, done.stderr

    def synced(self, names: Collection[str] = ()) -> dict[str, State]:
        """Waits until all Applications that are rendered, or these, have synced the last commit."""
        meant = set(names) or self.wanted()

        def done(found: dict[str, State]) -> bool:
            return meant <= set(found) and all(found[one].settled and found[one].revision == self.commit for one in meant)

        return self.until(done, f"{len(meant)} Applications to sync {self.commit[:8]}")

    def until(self, done: Callable[[dict[str, State]], bool], what: str) -> dict[str, State]:
        """The states, once they are as meant; else what they stayed at is said."""
        start = time.monotonic()
        while not done(found := self.states()):
            if time.monotonic() - start > PATIENCE:
                stayed = [f"{name}: {replace(one, shown=frozenset())}" for name, one in found.items() if not one.settled]
                raise AssertionError(f"waited {PATIENCE:.0f} s for {what}: {stayed or found}")
            time.sleep(0.3)
        return found

    def reached(self, condition: Callable[[], bool], what: str) -> None:
        """Waits for something of the cluster."""
        self.until(lambda _: condition(), what)

    def compared(self, times: int, names: Collection[str] = ()) -> dict[str, State]:
        """Waits until all Applications, or these, were compared so many times more, unasked: their states then."""
        found = self.states()
        for _ in range(times):
            before = {name: found[name].compared for name in names or found}

            def later(now: dict[str, State], before: dict[str, str] = before) -> bool:
                return all(name in now and now[name].compared > then for name, then in before.items())

            found = self.until(later, "the Applications to be compared again")
        return found

    def wrote(self, since: Audit) -> list[Write]:
        """What Argo CD has changed of the cluster, without what it notes of itself and has tried out only."""
        return [one for one in since.stored(USER) if one.resource.partition("/")[0] not in _NOTES]

    @contextmanager
    def told(self, scenario: str) -> Iterator[Audit]:
        """The audit log from here on. What the scenario took is told in the end."""
        start, since = time.monotonic(), self.cluster.audit.now()
        generations, syncs = self.cluster.generations(), self._syncs()
        yield since
        seconds, rolled = time.monotonic() - start, rolls(generations, self.cluster.generations())
        denials = len(since.denials(USER))
        more = sum(count - syncs.get(name, 0) for name, count in self._syncs().items())
        tell(scenario, "argo-cd", f"{self.layout}, {self.engine}", more, denials, rolled, seconds)

    def _syncs(self) -> dict[str, int]:
        """How often each Application has synced as a whole: self-heal, which syncs single objects, leaves no history."""
        return {one["metadata"]["uid"]: state(one).syncs for one in self.objects().values()}


def refused_by(denials: list[Write]) -> set[str]:
    """What refused, in a word: `mooring` where it was one of its policies."""
    return {"mooring" if "mooring-" in one.said else one.said for one in denials}
