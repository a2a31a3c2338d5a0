"""What the policies cost at admission: dry runs of one InferenceService, one after the other, at a real API server. They
store nothing, so that what is measured is admission; the fleet has its policies judge them.

Without a policy, with Kyverno's and with the API server's own, each as rendered from a fleet of few and of many namespaces,
which the cluster then holds, each with its grants. Kyverno and the server share this machine's cores with the client.
"""

from __future__ import annotations

import copy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fleets
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.real import apiserver as api
from tests.real import crds as sources
from tests.real import kyverno_admission as kyverno
from tests.real.verdicts import Judge, Request
from tests.tools import build

Object = dict[str, Any]
TOOLS = ("kube-apiserver", "kubectl", "kyverno-admission")
NONE, ENGINES = "none", ("kyverno", "kubernetes")
TURNS, WARM = 5, 20  # and requests that are not counted in each


@dataclass(frozen=True)
class Speed:
    """Requests a second of one client, the median time of one in milliseconds, and that median against the one without
    policies and the one with the fewest namespaces."""

    engine: str
    policies: int
    namespaces: int
    rate: float
    median: float
    against_none: float
    against_few: float


def missing() -> str:
    """What is not there to measure with; empty where all is."""
    lacking = [name for name in TOOLS if not build.path(name).is_file()]
    lacking += [name for name in ("etcd", "openssl", "go") if not shutil.which(name)]
    return ", ".join(lacking)


def speeds(above: Path, few: int, many: int, requests: int, say: Callable[[str], None]) -> Iterator[Speed]:
    """Each engine with few and with many namespaces, which come to the cluster on the way."""
    folder = Path(tempfile.mkdtemp(prefix="mooring-bench-", dir=above))
    programs = api.Programs(Path(shutil.which("etcd") or ""), build.path("kube-apiserver"), build.path("kubectl"))
    crds = [crd for product in ("kserve", "kyverno") for crd in sources.crds(sources.module(product), product)]
    first: dict[str, float] = {}
    try:
        say("an API server and Kyverno")
        with api.running(programs, folder) as server:
            server.install(crds)
            with kyverno.admission(build.path("kyverno-admission"), server, folder) as admission:
                for count in (few, many):
                    say(f"admission with {count:,} namespaces")
                    policies, times = timed(admission, folder, count, requests)
                    medians = {engine: statistics.median(found) * 1000 for engine, found in times.items()}
                    for engine, found in times.items():
                        median, since = medians[engine], first.setdefault(engine, medians[engine])
                        rate = len(found) / sum(found)
                        yield Speed(engine, policies[engine], count, rate, median, median / medians[NONE], median / since)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(
    admission: kyverno.Admission, folder: Path, count: int, requests: int
) -> tuple[dict[str, int], dict[str, list[float]]]:
    """How many policies each engine has, and the times of its requests: in turns, so that all see the same machine."""
    sets = {"kyverno": admission.policies, "kubernetes": admission.native}
    policies: dict[str, list[Object]] = {NONE: []}
    for engine in ENGINES:
        root = folder / f"{engine}-{count}"
        if rendered(root, engine, count):
            cluster, policies[engine], service = objects(root, engine, count)
            admission.judge.store(*cluster, user=kyverno.EXEMPT)
    times: dict[str, list[float]] = {engine: [] for engine in policies}
    for _ in range(TURNS):
        for engine, wanted in policies.items():
            if engine != NONE:
                sets[engine].apply(wanted)
            times[engine] += measured(admission.judge, service, requests // TURNS, judged=engine != NONE)
            if engine != NONE:
                sets[engine].remove()
    return {engine: sum("matchConstraints" in one["spec"] for one in found) for engine, found in policies.items()}, times


def rendered(root: Path, engine: str, count: int) -> bool:
    """Renders a fleet of so many namespaces with a service each; false where this version has no such engine."""
    root.mkdir()
    fleets.write(root, count, count)
    fleet = root / "fleet.yaml"
    fleet.write_text(fleet.read_text().replace("engine: kyverno", f"engine: {engine}, dryRun: judge"))
    command = [sys.executable, "-m", "mooring", "render", "--quiet"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode and "unknown-choice" not in done.stdout + done.stderr:
        raise SystemExit(f"the fleet does not render:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.returncode == 0


def objects(root: Path, engine: str, count: int) -> tuple[list[Object], list[Object], Object]:
    """The namespaces with their grants; the engine's policies, made to deny; a service in the middle of the fleet."""
    spaces = [root / "overlays/default" / fleets.namespace(index) for index in range(count)]
    files = ("access/namespace.yaml", "access/pull-grants.yaml")
    cluster = [thing for space in spaces for file in files for thing in read(space, file)]
    policies = [thing for thing in read(root, f"policies/{engine}/*.yaml") if "spec" in thing]
    for thing in policies:
        if "validationActions" in thing["spec"]:
            thing["spec"]["validationActions"] = ["Deny"]
    space = spaces[count // 2]
    [service] = read(space, "services/*.inferenceservice.yaml")
    service["metadata"]["namespace"] = space.name
    return cluster, policies, service


def read(folder: Path, pattern: str) -> list[Object]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern))]
    return [thing for text in texts for thing in yaml.load_all(text, Loader=yaml.CSafeLoader) if thing]


def measured(judge: Judge, service: Object, requests: int, *, judged: bool) -> list[float]:
    """The times of some requests. The policies must allow the service, and deny it without its Secrets."""
    bare = copy.deepcopy(service)
    for component in bare["spec"].values():
        component.pop("imagePullSecrets", None)
    if judge.verdict(Request(bare, dry_run=True)).allowed == judged:
        raise SystemExit("the policies do not judge the service")
    request, times = Request(service, dry_run=True), []
    for _ in range(WARM + requests):
        start = time.perf_counter()
        verdict = judge.verdict(request)
        times.append(time.perf_counter() - start)
        if not verdict.allowed:
            raise SystemExit(f"the service is denied: {verdict.message}")
    return times[WARM:]


def table(rows: Sequence[Speed]) -> str:
    lines = [("policies", "namespaces", "requests a second", "median", "without policies", "fewest namespaces")]
    for row in rows:
        name = {NONE: "none", "kyverno": "Kyverno's", "kubernetes": "the API server's own"}[row.engine]
        what = name if row.engine == NONE else f"{row.policies} of {name}"
        ratios = [f"{ratio:.2f} ×" for ratio in (row.against_none, row.against_few)]
        lines.append((what, f"{row.namespaces:,}", f"{row.rate:,.0f}", f"{row.median:.2f} ms", *ratios))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    form = "{:{}}  " + "  ".join(["{:>{}}"] * (len(widths) - 1)) + "\n"
    return "".join(form.format(*(value for pair in zip(line, widths, strict=True) for value in pair)) for line in lines)
