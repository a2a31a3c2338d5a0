"""Which back end of which environments gets a robot's credential: all are asked first, then each is written."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mooring import backends
from mooring.delivery import ciphertexts
from mooring.delivery.holding import held_in, secret_in
from mooring.delivery.model import Access, Entry, Fault, Held, Told, Written
from mooring.delivery.vault_errors import CHANGED
from mooring.fleet import model
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import Credential, quote

if TYPE_CHECKING:
    from mooring.delivery.vault import Change, Record, Vault

STORE = "external-secrets"
_NO_ADDRESS = Told(
    "Vault's address is not known",
    "set `--vault-address` or VAULT_ADDR; where the store is no Vault, write the record with that store's own tools",
)


class _Target(NamedTuple):
    """A record of Vault that gets a login: `robot` says which it is, `environments` read it."""

    robot: model.Robot
    login: str
    environments: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """Writes credentials, with `access` to Vault where it was given."""

    access: Access | None = None

    def reaches(self, name: str, environment: ResolvedEnvironment) -> bool:
        """Whether the robot's back end in one environment can be asked and written at all."""
        backend = _backend(name, environment)[1]
        return backends.has_ciphertexts(backend) or (backend == STORE and self.access is not None)

    def ready(self, name: str, environments: Sequence[ResolvedEnvironment]) -> tuple[Fault, ...]:
        """Why the robot's credential could not be written in all of the environments: asked before a robot is created, and
        nothing is written."""
        encrypted, stored = _parted(name, environments)
        targets, faults = _targets(name, stored, None)
        faults += ciphertexts.ready(name, encrypted)
        if faults or not targets:
            return faults
        told = ((target.environments, self._unwritable(target.robot)) for target in targets)
        return tuple(Fault(names, *found) for names, found in told if found is not None)

    def held(self, name: str, environment: ResolvedEnvironment) -> Held:
        """The login that the robot's back end holds in one environment. Of what else is there nothing is kept."""
        robot, backend = _backend(name, environment)
        if backends.has_ciphertexts(backend):
            return ciphertexts.held(robot, environment)._replace(in_files=True)
        if backend != STORE:
            return Held(unknown=_elsewhere(robot))
        found = self._read(robot)
        if isinstance(found, Told):
            return Held(unknown=found)
        return held_in(found.properties, robot)._replace(version=found.version)

    def secret(self, name: str, environment: ResolvedEnvironment, login: str) -> Credential | Told:
        """The secret that the robot's back end holds for `login`: to be copied to another back end, and for nothing else."""
        robot, backend = _backend(name, environment)
        if backends.has_ciphertexts(backend):
            return ciphertexts.unreadable(robot)
        if backend != STORE:
            return _elsewhere(robot)
        found = self._read(robot)
        return found if isinstance(found, Told) else secret_in(found.properties, robot, login)

    def write_all(
        self,
        name: str,
        environments: Sequence[ResolvedEnvironment],
        credential: Credential,
        login: str | None = None,
        since: Mapping[str, int | None] | None = None,
    ) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
        """Puts the credential of the robot `name` into its back end in each of the environments: all, or none where a fault
        is found before the first write. `login` where it is not the fleet's, as a rotation's successor has its own; `since`
        are the versions, by environment, after which nobody else may have written a record."""
        encrypted, stored = _parted(name, environments)
        targets, faults = _targets(name, stored, login)
        files, more = ciphertexts.encrypted(name, encrypted, credential, login)
        if faults or more or not (targets or files):
            return (), (*faults, *more)
        with ciphertexts.Files(environments[0].root, files) as pending:
            # Files wait under temporary names while Vault is written: what can fail has failed before they are moved.
            faults = pending.prepare()
            written, faults = self._into_vault(targets, credential, since) if targets and not faults else ((), faults)
            if not faults and not (faults := pending.commit()):
                written += pending.written
            return written, faults

    def _into_vault(
        self, targets: Sequence[_Target], credential: Credential, since: Mapping[str, int | None] | None
    ) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
        """Reads every record, and writes them where all of that went well; what was written, and what was not."""
        vault = self._vault
        if isinstance(vault, Told):
            return (), (Fault(tuple(name for target in targets for name in target.environments), *vault),)
        changes: list[tuple[Change, tuple[str, ...]]] = []
        refused: list[Fault] = []
        for robot, its, names in targets:
            entry = Entry(robot.record_key, robot.record.username, robot.record.password, its, credential)
            change = vault.prepare(entry)
            if isinstance(change, Told):
                refused.append(Fault(names, *change))
            elif since is not None and change.version != since.get(names[0]):
                refused.append(Fault(names, *CHANGED))
            else:
                changes.append((change, names))
        written: list[Written] = []
        for change, names in changes if not refused else ():
            told = vault.commit(change)
            if told is not None:
                refused.append(Fault(names, *told))
            else:
                written.append(Written(names, STORE, change.place, change.needed))
        return tuple(written), tuple(refused)

    def claim(
        self, name: str, environments: Sequence[ResolvedEnvironment], since: Mapping[str, int | None]
    ) -> tuple[Fault, ...]:
        """Writes each record again as it is: whoever read it before, and means to write it, cannot any more. Why one could
        not be, as where somebody has written it after `since`; of files there is nothing to claim."""
        targets, faults = _targets(name, _parted(name, environments)[1], None)
        for target in () if faults else targets:
            vault = self._vault
            found = vault if isinstance(vault, Told) else vault.claim(target.robot.record_key, since[target.environments[0]])
            if found is not None:
                return (Fault(target.environments, *found),)
        return faults

    def forget(self, name: str, environments: Sequence[ResolvedEnvironment]) -> tuple[Fault, ...]:
        """Takes login and secret of a robot that is no more out of its back ends, so that they hold neither while it is
        created again."""
        encrypted, stored = _parted(name, environments)
        targets, faults = _targets(name, stored, None)
        faults += ciphertexts.forget(name, encrypted)
        vault = self._vault
        if faults or not targets or isinstance(vault, Told):
            return faults or tuple(Fault(target.environments, *vault) for target in targets if isinstance(vault, Told))
        found: list[Fault] = []
        for robot, _, names in targets:
            change = vault.prepare_without(robot.record_key, _properties(robot))
            told = change if isinstance(change, Told) else vault.commit(change)
            found += [Fault(names, *told)] if told is not None else []
        return tuple(found)

    def _read(self, robot: model.Robot) -> Record | Told:
        """The robot's record in Vault."""
        return self._vault if isinstance(self._vault, Told) else self._vault.read(robot.record_key)

    def _unwritable(self, robot: model.Robot) -> Told | None:
        """Why the robot's record could not be written."""
        vault = self._vault
        if isinstance(vault, Told):
            return vault
        found = vault.read(robot.record_key)
        return found if isinstance(found, Told) else vault.writable(found)

    @functools.cached_property
    def _vault(self) -> Vault | Told:
        """The connection, made once; what is said where it cannot be."""
        if self.access is None:
            return _NO_ADDRESS
        from mooring.delivery.vault import connect

        return connect(self.access)


