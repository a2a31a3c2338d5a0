"""What a ciphertext shows to somebody who has no key: whose Secret it is, that nothing in it is plain, and who can open it.

Nothing here decrypts. A value is judged by its form alone, and is in no message: it may be a credential that somebody
forgot to encrypt.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from mooring.fleet import labels
from mooring.problems.position import Route
from mooring.problems.routes import as_list, get
from mooring.redaction import quote, quote_key
from mooring.registry.dockerconfig import DATA_KEY, SECRET_TYPE

ENCRYPTED_REGEX = "^(data|stringData)$"
# https://github.com/bitnami-labs/sealed-secrets#scopes
_WIDE = ("sealedsecrets.bitnami.com/cluster-wide", "sealedsecrets.bitnami.com/namespace-wide")
# RSA keys of 2,048 to 16,384 bits give encrypted keys of so many bytes; AES-GCM's tag has 16.
_KEY_SIZES, _TAG = range(256, 2049), 16
_OF_SOPS = re.compile(r"ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:[A-Za-z0-9+/=]+,tag:[A-Za-z0-9+/=]+,type:str\]")
# The keys of the other key services (https://getsops.io/docs/#encrypting-using-various-key-services).
OTHER_KEYS = ("kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "key_groups")
_PLAIN = "plaintext-credential"
_ROTATE = "if it is a credential, rotate it, because git keeps it; write the file anew"
_AGAIN = "write it anew with `mooring secret set`"


class Shown(NamedTuple):
    """A fault of a ciphertext: where in the object, what, and what mends it."""

    route: Route
    message: str
    hint: str = _AGAIN
    code: str = "bad-ciphertext"


def sealed_faults(data: Any, namespace: str, secret: str, robot: str) -> Iterator[Shown]:
    """What is wrong with a SealedSecret that is to become the robot's Secret."""
    yield from _identity(data, "bitnami.com/v1alpha1", "SealedSecret", namespace, secret)
    for place in (("metadata",), ("spec", "template", "metadata")):
        for name in _WIDE:
            route: Route = (*place, "annotations", name)
            if get(data, route) == "true":
                yield Shown(route, "the scope is not strict: other Secrets could be made of what is sealed")
    sealed = get(data, ("spec", "encryptedData"))
    yield from _only_config(sealed, ("spec", "encryptedData"))
    for name, value in sealed.items() if isinstance(sealed, Mapping) else ():
        if not _is_sealed(value):
            yield Shown(("spec", "encryptedData", name), f"{quote_key(name)} is not sealed", _ROTATE, _PLAIN)
    for route in (("spec", "data"), ("spec", "template", "data")):
        if get(data, route):
            yield Shown(route, "only `spec.encryptedData` may hold something of the Secret", _ROTATE, _PLAIN)
    template: Route = ("spec", "template")
    for key, wanted in (("name", secret), ("namespace", namespace)):
        if (found := get(data, (*template, "metadata", key))) not in (None, wanted):
            yield _other((*template, "metadata", key), found, wanted)
    yield from _pull_secret(data, template, robot)


def sops_faults(data: Any, namespace: str, secret: str, robot: str, recipients: Collection[str]) -> Iterator[Shown]:
    """What is wrong with a Secret that sops has encrypted for the environment's `recipients`."""
    yield from _identity(data, "v1", "Secret", namespace, secret)
    for plural in ("data", "stringData"):
        values = get(data, (plural,))
        for name, value in values.items() if isinstance(values, Mapping) else ():
            if not (isinstance(value, str) and _OF_SOPS.fullmatch(value)):
                yield Shown((plural, name), f"{quote_key(name)} is not encrypted", _ROTATE, _PLAIN)
    yield from _only_config({**_mapping(get(data, ("data",))), **_mapping(get(data, ("stringData",)))}, ("data",))
    yield from _pull_secret(data, (), robot)
    if not isinstance(get(data, ("sops",)), Mapping):
        yield Shown((), "sops has not encrypted it: it has no `sops`")
        return
    for key, wanted in (("encrypted_regex", ENCRYPTED_REGEX), ("mac_only_encrypted", True)):
        if get(data, ("sops", key)) != wanted:
            said = "true" if wanted is True else wanted
            hint = "take `.sops.yaml` as `docs/secrets.md` has it, and write the file anew"
            yield Shown(("sops", key), f"`sops.{key}` is not `{said}`", hint)
    mac = get(data, ("sops", "mac"))
    if not (isinstance(mac, str) and _OF_SOPS.fullmatch(mac)):
        said = "is missing" if mac is None else "is none that sops writes"
        yield Shown(("sops", "mac"), f"`sops.mac` {said}: nobody could see that the file was changed")
    yield from _recipients(data, recipients)


