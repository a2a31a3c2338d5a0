"""`mooring doctor`: asks the registry for an image as a kubelet would, and names the cause where it is not given."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common
from mooring.commands.running import CLEAN, FOUND, Refused
from mooring.files import limit, read_private, read_stream
from mooring.redaction import as_json, quote

if TYPE_CHECKING:
    from mooring.doctor.verdict import Verdict
    from mooring.registry.credentials import Credential
    from mooring.registry.reference import Reference


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ("json", "text"))
    parser.add_argument("image", nargs="?", metavar="IMAGE", help="the image to ask for, as a pod writes it")
    parser.add_argument("--events", action="store_true", help="name the causes in events or conditions on standard input")
    parser.add_argument("--docker-config", type=Path, metavar="FILE", help="a docker configuration with the credential")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE", help="the cluster in which `--secret` stands")
    parser.add_argument("--context", metavar="NAME", help="a context of the kubeconfig (default: its current one)")
    parser.add_argument("--secret", metavar="NAMESPACE/NAME", help="the live pull Secret with the credential")
    parser.add_argument("--ca-bundle", type=Path, metavar="FILE", help="PEM of a CA to trust beside the system's")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    from mooring.doctor.verdict import as_entry, as_text
    from mooring.registry.reference import parse

    if arguments.events:
        return _heard(arguments)
    if arguments.image is None:
        raise Refused("neither IMAGE nor `--events` is given", "see `mooring doctor --help`")
    reference = parse(arguments.image)
    if reference is None:
        raise Refused(f"{quote(arguments.image, 'image')} is not an image", "write `host/project/repository:tag`")
    if bool(arguments.kubeconfig) != bool(arguments.secret) or (arguments.secret and arguments.docker_config):
        raise Refused(
            "`--kubeconfig` and `--secret` belong together, without `--docker-config`", "see `mooring doctor --help`"
        )
    verdict = _broken(arguments, reference) or _asked(arguments, reference)
    for form, path in arguments.targets:
        report.put(as_json(as_entry(verdict)) if form == "json" else as_text(verdict), path, sys.stdout)
    return FOUND if verdict.causes else CLEAN


def _heard(arguments: argparse.Namespace) -> int:
    """What standard input says of pulls; gives the exit code, which is never that of a clean run."""
    from mooring.doctor.events import Heard, heard
    from mooring.doctor.verdict import heard_entry, heard_text

    asking = (arguments.image, arguments.docker_config, arguments.kubeconfig, arguments.secret, arguments.ca_bundle)
    if any(asking):
        raise Refused("`--events` asks no registry: it goes with no image and no credential", "run doctor again with them")
    found = heard(read_stream(sys.stdin.buffer, "standard input"))
    found = found or (Heard("", (), ("standard input holds no message of a pull that failed",)),)
    for form, path in arguments.targets:
        text = as_json([heard_entry(one) for one in found]) if form == "json" else "".join(map(heard_text, found))
        report.put(text, path, sys.stdout)
    return FOUND


def _broken(arguments: argparse.Namespace, reference: Reference) -> Verdict | None:
    """The verdict where the credential itself cannot be had; None where there is one, or none was given. What was read
    is kept for `_asked`."""
    from mooring.doctor.verdict import Verdict
    from mooring.registry.credentials import credentials

    arguments.logins = {}
    if arguments.docker_config is not None:
        found, faults = credentials(read_private(arguments.docker_config, limit()).beginning)
        arguments.logins = found
        return Verdict(reference, ("malformed-dockerconfig",), tuple(faults)) if not found else None
    if arguments.secret is None:
        return None
    from mooring.cluster import Unread, connect, pull_secret
    from mooring.registry.dockerconfig import KEYS

    namespace, slash, name = arguments.secret.partition("/")
    if not slash:
        raise Refused("`--secret` names no namespace", "write NAMESPACE/NAME")
    cluster = connect(arguments.kubeconfig, arguments.context)
    secret = cluster if isinstance(cluster, Unread) else pull_secret(cluster, namespace, name)
    if isinstance(secret, Unread):
        cause = "secret-absent" if secret.why == "absent" else "cluster-unreadable"
        return Verdict(reference, (cause,), (secret.message,))
    arguments.logins = dict(secret.logins)
    if secret.type not in KEYS:
        return Verdict(reference, ("secret-wrong-type",), secret.faults)
    return None if secret.logins else Verdict(reference, ("malformed-dockerconfig",), secret.faults)


def _asked(arguments: argparse.Namespace, reference: Reference) -> Verdict:
    """The verdict of the registry: of the first credential that pulls, else of the first that the kubelet tries."""
    from mooring.doctor.diagnosis import diagnose
    from mooring.doctor.probe import probe
    from mooring.doctor.verdict import Verdict
    from mooring.registry.credentials import tried

    bundle = read_private(arguments.ca_bundle, limit()).beginning if arguments.ca_bundle else None
    given: list[Credential | None] = [*tried(arguments.logins, reference)] or [None]
    verdicts = []
    for credential in given:
        seen = probe(reference, reference.digest or reference.tag or "latest", credential, bundle)
        causes = diagnose(seen)
        if arguments.logins and credential is None and causes == ("credential-needed",):
            causes = ("no-auth-entry",)
        verdicts.append(Verdict(reference, causes, seen=seen))
        if not causes:
            break
    return next((one for one in verdicts if not one.causes), verdicts[0])
