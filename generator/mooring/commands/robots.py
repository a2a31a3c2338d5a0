"""`mooring robots`: Harbor's robot accounts against the fleet, and making them so. One Harbor in a run: a credential is for
one, and is shown to no other."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands import proposal, rotation
from mooring.commands.arguments import common, fleet_path
from mooring.commands.credential_input import read_login
from mooring.commands.running import Refused, repository, unknown_name
from mooring.redaction import listed, quote, shown

if TYPE_CHECKING:
    from mooring.delivery import Delivery
    from mooring.harbor.api import Api
    from mooring.harbor.desired import Harbor
    from mooring.harbor.plan import Plan
    from mooring.plan.environment import ResolvedEnvironment
    from mooring.report.robots import Result

TO_DO = 2  # `--detailed-exitcode`, as terraform's


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ("json", "text"))
    parser.add_argument(
        "what", choices=("plan", "apply", "rotate", "revoke"), metavar="plan|apply|rotate|revoke",
        help="`plan` shows what differs between Harbor and the fleet and changes nothing; `apply` shows it and does it; "
        "`rotate` replaces ROBOT, or all that are due, without a gap; "
        "`revoke` disables ROBOT at once and says what still works until when",
    )  # fmt: skip
    parser.add_argument("robot", nargs="?", metavar="ROBOT", help="the fleet's name of the robot to rotate or revoke")
    parser.add_argument("--env", action="append", default=[], metavar="E", help="only the Harbor of this environment")
    parser.add_argument("--registry", metavar="NAME", help="only the Harbor that the fleet calls NAME")
    parser.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="who asks Harbor: the login in the first line of FILE, its secret in the second; `-` for standard input "
        "(default: ask for both)",
    )  # fmt: skip
    parser.add_argument(
        "--detailed-exitcode", action="store_true", help="end `plan` with 2 where there is something to do"
    )  # fmt: skip
    proposal.options(parser)
    rotation.options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    if arguments.from_images is not None:
        if arguments.what != "plan" or arguments.robot is not None:
            raise Refused("only `plan` takes `--from-images`, and all robots at once", "`mooring robots plan --from-images`")
        return proposal.execute(arguments)
    from mooring.commands.fleet import environments
    from mooring.report import robots

    found, _ = environments(arguments)
    if not found:
        raise Refused("there is no fleet here", "`--fleet FILE` names one")
    if arguments.what == "rotate":
        harbor = _harbor(arguments, found)
        return rotation.execute(arguments, found, harbor, lambda: _api(arguments, harbor))
    if (arguments.what == "revoke") != (arguments.robot is not None):
        raise Refused("`revoke` needs the robot, and only `revoke` takes one", "`mooring robots revoke ROBOT`")
    harbor = _harbor(arguments, found)
    if arguments.what == "revoke":
        return _revoke(arguments, harbor)
    delivery, is_to_apply = _delivery(arguments, harbor, found), arguments.what == "apply"
    api, name = _api(arguments, harbor)
    with repository(fleet_path(arguments), write=is_to_apply, quiet=arguments.quiet > 0):
        result = _result(api, name, harbor, found, delivery, is_to_apply=is_to_apply)
    report.show(robots, robots.Robots((result,), arguments.quiet > 0), arguments.targets)
    if arguments.what == "plan" and arguments.detailed_exitcode and any(item.is_to_do for item in result.plan.items):
        return TO_DO
    is_wrong = result.problems or any(item.kind == "unseen" for item in result.plan.items)
    return 1 if is_wrong or result.left or any(done.outcome for done in result.done or ()) else 0


def _harbor(arguments: argparse.Namespace, found: Mapping[str, ResolvedEnvironment]) -> Harbor:
    """The one Harbor that is meant. `Refused` where that is none or several."""
    from mooring.harbor.desired import harbors

    if unknown := next((name for name in arguments.env if name not in found), None):
        raise unknown_name("environment", unknown, list(found))
    known = {registry.name for one in found.values() for registry in one.fleet.registries}
    if arguments.registry is not None and arguments.registry not in known:
        raise unknown_name("registry", arguments.registry, sorted(known))
    chosen = [
        harbor
        for harbor in harbors(found)
        if harbor.robots
        and (not arguments.env or set(arguments.env) & set(harbor.environments))
        and arguments.registry in (None, harbor.registry.name)
    ]
    if not chosen:
        raise Refused("no robot of the fleet belongs to that Harbor", "see `robots` and `registries` in the fleet file")
    if len(chosen) > 1:
        choices = [
            f"{quote(harbor.url, 'host')} by `--env {shown(harbor.environments[0], 'name')} --registry "
            f"{shown(harbor.registry.name, 'name')}`"
            for harbor in chosen
        ]
        raise Refused("several Harbors are meant, and a credential is for one", f"choose {listed(choices)}")
    return chosen[0]


def _api(arguments: argparse.Namespace, harbor: Harbor) -> tuple[Api, str]:
    """The API with the caller's credential, and the caller's name. `Refused` where it cannot be asked at all."""
    from mooring.commands.trust import registry_bundle
    from mooring.harbor.api import Api
    from mooring.network import Client, Login

    bundle = registry_bundle(arguments, harbor.registry)
    anonymous = Client(harbor.url, ca_bundle=bundle, insecure=harbor.registry.insecure)
    if anonymous.failure is not None:
        raise Refused(anonymous.failure.message, anonymous.failure.mend)
    given = read_login(arguments.credentials, f"the caller of {quote(harbor.url, 'host')}")
    login = Login(given.name, given.secret.reveal())
    client = Client(harbor.url, login=login, ca_bundle=bundle, insecure=harbor.registry.insecure)
    return Api(client, anonymous), given.name


def _delivery(arguments: argparse.Namespace, harbor: Harbor, found: Mapping[str, ResolvedEnvironment]) -> Delivery:
    """The robots' back ends, with the access to Vault where a robot has its record there."""
    from mooring.commands.vault_options import access
    from mooring.delivery import STORE, Delivery

    used = {found[name].fleet.backend_of(own) for robot in harbor.robots for name, own in robot.environments.items()}
    return Delivery(access(arguments) if STORE in used else None)


