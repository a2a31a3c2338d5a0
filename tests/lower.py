"""Prints pip constraints that pin each dependency of pyproject.toml to the lowest version it allows.

Stubs (`types-…`) are left out: no test runs with them, and their versions carry a date.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
    match = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)(?:,<[0-9.]+)?", requirement)
    if match is None:
        raise SystemExit(f"{requirement}: a lower bound `name>=version` is expected")
    if not match[1].startswith("types-"):
        print(f"{match[1]}=={match[2]}")
