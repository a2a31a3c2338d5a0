"""Makes a plan so: one robot after the other, each until it is whole, and what cannot be done is told with the mend.

Harbor shows a new robot's secret once, so that a robot is created only where every environment that has it can keep its
credential, which is asked first, and written before anything else is done. A robot whose creation may have taken effect
without an answer is looked for; it is ours by its mark, and since its secret is lost it gets another, or goes, so that no
robot is left whose secret nobody has. What a killed run leaves, the next plan delivers (`undelivered`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mooring.delivery import Delivery, Told, Written
from mooring.harbor.api import Api, Made, Project
from mooring.harbor.desired import Desired
from mooring.harbor.matching import Matched, match
from mooring.harbor.plan import Item, Plan
from mooring.harbor.robots import Robot, permissions
from mooring.harbor.secret import new_secret
from mooring.harbor.trouble import Trouble
from mooring.harbor.undelivered import is_foreign, overwriting
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import Credential, quote


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one item: `outcome` is empty where it was done, else why it was not, and `mend` what to do then;
    `written` are the records that have the credential now."""

    item: Item
    outcome: str = ""
    mend: str = ""
    written: tuple[Written, ...] = ()


def apply(
    plan: Plan, api: Api, delivery: Delivery, environments: Mapping[str, ResolvedEnvironment]
) -> Iterator[Done]:  # fmt: skip
    """Does what is to do; `environments` are those of the fleet, by name."""
    matched = match(plan.harbor, plan.seen)
    for item in plan.items:
        robot, found = item.robot, item.found
        if not item.is_to_do:
            continue
        if item.kind == "create" and robot is not None:
            work = _Work(item, robot, [environments[name] for name in robot.environments], api, delivery)
            yield work.create(plan.seen.projects.get(robot.identity.project), matched)
        elif item.kind == "deliver" and robot is not None and found is not None and item.lacking is not None:
            work = _Work(item, robot, [environments[name] for name in item.lacking.environments], api, delivery)
            yield work.deliver(found, environments.get(item.lacking.source or ""))
        elif item.kind == "change" and found is not None:
            yield _done(item, _changed(item, found, api))
        elif item.kind == "disable" and found is not None:
            yield _done(item, api.replace(found, "disable", disable=True))


def _done(item: Item, trouble: Trouble | None) -> Done:
    return Done(item) if trouble is None else Done(item, trouble.message, trouble.mend)


def _changed(item: Item, found: Robot, api: Api) -> Trouble | None:
    """Rights and duration in one request; what differs in neither is sent as it is."""
    access = (found.access | item.add) - item.remove
    days = {} if item.days is None else {"duration": item.days}
    return api.replace(found, "change", permissions=permissions(access), **days)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done for one robot: its credential goes to the back ends of `environments`."""

    item: Item
    robot: Desired
    environments: Sequence[ResolvedEnvironment]
    api: Api
    delivery: Delivery

    def create(self, project: Project | None, matched: Matched) -> Done:
        """A new robot, whose credential stands in every back end that has it before this ends well."""
        refused = self._unready(matched)
        if refused is not None:
            return refused
        robot, since = self.robot, self._versions()
        made = self.api.create(robot.identity, robot.level, self.item.days or 0, robot.access, robot.mark.text)
        if isinstance(made, Made):
            return self._written(made.id, made.name, Credential(made.secret), since, is_new=True)
        # A request without an answer may have created it; somebody else's has not our mark.
        found = self.api.find(robot.identity, project) if made.took_effect else None
        if not isinstance(found, Robot) or found.mark != robot.mark:
            return Done(self.item, made.message, made.mend)
        return self._fresh(found.id, found.name, since, is_new=True)

    def deliver(self, found: Robot, source: ResolvedEnvironment | None) -> Done:
        """A robot that is there: the secret that `source` has, else a fresh one. The records are claimed before that is set:
        a run that has just created the robot, or sets a secret too, cannot write them any more."""
        name, since = self.robot.name, self._versions()
        if source is not None:
            secret = self.delivery.secret(name, source, found.name)
            if isinstance(secret, Told):
                return Done(self.item, secret.message, secret.hint)
            return self._written(found.id, found.name, secret, since)
        faults = self.delivery.ready(name, self.environments) or self.delivery.claim(name, self.environments, since)
        if faults:
            return Done(self.item, faults[0].message, faults[0].hint)
        return self._fresh(found.id, found.name, {one: None if at is None else at + 1 for one, at in since.items()})

    def _versions(self) -> Mapping[str, int | None]:
        """The versions of the records, by environment: as the plan saw them, else as they are."""
        if self.item.lacking is not None:
            return self.item.lacking.versions
        return {one.name: self.delivery.held(self.robot.name, one).version for one in self.environments}

    def _unready(self, matched: Matched) -> Done | None:
        """Why the robot's credential could not be kept. A record may still have the login of one that is gone: it is taken
        out first, else nobody could tell it from that of the new one."""
        name = self.robot.name
        if faults := self.delivery.ready(name, self.environments):
            return Done(self.item, f"its secret would be lost: {faults[0].message}", faults[0].hint)
        stale: list[ResolvedEnvironment] = []
        for environment in self.environments:
            held = self.delivery.held(name, environment)
            if held.unknown is not None:
                return Done(self.item, *held.unknown)
            if is_foreign(self.robot, matched, held):
                return Done(self.item, *overwriting(self.robot, environment.name, held))
            stale += [environment] if held.login or held.partly else []
        faults = self.delivery.forget(name, stale)
        return Done(self.item, faults[0].message, faults[0].hint) if faults else None

    def _fresh(self, number: int, name: str, since: Mapping[str, int | None], *, is_new: bool = False) -> Done:
        """A robot whose generated secret was never seen gets one of ours; a new one goes, where that is refused."""
        secret = Credential(new_secret())
        trouble = self.api.set_secret(number, name, secret)
        if trouble is None:
            return self._written(number, name, secret, since, is_new=is_new)
        return self._taken_back(number, name, trouble.message) if is_new else _done(self.item, trouble)

    def _written(
        self, number: int, name: str, secret: Credential, since: Mapping[str, int | None], *, is_new: bool = False
    ) -> Done:
        """Writes the credential to each back end, where nobody else has written after `since`. Where one refuses it, a new
        robot is taken back, unless a back end holds its login or does not tell: the next run goes on from there."""
        written, faults = self.delivery.write_all(self.robot.name, self.environments, secret, name, since)
        if not faults:
            return Done(self.item, written=written)
        where = quote(faults[0].environments[0], "name")
        reason = f"its credential could not be written for {where}: {faults[0].message}"
        held = [self.delivery.held(self.robot.name, environment) for environment in self.environments]
        if is_new and not any(one.unknown is not None or name in {one.login, *one.partly} for one in held):
            return self._taken_back(number, name, reason)
        return Done(self.item, f"{reason}; the robot stays", f"{faults[0].hint}; then run again", written)

    def _taken_back(self, number: int, name: str, reason: str) -> Done:
        """Deletes a robot that nothing can pull with; says so where even that fails."""
        trouble = self.api.delete(number, name)
        if trouble is None:
            return Done(self.item, f"{reason}; the robot was deleted again", "run again")
        return Done(
            self.item, f"{reason}; it stays in Harbor, enabled, with a secret that nobody has", f"delete `{name}` in Harbor"
        )
