"""A fleet from a few lines of its file."""

from __future__ import annotations

import re
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
    """Code, line and column, and the values that the message quotes: `bad-path 4:12 ../ca.pem`."""
    placed = problem.located()
    return " ".join([f"{placed.code} {placed.line}:{placed.column}", *re.findall("`([^`]*)`", placed.message)])
