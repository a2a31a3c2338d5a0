"""One run beside the cells of a CI matrix, on one fleet: the time and memory of each, and that both write the same tree.

The cells run one after the other here, as each would on a machine of its own, the tree not yet rendered. All numbers are
of whole processes, from start to end; `python benchmarks/matrix.py --services 1000 --namespaces 100` is a small one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import fleets
from measure import memory_folder, run

ROOT = Path(__file__).resolve().parents[1]
RENDER = (sys.executable, "-m", "mooring", "render", "-q")
PRODUCTS = ("overlays", "policies", "gitops")


def tree(root: Path) -> dict[str, str]:
    """The digest of each rendered file; the tree is taken away."""
    found = {}
    for product in PRODUCTS:
        for path in (root / product).rglob("*"):
            if path.is_file():
                found[path.relative_to(root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
        shutil.rmtree(root / product, ignore_errors=True)
    return found


def measured(above: Path, services: int, namespaces: int, count: int, jobs: int) -> dict[str, Any]:
    """Renders a fleet whole and in cells. SystemExit where the cells make another tree, or two write one file."""
    root = Path(tempfile.mkdtemp(prefix="mooring-matrix-", dir=above))
    try:
        fleets.write(root, services, namespaces)
        command = (*RENDER, "--jobs", str(jobs))
        whole = figures(command, root)
        expected = tree(root)
        cells: list[dict[str, float]] = []
        merged: dict[str, str] = {}
        for number in range(1, count + 1):
            cells.append(figures([*command, "--cell", f"{number}-of-{count}"], root))
            written = tree(root)
            if twice := written.keys() & merged.keys():
                raise SystemExit(f"two cells write {sorted(twice)[0]}")
            merged |= written
        if merged != expected:
            raise SystemExit("the cells make another tree than one run")
        return {"services": services, "namespaces": namespaces, "files": len(expected), "cells": count, "jobs": jobs,
                "one": whole, "each": cells}  # fmt: skip
    finally:
        shutil.rmtree(root, ignore_errors=True)


def figures(command: Sequence[str], root: Path) -> dict[str, float]:
    """Runs a command; its seconds, those of the processor in all of its processes, and their memory together."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(command, root, sample=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = (done.together or done.largest) / 2**20
    found = {"seconds": round(done.seconds, 2), "processor": round(processor, 2), "MiB": round(memory)}
    print(" ".join(command[5:]), found, file=sys.stderr, flush=True)
    return found


def table(result: dict[str, Any]) -> str:
    """The figures, for people."""
    seconds, work, memory = ([cell[what] for cell in result["each"]] for what in ("seconds", "processor", "MiB"))
    one = result["one"]
    return (
        f"{result['services']:,} services in {result['namespaces']:,} namespaces, {result['files']:,} files, "
        f"{result['jobs']} processes each\n"
        f"one run     {one['seconds']:8.2f} s ({one['processor']:.2f} s of the processor)  {one['MiB']:6,} MiB\n"
        f"{result['cells']} cells    {min(seconds):8.2f} s to {max(seconds):.2f} s, "
        f"median {statistics.median(seconds):.2f} s ({max(seconds) / one['seconds']:.2f} × one run); "
        f"at most {max(memory):,} MiB\n"
        f"of the processor {min(work):.2f} s to {max(work):.2f} s, median {statistics.median(work):.2f} s"
        f" ({max(work) / one['processor']:.2f} × one run)\n"
        f"the cells together make the same {result['files']:,} files, each in one cell\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="matrix.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--services", type=int, default=100_000)
    parser.add_argument("--namespaces", type=int, default=10_000)
    parser.add_argument("--cells", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes of each (default: the cores)")
    parser.add_argument("--folder", type=Path, help="where the fleet is written (default: a tmpfs, where there is one)")
    parser.add_argument("--json", type=Path, help="where the figures go, too")
    options = parser.parse_args(arguments)
    above = options.folder or memory_folder()[0]
    load = os.getloadavg()[0]
    result = measured(above, options.services, options.namespaces, options.cells, options.jobs)
    print(table(result) + f"{os.cpu_count()} cores (load before: {load:.1f})")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({**result, "load": load}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
