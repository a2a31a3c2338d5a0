"""What an object is called in its cluster: a name that the API server takes, and one object of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mooring.fleet import model
from mooring.fleet.formats import FORMATS
from mooring.manifests.service import ServiceObject
from mooring.problems.problem import ObjectRef, Problem
from mooring.redaction import quote

# Everything else is a DNS subdomain (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/);
# `system:node` is a Role's name.
_PATH_SEGMENTS = frozenset({"rbac.authorization.k8s.io"})
_PATH_SEGMENT = re.compile(r"(?!\.\.?\Z)[^/%\x00-\x1f\x7f]{1,253}")
# https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go: IsConfigMapKey
LONGEST_KEY = 253


def misnamed(obj: ServiceObject) -> Iterator[Problem]:
    """An object whose name the API server refuses: it could be anything else in what is rendered."""
    name, group = obj.name, obj.info.api_version.rpartition("/")[0]
    known = FORMATS["kubernetes-name"]
    if not (_PATH_SEGMENT.fullmatch(name) if group in _PATH_SEGMENTS else known.test(name)):
        yield obj.problem("bad-name", "`metadata.name` is not a valid name", ("metadata", "name"), expected=known.expected)


def once(own: Iterable[ObjectRef], objects: Iterable[ServiceObject], order: Iterable[model.Service]) -> Iterator[Problem]:
    """Objects that are there twice: Kustomize refuses them, and one would overwrite the other in the cluster.

    `own` are those that mooring renders itself, `order` is that of the fleet file. What one service has twice is its own
    affair (`manifests` looks at that), and two services are said to collide once.
    """
    first: dict[tuple[str, str, str, str], model.Service | None] = {_identity(ref): None for ref in own}
    said: set[tuple[int, int]] = set()
    place = {id(service): index for index, service in enumerate(order)}
    for obj in sorted(objects, key=lambda obj: place[id(obj.service)]):
        service = obj.service
        other = first.setdefault(_identity(obj.ref), service)
        pair = (id(other), id(service))
        if pair in said or (other is not None and other.identity == service.identity):
            continue
        said.add(pair)
        whose = f"service {quote(other.name, 'name')} has it already" if other is not None else "mooring renders it itself"
        message = f"{obj.info.kind} {quote(obj.name, 'name')} is there twice: {whose}"
        hint = "Kustomize takes an object once: take it out of one of the two, or rename it"
        yield obj.problem("duplicate-name", message, ("metadata", "name"), hint=hint)


def unkeyable(prefix: str, name: str) -> str:
    """What is wrong with a name whose grants stand under the key `prefix` + `name`; nothing where it fits."""
    most = LONGEST_KEY - len(prefix)
    return f"at most {most}: it is part of a ConfigMap's key" if len(name) > most else ""


def _identity(ref: ObjectRef) -> tuple[str, str, str, str]:
    return ref.api_version.rpartition("/")[0], ref.kind, ref.namespace, ref.name
