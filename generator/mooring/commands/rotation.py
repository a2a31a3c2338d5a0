"""`mooring robots rotate ROBOT`, or all robots that are due: options, what it is given, and how it ends."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import fleet_path
from mooring.commands.running import CLEAN, FOUND, Refused, repository, unknown_name
from mooring.commands.vault_options import access, vault_options
from mooring.files import exists
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.cluster import Cluster
    from mooring.delivery import Access
    from mooring.harbor.api import Api
    from mooring.harbor.desired import Desired, Harbor
    from mooring.harbor.reading import Seen
    from mooring.plan.environment import ResolvedEnvironment
    from mooring.registry.credentials import AuthEntry
    from mooring.rotation import Doors, Rotated, Shown, Stand, Terms

WAITING = 4  # not at its end, and nothing is wrong: run again
_DURATION = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WAIT = datetime.timedelta(minutes=5)


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `rotate`."""
    group = parser.add_argument_group("rotate")
    group.add_argument("--due", action="store_true", help="rotate every robot that expires soon, and end what has begun")
    group.add_argument(
        "--within", type=_duration, metavar="30d", help="due are those that expire within so long (default: `rotateBefore`)"
    )
    group.add_argument(
        "--kubeconfig", action="append", default=[], metavar="[E=]FILE",
        help="the cluster of environment E, where the namespaces' Secrets are read; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--context", action="append", default=[], metavar="[E=]NAME", help="a context of that kubeconfig; repeatable"
    )
    group.add_argument(
        "--arrived", action="append", default=[], metavar="E",
        help="without a kubeconfig: somebody has seen that the Secrets of E have the new login; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--wait",
        type=_duration,
        metavar="5m",
        help="wait so long at most (default: 5m with `--kubeconfig`, else not at all)",
    )
    group.add_argument(
        "--settle", type=_duration, default=datetime.timedelta(minutes=1), metavar="1m",
        help="leave the old robot enabled so long after the proof (default: 1m)",
    )  # fmt: skip
    group.add_argument(
        "--grace", type=_duration, metavar="31m", help="delete the old robot so long after it was disabled (default: 31m)"
    )
    group.add_argument("--again", action="store_true", help="rotate a robot that was rotated within a day, too")
    vault_options(parser)


