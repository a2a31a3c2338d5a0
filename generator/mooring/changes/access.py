"""What changed of the rights to pull: grants, robots and their expiry, and where their credentials come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.changes.model import Change, Level, Subject
from mooring.changes.sides import Account, Cell
from mooring.fleet.grants import GRANTS, LOGIN, OPEN, pairs_by_secret
from mooring.redaction import quote

GRANTS_OBJECT = Subject("ConfigMap", GRANTS)
MADE = frozenset({"ExternalSecret"})
"""The kinds of what makes a pull Secret."""


def access(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """The changes of a namespace."""
    yield from _grants(where, before, after)
    yield from _uses(where, before, after)
    yield from _robots(where, before, after)


def _grants(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """What each Secret may pull from: whatever is new there is widened."""
    old, new = (dict(pairs_by_secret(cell.objects.get(GRANTS_OBJECT, {}))) for cell in (before, after))
    for secret in sorted({*old, *new}):
        subject = Subject("Secret", secret)
        added = new.get(secret, frozenset()) - old.get(secret, frozenset())
        gone = old.get(secret, frozenset()) - new.get(secret, frozenset())
        name = quote(secret, "name")
        if added:
            message = f"Secret {name} may pull from {_pairs(added)} too" if secret in old else _new(name, added)
            yield Change(*where, "grant", message, subject, "widened")
        if gone:
            yield Change(*where, "grant", f"Secret {name} may no longer pull from {_pairs(gone)}", subject)


def _new(name: str, pairs: frozenset[str]) -> str:
    return f"Secret {name} is new here and may pull from {_pairs(pairs)}"


def _pairs(pairs: frozenset[str]) -> str:
    return ", ".join(quote(pair, "host") for pair in sorted(pairs))


def _uses(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """Which Secrets a service of both sides, or anything in the namespace, may use."""
    old, new = _data(before), _data(after)
    for key in sorted({*old, *new}):
        if not key.startswith("_") or key.startswith(LOGIN) or (key != OPEN and not (key in old and key in new)):
            continue
        who = "anything in the namespace" if key == OPEN else quote(key[1:], "name")
        was, now = _names(old.get(key)), _names(new.get(key))
        levels: tuple[tuple[str, set[str], Level], ...] = (
            ("may use", now - was, "widened"), ("may no longer use", was - now, "change"),
        )  # fmt: skip
        for words, names, level in levels:
            if names:
                listed = ", ".join(quote(name, "name") for name in sorted(names))
                yield Change(*where, "grant", f"{who} {words} Secret {listed}", GRANTS_OBJECT, level)


def _data(cell: Cell) -> Mapping[str, Any]:
    data = cell.objects.get(GRANTS_OBJECT, {}).get("data")
    return data if isinstance(data, Mapping) else {}


def _names(value: Any) -> set[str]:
    return set(value.split(",")) - {""} if isinstance(value, str) else set()


def _robots(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """Robots that came, went, or log in otherwise; their expiry and their records."""
    for name in sorted({*before.accounts, *after.accounts}):
        old, new, subject = before.accounts.get(name), after.accounts.get(name), Subject("Robot", name)
        if old is None or new is None:
            words = "needed here no longer" if new is None else "needed here now"
            yield Change(*where, "robot", f"robot {quote(name, 'name')} is {words}", subject)
        else:
            yield from _robot(where, subject, old, new)


def _robot(where: tuple[str, str], subject: Subject, old: Account, new: Account) -> Iterator[Change]:
    """How one robot of both sides differs."""
    robot = f"robot {quote(subject.name, 'name')}"
    if old.login != new.login:
        message = f"{robot} logs in as {quote(new.login, 'name')}, before as {quote(old.login, 'name')}"
        yield Change(*where, "robot", message, subject)
    if old.secret != new.secret:
        message = f"the Secret of {robot} is {quote(new.secret, 'name')}, before {quote(old.secret, 'name')}"
        yield Change(*where, "secret", message, subject)
    if old.expires != new.expires:
        was, now = (quote(each, "date") if each else "a day that is not written" for each in (old.expires, new.expires))
        yield Change(*where, "expiry", f"{robot} expires {now}, before {was}", subject)
    was, now = old.robot.record_key, new.robot.record_key
    if was != now:
        message = f"the back end's record of {robot} is {quote(now, 'path')}, before {quote(was, 'path')}"
        yield Change(*where, "secret", message, subject)
