"""Makes a plan so: one robot after the other, each until it is whole, and what cannot be done is told with the mend.

A robot whose creation may have taken effect without an answer is looked for; it is ours by its mark, and since its secret is
lost it gets another, or goes, so that no robot is left whose secret nobody has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mooring.harbor.api import Api, Made, Project
from mooring.harbor.delivery import Delivery
from mooring.harbor.desired import Desired
from mooring.harbor.plan import Item, Plan
from mooring.harbor.robots import Robot, permissions
from mooring.harbor.secret import new_secret
from mooring.harbor.trouble import Trouble
from mooring.redaction import Credential


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one item: `outcome` is empty where it was done, else why it was not, and `mend` what to do then."""

    item: Item
    outcome: str = ""
    mend: str = ""


def apply(plan: Plan, api: Api, deliveries: Mapping[str, Delivery]) -> Iterator[Done]:
    """Does what is to do; `deliveries` are the environments' back ends, by name."""
    for item in plan.items:
        if item.kind == "create" and item.is_to_do and item.robot is not None:
            yield _created(item, item.robot, plan, api, deliveries)
        elif item.kind == "change" and item.is_to_do and item.found is not None:
            yield _done(item, _changed(item, item.found, api))
        elif item.kind == "disable" and item.is_to_do and item.found is not None:
            yield _done(item, api.replace(item.found, "disable", disable=True))


def _done(item: Item, trouble: Trouble | None) -> Done:
    return Done(item) if trouble is None else Done(item, trouble.message, trouble.mend)


def _changed(item: Item, found: Robot, api: Api) -> Trouble | None:
    """Rights and duration in one request; what differs in neither is sent as it is."""
    access = (found.access | item.add) - item.remove
    days = {} if item.days is None else {"duration": item.days}
    return api.replace(found, "change", permissions=permissions(access), **days)


def _created(item: Item, robot: Desired, plan: Plan, api: Api, deliveries: Mapping[str, Delivery]) -> Done:
    """A new robot, whose credential stands in every back end that has it before this ends well."""
    for environment, own in robot.environments.items():
        reason = deliveries[environment].ready(own)
        if reason:
            return Done(item, reason)
    project = plan.seen.projects.get(robot.identity.project)
    made = api.create(robot.identity, robot.level, item.days or 0, robot.access, robot.mark.text)
    if not isinstance(made, Made):
        found = _found_again(robot, project, api) if made.took_effect else None
        if found is None:
            return Done(item, made.message, made.mend)
        return _with_own_secret(item, robot, found, api, deliveries)
    return _delivered(item, robot, made.id, made.name, Credential(made.secret), api, deliveries)


def _found_again(robot: Desired, project: Project | None, api: Api) -> Robot | None:
    """The robot that a request without an answer created, if it did; somebody else's has not our mark."""
    found = api.find(robot.identity, project)
    return found if isinstance(found, Robot) and found.mark == robot.mark else None


def _with_own_secret(item: Item, robot: Desired, found: Robot, api: Api, deliveries: Mapping[str, Delivery]) -> Done:
    """A robot whose generated secret was never seen: it gets one of ours; where that is refused, it goes."""
    secret = Credential(new_secret())
    trouble = api.set_secret(found.id, found.name, secret)
    if trouble is None:
        return _delivered(item, robot, found.id, found.name, secret, api, deliveries)
    return _taken_back(item, found.id, found.name, trouble.message, api)


def _delivered(
    item: Item, robot: Desired, number: int, name: str, secret: Credential, api: Api, deliveries: Mapping[str, Delivery]
) -> Done:
    """Writes the credential to each back end; where one refuses it all the same, the robot is taken back."""
    for environment, own in robot.environments.items():
        reason = deliveries[environment].write(own, name, secret)
        if reason:
            return _taken_back(item, number, name, f"its credential could not be written for `{environment}`: {reason}", api)
    return Done(item)


def _taken_back(item: Item, number: int, name: str, reason: str, api: Api) -> Done:
    """Deletes a robot that nothing can pull with; says so where even that fails."""
    trouble = api.delete(number, name)
    if trouble is None:
        return Done(item, f"{reason}; the robot was deleted again", "run again")
    return Done(item, f"{reason}; it stays in Harbor, enabled, with a secret that nobody has", f"delete `{name}` in Harbor")
