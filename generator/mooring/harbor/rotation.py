"""The next step of a rotation, from what Harbor, the back ends and the clusters show: no state is kept anywhere else, so
that a run that was killed goes on from wherever it was.

A robot of the fleet has generations (`ci`, `ci-b`, `ci-a`, `ci-b` …). Below, C is the newest that is enabled, O one older
than C, N one newer than C; "shown" is the login of the namespaces' Secrets, and what is not known counts as not shown.

| in Harbor | shown, held | step |
|---|---|---|
| nothing | | stop: `apply` creates it |
| all disabled | | stop: somebody had a reason |
| N disabled | | stop: somebody disabled the successor |
| three enabled | | stop: it is not clear which ones are in use |
| O enabled, C not made by mooring for this fleet | | stop: C is somebody else's |
| O enabled, C of this run | some back end does not hold C | deliver C's secret to those |
| O enabled, C of another run | no back end holds C, no namespace shows it | replace C; stop where a back end is files |
| C, with or without O | otherwise no back end holds C | stop: C may be in use |
| C, with or without O | some back ends hold C, others not | deliver what the former hold to the latter |
| C, with or without O | a back end cannot be read, none holds C | wait for the namespaces that do not show it |
| C, with or without O | all back ends hold C, not all namespaces show it | wait for those |
| C alone, where one shall begin | the same, but none shows another login | create the successor: C stays as it is |
| O enabled, C | all show C, no pull was proved | prove a pull with C |
| O enabled, C | all show C, a pull was proved | disable O |
| O disabled, ours, C | all show C | wait out the grace period, counted from O's last change; then delete O |
| C, and at most an O that is disabled and not ours | all show C | done; where one shall begin, create the successor |

A secret is never changed. Where the run that made C was killed before any back end had its secret, nobody uses C, and
another robot takes its place: its number in Harbor is another one, so that whatever that run still sends, if it lives after
all, reaches nothing. Where a back end is files, another clone may have C's, and somebody has to look. As soon as one back
end or namespace has the login, or that cannot be known, C stays. An O that mooring did not make is disabled, since the
rotation was asked for by name, but never deleted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mooring.fleet.generations import generations, successor

# Bearer tokens that were given out before go on pulling for that long: 30 minutes, and a leeway of one.
TOKENS_LIVE = datetime.timedelta(minutes=31)


class Generation(NamedTuple):
    """A robot of the family: `number` is Harbor's id, `changed` its last change, `is_ours` says that it has our mark."""

    login: str
    number: int
    is_enabled: bool
    is_ours: bool
    changed: datetime.datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """What is seen: `base` is the robot's own login, `held` the login that each environment's back end has and `shown` the
    one that each namespace's Secret has, None where that is not known. `made` is the number of the robot whose secret this
    run has, `proved` are logins with which it has pulled; `begins` says that a rotation shall begin where none is under way;
    `filed` are the environments whose back end is files of the repository."""

    base: str
    family: tuple[Generation, ...]
    held: Mapping[str, str | None]
    shown: Mapping[str, str | None]
    proved: frozenset[str]
    begins: bool
    now: datetime.datetime
    grace: datetime.timedelta = TOKENS_LIVE
    made: int | None = None
    filed: frozenset[str] = frozenset()


class Create(NamedTuple):
    """Create the successor, in Harbor alone."""

    login: str


class Deliver(NamedTuple):
    """Write a login to the back ends of `environments`: with the secret that `source` has, else with that of this run."""

    login: str
    environments: tuple[str, ...]
    source: str | None


class Replace(NamedTuple):
    """Delete a successor whose secret nobody has, so that it is created anew."""

    login: str


class WaitForNamespaces(NamedTuple):
    """Wait until the Secrets of these show the login."""

    login: str
    namespaces: tuple[str, ...]


class Prove(NamedTuple):
    """Pull with the login that all namespaces show."""

    login: str


class Disable(NamedTuple):
    """Disable the robot that no namespace shows any more."""

    login: str


class WaitOut(NamedTuple):
    """Leave the disabled robot as it is until then."""

    login: str
    until: datetime.datetime


class Delete(NamedTuple):
    """Delete the robot that was disabled long enough."""

    login: str


