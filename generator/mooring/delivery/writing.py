"""Which back end of which environments gets a robot's credential: all are asked first, then each is written."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.delivery.model import Access, Entry, Fault, Told, Written
from mooring.fleet import model
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import Credential, quote

if TYPE_CHECKING:
    from mooring.delivery.vault import Change, Vault

VAULTS = "external-secrets"
_NO_ADDRESS = Told(
    "Vault's address is not known",
    "set `--vault-address` or VAULT_ADDR; where the store is no Vault, write the record with that store's own tools",
)


@dataclass(frozen=True)
class Delivery:
    """Writes credentials, with `access` to Vault where it was given."""

    access: Access | None = None

    def write(
        self, robot: model.Robot, environment: ResolvedEnvironment, credential: Credential
    ) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
        """Puts the credential into the robot's back end in one environment, together with its login."""
        return self.write_all(robot.name, [environment], credential)

    def write_all(
        self, name: str, environments: Sequence[ResolvedEnvironment], credential: Credential
    ) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
        """Puts the credential of the robot `name` into its back end in each of the environments: all, or none where a fault
        is found before the first write."""
        records: dict[str, tuple[Entry, list[str]]] = {}
        faults: list[Fault] = []
        for environment in environments:
            robot = environment.robots.by_name[name]
            backend = robot.backend or environment.fleet.secrets.backend
            if backend != VAULTS:
                faults.append(Fault((environment.name,), *_elsewhere(backend, robot)))
                continue
            login = environment.login(robot)
            entry = Entry(robot.record_key, robot.record.username, robot.record.password, login, credential)
            known, names = records.setdefault(robot.record_key, (entry, []))
            names.append(environment.name)
            if known != entry:
                faults.append(Fault(tuple(names), *_shared(robot.record_key)))
        if faults or not records:
            return (), tuple(faults)
        if self.access is None:
            return (), (Fault(tuple(name for _, names in records.values() for name in names), *_NO_ADDRESS),)
        return self._into_vault([(entry, tuple(names)) for entry, names in records.values()])

    def _into_vault(self, records: Sequence[tuple[Entry, tuple[str, ...]]]) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
        """Reads every record, and writes them where all of that went well; what was written, and what was not."""
        vault = self._vault
        if isinstance(vault, Told):
            return (), (Fault(tuple(name for _, names in records for name in names), *vault),)
        changes: list[tuple[Change, tuple[str, ...]]] = []
        faults: list[Fault] = []
        for entry, names in records:
            change = vault.prepare(entry)
            if isinstance(change, Told):
                faults.append(Fault(names, *change))
            else:
                changes.append((change, names))
        written: list[Written] = []
        for change, names in changes if not faults else ():
            told = vault.commit(change)
            if told is not None:
                faults.append(Fault(names, *told))
            else:
                written.append(Written(names, VAULTS, change.place, change.needed))
        return tuple(written), tuple(faults)

    @functools.cached_property
    def _vault(self) -> Vault | Told:
        """The connection, made once; what is said where it cannot be."""
        if self.access is None:
            return _NO_ADDRESS
        from mooring.delivery.vault import connect

        return connect(self.access)


def _elsewhere(backend: str, robot: model.Robot) -> Told:
    """Why mooring does not write into this back end."""
    secret = quote(robot.secret, "name")
    if backend == "external":
        return Told(
            f"robot {quote(robot.name, 'name')} has the back end `external`: its Secret is made outside of mooring",
            f"put the credential where Secret {secret} is made, or give the robot another `backend`",
        )
    return Told(
        f"mooring does not write to the back end {quote(backend, 'choice')} of robot {quote(robot.name, 'name')} yet",
        "encrypt the credential with that back end's own program (`kubeseal`, `sops`), and commit the file",
    )


def _shared(key: str) -> Told:
    """Why one record cannot serve environments in which the robot logs in differently."""
    return Told(
        f"environments share the record {quote(key, 'path')}, and the robot's login or property names differ in them",
        "name one with `--env`, or give each a record of its own under `robots[].secret`",
    )
