"""Every object that a policy is judged by in tests, a module for each policy: at each place that can hold an image, of each
kind, in each way of writing it, with the decision table's. The suites of a fleet have a few of these ways, each once.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from mooring.policies.model import PolicyInput, Row


def rows(policy: str, given: PolicyInput) -> Iterator[Row]:
    """The rows of a policy."""
    module = importlib.import_module(f"{__name__}.{policy.replace('-', '_')}")
    yield from module.rows(given)
