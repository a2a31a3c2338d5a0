"""Records of Vault's KV engine, version 2: the only importer of hvac, which is there with `pip install mooring[vault]`.

A record is read, changed in two properties and written with check-and-set, so that what somebody else has changed
meanwhile is never overwritten (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). A version 1 engine would
take the same request and store nonsense, so the mount is asked for its version before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeVar

from mooring.delivery.model import Access, AppRole, Entry, Told
from mooring.delivery.vault_errors import (
    CHANGED,
    DENIED,
    NO_HVAC,
    NO_VERSION_2,
    NOT_VAULT,
    TOKEN_REFUSED,
    UNSURE,
    Refusal,
    login_refused,
    of_library,
)  # fmt: skip
from mooring.redaction import quote

_SECONDS = (5, 30)  # to connect, and to wait for an answer
_T = TypeVar("_T")


class Record(NamedTuple):
    """A record as it is: its path, its properties and their version; none and 0 where there is no record. Shown without
    its properties."""

    path: str
    properties: Mapping[str, Any]
    version: int

    def __repr__(self) -> str:
        return f"Record({self.path!r}, version={self.version})"


class Change(NamedTuple):
    """What `commit` writes: the record's path, all of its properties, and the version that they were made from.

    Not `needed` where the record holds both already. Shown without its properties.
    """

    path: str
    place: str
    data: Mapping[str, Any]
    version: int
    needed: bool

    def __repr__(self) -> str:
        return f"Change({self.place!r}, version={self.version})"


def connect(access: Access) -> Vault | Told:
    """A Vault that takes the token, or the role's login; what is said where it does not."""
    try:
        import hvac
        from requests import Session
    except ImportError:
        return NO_HVAC
    session = Session()
    session.auth = _as_it_is  # else a login of `~/.netrc` would be sent along
    session.verify = ca = str(access.ca) if access.ca is not None else True  # hvac asks a session before its own `verify`
    login = access.login
    token = "" if isinstance(login, AppRole) else login.reveal()
    # An empty `cert`: for None hvac takes VAULT_CLIENT_CERT.
    client = hvac.Client(
        url=access.address, token=token, verify=ca, timeout=_SECONDS, namespace=access.namespace, session=session,
        allow_redirects=False, cert=(),
    )  # fmt: skip
    vault = Vault(client, access)
    if not isinstance(login, AppRole):
        return vault
    answer = _asked(
        lambda: client.auth.approle.login(login.role_id.reveal(), login.secret_id.reveal()), access.address
    )  # fmt: skip
    if isinstance(answer, Refusal):
        return login_refused(answer)
    return vault


def _as_it_is(request: Any) -> Any:
    return request


def _asked(ask: Callable[[], _T], address: str) -> _T | Refusal:
    """What Vault answers, or what it refuses: hvac's exceptions hold requests, and end here."""
    import hvac.exceptions
    import requests

    try:
        return ask()
    except (hvac.exceptions.VaultError, requests.RequestException, ValueError) as error:
        return of_library(error, address)