class Done(NamedTuple):
    """One enabled robot, which every namespace shows; `left` are disabled ones that are not ours to delete."""

    login: str
    left: tuple[str, ...] = ()


class Stop(NamedTuple):
    """Nothing can be done without somebody's decision."""

    why: str
    mend: str


Step = Create | Deliver | Replace | WaitForNamespaces | Prove | Disable | WaitOut | Delete | Done | Stop


def next_step(seen: Situation) -> Step:
    """What to do now."""
    family = sorted(seen.family, key=lambda one: one.number)
    enabled = [one for one in family if one.is_enabled]
    if not family:
        return Stop("there is no such robot in Harbor", "`mooring robots apply` creates it")
    if not enabled:
        return Stop(f"`{family[-1].login}` is disabled", "enable it in Harbor, or delete it and `mooring robots apply`")
    current, older = enabled[-1], [one for one in family if one.number < enabled[-1].number]
    if family[-1] is not current:
        return Stop(f"its successor `{family[-1].login}` is disabled", "delete it in Harbor, or enable it")
    if len(enabled) > 2:
        return Stop(f"{len(enabled)} of its generations are enabled", "disable those in Harbor that nobody uses")
    if len(enabled) == 2 and not current.is_ours:
        return Stop(f"`{current.login}` was not made by mooring for this fleet", "rename or delete it in Harbor")
    return _spread(seen, current, older, is_new=len(enabled) == 2) or _finished(seen, current, older)


def _spread(seen: Situation, current: Generation, older: list[Generation], *, is_new: bool) -> Step | None:
    """What is missing until every namespace has the current login; None where nothing is."""
    lacking = tuple(namespace for namespace, login in seen.shown.items() if login != current.login)
    without = tuple(environment for environment, login in seen.held.items() if login != current.login)
    holding = [environment for environment, login in seen.held.items() if login == current.login]
    unknown = [environment for environment in without if seen.held[environment] is None]
    if without and seen.made == current.number:
        return Deliver(current.login, without, None)
    if without and holding:
        # What is in a file is encrypted for the cluster: it can be copied from nowhere but another back end.
        readable = [environment for environment in holding if environment not in seen.filed]
        return Deliver(current.login, without, [*readable, *holding][0])
    if without and not unknown and is_new and len(lacking) == len(seen.shown):
        return _undelivered(seen, current, without)
    if without and not unknown:
        why = f"no back end holds the login `{current.login}`, and its secret may be in use"
        restore = "restore the files under `secrets/` from git; else " if set(without) <= seen.filed else ""
        return Stop(why, f"{restore}`mooring secret set` writes it, where it is known")
    if seen.begins and not older:
        lacking = tuple(namespace for namespace in lacking if seen.shown[namespace] is not None)
    # A back end that cannot be read: only the namespaces tell.
    return WaitForNamespaces(current.login, lacking) if lacking else None


def _undelivered(seen: Situation, current: Generation, without: tuple[str, ...]) -> Step:
    """What becomes of another run's successor that no back end holds and no namespace shows."""
    filed = [environment for environment in without if environment in seen.filed]
    if not filed:
        return Replace(current.login)
    why = f"no file here holds the login `{current.login}`: the run that made it may have written it in another clone"
    return Stop(why, f"merge that change; if there is none, delete `{current.login}` in Harbor, and run again")


def _finished(seen: Situation, current: Generation, older: list[Generation]) -> Step:
    """The steps after every namespace has the current login."""
    for one in older:
        if one.is_enabled:
            return Disable(one.login) if current.login in seen.proved else Prove(current.login)
    for one in older:
        if one.is_ours:
            until = one.changed + seen.grace
            return WaitOut(one.login, until) if seen.now < until else Delete(one.login)
    left = tuple(one.login for one in older)
    if not seen.begins:
        return Done(current.login, left)
    if current.login not in generations(seen.base):
        return Stop(f"`{current.login}` is no generation of `{seen.base}`", "see `mooring robots plan`")
    login = successor(seen.base, current.login)
    if login in left:
        return Stop(f"there is a robot `{login}` that mooring did not make", "delete it in Harbor")
    return Create(login)
