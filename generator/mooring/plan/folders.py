"""The folders of a run: units of work write below them on their own, in several processes, and never look at each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mooring.fleet import model
from mooring.plan.environment import CLUSTER
from mooring.plan.outputs import Claim, check
from mooring.problems.problem import Problem
from mooring.redaction import quote


def check_folders(fleet: model.Fleet, environments: Iterable[str], policies: Iterable[str]) -> Iterator[Problem]:
    """What collides of the folders in which units of work write on their own, and of the policies' files.

    A name that is given twice is a problem already; what differs by letter case only is one folder.
    """
    places = {item.name: item for item in reversed(fleet.environments)}
    claims = [Claim(path, "mooring") for path in policies]
    for name in dict.fromkeys(environments):
        claims.append(_folder(f"overlays/{name}", f"environment {quote(name, 'name')}", places.get(name)))
    where = "overlays/*"
    claims += [Claim(f"{where}/kustomization.yaml", "mooring"), Claim(f"{where}/{CLUSTER}", "mooring", folder=True)]
    namespaces = {item.name: item for item in reversed(fleet.namespaces)}
    claims += [
        _folder(f"{where}/{item.name}", f"namespace {quote(item.name, 'name')}", item)
        for item in reversed(namespaces.values())
    ]
    yield from check(claims)


def _folder(path: str, owner: str, item: model.Item | None) -> Claim:
    place = item.place if item is not None else None
    return Claim(path, owner, place.source if place else None, (*place.route, "name") if place else (), folder=True)
