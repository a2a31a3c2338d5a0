"""A fleet from a few lines of its file."""

from __future__ import annotations

from pathlib import Path

from mooring.fleet.load import Loaded, load
from mooring.problems.problem import Problem

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


def said(problem: Problem) -> str:
    """Code, line and column: `bad-path 4:12`."""
    placed = problem.located()
    return f"{placed.code} {placed.line}:{placed.column}"
