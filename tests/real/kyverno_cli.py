"""Runs the Kyverno CLI, and believes it only where every way in which it stays falsely green is ruled out.

`kyverno test` exits 0 where a policy file is missing or invalid, where `results:` is empty, where a row's resource was
never judged (`Excluded`, whatever the row expects) and where a row names a resource that does not exist (it then takes
all of them): https://github.com/kyverno/kyverno/blob/v1.19.1/cmd/cli/kubectl-kyverno/commands/test/output.go.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Objects = list[dict[str, Any]]
SUITE = "kyverno-test.yaml"
LOADED = re.compile(r"Applying (\d+) polic(?:y|ies)(?: \S+)? to (\d+) resource")


@dataclass(frozen=True, order=True)
class Row:
    """One judgement; `resource` is `apiVersion/Kind/namespace/name` as Kyverno prints it, `default` where the object names
    no namespace; `reason` is `Ok` if it holds."""

    policy: str
    resource: str
    result: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """A suite's rows, and all that keeps them from proving what the suite says; none means proved."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Kyverno:
    program: Path

    def test(self, suite: Path) -> Outcome:
        """Runs the one suite that stands in this folder."""
        said = _run(self.program, "test", suite, "--output-format", "json", "--require-tests")
        rows = tuple(sorted(_rows(said.stdout)))
        faults = [*_loading_faults(suite, said.stdout), *_row_faults(suite, rows)]
        if said.returncode != 0:
            faults.append(f"exit code {said.returncode}: {said.stderr.strip()[-500:]}")
        return Outcome(rows, tuple(faults))

    def apply(self, policies: Sequence[Path], resources: Sequence[Path], context: Path | None = None) -> list[Row]:
        """What each policy says of each resource that it matches, with the policy's message as the reason."""
        flags: list[str | Path] = [flag for resource in resources for flag in ("--resource", resource)]
        flags += ["--context-file", context] if context else []
        said = _run(self.program, "apply", *policies, *flags, "--policy-report", "--output-format", "json")
        start = said.stdout.find("{")
        results = json.loads(said.stdout[start:])["results"] if start >= 0 else []
        rows = [
            Row(entry["policy"], _name(resource), entry["result"], entry["message"])
            for entry in results
            for resource in entry["resources"]
        ]
        silent = {policy["metadata"]["name"] for policy in _read(policies)} - {row.policy for row in rows}
        if silent or not policies:
            raise RuntimeError(f"judged nothing: {sorted(silent)}; {(said.stderr or said.stdout).strip()[-500:]}")
        return sorted(rows)


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def _rows(stdout: str) -> Iterator[Row]:
    start = stdout.find("\n[\n")
    if start >= 0:
        for entry in json.JSONDecoder().raw_decode(stdout, start + 1)[0]:
            yield Row(entry["POLICY"], entry["RESOURCE"], entry["RESULT"], entry["REASON"])


def _loading_faults(suite: Path, stdout: str) -> Iterator[str]:
    """The CLI must have loaded as many policies and resources as the suite's files hold."""
    spec = _suite(suite)
    counts = LOADED.search(stdout)
    for position, field in enumerate(("policies", "resources"), 1):
        wanted = len(_read(suite / path for path in spec.get(field) or []))
        loaded = int(counts[position]) if counts else 0
        if not wanted or loaded != wanted:
            yield f"{loaded} {field} loaded, {wanted} in the suite's files"


def _row_faults(suite: Path, rows: Sequence[Row]) -> Iterator[str]:
    """Each resource of each expected result must be exactly one object, and have exactly one row that judged it."""
    spec = _suite(suite)
    objects = _read(suite / path for path in spec.get("resources") or [])
    expected = 0
    for result in spec.get("results") or []:
        if not result.get("resources"):
            yield f"a result of `{result['policy']}` names no resource"
        for written in result.get("resources") or []:
            expected += 1
            found = [thing for thing in objects if written in _handles(thing)]
            if len(found) != 1:
                yield f"resource `{written}` of a result is {len(found)} objects"
                continue
            mine = [row for row in rows if (row.policy, row.resource) == (result["policy"], _name(found[0]))]
            held = {"Ok", "Excluded"} if result["result"] == "skip" else {"Ok"}
            if len(mine) != 1 or mine[0].reason not in held:
                yield f"`{result['policy']}` should {result['result']} `{_name(found[0])}`: {mine or 'no row'}"
    if not expected or expected != len(rows):
        yield f"{len(rows)} rows, {expected} expected"


def _suite(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / SUITE).read_text(encoding="utf-8"))
    return loaded


def _read(paths: Sequence[Path] | Iterator[Path]) -> Objects:
    texts = (path.read_text(encoding="utf-8") for path in paths if path.is_file())
    return [loaded for text in texts for loaded in yaml.safe_load_all(text) if loaded is not None]


def _handles(thing: Mapping[str, Any]) -> set[str]:
    """The two ways in which a suite can name an object."""
    meta = thing["metadata"]
    return {meta["name"], f"{meta.get('namespace', '')}/{meta['name']}"}


def _name(thing: Mapping[str, Any]) -> str:
    meta = thing.get("metadata", thing)
    return f"{thing['apiVersion']}/{thing['kind']}/{meta.get('namespace') or 'default'}/{meta['name']}"
