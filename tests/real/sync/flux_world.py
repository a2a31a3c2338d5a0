"""A fleet that Flux keeps in sync, and what a commit of it does to the cluster."""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.real import apiserver as api
from tests.real.conftest import Modules, Tools
from tests.real.sync import definitions, flux
from tests.real.sync.audit import Audit
from tests.real.sync.cluster import PROGRAMS, Cluster, running
from tests.real.sync.figures import rolls, tell
from tests.real.sync.fleet import ENVIRONMENT, Fleet, Repository, fleet
from tests.real.verdicts import Object

NEEDS = (*PROGRAMS, *flux.PROGRAMS)


@dataclass(frozen=True)
class First:
    """What the first sync did."""

    audit: Audit
    seconds: float
    attempts: Counter[str]
    generations: dict[str, int]


@dataclass
class World:
    """A fleet in sync. `base` is what each scenario begins with."""

    flux: flux.Flux
    engine: str
    base: Fleet
    first: First
    source: str = "git"
    published: Fleet = field(default_factory=dict)

    def begin(self) -> Fleet:
        """Has the base in sync, and gives a copy of it to change."""
        if self.published != self.base:
            self.flux.publish(self.base, "the fleet as it was")
            self.flux.synced()
            self.published = self.base
        self.rolled_out()
        return copy.deepcopy(self.base)

    def edits(self, path: str, old: str, new: str) -> Audit:
        """Has somebody change a rendered file by hand, and commit it: the log since."""
        file = self.flux.repository.tree / "overlays" / ENVIRONMENT / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        self.published = {}
        since = self.flux.cluster.audit.now()
        self.flux.commit = self.flux.repository.push("by hand")
        return since

    def commit(self, written: Fleet, subject: str) -> Audit:
        self.published = written
        return self.flux.publish(written, subject)

    def changes(self, written: Fleet, scenario: str) -> tuple[Audit, int]:
        """Makes one commit, waits until it is in sync and rolled out: the log since, and how many Deployments rolled."""
        before, attempts, start = self.flux.cluster.generations(), self.flux.attempts(), time.monotonic()
        since = self.commit(written, scenario)
        self.flux.synced()
        seconds = time.monotonic() - start
        self.rolled_out()
        rolled = rolls(before, self.flux.cluster.generations())
        self.tell(scenario, since, self.flux.attempts() - attempts, rolled, seconds)
        return since, rolled

    def tell(self, scenario: str, since: Audit, syncs: Counter[str], rolled: int, seconds: float) -> None:
        tell(scenario, "flux", f"{self.source}, {self.engine}", syncs.total(), len(since.denials()), rolled, seconds)

    def rolled_out(self) -> None:
        """Waits until every service has its Deployments, and of each image but the last there is no Pod."""
        self.flux.until(lambda: not self.unfinished(), "all roll-outs", self.unfinished)

    def unfinished(self) -> list[str]:
        found = self.flux.cluster.deployments()
        late = [name for service in self.services() for name in self._expected(service) if name not in found]
        for name, one in found.items():
            status, wanted = one.get("status", {}), one["spec"]["replicas"]
            counted = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
            if status.get("observedGeneration") != one["metadata"]["generation"] or counted != [wanted] * 3:
                late.append(f"{name} {counted}")
        return late

    def services(self) -> list[Object]:
        return self.flux.cluster.listed("/apis/serving.kserve.io/v1beta1/inferenceservices")

    def _expected(self, service: Object) -> list[str]:
        """The Deployments that KServe makes of a service, by `namespace/name`."""
        about = service["metadata"]
        parts = [part for part in ("predictor", "transformer", "explainer") if part in service["spec"]]
        return [f"{about['namespace']}/{about['name']}-{part}" for part in parts]


Prepared = Callable[[Cluster, Repository, Fleet], Fleet]


def as_it_is(_: Cluster, __: Repository, written: Fleet) -> Fleet:
    return written


@contextmanager
def first_sync(
    tool: Tools, module: Modules, programs: api.Programs, folder: Path, engine: str, prepared: Prepared = as_it_is
) -> Iterator[World]:
    """An empty cluster, on which the first sync has just ended; `prepared` does what is to be done before it."""
    controllers = {name: tool(name) for name in flux.PROGRAMS}
    with (
        running(tool, module, programs, folder, definitions.of_flux()) as cluster,
        flux.reconciling(controllers, cluster),
    ):
        repository = cluster.repository("fleet")
        base = prepared(cluster, repository, fleet(engine, {"tool": "flux", "repo": repository.url}, [flux.USER]))
        syncing = flux.Flux(cluster, repository)
        began = syncing.publish(base, "the fleet")
        start = time.monotonic()
        syncing.bootstrap()
        syncing.synced()
        seconds = time.monotonic() - start
        world = World(syncing, engine, base, First(began, seconds, syncing.attempts(), {}), published=base)
        world.rolled_out()
        world.first = First(began.ended(), seconds, world.first.attempts, cluster.generations())
        yield world
