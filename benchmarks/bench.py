"""`make bench`: what mooring's work takes, each beside what it is compared with, in one run on one tree.

All numbers are of whole processes, from start to end, interpreter included. The peer of the first row, kubeconform,
only validates what mooring reads, renders, wires, validates and writes; it is built by `tests/tools/build.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import admission
import fleets
import manifests
import peers
import performance
from measure import Run, kept, least, median, memory_folder, processor_time, run

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
MOORING = (PYTHON, "-m", "mooring")
NOT_BUILT = "not built"
MANIFEST = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: detector, namespace: vision}
spec:
  predictor:
    imagePullSecrets: [{name: harbor}]
    containers: [{name: kserve-container, image: "harbor.example.com/vision/detector:1.0"}]
"""


@dataclass(frozen=True)
class Row:
    """One comparison; `mooring` and `peer` in `unit`; `limit` is what `ratio` may be at most (`more`: their difference).

    `cpu` are the processor seconds of each, in all its processes: what a busy machine tells too.
    """

    work: str
    compared_with: str
    unit: str
    mooring: float
    peer: float | str
    limit: float
    more: bool = False
    least: tuple[float, float] | None = None
    cpu: tuple[float, float] | None = None

    @property
    def ratio(self) -> float | None:
        if isinstance(self.peer, str):
            return None
        return self.mooring - self.peer if self.more else self.mooring / self.peer

    @property
    def met(self) -> bool | None:
        return None if self.ratio is None else self.ratio <= self.limit

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def timed(
    work: str, compared_with: str, ours: Sequence[Run], theirs: Sequence[Run], limit: float, *, more: bool = False
) -> Row:
    """A row of wall times: medians, with the least of each beside them."""
    if not theirs:
        return Row(work, compared_with, "s", median(ours), NOT_BUILT, limit, more)
    return Row(work, compared_with, "s", median(ours), median(theirs), limit, more, (least(ours), least(theirs)),
               (processor_time(ours), processor_time(theirs)))  # fmt: skip


