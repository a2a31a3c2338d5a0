"""The robots that the images in use need: a module for each format, with `text(proposal, terminal) -> str`."""

from __future__ import annotations

from typing import Any

from mooring.harbor.proposal import Proposal, Proposed


def fragment(proposal: Proposal) -> dict[str, Any]:
    """What is to be included in the fleet; `namespaces` only where the fleet lacks some."""
    namespaces = [{"name": name, "manage": False} for name in proposal.namespaces]
    robots = [robot(one) for one in proposal.robots]
    head = {"apiVersion": "mooring.dev/v1", "kind": "FleetPart"}
    return {**head, **({"namespaces": namespaces} if namespaces else {}), "robots": robots}


def robot(one: Proposed) -> dict[str, Any]:
    """A robot as a fleet file has it."""
    projects = {"project": one.projects[0]} if len(one.projects) == 1 else {"projects": list(one.projects)}
    return {"name": one.name, "registry": one.registry, **projects, "namespaces": list(one.namespaces)}
