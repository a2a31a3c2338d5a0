"""A pull's way in words, from its entry as JSON: `explain` and `doctor` show the same of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring import rules

_VERDICTS = {"ok": "is pulled", "public": "is public", "not-harbor": "is of another registry", "unknown": "is unknown"}


def verdict(entry: Mapping[str, Any]) -> str:
    """What the fleet alone says of the pull."""
    said = _VERDICTS.get(entry["verdict"], entry["verdict"])
    return f"{said}: {rules.REASONS[entry['reason']]} is not at hand" if entry["reason"] else str(said)


def way(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the image stands, which Secrets its pod has, and to which robot the one that serves it leads."""
    listed = ", ".join(entry["secrets"]) or "none"
    found = [f"{entry['component']}: {entry['route']} ({entry['origin']})", f"Secrets of the pod: {listed}"]
    if entry["secret"] is not None:
        until = f", expires {entry['expires']}" if entry["expires"] else ""
        robot = f"robot {entry['robot']} → " if entry["robot"] else ""
        found.append(f"Secret {entry['secret']} → {robot}project {entry['project']}{until}")
    return tuple(found)


def title(entry: Mapping[str, Any]) -> str:
    """The object that the pulls are of, and which form of it: what the fleet renders, what Kustomize builds, or what
    stands in a file."""
    place = entry["object"]
    where = f" in {entry['environment']}" if entry["environment"] else ""
    named = f"{place['kind']} {place['namespace']}/{place['name']}{where}"
    if "root" not in entry:
        return f"{named}, as the fleet renders it"
    if entry["root"]:
        return f"{named}, built from {entry['root']}"
    return f"{named}, as written in {entry['file']}" if entry["file"] else named
