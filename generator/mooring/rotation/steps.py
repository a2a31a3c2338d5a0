"""Takes one step of a rotation, with all the requests that it needs."""

from __future__ import annotations

from contextlib import nullcontext

from mooring.delivery import Fault, Told
from mooring.delivery.vault_errors import CHANGED
from mooring.harbor import expiry
from mooring.harbor.api import Made
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.names import Identity, identity
from mooring.harbor.rights import Deed, refusal
from mooring.harbor.rotation import Create, Delete, Deliver, Disable, Prove, Replace, Step
from mooring.harbor.trouble import Trouble
from mooring.redaction import Credential, quote
from mooring.registry.credentials import AuthEntry
from mooring.rotation.model import RUN_AGAIN, Doors, Memory, Terms, Turn, View
from mooring.rotation.standing import Stand

TWO = "another run rotates this robot"
_AS_ADMIN = "ask with an administrator's credential"


class Steps:
    """The steps of one robot's rotation, in one run."""

    def __init__(
        self, robot: Desired, harbor: Harbor, stands: tuple[Stand, ...], terms: Terms, doors: Doors, memory: Memory
    ) -> None:  # fmt: skip
        self._robot, self._stands, self._terms, self._doors, self._memory = robot, stands, terms, doors, memory
        self._taken = {other.login for other in harbor.robots if other is not robot}

    def take(self, step: Step, view: View) -> Turn:
        """A step: done, or why not."""
        match step:
            case Create():
                return self._create(step, view)
            case Deliver():
                return self._deliver(step, view)
            case Replace():
                return self._replace(step, view)
            case Prove():
                return self._prove(step, view)
            case Disable(login):
                if cannot := self._refused("change", view):
                    return Turn(step, cannot, f"disable `{login}` in Harbor, then run again")
                return _after(step, self._doors.api.replace(view.robot(login), "disable", disable=True))
            case Delete(login):
                if cannot := self._refused("delete", view):
                    return Turn(step, cannot, _AS_ADMIN)
                return _after(step, self._doors.api.delete(view.robot(login).id, login))
        raise AssertionError(step)

    def _create(self, step: Create, view: View) -> Turn:
        """Creates the successor, where its credential can be written, with what the fleet grants and no more."""
        if faults := self._doors.delivery.ready(self._robot.name, [stand.environment for stand in self._stands]):
            return Turn(step, *told(faults))
        if cannot := self._refused("create", view):
            return Turn(step, cannot, _AS_ADMIN)
        named = identity(step.login, self._robot.level, self._robot.identity.project, view.prefix)
        if step.login in self._taken:
            return Turn(step, f"{quote(step.login, 'name')} is another robot of the fleet", "give one of them another name")
        if named is None or named.is_too_long:
            return Turn(
                step, f"{quote(step.login, 'name')} cannot be a robot's name in Harbor", "give the robot another name"
            )
        days = self._days(view)
        if days is None:
            return Turn(step, "how long the successor shall live is not known", "write `expires: <day>` into the fleet file")
        return self._ask_for(step, named, days, view)

    def _ask_for(self, step: Create, named: Identity, days: int, view: View) -> Turn:
        """The request itself. A robot that has the name already is another run's."""
        made = self._doors.api.create(named, self._robot.level, days, self._robot.access, self._robot.mark.text)
        if isinstance(made, Made):
            self._memory.made, self._memory.before, self._memory.begins = made, view.versions, False
            return Turn(step)
        if getattr(made, "status", 0) == 409:
            return Turn(step, f"{TWO}: {quote(step.login, 'name')} was created meanwhile", "run again when it has ended")
        return _after(step, made)

    def _days(self, view: View) -> int | None:
        """How many days the successor lives: until the fleet's day, where that is beyond its predecessor's in Harbor, else
        as many as its predecessor did."""
        current, day = view.current, self._robot.expires
        wanted = expiry.duration(self._doors.now(), day) if day else None
        if current is None or day == "never" or (wanted is not None and (day or "") > expiry.day(current.expires_at)):
            return wanted
        return current.duration if current.duration == expiry.NEVER or current.duration > 0 else wanted

    def _deliver(self, step: Deliver, view: View) -> Turn:
        """Writes the successor's credential into records that nobody has written since."""
        memory, name = self._memory, self._robot.name
        secret: Credential | Told
        if step.source is None and memory.made is not None:
            secret, since = Credential(memory.made.secret), memory.before
        else:
            source = next(one for one in self._stands if one.name == step.source)
            secret, since = self._doors.delivery.secret(name, source.environment, step.login), view.versions
        if isinstance(secret, Told):
            return Turn(step, secret.message, secret.hint)
        targets = [one for one in self._stands if one.name in step.environments]
        with self._doors.alone() if any(one.is_filed for one in targets) else nullcontext():
            environments = [one.environment for one in targets]
            _, faults = self._doors.delivery.write_all(name, environments, secret, login=step.login, since=since)
        if faults:
            return Turn(step, *told(faults), is_unsure=faults[0].hint != CHANGED.hint)
        memory.filed |= {one.name for one in targets if one.is_filed}
        return Turn(step)

    def _replace(self, step: Replace, view: View) -> Turn:
        """Claims the records, so that the run that made the robot cannot deliver it any more; then deletes it."""
        if cannot := self._refused("delete", view):
            return Turn(step, cannot, f"delete `{step.login}` in Harbor, then run again")
        environments = [stand.environment for stand in self._stands]
        if faults := self._doors.delivery.claim(self._robot.name, environments, view.versions):
            return Turn(step, *told(faults))
        self._memory.begins = True
        return _after(step, self._doors.api.delete(view.robot(step.login).id, step.login))

    def _prove(self, step: Prove, view: View) -> Turn:
        """Pulls with what the namespaces have, once with each credential; then gives the nodes time to have read it too."""
        for stand in self._stands:
            tried: list[AuthEntry] = []
            for namespace in stand.namespaces:
                credential = view.shown[f"{stand.name}/{namespace}"].credential
                if credential is None or credential in tried:
                    continue
                tried.append(credential)
                if why := self._doors.prove(stand, credential):
                    where = (
                        f"with Secret {quote(stand.robot.secret, 'name')} of {quote(f'{stand.name}/{namespace}', 'path')}"
                    )
                    return Turn(step, f"{where}: {why}", "mend that, then run again; the predecessor stays enabled")
        self._memory.proved |= {step.login}
        self._doors.sleep(self._terms.settle.total_seconds())
        return Turn(step)

    def _refused(self, deed: Deed, view: View) -> str:
        """Why the caller cannot do it."""
        wanted = self._robot.access if deed == "create" else frozenset()
        return refusal(view.seen.caller, deed, self._robot.level, self._robot.identity.project, wanted)


def _after(step: Step, trouble: Trouble | None) -> Turn:
    """What came of a step's request; where it may have taken effect without an answer, looking again tells."""
    if trouble is None:
        return Turn(step)
    return Turn(step, trouble.message, trouble.mend or RUN_AGAIN, trouble.took_effect)


def told(faults: tuple[Fault, ...]) -> tuple[str, str]:
    """Message and hint of the first fault."""
    return f"{', '.join(quote(name, 'name') for name in faults[0].environments)}: {faults[0].message}", faults[0].hint