def kubeconform() -> Path | None:
    build = ROOT / "tests" / "tools" / "build.py"
    found = subprocess.run([PYTHON, build, "--path", "kubeconform"], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def validated(program: Path, root: Path, files: Sequence[Path], valid: int, invalid: int = 0) -> Run:
    """kubeconform over files, with the schemas that mooring checks them against."""
    name = "{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"
    known = [
        part for of in ("kserve/0.20", "kubernetes/1.36") for part in ("-schema-location", f"{ROOT}/schemas/{of}/{name}")
    ]
    command = [program, "-strict", "-n", "2", "-summary", *known, *(str(path.relative_to(root)) for path in files)]
    done = run(command, root, ends_with=1 if invalid else 0)
    if f"Valid: {valid}, Invalid: {invalid}, Errors: 0, Skipped: 0" not in done.output:
        raise SystemExit(f"kubeconform did not find {valid} valid objects and {invalid} others:\n{done.output[-2000:]}")
    return done


def rendered(root: Path) -> list[Path]:
    return sorted(root.glob("overlays/*/*/services/*.inferenceservice.yaml"))


def clear(root: Path) -> None:
    """Takes away the tree, and what the runs before have kept: the next one is cold."""
    for folder in (root / "overlays", root / "policies", kept(root)):
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def fleet(above: Path, services: int, namespaces: int) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="mooring-bench-", dir=above))
    try:
        fleets.write(root, services, namespaces)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(kept(root), ignore_errors=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def rendering(above: Path, services: int, namespaces: int, runs: int) -> list[Row]:
    """The big fleet: cold, one service changed, one namespace."""
    program = kubeconform()
    cold: list[Run] = []
    peer: list[Run] = []
    fresh: list[Run] = []
    changed: list[Run] = []
    single: list[Run] = []
    with fleet(above, services, namespaces) as root:
        one = fleets.namespace(namespaces // 2)
        for number in range(runs):
            say(f"round {number + 1} of {runs}: {services:,} services in {namespaces:,} namespaces")
            clear(root)
            cold.append(run([*MOORING, "render"], root))
            if program:
                peer.append(validated(program, root, rendered(root), services))
            fresh.append(run([*MOORING, "render", "--check"], root))
            fleets.change_one(root, str(number + 2))
            changed.append(run([*MOORING, "render"], root))
            single.append(run([*MOORING, "render", "--namespace", one], root))
    size = f"{services:,} services in {namespaces:,} namespaces"
    return [
        timed(
            f"render, check and write {size}, cold", "kubeconform -strict -n 2 on their InferenceServices", cold, peer, 1.0
        ),
        timed("render --check of it, nothing changed", "the cold run", fresh, cold, 0.5),
        timed("the same, one service changed", "the cold run", changed, cold, 0.5),
        timed("render --namespace N of that fleet", "the cold run", single, cold, 0.2),
    ]


def checking(above: Path, services: int, namespaces: int, runs: int) -> Row:
    """Hand-written manifests, one service in twenty broken: what is counted of them is what was written."""
    program = kubeconform()
    ours: list[Run] = []
    theirs: list[Run] = []
    folder = Path(tempfile.mkdtemp(prefix="mooring-bench-", dir=above))
    try:
        files = manifests.write(folder / "services", services, namespaces)
        faults = manifests.broken(services)
        for number in range(runs):
            say(f"round {number + 1} of {runs}: {services:,} hand-written services")
            ours.append(run([*MOORING, "check", "services"], folder, ends_with=1))
            if f"{services:,} services" not in ours[-1].output:
                raise SystemExit(f"mooring did not find {services:,} services:\n{ours[-1].output[-2000:]}")
            if program:
                refused = sum(faults[2:])
                theirs.append(validated(program, folder, files, services + namespaces - refused, refused))
    finally:
        shutil.rmtree(folder)
    work = f"check of {services:,} hand-written services, 100 a file, one in twenty broken"
    return timed(work, "kubeconform -strict -n 2 on the same files", ours, theirs, 0.5)


def starting(above: Path, runs: int) -> list[Row]:
    """Small runs: what a hook or an editor waits for."""
    folder = Path(tempfile.mkdtemp(prefix="mooring-bench-", dir=above))
    root, alone = folder / "fleet", folder / "alone"
    bare: list[Run] = []
    singles: list[Run] = []
    checks: list[Run] = []
    explains: list[Run] = []
    say("start-up")
    try:
        root.mkdir()
        alone.mkdir()
        (alone / "service.yaml").write_text(MANIFEST)
        for name in ("teams", "services", "overlays", "policies"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "fleet.yaml", root)
        for _ in range(runs):
            bare.append(run([PYTHON, "-c", "pass"], root))
            singles.append(run([*MOORING, "check", "service.yaml"], alone))
            checks.append(run([*MOORING, "check", "--as-of", "2026-01-01"], root))
            explains.append(run([*MOORING, "explain", "no-robot"], root))
    finally:
        shutil.rmtree(folder)
    return [
        timed("check of one manifest, start to end", "python -c pass", singles, bare, 0.15, more=True),
        timed("check of the example fleet, start to end", "python -c pass", checks, bare, 0.15, more=True),
        timed("explain of a code, start to end", "python -c pass", explains, bare, 0.15, more=True),
    ]


def policies(above: Path, few: int, many: int) -> Row:
    """The policies' bytes: the same for any number of namespaces."""
    sizes = []
    say(f"policies for {few} and {many:,} namespaces")
    for count in (few, many):
        with fleet(above, count, count) as root:
            run([*MOORING, "render"], root)
            sizes.append(sum(path.stat().st_size for path in (root / "policies").rglob("*.yaml")))
    return Row(f"policies for {many:,} namespaces", f"policies for {few}", "bytes", sizes[1], sizes[0], 1.0)


@dataclass(frozen=True)
class Size:
    """What a cold render of so many services takes; `memory` is the peak of all its processes together, in MiB."""

    services: int
    seconds: float
    cpu: float
    memory: float
    note: str = ""


def growth(above: Path, services: int, namespaces: int, runs: int) -> Iterator[Size]:
    """Cold renders of a tenth of the fleet, of the fleet, and of ten of it, which runs once."""
    for number, times in ((services // 10, runs), (services, runs), (services * 10, 1)):
        places = max(number * namespaces // services, 1)
        say(f"{number:,} services in {places:,} namespaces, cold")
        with fleet(above, number, places) as root:
            taken = []
            for _ in range(times):
                clear(root)
                taken.append(run([*MOORING, "render"], root))
            clear(root)
            sampled = run([*MOORING, "render"], root, sample=True)
        note = "" if sampled.together else "the largest process"
        memory = (sampled.together or sampled.largest) / 2**20
        yield Size(number, median(taken), statistics.median(one.cpu for one in taken), memory, note)


def grown(sizes: Sequence[Size]) -> list[Row]:
    """The largest fleet against a tenth of it, and its memory."""
    *_, middle, largest = sizes
    work = f"{largest.services:,} services, cold"
    return [
        Row(work, f"{middle.services:,}", "s", largest.seconds, middle.seconds, 11.0),
        Row(f"{work}: peak memory{largest.note and f' ({largest.note})'}", "2 GiB", "MiB", largest.memory, 2048, 1.0),
    ]


def table(rows: Sequence[Row]) -> str:
    lines = [("work", "compared with", "mooring", "peer", "ratio", "at most", "met?", "processor time")]
    for row in rows:
        ours, theirs, by, limit = performance.figures(row.as_json())
        met = {None: "—", True: "yes", False: "NO"}[row.met]
        of_both = "" if row.cpu is None else "{:.2f} / {:.2f} s".format(*row.cpu)
        lines.append((row.work, row.compared_with, ours, theirs, by, limit, met, of_both))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    form = "{:{}}  {:{}}  " + "  ".join(["{:>{}}"] * (len(widths) - 2)) + "\n"
    return "".join(form.format(*(value for pair in zip(line, widths, strict=True) for value in pair)) for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bench.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--services", type=int, default=10_000)
    parser.add_argument("--namespaces", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5, help="of each; medians are compared (default: 5)")
    parser.add_argument("--requests", type=int, default=1000, help="to the API server for each row (default: 1000)")
    parser.add_argument("--large", action="store_true", help="ten times the services too: some minutes and GB of space")
    parser.add_argument("--folder", type=Path, help="where fleets are written (default: a tmpfs, where there is one)")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", help="default: build/bench.json")
    options = parser.parse_args(arguments)
    above, kind = (options.folder, "as given") if options.folder else memory_folder()
    load = os.getloadavg()[0]
    rows = rendering(above, options.services, options.namespaces, options.runs)
    rows.append(checking(above, options.services, options.namespaces, options.runs))
    rows += starting(above, 3 * options.runs)
    rows.append(policies(above, 10, max(options.namespaces, 20)))
    sizes = list(growth(above, options.services, options.namespaces, options.runs)) if options.large else []
    rows += grown(sizes) if sizes else []
    print(table(rows))
    busy = f"{os.cpu_count()} cores (load before: {load:.1f})"
    where = f"fleets below {above} ({kind}), {busy}, medians of {options.runs} runs"
    print(f"{where}; whole processes, from start to end\n")
    judged: list[admission.Speed] = []
    if lacking := admission.missing():
        print(f"the cost of policies at admission: skipped for want of {lacking}")
    else:
        judged += admission.speeds(above, 10, max(options.namespaces, 20), options.requests, say)
        print(admission.table(judged))
        print(f"dry runs of one InferenceService by one client; {busy}, the API server's and Kyverno's work among theirs")
    with fleet(above, options.services // 10, max(options.namespaces // 10, 1)) as root:
        judges = list(peers.compared(root, options.services // 10, options.runs, say))
    print(peers.table(judges))
    if lacking := peers.missing():
        print(f"peers that are not built: {lacking}")
    print(f"the fleet: {options.services // 10:,} services; a peer does a part of the work in its row, mooring all of it")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    facts = {"folder": kind, "cores": os.cpu_count(), "load": load, "runs": options.runs, "python": sys.version.split()[0]}
    written = {**facts, "rows": [row.as_json() for row in rows], "admission": [asdict(row) for row in judged]}
    written |= {"peers": [asdict(row) for row in judges], "growth": [asdict(size) for size in sizes]}
    options.json.write_text(json.dumps(written, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
