"""`mooring doctor --from-node IMAGE`: prints the Jobs that ask a service's registries, or an image's, from every node."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mooring import report
from mooring.commands.running import CLEAN, Refused
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment
    from mooring.plan.service_pulls import ServicePulls
    from mooring.registry.reference import Reference


def print_jobs(
    arguments: argparse.Namespace, resolved: ResolvedEnvironment | None, services: list[ServicePulls]
) -> int:  # fmt: skip
    """Prints the Jobs; gives the exit code."""
    from mooring.commands.trust import ca_bundle
    from mooring.doctor.from_node import jobs
    from mooring.doctor.probe import server_of
    from mooring.doctor.service import registry_of
    from mooring.registry.reference import pulled

    image_reference(arguments.from_node)
    if any(path is not None or form == "json" for form, path in arguments.targets):
        raise Refused("`--from-node` prints YAML to standard output", "leave out `--format` and `--output`")
    if services:
        found = [pulled(pull.image) for one in services for pull in one.pulls if pull.image]
        references = [reference for reference in found if reference is not None]
    else:
        references = [image_reference(arguments.what)]
    servers: dict[str, None] = {}
    bundles: dict[bytes, None] = {}
    for reference in references:
        registry = registry_of(resolved, reference) if resolved is not None else None
        scheme = urlsplit(registry.url).scheme if registry is not None else "https"
        servers[f"{scheme}://{server_of(reference)}"] = None
        if bundle := ca_bundle(arguments, registry):
            bundles[bundle] = None
    if not servers:
        raise Refused("no image of this service names a registry", "see `mooring explain SERVICE`")
    report.put(jobs(arguments.from_node, _nodes(arguments), [*servers], b"\n".join(bundles) or None), None, sys.stdout)
    return CLEAN


def image_reference(text: str) -> Reference:
    """The parts of an image that somebody gave; `Refused` for what is none."""
    from mooring.registry.reference import parse

    reference = parse(text)
    if reference is None:
        raise Refused(f"{quote(text, 'image')} is not an image", "write `host/project/repository:tag`")
    return reference


def _nodes(arguments: argparse.Namespace) -> list[str]:
    """The names of the nodes to ask from. `Refused` where there are none."""
    from mooring.fleet.formats import FORMATS

    if arguments.node:
        wrong = next((one for one in arguments.node if not FORMATS["kubernetes-name"].test(one)), None)
        if wrong is not None:
            raise Refused(f"{quote(wrong, 'name')} is not a node's name", "`kubectl get nodes` lists them")
        return list(dict.fromkeys(arguments.node))
    if arguments.kubeconfig is None:
        raise Refused(
            "`--from-node` makes a Job for each node, and no node is named",
            "give `--kubeconfig FILE`, or `--node NAME` as `kubectl get nodes` lists them",
        )
    from mooring.cluster import Unread, connect

    cluster = connect(arguments.kubeconfig, arguments.context)
    found = cluster if isinstance(cluster, Unread) else cluster.listed("Node")
    if isinstance(found, Unread):
        raise Refused(found.message, found.mend)
    if not found:
        raise Refused("the cluster has no node", "`--node NAME` names one")
    return [one.name for one in found]
