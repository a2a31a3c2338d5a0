"""The policies, one module each: `SUMMARY`, `text(given, catalog)`, `MENDS`, parts of what it says with what to write then,
and `rows(given)`, the objects of its suite.

Adding a policy is adding a module here, its name in `names.POLICIES`, and a case.
"""

from __future__ import annotations

import importlib
from types import ModuleType


def load(policy: str) -> ModuleType:
    """The module of a policy."""
    return importlib.import_module(f"{__name__}.{policy.replace('-', '_')}")
