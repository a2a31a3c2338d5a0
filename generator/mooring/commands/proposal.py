"""`mooring robots plan --from-images`: the robots that the images in use need, as a part of a fleet. It asks no Harbor."""

from __future__ import annotations

import argparse

from mooring import report
from mooring.commands.arguments import fleet_path
from mooring.commands.running import Refused, repository, today, unknown_name
from mooring.redaction import quote


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the proposal."""
    group = parser.add_argument_group("plan --from-images")
    group.add_argument(
        "--from-images", nargs="*", metavar="PATH",
        help="instead of asking Harbor: print the robots that the images of the fleet's services need, and those of the "
        "manifests at each PATH (`-` for standard input), as a part of a fleet",
    )  # fmt: skip
    group.add_argument(
        "--per", choices=("projects", "service"), default="projects",
        help="one robot for each set of projects that services need (the default), or one for each service",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Prints the proposal; gives the exit code."""
    from mooring.check.objects import check_objects
    from mooring.commands.fleet import environments
    from mooring.harbor.proposal import propose, uses_of_fleet, uses_of_manifests
    from mooring.manifests.paths import read
    from mooring.report import proposed

    with repository(fleet_path(arguments), write=False, quiet=arguments.quiet > 0):
        found, _ = environments(arguments)
        if not found:
            raise Refused("there is no fleet here", "`--fleet FILE` names one")
        for name in arguments.env:
            if name not in found:
                raise unknown_name("environment", name, sorted(found))
        chosen = [one for name, one in found.items() if name in (arguments.env or found)]
        inputs = read(arguments.from_images) if arguments.from_images else None
        given = check_objects(inputs, (), found, today(), None, arguments.env).pulls if inputs is not None else []
        parts = [uses_of_fleet(one) for one in chosen] + [uses_of_manifests(one, given) for one in chosen]
    if inputs is not None and inputs.unreadable:
        raise Refused("some of the manifests cannot be read", "`mooring check` says which, and why")
    uses = [use for of_one, _ in parts for use in of_one if arguments.registry in (None, use.registry)]
    proposal = propose(uses, sum(unknown for _, unknown in parts), arguments.per, chosen)
    for name, one, other in proposal.collisions:
        raise Refused(
            f"the name {quote(name, 'name')} would be that of two: {one}, and {other}",
            f"write that robot by hand, or try `--per {'service' if arguments.per == 'projects' else 'projects'}`",
        )
    report.show(proposed, proposal, arguments.targets)
    return 0
