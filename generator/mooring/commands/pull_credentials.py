"""Which credentials `doctor` asks a registry with: those of a docker configuration, of live Secrets, or one robot's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.commands.credential_input import STDIN, Login, read_login
from mooring.commands.running import Refused
from mooring.files import limit, read_private
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.doctor.keyring import Keyring
    from mooring.plan.environment import ResolvedEnvironment
    from mooring.plan.service_pulls import ServicePulls
    from mooring.pulls.verdict import Pull
    from mooring.registry.reference import Reference


def options(parser: argparse.ArgumentParser) -> None:
    """The options that say where a credential is; one of the three in a run."""
    parser.add_argument("--docker-config", type=Path, metavar="FILE", help="a docker configuration with the credential")
    parser.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="the robot's login in the first line of FILE, its secret in the second; `-` for standard input, and for a "
        "prompt that shows nothing where that is a terminal",
    )  # fmt: skip
    parser.add_argument(
        "--kubeconfig", type=Path, metavar="FILE", help="read the pull Secrets, the account and the pods from this cluster"
    )
    parser.add_argument("--context", metavar="NAME", help="a context of the kubeconfig (default: its current one)")
    parser.add_argument("--secret", metavar="NAMESPACE/NAME", help="the live pull Secret to ask for an IMAGE with")


def refuse_mixtures(arguments: argparse.Namespace, *, is_service: bool) -> None:
    """`Refused` where the options name several credentials, or none that can be found."""
    if sum(one is not None for one in (arguments.docker_config, arguments.credentials, arguments.kubeconfig)) > 1:
        raise Refused(
            "the credential can come from one place only",
            "give one of `--kubeconfig`, `--credentials` and `--docker-config`",
        )
    if is_service and arguments.secret:
        raise Refused("a service's Secrets are named by its pods", "leave out `--secret`")
    if not is_service and bool(arguments.kubeconfig) != bool(arguments.secret):
        raise Refused("`--kubeconfig` and `--secret` belong together for an image", "see `mooring doctor --help`")


def login(arguments: argparse.Namespace) -> Login | None:
    """The robot's credential of `--credentials`, asked for at a terminal; None where none is given."""
    if arguments.credentials is None:
        return None
    source = None if arguments.credentials == STDIN and sys.stdin.isatty() else arguments.credentials
    return read_login(source, "the robot")


def for_image(arguments: argparse.Namespace, reference: Reference, resolved: ResolvedEnvironment | None) -> Keyring:
    """The credentials for one image."""
    from mooring.doctor import keyring

    if arguments.docker_config is not None:
        return keyring.of_configuration(read_private(arguments.docker_config, limit()).beginning)
    if (found := login(arguments)) is not None:
        return keyring.of_credential(found.name, found.secret.reveal(), (reference.host,))
    if arguments.secret is None:
        return keyring.Keyring()
    from mooring.cluster import Unread, connect
    from mooring.doctor.live import secret_keyring

    namespace, slash, name = arguments.secret.partition("/")
    if not slash:
        raise Refused("`--secret` names no namespace", "write NAMESPACE/NAME")
    cluster = connect(arguments.kubeconfig, arguments.context)
    if isinstance(cluster, Unread):
        return keyring.Keyring((), ("cluster-unreadable",), (cluster.message,))
    return secret_keyring(cluster, namespace, name, resolved.namespaces if resolved else ())


def for_service(
    arguments: argparse.Namespace, resolved: ResolvedEnvironment, services: list[ServicePulls]
) -> Callable[[Pull], Keyring]:
    """What gives the credentials of each pull of a service."""
    from mooring.doctor import keyring, service

    if arguments.docker_config is not None:
        whole = keyring.of_configuration(read_private(arguments.docker_config, limit()).beginning)
        return lambda _: whole
    if (found := login(arguments)) is not None:
        chosen = _for_robots(found, resolved, services)
        return lambda pull: service.keyring_of(resolved, pull, chosen)
    if arguments.kubeconfig is None:
        return lambda _: keyring.NOTHING
    from mooring.cluster import Unread, connect
    from mooring.doctor.live import LiveKeyrings

    cluster = connect(arguments.kubeconfig, arguments.context)
    if isinstance(cluster, Unread):
        unread = keyring.Keyring((), ("cluster-unreadable",), (cluster.message,))
        return lambda _: unread
    return LiveKeyrings(cluster, resolved, services).of


def _for_robots(
    found: Login, resolved: ResolvedEnvironment, services: list[ServicePulls]
) -> dict[str, Keyring]:  # fmt: skip
    """Which robots' Secrets a credential stands for, by the robots' names: those that log in so; all of the service's where
    none does, so that a login that was spoilt is found. `Refused` where those are of several registries."""
    from mooring.doctor.service import expected, given, robots_of

    robots = {robot.name: robot for one in services for pull in one.pulls for robot in robots_of(resolved, pull)}
    chosen = {name: robot for name, robot in robots.items() if found.name in expected(resolved, robot).logins}
    if not chosen and len({resolved.hosts(robot) for robot in robots.values()}) > 1:
        raise Refused(
            "no robot of this service logs in so, and its robots belong to several registries: a credential is shown to one",
            f"the robots are {', '.join(quote(name, 'name') for name in robots)}",
        )
    secret = found.secret.reveal()
    return {name: given(resolved, robot, found.name, secret) for name, robot in (chosen or robots).items()}
