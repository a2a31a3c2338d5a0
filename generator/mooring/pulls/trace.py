"""The flow of a pull that would fail: image → list → Secret → its `auths` → robot, each where a file says it.

Made only for what is reported. What is on the way and stands in no file (an account of the cluster, a list that is
rendered) has no step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.kserve.model import Pod
from mooring.kserve.podspec import images_of, references
from mooring.manifests.objects import KubernetesObject
from mooring.problems.position import Route
from mooring.problems.problem import Source, Step
from mooring.problems.routes import as_text, get
from mooring.pulls.inventory import name_of
from mooring.pulls.verdict import AT_SECRET, UNKNOWN, Pull
from mooring.redaction import quote, titled
from mooring.registry.pullsecret import made_by, pull_secret
from mooring.registry.reference import meant
from mooring.yaml.document import Document

Key = tuple[str, str, str]
_KINDS = frozenset({"Secret", "ServiceAccount", "ConfigMap", "ServingRuntime", "ClusterServingRuntime"})
_WITHOUT_ENTRY = AT_SECRET | {"hashed-name"}
_ENOUGH = 3  # a pod may name thousands of Secrets, and one of a name may stand in every other namespace


def key_of(data: Mapping[str, Any]) -> Key:
    """Kind, namespace and name of an object; what makes a pull Secret stands for that Secret."""
    kind, secret = str(data.get("kind")), made_by(data)
    return ("Secret", *secret) if secret is not None else (kind, *name_of(data))


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """An object and where it stands: at the route `base` of `source`."""

    data: Mapping[str, Any]
    source: Source
    base: Route

    @property
    def name(self) -> str:
        """How people call it."""
        return titled(self.data.get("kind"), as_text(get(self.data, ("metadata", "name"))))

    def step(self, message: str, *routes: Route) -> Iterator[Step]:
        """A step at the first of the routes that is written in the file."""
        for route in routes:
            if self.source.has((*self.base, *route)):
                yield Step(message, source=self.source, route=(*self.base, *route))
                return


class PlacedObjects(dict[Key, PlacedObject]):
    """The objects that may be on the way of pulls."""

    @functools.cached_property
    def _secrets(self) -> dict[str, list[Key]]:
        found: dict[str, list[Key]] = {}
        for key in sorted(self):
            if key[0] == "Secret":
                found.setdefault(key[2], []).append(key)
        return found

    def named(self, secret: str | None) -> list[Key]:
        """Where Secrets of a name stand, in order of their namespaces."""
        return self._secrets.get(secret or "", [])


def index(objects: Iterable[PlacedObject]) -> dict[Key, PlacedObject]:
    """The objects that may be on the way of a pull."""
    return {key: one for one in objects if (key := key_of(one.data))[0] in _KINDS}


@dataclass(frozen=True, slots=True)
class PullTrace:
    """One pull of one pod, among the objects that stand in files; `of_robot` says where a fleet tells of a pull's robot."""

    object: KubernetesObject
    pod: Pod
    pull: Pull
    placed: PlacedObjects
    of_robot: Callable[[Pull], Iterable[Step]]

    def steps(self) -> tuple[Step, ...]:
        """The stations up to the broken link; none where the image is the only one that stands in a file, or nothing is
        known to be broken."""
        if self.pull.verdict == UNKNOWN:
            return ()
        found = (*self._image(), *self._lists(), *self._secrets(), *self._robot())
        return found if len(found) > 1 else ()

    def _at(self, kind: str, name: str | None) -> PlacedObject | None:
        return self.placed.get((kind, self.object.namespace, name or ""))

    def _runtime(self) -> PlacedObject | None:
        return self.placed.get(key_of(self.pod.runtime)) if self.pod.runtime is not None else None

    @property
    def _part(self) -> Route:
        """The runtime's pod spec that is merged into this pod's."""
        return ("spec", "workerSpec") if self.pod.route and self.pod.route[-1] == "workerSpec" else ("spec",)

    def _image(self) -> Iterator[Step]:
        pull, runtime = self.pull, self._runtime()
        yield self.object.step(f"image {quote(pull.image, 'image')} of the {pull.pod}", pull.route)
        if pull.origin == "runtime" and runtime is not None:
            place = (*runtime.base, *self._part)
            source: Any = runtime.source
            routes = _images(source, place, self._part).get(pull.image, ())
            yield from runtime.step(f"{runtime.name} brings it", *routes, self._part)

    def _lists(self) -> Iterator[Step]:
        """Where the lists that count name a Secret, or name none."""
        pull, own = self.pull, self.pod.secrets
        first = {
            "secret-not-referenced": pull.secrets,
            "secret-shadowed": own,
            "secret-not-first": (pull.detail, pull.secret),
        }
        for name in first.get(pull.verdict, (pull.secret,))[:_ENOUGH]:
            yield from self._own(name or "") if own else self._of_account(name or "")
        if pull.verdict == "secret-shadowed":
            yield from self._of_account(pull.secret or "")
        if not pull.secrets:
            if self.pod.route is not None:
                yield self.object.step("the pod names no Secret", self.pod.route)
            if (account := self._account()) is not None:
                yield from account.step(f"nor does {account.name}", ("imagePullSecrets",), ("metadata", "name"))

    def _own(self, name: str) -> Iterator[Step]:
        """Where the pod's own list names a Secret: in its object, else in its runtime."""
        runtime = self._runtime()
        if name in self.pod.references:
            source, route = self.object.place(self.pod.references[name][:-2])
            yield from _named(source, route, name, "the pod")
        elif runtime is not None:
            yield from _named(runtime.source, (*runtime.base, *self._part), name, runtime.name)

    def _account(self) -> PlacedObject | None:
        return self._at("ServiceAccount", self.pod.service_account or "default")

    def _of_account(self, name: str) -> Iterator[Step]:
        if (account := self._account()) is not None:
            yield from _named(account.source, account.base, name, account.name)

    def _secrets(self) -> Iterator[Step]:
        """Where the Secrets that were asked for stand, and what their `auths` are for."""
        pull = self.pull
        if pull.verdict == "secret-not-in-namespace":
            for key in self.placed.named(pull.secret)[:_ENOUGH]:
                where = f"in namespace {quote(key[1], 'name')}" if key[1] else "in no namespace"
                other = self.placed[key]
                yield from other.step(f"{other.name} stands {where}", ("metadata", "namespace"), ("metadata", "name"))
            return
        wanted = {"secret-not-referenced": pull.secrets, "hashed-name": (pull.detail,)}.get(pull.verdict, (pull.secret,))
        for secret in (found for name in wanted[:_ENOUGH] if (found := self._at("Secret", name)) is not None):
            yield Step(secret.name, source=secret.source, route=(*secret.base, "metadata", "name"))
            made = pull_secret(secret.data)
            if made is not None and not made.is_unseen and pull.verdict not in _WITHOUT_ENTRY:
                yield from secret.step(self._entry(), made.place)

    def _entry(self) -> str:
        reference = meant(self.pull.image)
        host = reference.host if reference is not None else ""
        if self.pull.verdict == "auth-host-mismatch":
            return f"its `auths` are for {quote(self.pull.detail, 'host')}, not for {quote(host, 'host')}"
        return (
            f"its `auths` have {'no' if self.pull.verdict == 'secret-not-referenced' else 'an'} "
            f"entry for {quote(host, 'host')}"
        )

    def _robot(self) -> Iterator[Step]:
        """What the Secret's robot may pull: where the grants say it, and where the fleet does, or until when."""
        pull = self.pull
        if pull.robot is None:
            return
        if (grants := self._at("ConfigMap", GRANTS)) is not None:
            yield from grants.step(
                f"what the robot of Secret {quote(pull.secret, 'name')} may pull", ("data", pull.secret or "")
            )
        yield from self.of_robot(pull)


# The images and names of one list are asked for by each of a pod's containers.
@functools.lru_cache(maxsize=8)
def _references(source: Any, route: Route) -> dict[str, Route]:
    return references(_mapping(source, route), route)


@functools.lru_cache(maxsize=8)
def _images(source: Any, place: Route, part: Route) -> dict[str, list[Route]]:
    found: dict[str, list[Route]] = {}
    for image in images_of(_mapping(source, place), part):
        found.setdefault(image.reference, []).append(image.route)
    return found


def _mapping(source: object, route: Route) -> Mapping[str, Any]:
    """What a file itself has at `route`: an environment or Kustomize may have changed what is judged."""
    found = get(source.data, route) if isinstance(source, Document) else None
    return found if isinstance(found, dict) else {}


def _named(source: Any, route: Route, name: str, owner: str) -> Iterator[Step]:
    """Where the list of the pod spec (or account) at `route` of a file names a Secret."""
    place = _references(source, route).get(name)
    if place is not None:
        yield Step(f"{owner} names Secret {quote(name, 'name')}", source=source, route=place)