def _recipients(data: Any, wanted: Collection[str]) -> Iterator[Shown]:
    """Who cannot open the file and should, and who can and should not."""
    found: dict[str, int] = {}
    for index, entry in enumerate(as_list(get(data, ("sops", "age")))):
        recipient = get(entry, ("recipient",))
        if isinstance(recipient, str):
            found.setdefault(recipient, index)
        else:
            yield Shown(("sops", "age", index, "recipient"), "`recipient` is no text: nobody can be told by it")
    hint = "run `sops updatekeys` on the file; who could open it knows the credential: rotate it where one leaves"
    for recipient in sorted(set(wanted) - found.keys()):
        message = f"it is not encrypted for {quote(recipient, 'name')}, a recipient of the environment"
        yield Shown(("sops", "age"), message, hint)
    for recipient, index in found.items() if wanted else ():  # without any, the fleet's own problem says so
        if recipient not in wanted:
            message = f"{quote(recipient, 'name')} can open it, and is no recipient of the environment"
            yield Shown(("sops", "age", index, "recipient"), message, hint)
    for key in OTHER_KEYS:
        if get(data, ("sops", key)):
            yield Shown(("sops", key), f"keys of `{key}` can open it, and the fleet knows of none", hint)


def _identity(data: Any, api_version: str, kind: str, namespace: str, secret: str) -> Iterator[Shown]:
    """What of the object is another one than its file's path says."""
    wanted: dict[Route, str] = {
        ("apiVersion",): api_version, ("kind",): kind, ("metadata", "namespace"): namespace, ("metadata", "name"): secret,
    }  # fmt: skip
    for route, value in wanted.items():
        if (found := get(data, route)) != value:
            yield _other(route, found, value)


def _other(route: Route, found: Any, wanted: str) -> Shown:
    name = ".".join(map(str, route))
    said = "is missing" if found is None else f"is {quote(str(found), 'name')}"
    return Shown(route, f"`{name}` {said}, not {quote(wanted, 'name')}")


def _only_config(values: Any, route: Route) -> Iterator[Shown]:
    """What is wrong with the keys of the Secret: there is one."""
    keys = _mapping(values)
    if DATA_KEY not in keys:
        yield Shown(route, f"it has no `{DATA_KEY}`")
    for name in keys:
        if name != DATA_KEY:
            yield Shown((*route, name), f"a pull Secret has `{DATA_KEY}` alone, not {quote_key(name)}")


def _pull_secret(data: Any, at: Route, robot: str) -> Iterator[Shown]:
    """What of type and labels is not as a robot's Secret has them."""
    if (found := get(data, (*at, "type"))) != SECRET_TYPE:
        yield _other((*at, "type"), found, SECRET_TYPE)
    for name, value in labels.of_robot(robot).items():
        if (found := get(data, (*at, "metadata", "labels", name))) != value:
            said = "is missing" if found is None else f"is {quote(str(found), 'name')}"
            yield Shown((*at, "metadata", "labels", name), f"label `{name}` {said}, not {quote(value, 'name')}")


def _is_sealed(value: Any) -> bool:
    """Whether a value has the form of a sealed one: its first two bytes say how long the encrypted key behind them is."""
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return False
    size = int.from_bytes(raw[:2], "big")
    return size in _KEY_SIZES and len(raw) > 2 + size + _TAG


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