class Vault:
    """One Vault, whose KV engine is asked as `access` says."""

    def __init__(self, client: Any, access: Access) -> None:
        self._client, self._access, self._is_2 = client, access, False

    def __repr__(self) -> str:
        return f"Vault({self._access.address!r})"

    def read(self, key: str) -> Record | Told:
        """The record of a key."""
        mount, path = self._access.mount, below(key, self._access.mount)
        refused = self._not_version_2(path)
        if refused is not None:
            return refused
        answer = self._ask(
            lambda: self._client.secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
        )
        if isinstance(answer, Refusal):
            if not answer.absent:
                return self._denied(path, "read") if answer.denied else answer.told
            return Record(path, {}, answer.version)
        try:
            data = answer["data"]
            return Record(path, dict(data["data"] or {}), int(data["metadata"]["version"]))
        except (KeyError, TypeError, ValueError):
            return NOT_VAULT

    def prepare(self, entry: Entry) -> Change | Told:
        """What has to be written for the entry; other properties of its record stay."""
        record = self.read(entry.key)
        if isinstance(record, Told):
            return record
        return self._change(record, {entry.username: entry.login, entry.password: entry.secret.reveal()})

    def writable(self, record: Record) -> Told | None:
        """Why the record could not be written, as far as Vault tells without a write: a token that may not ask what it may
        do is taken to be able to."""
        path = f"{self._access.mount}/data/{record.path}"
        answer = self._ask(lambda: self._client.adapter.post("/v1/sys/capabilities-self", json={"paths": [path]}))
        if isinstance(answer, Refusal):
            return None if answer.denied else answer.told
        may = answer.get(path)
        needed = {"root", "update"} if record.properties else {"root", "update", "create"}
        if not isinstance(may, list) or not needed.isdisjoint(map(str, may)):
            return None
        return _not_allowed("write", path)

    def prepare_without(self, key: str, properties: Collection[str]) -> Change | Told:
        """What has to be written so that the record of a key has none of these properties; others stay."""
        record = self.read(key)
        return record if isinstance(record, Told) else self._change(record, dict.fromkeys(properties))

    def _change(self, record: Record, properties: Mapping[str, str | None]) -> Change:
        """The record with these properties, without those that are None."""
        both = {**record.properties, **properties}
        wanted = {name: value for name, value in both.items() if name not in properties or value is not None}
        place = f"{self._access.mount}/{record.path}"
        return Change(record.path, place, wanted, record.version, wanted != record.properties)

    def claim(self, key: str, since: int | None) -> Told | None:
        """Writes the record again as it is, where it is still of that version."""
        found = self.read(key)
        if isinstance(found, Told):
            return found
        if found.version != since:
            return CHANGED
        place = f"{self._access.mount}/{found.path}"
        return self.commit(Change(found.path, place, found.properties, found.version, needed=True))

    def commit(self, change: Change) -> Told | None:
        """Writes what `prepare` found, unless the record has changed since."""
        if not change.needed:
            return None
        answer = self._ask(
            lambda: self._client.secrets.kv.v2.create_or_update_secret(
                change.path, change.data, cas=change.version, mount_point=self._access.mount
            )
        )
        if not isinstance(answer, Refusal):
            return None
        if answer.changed:
            return CHANGED
        if answer.unsure:
            return Told(answer.told.message, UNSURE)
        return self._denied(change.path, "write") if answer.denied else answer.told

    def _ask(self, ask: Callable[[], Any]) -> Any:
        """A mapping that Vault answered, or a `Refusal`: anything else comes from no Vault."""
        answer = _asked(ask, self._access.address)
        return answer if isinstance(answer, (dict, Refusal)) else Refusal(NOT_VAULT)

    def _not_version_2(self, path: str) -> Told | None:
        """What is said of a mount that is no KV engine of version 2, as the `vault` program asks before it writes."""
        if self._is_2:
            return None
        mount = self._access.mount
        answer = self._ask(lambda: self._client.adapter.get(f"/v1/sys/internal/ui/mounts/{mount}/{path}"))
        if isinstance(answer, Refusal):
            return self._denied(path, "see") if answer.denied else answer.told
        data = answer.get("data")
        if not isinstance(data, dict):
            return NOT_VAULT
        options = data.get("options")
        is_kv_2 = data.get("type") == "kv" and isinstance(options, dict) and options.get("version") == "2"
        self._is_2 = is_kv_2 and str(data.get("path", "")).strip("/") == mount
        if self._is_2:
            return None
        return Told(f"{quote(mount, 'path')} in Vault is no KV engine of version 2", NO_VERSION_2)

    def _denied(self, path: str, what: str) -> Told:
        """Tells a token that is none any more from one that may not do this."""
        answer = self._ask(self._client.auth.token.lookup_self)
        if isinstance(answer, Refusal) and answer.denied:
            return TOKEN_REFUSED
        mounted = f", or nothing is mounted at {quote(self._access.mount, 'path')}" if what == "see" else ""
        return _not_allowed("reach" if what == "see" else what, f"{self._access.mount}/data/{path}", mounted)


def _not_allowed(verb: str, path: str, more: str = "") -> Told:
    """What is said of a token that may not do something at a path."""
    return Told(f"Vault does not let this token {verb} {quote(path, 'path')}{more}", DENIED)


def below(key: str, mount: str) -> str:
    """The record's path below the mount, found as External Secrets finds it: a key may begin with the mount, and `data/`.

    https://github.com/external-secrets/external-secrets/blob/main/pkg/provider/vault/client_get.go (buildPath)
    """
    _, begins, rest = key.partition(f"{mount}/") if key.startswith(f"{mount}/") else ("", "", key)
    return rest.removeprefix("data/") if begins else rest
