"""`mooring secret set ROBOT`: puts a robot's credential into its back end. The secret is never an argument or a variable."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common, fleet_path
from mooring.commands.credential_input import read_credential
from mooring.commands.fleet import environments
from mooring.commands.running import FOUND, Refused, repository, unknown_name
from mooring.commands.vault_options import access, vault_options
from mooring.delivery import STORE, Delivery
from mooring.fleet.generations import generations
from mooring.redaction import listed, quote
from mooring.report import delivered

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    common(parser, report.formats(delivered))
    parser.add_argument("action", choices=["set"], help="write a robot's login and secret to its back end")
    parser.add_argument("robot", metavar="ROBOT", help="the fleet's name of the robot; its login is the fleet's")
    parser.add_argument("--env", action="append", default=[], metavar="E", help="only in this environment; repeatable")
    parser.add_argument(
        "--login",
        metavar="LOGIN",
        help="the login that the secret belongs to, after a rotation (default: the fleet's)",
    )
    parser.add_argument(
        "--secret-file", type=Path, metavar="FILE",
        help="read the robot's secret from this file (default: standard input, or a prompt on a terminal)",
    )  # fmt: skip
    vault_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    path, quiet = fleet_path(arguments), arguments.quiet > 0
    with repository(path, write=False, quiet=quiet):
        backends = {one.fleet.backend_of(one.robots.by_name[arguments.robot]) for one in _having(arguments)}
    # Asked for while nobody waits: a prompt holds no repository.
    credential = read_credential(arguments.secret_file, "the robot's secret")
    reached = access(arguments) if STORE in backends else None
    with repository(path, write=True, quiet=quiet):
        written, faults = Delivery(reached).write_all(arguments.robot, _having(arguments), credential, arguments.login)
    report.show(delivered, delivered.Delivered(arguments.robot, written, faults), arguments.targets)
    return FOUND if faults else 0


def _having(arguments: argparse.Namespace) -> list[ResolvedEnvironment]:
    """The chosen environments that have the robot. `Refused` where a name is not the fleet's."""
    found, _ = environments(arguments)
    if not found:
        raise Refused("there is no fleet to take the robot from", "`--fleet FILE` names one")
    for name in arguments.env:
        if name not in found:
            raise unknown_name("environment", name, sorted(found))
    chosen = [environment for name, environment in found.items() if name in (arguments.env or found)]
    known = {name for environment in chosen for name in environment.robots.by_name}
    if arguments.robot not in known:
        raise unknown_name("robot", arguments.robot, sorted(known))
    having = [environment for environment in chosen if arguments.robot in environment.robots.by_name]
    for environment in having if arguments.login is not None else ():
        logins = generations(environment.login(environment.robots.by_name[arguments.robot]))
        if arguments.login not in logins:
            what = f"`--login` is no login of robot {quote(arguments.robot, 'name')}"
            hint = f"in environment `{environment.name}` it has {listed([quote(login, 'name') for login in logins])}"
            raise Refused(what, hint)
    return having