def _duration(text: str) -> datetime.timedelta:
    """An option's value as a duration."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("write a whole number and a unit: `90s`, `5m`, `12h`, `30d`")
    return datetime.timedelta(**{_UNITS[match[2]]: int(match[1])})


def execute(
    arguments: argparse.Namespace,
    found: Mapping[str, ResolvedEnvironment],
    harbor: Harbor,
    connect: Callable[[], tuple[Api, str]],
) -> int:
    """Rotates; gives the exit code."""
    from mooring.report import rotation
    from mooring.rotation import rotate, stands

    chosen = _named(arguments, harbor)
    clusters = _clusters(arguments, harbor)
    delivery_access = access(arguments)
    api, name = connect()
    try:
        seen = _look(api, name, harbor)
        terms = _terms(arguments)
        rotated: list[Rotated] = []
        for robot in chosen or _due(arguments, harbor, seen):
            standing = stands(robot, found)
            doors = _doors(arguments, harbor, standing, clusters, (api, name), delivery_access)
            rotated.append(rotate(robot, harbor, standing, terms, doors))
    finally:
        api.close()
    report.show(rotation, rotation.Result(harbor.url, tuple(rotated), arguments.quiet > 0), arguments.targets)
    states = {one.state for one in rotated}
    return FOUND if "stopped" in states else WAITING if "waiting" in states else CLEAN


def _named(arguments: argparse.Namespace, harbor: Harbor) -> tuple[Desired, ...]:
    """The robot that is named; none with `--due`."""
    if arguments.due != (arguments.robot is None):
        raise Refused("`rotate` needs a robot, or `--due`", "`mooring robots rotate ROBOT`")
    if arguments.within is not None and not arguments.due:
        raise Refused("`--within` belongs to `--due`", "leave it out, or write `--due` instead of the robot")
    if arguments.due and arguments.arrived:
        raise Refused("`--arrived` is said of one robot", "name the robot instead of `--due`")
    if arguments.due:
        return ()
    if unknown := next((name for name in arguments.arrived if name not in harbor.environments), None):
        raise unknown_name("environment", unknown, list(harbor.environments))
    known = {one.name: one for one in harbor.robots}
    if arguments.robot not in known:
        raise unknown_name("robot", arguments.robot, sorted(known))
    return (known[arguments.robot],)


def _terms(arguments: argparse.Namespace) -> Terms:
    from mooring.rotation import Terms

    wait = arguments.wait if arguments.wait is not None else _WAIT if arguments.kubeconfig else datetime.timedelta(0)
    given = Terms(wait, arguments.settle, again=arguments.again)
    return given if arguments.grace is None else Terms(wait, arguments.settle, arguments.grace, arguments.again)


def _look(api: Api, name: str, harbor: Harbor) -> Seen:
    """What Harbor has. `Refused` where it does not say."""
    from mooring.harbor.reading import Seen, read

    seen = read(api, name, harbor)
    if not isinstance(seen, Seen):
        raise Refused(seen.message, seen.mend)
    return seen


def _due(arguments: argparse.Namespace, harbor: Harbor, seen: Seen) -> tuple[Desired, ...]:
    from mooring.rotation.due import due

    return due(harbor, seen, arguments.within, datetime.datetime.now(datetime.UTC))


def _clusters(arguments: argparse.Namespace, harbor: Harbor) -> dict[str, Cluster]:
    """The clusters that can be read, by environment."""
    if not arguments.kubeconfig:
        if arguments.context:
            raise Refused("`--context` belongs to `--kubeconfig`", "name the kubeconfig too")
        return {}
    from mooring.cluster import Unread, connect

    files = _by_environment(arguments.kubeconfig, harbor, "--kubeconfig")
    contexts = _by_environment(arguments.context, harbor, "--context")
    if lost := set(contexts) - set(files):
        raise Refused(f"`--context` names {quote(min(lost), 'name')}, which has no kubeconfig", "name that too")
    found: dict[str, Cluster] = {}
    for environment, file in files.items():
        if not exists(Path(file)):
            raise Refused(f"{quote(file, 'file')} does not exist", "name a kubeconfig")
        cluster = connect(Path(file), contexts.get(environment))
        if isinstance(cluster, Unread):
            raise Refused(cluster.message, cluster.mend)
        found[environment] = cluster
    return found


def _by_environment(given: list[str], harbor: Harbor, option: str) -> dict[str, str]:
    """Values of `[E=]VALUE` by environment; one without E is for the only one there is."""
    found: dict[str, str] = {}
    for text in given:
        environment, equals, value = text.partition("=")
        if not (equals and environment in harbor.environments):
            if len(harbor.environments) > 1:
                hint = f"write `{option} {harbor.environments[0]}=…`"
                raise Refused(f"`{option}` does not say which environment it is for", hint)
            environment, value = harbor.environments[0], text
        found[environment] = value
    return found


def _doors(
    arguments: argparse.Namespace,
    harbor: Harbor,
    standing: tuple[Stand, ...],
    clusters: Mapping[str, Cluster],
    caller: tuple[Api, str],
    vault: Access | None,
) -> Doors:
    """What one robot's rotation asks and changes."""
    from mooring.commands.trust import registry_bundle
    from mooring.delivery import Delivery
    from mooring.harbor.reading import read
    from mooring.rotation import Doors
    from mooring.rotation.proving import proved

    delivery = Delivery(vault)
    bundles = {
        stand.name: registry_bundle(arguments, stand.environment.fleet.registry_of(stand.robot)) for stand in standing
    }
    api, name = caller

    vouched: dict[tuple[str, str], dict[str, Shown]] = {}

    def seen_in(login: str) -> dict[str, Shown]:
        from mooring.rotation.standing import arrived, shown

        is_first = not vouched
        found: dict[str, Shown] = {}
        for stand in standing:
            key = (stand.name, login)
            if is_first and stand.name in arguments.arrived and stand.name not in clusters:
                # Said of what was there before this run: nobody can have seen what it delivers itself.
                vouched[key] = arrived(stand, delivery, login)
            found |= vouched[key] if key in vouched else shown(stand, clusters.get(stand.name))
        return found

    def say(what: str) -> None:
        if not arguments.quiet:
            report.emit(f"mooring: {what}\n", sys.stderr)

    def prove(stand: Stand, credential: AuthEntry) -> str:
        return proved(stand, credential, bundles[stand.name])

    return Doors(
        api, lambda: read(api, name, harbor), delivery, seen_in, prove, lambda: datetime.datetime.now(datetime.UTC),
        time.sleep, lambda: repository(fleet_path(arguments), write=True, quiet=arguments.quiet > 0), say,
    )  # fmt: skip
