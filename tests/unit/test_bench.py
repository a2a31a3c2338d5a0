"""`make bench` in small: it runs from end to end without the real tools, and says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_small_run_without_kubeconform(tmp_path: Path) -> None:
    result = tmp_path / "result" / "bench.json"
    command = [sys.executable, "benchmarks/bench.py", "--services", "24", "--namespaces", "6", "--runs", "1", "--large"]
    done = subprocess.run(
        [*command, "--folder", tmp_path, "--json", result],
        cwd=ROOT,
        env={**os.environ, "MOORING_TOOLS_CACHE": str(tmp_path / "no-tools")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = json.loads(result.read_text())
    rows = {row["work"]: row for row in written["rows"]}
    assert [work.partition(" ")[0] for work in rows] == [
        "render,", "render", "the", "render", "check", "check", "check", "explain", "policies", "240", "240"
    ]  # fmt: skip
    cold = rows["render, check and write 24 services in 6 namespaces, cold"]
    assert (cold["compared_with"].split()[0], cold["peer"], cold["ratio"], cold["met"]) == (
        "kubeconform", "not built", None, None
    )  # fmt: skip
    assert rows["policies for 20 namespaces"]["ratio"] == 1.0
    assert all(row["mooring"] > 0 for row in rows.values())
    assert "not built" in done.stdout
    assert "admission: skipped for want of kube-apiserver, kubectl, kyverno-admission" in done.stdout
    assert written["admission"] == []
    assert [size["services"] for size in written["growth"]] == [2, 24, 240]
    assert [peer["program"] for peer in written["peers"]] == ["mooring render", "mooring check", "check-jsonschema"]
    assert "peers that are not built: helm, kapitan, kustomize, kyverno" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["result"], "the fleets are taken away"
