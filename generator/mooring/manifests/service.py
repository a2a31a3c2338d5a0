"""The Kubernetes objects of the fleet's services: what `spec:` makes, and what else is wrong with a service's entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mooring.fleet import model
from mooring.manifests.objects import KubernetesObject
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.problems.suggestion import suggestion
from mooring.redaction import quote
from mooring.schema.catalog import Catalog, KindInfo


@dataclass(frozen=True, slots=True)
class ServiceObject(KubernetesObject):
    """An object of a service of the fleet, whose environment may write parts of it elsewhere."""

    service: model.Service

    def place(self, route: Route) -> tuple[Source, Route]:
        """Where `route` of the object is written: in the environment's override where that is what says it."""
        source, base = self.source, self.base
        place = self.service.place
        if place is not None and (source, base) == (place.source, place.route) and route[:1] == ("metadata",):
            # A fleet file writes the name, the labels and the annotations beside `spec`, not under `metadata`.
            route = route[1:]
        override = self.service.override
        if override is not None and route and override.source.has((*override.route, *route)):
            source, base = override.source, override.route
        return source, (*base, *route)


def service_problem(service: model.Service, code: str, message: str, *route: str | int, **more: Any) -> Problem:
    """A problem of the service's own entry in the fleet file."""
    place = service.place
    source = place.source if place else None
    return Problem(code, message, source, (*(place.route if place else ()), *route), **more)


def find_kind(service: model.Service, catalog: Catalog) -> KindInfo | Problem:
    """The kind that the service names; a problem where none, or more than one, is known."""
    known = catalog.kinds_named(service.kind)
    if service.api_version is not None:
        info = catalog.kind(service.api_version, service.kind)
        if info is not None:
            return info
        return service_problem(
            service, "no-schema", f"no schema for {quote(service.api_version, 'choice')} "
            f"{quote(service.kind, 'choice')}", "apiVersion",
            expected=", ".join(f"`{entry.api_version}`" for entry in known),
        )  # fmt: skip
    if not known:
        near = suggestion(service.kind, {entry.kind for entry in catalog.all_kinds()})
        hint = near or "a custom kind needs its CRD's schema beside the shipped ones"
        message = f"no schema for kind {quote(service.kind, 'choice')}"
        return service_problem(service, "no-schema", message, "kind", hint=hint)
    if len(known) > 1:
        return service_problem(
            service, "missing-key", f"several groups have a kind {quote(service.kind, 'choice')}", "kind",
            expected=" or ".join(f"`apiVersion: {entry.api_version}`" for entry in known),
        )  # fmt: skip
    return known[0]


def from_spec(service: model.Service, catalog: Catalog) -> ServiceObject | Problem:
    """The object of a service that is written as `spec:` in the fleet file."""
    info = find_kind(service, catalog)
    if isinstance(info, Problem):
        return info
    if info.scope == "Namespaced" and service.namespace is None:
        return service_problem(
            service, "missing-key", f"service {quote(service.name, 'name')} names no namespace", expected="`namespace`"
        )
    if info.scope == "Cluster" and service.namespace is not None:
        return service_problem(
            service, "unknown-key", f"`namespace` in a service of kind `{info.kind}`, which is cluster-scoped", "namespace",
            at_key=True, hint="take `namespace:` out: the object goes into every environment's `_cluster`",
        )  # fmt: skip
    metadata: dict[str, Any] = {"name": service.name}
    if service.namespace is not None:
        metadata["namespace"] = service.namespace
    if service.labels:
        metadata["labels"] = dict(service.labels)
    if service.annotations:
        metadata["annotations"] = dict(service.annotations)
    body = {"apiVersion": info.api_version, "kind": info.kind, "metadata": metadata, "spec": service.spec or {}}
    place = service.place
    if place is None:
        raise ValueError("a service without a place")
    return ServiceObject(place.source, place.route, body, info, service.namespace or "", service)
