"""`mooring doctor`: asks the registry for a service's images, or for one image, as a kubelet would, and names the cause
where one is not given."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mooring import report
from mooring.commands import pull_credentials
from mooring.commands.arguments import common
from mooring.commands.node_jobs import image_reference, print_jobs
from mooring.commands.running import CLEAN, FOUND, Refused, near_or_all, today
from mooring.files import read_stream
from mooring.redaction import as_json, quote

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment
    from mooring.plan.service_pulls import ServicePulls


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ("json", "text"))
    parser.add_argument(
        "what", nargs="?", metavar="SERVICE|IMAGE",
        help="NAME or NAMESPACE/NAME of a service of the fleet; or the image to ask for, as a pod writes it",
    )  # fmt: skip
    parser.add_argument("--env", metavar="E", help="the environment of the service or image (default: the first)")
    parser.add_argument("--events", action="store_true", help="name the causes in events or conditions on standard input")
    pull_credentials.options(parser)
    parser.add_argument(
        "--from-node", metavar="IMAGE",
        help="print a Job for each node that asks the registries from there, in IMAGE, which needs `sh` and `curl`; the "
        "nodes are those of `--kubeconfig`, or those named",
    )  # fmt: skip
    parser.add_argument("--node", action="append", default=[], metavar="NAME", help="a node to ask from (repeatable)")
    parser.add_argument(
        "--harbor-credentials", type=Path, metavar="FILE",
        help="who asks Harbor why a credential is refused: login and secret, in two lines; one that may list the robots",
    )  # fmt: skip
    parser.add_argument("--ca-bundle", type=Path, metavar="FILE", help="PEM of a CA to trust beside the system's")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    if arguments.events:
        return _heard(arguments)
    if arguments.what is None:
        raise Refused("neither SERVICE, IMAGE nor `--events` is given", "see `mooring doctor --help`")
    from mooring.commands.fleet import environment_of, environments
    from mooring.plan.service_pulls import service_pulls

    found, _ = environments(arguments)
    name = environment_of(arguments, found) or next(iter(found), None)
    resolved = found[name] if name is not None else None
    services = service_pulls(resolved, arguments.what, today()) if resolved is not None else []
    if arguments.from_node is not None:
        return print_jobs(arguments, resolved, services)
    if arguments.node:
        raise Refused("`--node` says where `--from-node` asks", "give `--from-node IMAGE` too")
    pull_credentials.refuse_mixtures(arguments, is_service=bool(services))
    return _service(arguments, resolved, services) if resolved and services else _image(arguments, resolved)


def _image(arguments: argparse.Namespace, resolved: ResolvedEnvironment | None) -> int:
    """The verdict of one image; gives the exit code."""
    from mooring.commands.harbor_account import explained
    from mooring.commands.trust import ca_bundle
    from mooring.doctor.asking import Question, Session
    from mooring.doctor.service import question
    from mooring.doctor.verdict import as_entry, as_text
    from mooring.plan.service_pulls import service_names
    from mooring.registry.reference import DOCKER_HUB

    reference = image_reference(arguments.what)
    if resolved is not None and reference.host == DOCKER_HUB and not {*arguments.what} & {":", "@", "."}:
        known = service_names(resolved)
        names = known if "/" in arguments.what else [one.rpartition("/")[2] for one in known]
        raise Refused(
            f"{quote(arguments.what, 'name')} is no service of {quote(resolved.name, 'name')}",
            f"{near_or_all(arguments.what, names)}; an image of Docker Hub is written `docker.io/…`" if names else "",
        )
    keyring = pull_credentials.for_image(arguments, reference, resolved)
    if resolved is None:
        asked = Question(reference, keyring, ca_bundle(arguments, None))
    else:
        asked = question(resolved, reference, keyring, lambda registry: ca_bundle(arguments, registry))
    (verdict,) = explained(arguments, [Session(today()).ask(asked)], resolved)
    _put(arguments, as_entry(verdict), as_text(verdict))
    return FOUND if verdict.causes else CLEAN


def _service(arguments: argparse.Namespace, resolved: ResolvedEnvironment, services: list[ServicePulls]) -> int:
    """The verdicts of a service's pulls; gives the exit code."""
    from mooring.commands.harbor_account import explained
    from mooring.commands.trust import ca_bundle
    from mooring.doctor.asking import Session
    from mooring.doctor.service import judged, service_entry, service_text

    ring_of = pull_credentials.for_service(arguments, resolved, services)
    session = Session(today())
    verdicts = [
        judged(resolved, pull, ring_of(pull), lambda registry: ca_bundle(arguments, registry), session)
        for one in services
        for pull in one.pulls
    ]
    verdicts = explained(arguments, verdicts, resolved)
    rest = iter(verdicts)
    entries = [service_entry(one, resolved.name, [*itertools.islice(rest, len(one.pulls))]) for one in services]
    data = entries[0] if len(entries) == 1 else entries
    _put(arguments, data, "\n".join(map(service_text, entries)))
    return FOUND if any(verdict.causes for verdict in verdicts) else CLEAN


def _put(arguments: argparse.Namespace, data: Any, text: str) -> None:
    for form, path in arguments.targets:
        report.put(as_json(data) if form == "json" else text, path, sys.stdout)


def _heard(arguments: argparse.Namespace) -> int:
    """What standard input says of pulls; gives the exit code, a clean one only where nodes reach all they were asked for."""
    from mooring.doctor.events import Heard, heard
    from mooring.doctor.verdict import heard_entry, heard_text

    asking = (
        arguments.what, arguments.docker_config, arguments.credentials, arguments.kubeconfig, arguments.secret,
        arguments.ca_bundle, arguments.harbor_credentials, arguments.from_node, arguments.node,
    )  # fmt: skip
    if any(asking):
        raise Refused("`--events` asks no registry: it goes with no image and no credential", "run doctor again with them")
    found = heard(read_stream(sys.stdin.buffer, "standard input"))
    found = found or (Heard("", (), ("standard input holds no message of a pull that failed",)),)
    _put(arguments, [heard_entry(one) for one in found], "".join(map(heard_text, found)))
    return CLEAN if all(one.causes == ("reachable",) for one in found) else FOUND
