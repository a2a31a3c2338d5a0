"""What is delivered, how Vault is reached, and what came of it: values in which no credential can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mooring.backends import has_ciphertexts
from mooring.redaction import Credential


class Written(NamedTuple):
    """A record or a file that holds the credential now: the environments that read it, and whether it had to be written."""

    environments: tuple[str, ...]
    backend: str
    place: str
    changed: bool

    @property
    def is_file(self) -> bool:
        """Whether it is a ciphertext, which reaches nobody before it is rendered and committed."""
        return has_ciphertexts(self.backend)


class Fault(NamedTuple):
    """Why nothing was written for these environments, and what to do."""

    environments: tuple[str, ...]
    message: str
    hint: str


class Told(NamedTuple):
    """What a back end says against a request: a message, and a hint."""

    message: str
    hint: str


class Held(NamedTuple):
    """The login that a back end holds now, empty where it holds none; `unknown` is why that cannot be said. `version` is
    that of a record, for whoever writes only where nobody else has; `partly` are the logins that
    only some of its files hold, and `in_files` says that it is files of this tree: another branch may hold others."""

    login: str = ""
    unknown: Told | None = None
    version: int | None = None
    partly: frozenset[str] = frozenset()
    in_files: bool = False


class AppRole(NamedTuple):
    """How a machine logs in to Vault."""

    role_id: Credential
    secret_id: Credential


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach Vault: its address, the mount of its KV engine, and who is asking."""

    address: str
    mount: str
    login: Credential | AppRole
    namespace: str | None = None
    ca: Path | None = None


class Entry(NamedTuple):
    """What goes into one record of Vault: the key, the properties of login and secret, and both."""

    key: str
    username: str
    password: str
    login: str
    secret: Credential