def _revoke(arguments: argparse.Namespace, harbor: Harbor) -> int:
    """Disables a robot of the fleet; gives the exit code."""
    from mooring.harbor.matching import match
    from mooring.harbor.reading import Seen, read
    from mooring.harbor.revoking import revoke
    from mooring.report import revoked

    robot = next((one for one in harbor.robots if one.name == arguments.robot), None)
    if robot is None:
        raise unknown_name("robot", arguments.robot, sorted(one.name for one in harbor.robots))
    api, name = _api(arguments, harbor)
    try:
        seen = read(api, name, harbor)
        if not isinstance(seen, Seen):
            raise Refused(seen.message, seen.mend)
        if reason := seen.unseen.get(robot.identity.project):
            raise Refused(f"robot {quote(robot.name, 'name')} cannot be seen: {reason}", "ask with another credential")
        family = match(harbor, seen).families[robot.login]
        if not family:
            raise Refused(f"Harbor has no robot {quote(robot.login, 'name')}", "see `mooring robots plan`")
        result = revoked.Result(harbor.url, tuple(robot.environments), revoke(robot, family, seen, api))
    finally:
        api.close()
    report.show(revoked, result, arguments.targets)
    return 1 if any(one.outcome for one in result.revoked) else 0


def _result(
    api: Api,
    name: str,
    harbor: Harbor,
    found: Mapping[str, ResolvedEnvironment],
    delivery: Delivery,
    *,
    is_to_apply: bool,
) -> Result:
    """The plan; with `is_to_apply` what came of doing it, and what stands in Harbor after it."""
    from mooring.harbor.applying import apply
    from mooring.harbor.matching import match
    from mooring.harbor.plan import DOING, plan
    from mooring.harbor.reading import Seen, read
    from mooring.harbor.undelivered import holdings
    from mooring.problems.collecting import finish
    from mooring.report.robots import Result

    def planned(seen: Seen) -> Plan:
        held = holdings(harbor, match(harbor, seen), delivery, found)
        return plan(harbor, seen, datetime.datetime.now(datetime.UTC), held)

    try:
        seen = read(api, name, harbor)
        if not isinstance(seen, Seen):
            raise Refused(seen.message, seen.mend)
        made = planned(seen)
        if not is_to_apply:
            return Result(made, tuple(finish(problem, None) for problem in made.problems))
        done = tuple(apply(made, api, delivery, found))
        # What was wrong before may be mended now. Where Harbor does not tell any more, what it told before stands.
        again = read(api, name, harbor)
        after = planned(again) if isinstance(again, Seen) else made
        left = tuple(item for item in after.items if item.kind in DOING)
        return Result(made, tuple(finish(problem, None) for problem in after.problems), done, left)
    finally:
        api.close()
