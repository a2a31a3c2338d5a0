"""What changed of a credential that stands encrypted in the repository: that it was written anew, for whom, and whose it is.

Each encryption gives another text, so that a new ciphertext may hold the old credential. Nothing that is encrypted is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.backends.ciphertexts import LOGIN, login_of
from mooring.changes.fields import differing, named
from mooring.changes.model import Change, Subject
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote, titled

_ANNOTATION = ("metadata", "annotations", LOGIN)


def ciphertext(
    where: tuple[str, str], subject: Subject, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:  # fmt: skip
    """The changes of a ciphertext that both sides have."""
    title = titled(subject.kind, subject.name)
    was, now = login_of(old), login_of(new)
    if was != now:
        before, after = (f"login {quote(login, 'name')}" if login else "one that it does not say" for login in (was, now))
        yield Change(*where, "secret", f"{title} holds {after}, before {before}", subject)
    routes = [route for route in differing(old, new) if route != _ANNOTATION]
    values = [route for route in routes if _is_encrypted(route)]
    of_sops = [route for route in routes if route[0] == "sops"]
    if values:
        seen = ": whether its secret is another one cannot be seen" if was == now else ""
        yield Change(*where, "secret", f"{title} was encrypted anew{seen}", subject)
    if ("sops", "age") in of_sops and _recipients(old) != _recipients(new):
        yield Change(*where, "secret", f"{title} can be opened by others than before (`sops.age`)", subject)
    elif of_sops and not values:
        yield Change(*where, "secret", f"{title} differs in {named(of_sops)}", subject)
    others = [route for route in routes if route not in values and route not in of_sops]
    if others:
        yield Change(*where, "secret", f"{title} differs in {named(others)}", subject)


def _is_encrypted(route: tuple[str, ...]) -> bool:
    return route[:2] == ("spec", "encryptedData") or route[0] in ("data", "stringData")


def _recipients(data: Mapping[str, Any]) -> set[str]:
    """The age keys that can open what sops has encrypted."""
    return {as_text(get(entry, ("recipient",))) for entry in as_list(get(data, ("sops", "age")))}
