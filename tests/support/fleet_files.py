"""A fleet from a few lines of its file."""

from __future__ import annotations

from pathlib import Path

from mooring.fleet.load import Loaded, load
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.problem import Problem
from mooring.tree.run import resolve_all

HEAD = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: small}
"""
REGISTRY = "registries: [{name: harbor, host: harbor.example.com}]\n"


def loaded(folder: Path, text: str, **parts: str) -> Loaded:
    """A fleet file of `HEAD` and `text`, and beside it the parts by their file's name, `__` for `/`."""
    (folder / "fleet.yaml").write_text(HEAD + text)
    for name, part in parts.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(part)
    return load(folder / "fleet.yaml")


def environments(folder: Path, text: str, **parts: str) -> dict[str, ResolvedEnvironment]:
    """The environments of such a fleet by their names, whatever is wrong with it; `default` where it has none."""
    return resolve_all(loaded(folder, text, **parts), [])


def said(problem: Problem) -> str:
    """Code, line and column: `bad-path 4:12`."""
    placed = problem.located()
    return f"{placed.code} {placed.line}:{placed.column}"
