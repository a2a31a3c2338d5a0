"""A Kubernetes object with its kind's facts and the place in a file that it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mooring.problems.position import Route
from mooring.problems.problem import ObjectRef, Problem, Source, Step
from mooring.schema.catalog import KindInfo

if TYPE_CHECKING:
    from mooring.kustomization import Changes


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object: its root is `data`, and stands at the route `base` of `source`; `namespace` is empty for none."""

    source: Source
    base: Route
    data: Mapping[str, Any]
    info: KindInfo
    namespace: str

    @property
    def name(self) -> str:
        return str(self.data["metadata"]["name"])

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.info.api_version, self.info.kind, self.namespace, self.name)

    def place(self, route: Route) -> tuple[Source, Route]:
        """Where `route` of the object is written."""
        return self.source, (*self.base, *route)

    def problem(self, code: str, message: str, route: Route = (), **more: Any) -> Problem:
        """A problem at `route` of the object."""
        return Problem(code, message, *self.place(route), object=self.ref, **more)

    def step(self, message: str, route: Route) -> Step:
        """A step of a pull's trace, at `route` of the object."""
        source, place = self.place(route)
        return Step(message, source=source, route=place)


@dataclass(frozen=True, slots=True)
class BuiltObject(KubernetesObject):
    """One that a Kustomize root builds: what its `changes` write stands in them."""

    changes: Changes

    def place(self, route: Route) -> tuple[Source, Route]:
        found = self.changes.place(self.data, self.source, self.base, route)
        return found or (self.source, (*self.base, *route))
