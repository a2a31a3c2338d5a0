"""Which CA a server of the fleet is trusted by, beside the system's: the registry's `caBundle`, and `--ca-bundle`."""

from __future__ import annotations

import argparse

from mooring.commands.arguments import fleet_path
from mooring.commands.running import Refused
from mooring.files import Boundary, Unreadable, limit, read_private
from mooring.fleet import model
from mooring.redaction import quote


def ca_bundle(arguments: argparse.Namespace, registry: model.Registry | None) -> bytes | None:
    """PEM, or None where there is none. `Refused` where it cannot be read."""
    bundles = []
    if arguments.ca_bundle is not None:
        bundles.append(read_private(arguments.ca_bundle, limit()).beginning)
    if (own := registry_bundle(arguments, registry)) is not None:
        bundles.append(own)
    return b"\n".join(bundles) or None


def registry_bundle(arguments: argparse.Namespace, registry: model.Registry | None) -> bytes | None:
    """The registry's `caBundle` alone: PEM, or None where there is none in it. `Refused` where it cannot be read."""
    if registry is None or registry.ca_bundle is None:
        return None
    boundary = Boundary(fleet_path(arguments).absolute().parent)
    try:
        return boundary.read(boundary.root / registry.ca_bundle) or None
    except Unreadable as error:
        raise Refused(f"`caBundle` {quote(registry.ca_bundle, 'path')} {error.why}", error.hint) from None
