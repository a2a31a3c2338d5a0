"""What the environments have → the fleet: its lists, and under `environments:` what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mooring.adoption.existing import Existing
from mooring.adoption.fleetfile import Draft, Entry
from mooring.adoption.pairing import pair_registries, pair_robots
from mooring.adoption.services import Composed, Unfit, add_services
from mooring.adoption.survey import AdoptedRobot, Survey

_NO_HOST = "no image of a private registry, and no Secret that names one: write your Harbor's host"
_EXPIRY = "when it expires; Harbor shows it"
_STANDS = "its Secret; that it stands in these namespaces is taken from the pods that name it"


def compose(surveys: Sequence[Survey], unfit: Unfit, known: Existing | None = None) -> Draft:
    """The fleet of all environments, or what is to be added to the `known` one; one without a name is the fleet itself."""
    registries = pair_registries(surveys, known.registries if known else ())
    robots = pair_robots(surveys, registries, known.robots if known else ())
    composed = Composed(surveys, registries, robots, Draft(), {one.environment: {} for one in surveys}, known)
    spaces = sorted({namespace for one in surveys for namespace in one.namespaces})
    new = [name for name in spaces if known is None or name not in known.namespaces]
    composed.draft.namespaces = [Entry({"name": name, "manage": False}) for name in new]
    for here in surveys:
        _namespaces(composed, here, spaces, new)
    _registries(composed)
    _robots(composed)
    add_services(composed, unfit)
    for name, entry in composed.entries.items():
        ordered = {key: entry[key] for key in _ORDER if key in entry}
        if composed.is_there(name):
            composed.draft.extended |= {name: ordered} if ordered else {}
        elif name:
            composed.draft.environments.append(Entry({"name": name, **ordered}, (), composed.comments.get(name, ())))
    return composed.draft


_ORDER = ("namespaces", "registries", "robots", "images", "services")


def _namespaces(composed: Composed, here: Survey, spaces: list[str], new: list[str]) -> None:
    """The namespaces that an environment has, where it does not have all; those that are new, where it says so already."""
    known = composed.known
    if known is None or not composed.is_there(here.environment):
        wanted = here.namespaces if here.namespaces != spaces else []
    elif here.environment in known.limited:
        wanted = [name for name in here.namespaces if name not in here.declared]
    else:
        wanted = here.namespaces if here.environment and not {*new} <= {*here.namespaces} else []
    if wanted:
        composed.entries[here.environment]["namespaces"] = wanted


def _registries(composed: Composed) -> None:
    draft, known = composed.draft, composed.known
    of_fleet = {one.name for one in known.registries} if known else set()
    for one in composed.registries:
        if one.name not in of_fleet:
            draft.registries.append(Entry({"name": one.name, "host": one.host}))
        for environment, host in one.hosts.items():
            if host != one.host and not (one.name in of_fleet and composed.is_there(environment)):
                composed.add(environment, "registries", {"name": one.name, "host": host})
    if not draft.registries and not of_fleet:
        draft.registries.append(Entry({"name": "harbor", "host": "harbor.example.com"}, (_NO_HOST,)))


def _robots(composed: Composed) -> None:
    """Each robot as the first environment has it, and what differs in the others; closed where one does not have it."""
    for robot in composed.robots:
        first, is_known = robot.first, robot.base is not None
        entry = {"name": robot.name, "registry": robot.registry.name, **_robot(first), "expires": "never"}
        missing = (_EXPIRY,) if all(one.is_at_hand for one in robot.by_environment.values()) else (_EXPIRY, _STANDS)
        composed.draft.robots += [] if is_known else [Entry(entry, missing)]
        for survey in composed.surveys:
            here = robot.by_environment.get(survey.environment)
            more: dict[str, Any] = {}
            if is_known and composed.is_there(survey.environment):
                continue
            if here is not None:
                more = {key: value for key, value in _robot(here).items() if value != entry.get(key)}
            elif first.namespaces & {*survey.namespaces}:
                more = {"namespaces": []}
            if more:
                composed.add(survey.environment, "robots", {"name": robot.name, **more})


def _robot(robot: AdoptedRobot) -> dict[str, Any]:
    """What an entry of a robot says of what it is in one environment."""
    found = {"projects": sorted(robot.projects), "secretName": robot.secret, "namespaces": sorted(robot.namespaces)}
    return found | ({"login": robot.login} if robot.login else {})