def _backend(name: str, environment: ResolvedEnvironment) -> tuple[model.Robot, str]:
    """A robot as one environment has it, and what makes its Secret there."""
    robot = environment.robots.by_name[name]
    return robot, environment.fleet.backend_of(robot)


def _parted(
    name: str, environments: Sequence[ResolvedEnvironment]
) -> tuple[list[ResolvedEnvironment], list[ResolvedEnvironment]]:
    """The environments whose Secrets of the robot stand encrypted in the repository, and the others."""
    encrypted = [one for one in environments if backends.has_ciphertexts(_backend(name, one)[1])]
    return encrypted, [one for one in environments if one not in encrypted]


def _targets(
    name: str, environments: Sequence[ResolvedEnvironment], login: str | None
) -> tuple[tuple[_Target, ...], tuple[Fault, ...]]:
    """The records that get the credential, each once, and why one cannot."""
    records: dict[str, tuple[model.Robot, str, list[str]]] = {}
    faults: list[Fault] = []
    for environment in environments:
        robot, backend = _backend(name, environment)
        if backend != STORE:
            faults.append(Fault((environment.name,), *_elsewhere(robot)))
            continue
        its = login or environment.login(robot)
        first, known, names = records.setdefault(robot.record_key, (robot, its, []))
        names.append(environment.name)
        if (known, *_properties(first)) != (its, *_properties(robot)):
            faults.append(Fault(tuple(names), *_shared(robot.record_key)))
    return tuple(_Target(robot, its, tuple(names)) for robot, its, names in records.values()), tuple(faults)


def _properties(robot: model.Robot) -> tuple[str, str]:
    return robot.record.username, robot.record.password


def _elsewhere(robot: model.Robot) -> Told:
    """Why mooring does not write into the back end `external`."""
    return Told(
        f"robot {quote(robot.name, 'name')} has the back end `external`: its Secret is made outside of mooring",
        f"put the credential where Secret {quote(robot.secret, 'name')} is made, or give the robot another `backend`",
    )


def _shared(key: str) -> Told:
    """Why one record cannot serve environments in which the robot logs in differently."""
    return Told(
        f"environments share the record {quote(key, 'path')}, and the robot's login or property names differ in them",
        "name one with `--env`, or give each a record of its own under `robots[].secret`",
    )
