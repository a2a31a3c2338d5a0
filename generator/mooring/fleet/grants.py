"""The grants of a namespace: a ConfigMap that says which pull Secret may pull from which projects.

The planner writes it, the policies read it in CEL, and `check` reads it back. `data` holds, by the Secret's name, the
`host/project` pairs that its robot may pull from, separated by commas. Keys that begin with `_` are reserved.
Which Secrets a service may use is there only where a policy reads it (`policy_names.READ_OWN`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

GRANTS = "mooring-pull-grants"
"""The name of the ConfigMap."""
OPEN = "_open"
"""The key of the Secrets that anything in the namespace may use."""
LOGIN = "_login."
"""`_login.<Secret>` holds what the Secret's robot logs in as."""


def service_key(kind: str, name: str) -> str:
    """The key of the Secrets that one service of the fleet may use."""
    return f"_{kind.lower()}.{name}"


def joined(values: Collection[str]) -> str:
    """A value of the ConfigMap."""
    return ",".join(sorted(values))


def pairs_by_secret(data: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """The `host/project` pairs of each Secret, from a ConfigMap that may be anything."""
    values = data.get("data")
    for name, value in values.items() if isinstance(values, Mapping) else ():
        if isinstance(value, str) and not str(name).startswith("_"):
            yield name, frozenset(pair for pair in value.split(",") if "/" in pair)
