"""A fleet that Argo CD keeps in sync, and what a commit of it does to the cluster.

The tests of a layout and an engine follow each other on one cluster. Each is a commit of the same fleet, and leaves it
synced; each prints its row of the table scenario, layout, engine; syncs, denials, rolls, seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from tests.real import apiserver as api
from tests.real.conftest import Modules, Tools
from tests.real.sync import cluster
from tests.real.sync.applications import ArgoCd, refused_by
from tests.real.sync.argocd import PROGRAMS, USER, controlling, definitions
from tests.real.sync.audit import Audit, unhealed
from tests.real.sync.fleet import Fleet, fleet

NEEDS = (*cluster.PROGRAMS, *PROGRAMS)
ENGINES = (KYVERNO, KUBERNETES)
AUTOMATED = [(layout, engine) for layout in ("split", "together") for engine in ENGINES]
STAGED = [("rolling", engine) for engine in ENGINES]


def on(*cases: tuple[str, str]) -> pytest.MarkDecorator:
    """Runs a test on the clusters of these layouts and engines."""
    return pytest.mark.parametrize("argo", list(cases), indirect=True, ids="-".join)


EACH = on(*AUTOMATED, *STAGED)
UNSTAGED = on(*AUTOMATED)


@contextmanager
def first_sync(
    tool: Tools, module: Modules, programs: api.Programs, folder: Path, layout: str, engine: str
) -> Iterator[ArgoCd]:
    """Argo CD once it has synced the fleet into an empty cluster, from `root.yaml` alone."""
    needed = {name: tool(name) for name in PROGRAMS}
    with (
        cluster.running(tool, module, programs, folder, definitions()) as empty,
        controlling(needed, empty),
    ):
        repository = empty.repository("fleet")
        found = ArgoCd(empty, repository, layout, engine)
        found.publish(fleet(engine, {"tool": "argo-cd", "repo": repository.url, "layout": layout}, [USER]), "a fleet")
        with found.told("first sync") as since:
            found.bootstrap()
            found.synced()
        found.first = since.ended()
        yield found


def healed(since: Audit) -> bool:
    """Whether mooring's policies alone have refused something of Argo CD, and it took all of that effect later."""
    denials = since.denials(USER)
    return refused_by(denials) <= {"mooring"} and unhealed(denials, since.stored(USER)) == []


def commit(argo: ArgoCd, changed: Fleet, subject: str) -> Audit:
    """The audit log from a commit of the fleet onwards, once it is synced; the webhook of a git server tells Argo CD."""
    with argo.told(subject) as since:
        argo.publish(changed, subject)
        argo.refresh()
        argo.synced()
        argo.reached(lambda: rolled_out(argo), "every Deployment to be rolled out")
    return since


def comes_to(argo: ArgoCd, deployment: str, meant: dict[str, int]) -> None:
    """Waits until these are the pods of a Deployment of namespace `vision`, by their image."""

    def done() -> bool:
        return argo.cluster.replicas("vision", deployment) == meant

    argo.reached(done, f"{deployment} to come to {meant}")


def rolled_out(argo: ArgoCd) -> bool:
    """Whether KServe has made its Deployments, and all of them have only pods of their present image."""
    found = argo.cluster.deployments()
    wanted = {
        f"{one['namespace']}/{one['name']}-{part}"
        for one in argo.written["services"]
        if one.get("kind", "InferenceService") == "InferenceService"
        for part in one["spec"]
    }
    return wanted <= set(found) and all(
        one["status"].get("observedGeneration") == one["metadata"]["generation"]
        and one["status"].get("replicas") == one["status"].get("updatedReplicas") == one["status"].get("availableReplicas")
        for one in found.values()
    )
