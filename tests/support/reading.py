"""How large a policy is to its reader: its lines, the longest of them, and how many expressions it has."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import yaml

from mooring.fleet.policy_names import POLICIES

_NAMES = re.compile(r"'[\w.-]+'(?:,\s*'[\w.-]+')+")
# Shorter than that is idiom: `.orValue([])`, `i[0] + '/' + i[1]`.
_LONG = 60


class Read(NamedTuple):
    lines: int
    longest: int
    expressions: int


def policies(root: Path) -> list[Path]:
    """The policies below `policies/` of a repository, of both engines."""
    return sorted(path for path in root.glob("policies/*/*.yaml") if path.stem in POLICIES)


def files(root: Path) -> list[Path]:
    """Every YAML file below `policies/` of a repository, suites too, and those of an environment's own policies."""
    return sorted({*root.glob("policies/**/*.yaml"), *root.glob("overlays/*/_cluster/*.yaml")})


def wide(text: str, most: int) -> list[int]:
    """The lines of more characters than `most`, but for one word (a Secret's data) behind its key or comment sign."""
    return [at for at, line in enumerate(text.splitlines(), 1) if len(line) > most and len(line.split()) > 2]


def expressions(text: str) -> list[str]:
    """Every CEL expression of a policy."""
    spec = next(thing for thing in yaml.safe_load_all(text) if thing)["spec"]
    parts = [*spec.get("matchConditions", ()), *spec.get("variables", ()), *spec.get("validations", ())]
    found = [value for part in parts for key, value in part.items() if key.lower().endswith("expression")]
    return [*found, *(one["jsonPatch"]["expression"] for one in spec.get("mutations", ()))]


def read(path: Path) -> Read:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    return Read(len(lines), max(map(len, lines)), len(expressions(text)))


def twice(text: str) -> list[str]:
    """Long lines of expressions, and lists of names, that stand in a policy more than once."""
    lines = [line.strip() for expression in expressions(text) for line in expression.splitlines()]
    found = Counter(line for line in lines if len(line) >= _LONG)
    found.update(names for expression in expressions(text) for names in _NAMES.findall(expression))
    return sorted(part for part, count in found.items() if count > 1)
