"""Why a credential is refused. Harbor answers every refused one alike, so it is one of several reasons, unless what the
docker configuration holds, the fleet or Harbor's API (`account`) tells which.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from mooring.doctor.causes import Words

Form = Literal["", "empty", "line-break", "blank", "non-ascii"]

REASONS: dict[str, Words] = {
    "empty": Words("the docker configuration has an empty secret", "write the robot's secret: `mooring secret set ROBOT`"),
    "line-break": Words(
        "the secret ends with a line break, as `echo` writes one",
        "write it without: `printf %s`, or `mooring secret set ROBOT`",
    ),
    "blank": Words("the login or the secret begins or ends with a blank", "copy it again, without the blank"),
    "non-ascii": Words(
        "the login or the secret holds characters beyond ASCII, which some tool may have written as other bytes",
        "write it again as UTF-8, or give the robot a secret of letters and digits",
    ),
    "case": Words("the letter case of the login differs from Harbor's", "write the login exactly as Harbor shows it"),
    "eaten": Words(
        "a shell ate the `$…` of the login: Harbor's robots are called `robot$PROJECT+NAME`",
        "write the login in single quotes",
    ),
    "escaped": Words("the `$` of the login was escaped, and the escape was kept", "write one `$`, in single quotes"),
    "prefix": Words(
        "the login lacks Harbor's prefix for robots (`robot$` unless it was changed)", "write the login as Harbor shows it"
    ),
    "other-login": Words(
        "the login is not that of the fleet's robot", "write the robot's own credential: `mooring secret set ROBOT`"
    ),
    "wrong": Words("the secret is wrong", "write the robot's secret again: `mooring secret set ROBOT`"),
    "expired": Words("the robot has expired", "give it a successor, or a longer duration in Harbor"),
    "disabled": Words("the robot or user is disabled", "enable it in Harbor, unless it was revoked on purpose"),
    "deleted": Words("no such robot or user exists, or no more", "create it: `mooring robots apply`"),
    "renamed": Words(
        "Harbor's prefix for robots was changed", "set `robotPrefix` of the registry, and write the login again"
    ),
}

_EATEN = re.compile(r"\$(?:[A-Za-z_]\w*|\{[^}]*\}|[0-9@*#?!-])")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the fleet says of the robot whose credential a pod should have. `logins` are those that it may have in turns,
    `expires` is the day from which it is invalid."""

    robot: str
    logins: tuple[str, ...]
    prefix: str = "robot$"
    expires: datetime.date | None = None


def form_of(login: str, secret: str) -> Form:
    """What can be seen of a credential without asking anybody."""
    if not secret:
        return "empty"
    if secret.endswith(("\n", "\r")):
        return "line-break"
    if login != login.strip() or secret != secret.strip():
        return "blank"
    return "" if (login + secret).isascii() else "non-ascii"


def why_refused(
    login: str, form: Form = "", expected: Expected | None = None, today: datetime.date | None = None
) -> tuple[str, ...]:
    """The reasons of `REASONS` for which a login can be refused, the likeliest first; one where something tells it."""
    if form == "empty":
        return ("empty",)
    found = _of_login(login) if expected is None else _of_expected(login, expected, today)
    return (form, *found) if form else found


def _of_expected(login: str, expected: Expected, today: datetime.date | None) -> tuple[str, ...]:
    """The reasons for a login where the fleet says which one there should be."""
    if login in expected.logins:
        if expected.expires is not None and today is not None and expected.expires <= today:
            return ("expired",)
        return ("wrong", "disabled", "deleted", "renamed", "expired")
    for wanted in expected.logins:
        if login == _EATEN.sub("", wanted):
            return ("eaten",)
        if login in (wanted.replace("$", "$$"), wanted.replace("$", "\\$")):
            return ("escaped",)
        if login.lower() == wanted.lower():
            return ("case",)
        if f"{expected.prefix}{login}" == wanted:
            return ("prefix",)
    return tuple(dict.fromkeys(("other-login", *_of_login(login, expected.prefix))))


def _of_login(login: str, prefix: str = "robot$") -> tuple[str, ...]:
    """The reasons for a login of which nothing is known but its form."""
    if login.startswith(prefix):
        return ("wrong", "expired", "disabled", "deleted", "renamed")
    if login.lower().startswith(prefix.lower()):
        return ("case", "wrong", "deleted", "renamed")
    # A shell makes `robot` of "robot$ci" (https://github.com/goharbor/harbor/issues/15410), `robot+ci` of a project's.
    stem = prefix.partition("$")[0]
    if "$" in prefix and (login == stem or login.startswith(f"{stem}+")):
        return ("eaten", "wrong", "deleted", "renamed")
    if "+" in login:
        return ("prefix", "wrong", "expired", "disabled", "deleted", "renamed")
    return ("wrong", "prefix", "disabled", "deleted")
