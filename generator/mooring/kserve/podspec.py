"""Reading pod specs and what KServe adds to them: lists, images, and what fetches a model.

Objects may be malformed: what is not as it should be is passed over, never a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mooring.kserve import platform
from mooring.kserve.model import OBJECT, STORAGE_URI, ClusterContext, Image, Origin
from mooring.kserve.platform import CONFIG
from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.registry.reference import is_oci
from mooring.schema.catalog import CONTAINER_LISTS


def names(value: Any) -> tuple[str, ...]:
    """The names in an `imagePullSecrets` list."""
    return tuple(as_text(entry.get("name")) for entry in as_list(value) if isinstance(entry, dict) and entry.get("name"))


def references(spec: Mapping[str, Any], route: Route) -> dict[str, Route]:
    """The names in a pod spec's `imagePullSecrets`, and where each is written."""
    found: dict[str, Route] = {}
    for index, entry in enumerate(as_list(spec.get("imagePullSecrets"))):
        if isinstance(entry, dict):
            found.setdefault(as_text(entry.get("name")), (*route, "imagePullSecrets", index))
    return found


def at(data: Any, pattern: tuple[str, ...], done: Route = ()) -> Iterator[tuple[Route, Any]]:
    """What stands at a pattern, `*` standing for every item of a list."""
    for depth, step in enumerate(pattern):
        if step == "*":
            for index, item in enumerate(as_list(data)):
                yield from at(item, pattern[depth + 1 :], (*done, *pattern[:depth], index))
            return
        if not isinstance(data, dict):
            return
        data = data.get(step)
    if data is not None:
        yield (*done, *pattern), data


class PodPart(NamedTuple):
    """A container or a volume of a pod spec: the list it stands in, its entry, its image ("" without one), and where in the
    pod spec that stands."""

    plural: str
    position: int
    entry: dict[str, Any]
    image: str
    route: Route

    @property
    def is_volume(self) -> bool:
        return self.plural == "volumes"


def parts(spec: Mapping[str, Any]) -> Iterator[PodPart]:
    """A pod spec's containers and volumes."""
    for plural, place in (*((plural, ("image",)) for plural in CONTAINER_LISTS), ("volumes", ("image", "reference"))):
        for index, entry in enumerate(as_list(spec.get(plural))):
            if isinstance(entry, dict):
                yield PodPart(plural, index, entry, as_text(get(entry, place)), (plural, index, *place))


def images_of(spec: Mapping[str, Any], route: Route, owner: str = OBJECT) -> Iterator[Image]:
    """The images written in a pod spec: its containers' and its image volumes'."""
    for part in parts(spec):
        if part.image:
            origin: Origin = "volume" if part.is_volume else "spec" if owner == OBJECT else "runtime"
            yield Image(part.image, (*route, *part.route), origin, owner)


def with_images(value: Any, change: Callable[[str], str], key: str = "") -> Any:
    """The same with what `change` makes of each text under a key `image`, at any depth."""
    if isinstance(value, dict):
        return {name: with_images(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [with_images(item, change) for item in value]
    return change(value) if key == "image" and isinstance(value, str) else value


def model_images(uri: Any, route: Route, context: ClusterContext, container: str = "", first: Any = None) -> Iterator[Image]:
    """What a model's address brings into a pod: the model where it is an image, else what fetches it.

    That is KServe's storage initializer, in the image of the ClusterStorageContainer for such addresses: of the name
    `container` where the service chooses one; of several addresses the first decides. A mounted `pvc://` needs neither
    (https://kserve.github.io/website/docs/model-serving/storage/providers/pvc).
    """
    if not isinstance(uri, str) or not uri:
        return
    if is_oci(uri):
        yield Image(uri, route, "model")
    elif not uri.startswith("pvc://"):
        yield from fetching(as_text(first) or uri, route, context, container)


def fetching(uri: str, route: Route, context: ClusterContext, name: str = "", use: str = platform.INIT) -> Iterator[Image]:
    """The images that may fetch a model from `uri`, where they are known."""
    default = [*platform_image("storageInitializer", route, context)]
    for container in platform.storage_containers(context.storage, uri, use=use, name=name):
        image = as_text(get(container, ("spec", "container", "image")))
        if image:
            yield Image(image, route, "platform", f"ClusterStorageContainer/{as_text(get(container, ('metadata', 'name')))}")
            default = []
    yield from default


def platform_image(key: str, route: Route, context: ClusterContext) -> Iterator[Image]:
    """An image that KServe adds by itself, where it is known; `route` leads to what makes it do so."""
    if key in context.platform:
        yield Image(context.platform[key], route, "platform", CONFIG)


def environment_models(
    spec: Mapping[str, Any], route: Route, context: ClusterContext, container: str = "", chosen: str = ""
) -> Iterator[Image]:
    """The model of a custom container, given as env `STORAGE_URI`: of the one with that name, else of the first."""
    found = [(index, one) for index, one in enumerate(as_list(spec.get("containers"))) if isinstance(one, dict)]
    for index, one in [entry for entry in found if not container or entry[1].get("name") == container][:1]:
        for number, entry in enumerate(as_list(one.get("env"))):
            if isinstance(entry, dict) and entry.get("name") == STORAGE_URI:
                here = (*route, "containers", index, "env", number, "value")
                yield from model_images(entry.get("value"), here, context, chosen)
