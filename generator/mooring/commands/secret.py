"""`mooring secret set ROBOT`: puts a robot's credential into its back end. The secret is never an argument or a variable."""

from __future__ import annotations

import argparse
from pathlib import Path

from mooring import report
from mooring.commands.arguments import common, fleet_path
from mooring.commands.credential_input import read_credential
from mooring.commands.fleet import environments
from mooring.commands.running import FOUND, Refused, repository, unknown_name
from mooring.commands.vault_options import access, vault_options
from mooring.delivery import Delivery
from mooring.report import delivered


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    common(parser, report.formats(delivered))
    parser.add_argument("action", choices=["set"], help="write a robot's login and secret to its back end")
    parser.add_argument("robot", metavar="ROBOT", help="the fleet's name of the robot; its login is the fleet's")
    parser.add_argument("--env", action="append", default=[], metavar="E", help="only in this environment; repeatable")
    parser.add_argument(
        "--secret-file", type=Path, metavar="FILE",
        help="read the robot's secret from this file (default: standard input, or a prompt on a terminal)",
    )  # fmt: skip
    vault_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    with repository(fleet_path(arguments), write=False, quiet=arguments.quiet > 0):
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
        credential = read_credential(arguments.secret_file, "the robot's secret")
        having = [environment for environment in chosen if arguments.robot in environment.robots.by_name]
        written, faults = Delivery(access(arguments)).write_all(arguments.robot, having, credential)
    report.show(delivered, delivered.Delivered(arguments.robot, written, faults), arguments.targets)
    return FOUND if faults else 0
