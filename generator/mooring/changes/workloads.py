"""What changed of the workloads that both sides have: images, pull Secrets, robots, and which of them roll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.changes.fields import differing, named
from mooring.changes.model import Change, Subject
from mooring.changes.sides import Cell, Workload
from mooring.kserve.model import GROUP, OBJECT, Pod
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.redaction import quote, titled

# Fields of a component that change how many pods there are, not what they are.
_SCALING = frozenset({"minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType", "autoScaling"})
_REPLICAS = frozenset({"replicas", "scaling"})
_ROLLING = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_SERVES = frozenset({"InferenceService", "LLMInferenceService", "InferenceGraph"})
_COMPONENTS = ("predictor", "transformer", "explainer")


def workloads(where: tuple[str, str], before: Cell, after: Cell) -> Iterator[Change]:
    """The changes of those workloads of a namespace that are on both sides."""
    moved = before.mark != after.mark and after.mark is not None
    for subject in sorted({*before.workloads} & {*after.workloads}):
        old, new = before.workloads[subject], after.workloads[subject]
        yield from _images(where, subject, old, new)
        if old.robots != new.robots:
            message = f"{_title(subject)} is pulled by {_robots(new.robots)}, before by {_robots(old.robots)}"
            yield Change(*where, "robot", message, subject)
        reasons = list(_reasons(old, new))
        if moved and subject.kind in _SERVES:
            reasons.append(_marked(before.mark, after.mark))
        if reasons:
            yield Change(*where, "rolls", f"{_title(subject)} rolls: {'; '.join(dict.fromkeys(reasons))}", subject)


def _title(subject: Subject) -> str:
    return titled(subject.kind, subject.name)


def _robots(names: frozenset[str]) -> str:
    return ", ".join(quote(name, "name") for name in sorted(names)) or "no robot"


def _images(where: tuple[str, str], subject: Subject, old: Workload, new: Workload) -> Iterator[Change]:
    """Images and Secrets, pod by pod."""
    was, now = ({pod.component: pod for pod in side.pods} for side in (old, new))
    for component in (name for name in now if name in was):
        gone, come = _references(was[component]), _references(now[component])
        for place in (place for place in come if place in gone and gone[place] != come[place]):
            image, before = quote(come[place], "image"), quote(gone[place], "image")
            message = f"{_title(subject)} {component}: image {image}, before {before}"
            yield Change(*where, "image", message, subject)
        if was[component].secrets != now[component].secrets:
            secrets, before = (_listed(pod.secrets) for pod in (now[component], was[component]))
            message = f"{_title(subject)} {component}: imagePullSecrets are {secrets}, before {before}"
            yield Change(*where, "pull-secrets", message, subject)


def _references(pod: Pod) -> dict[tuple[Route, str], str]:
    return {(image.route, image.origin): image.reference for image in pod.images}


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(quote(name, "name") for name in names) or "none"


def _reasons(old: Workload, new: Workload) -> Iterator[str]:
    """Why the pods of a workload are made anew; nothing where they are not."""
    kind = new.info.kind
    if kind in _ROLLING and not new.info.api_version.startswith(GROUP):
        route = ("spec", "template")
        if changed := list(differing(get(old.data, route), get(new.data, route), route)):
            yield f"its pod template changed ({named(changed)})"
    elif kind in _SERVES:
        yield from _serving(old, new)


def _serving(old: Workload, new: Workload) -> Iterator[str]:
    """Why KServe makes the pods anew: it copies labels and annotations to them, and takes runtimes and its own images in."""
    for key in ("labels", "annotations"):
        route = ("metadata", key)
        if changed := list(differing(get(old.data, route) or {}, get(new.data, route) or {}, route)):
            yield f"KServe copies {key} to the pods ({named(changed)})"
    if changed := list(_spec(old.data, new.data)):
        yield f"its pod template changed ({named(changed)})"
    for base in (name for name in new.bases if name in old.bases and old.bases[name] != new.bases[name]):
        yield f"{quote(base, 'name')}, which it is merged onto, changed"
    was, now = ({pod.component: pod for pod in side.pods} for side in (old, new))
    for component in (name for name in now if name in was):
        before, after = was[component], now[component]
        if before.runtime != after.runtime:
            yield f"the runtime of its {component} changed"
        elif _foreign(before) != _foreign(after):
            yield f"an image that its {component} takes in changed"


def _foreign(pod: Pod) -> list[str]:
    """The images that the object does not write itself."""
    return [image.reference for image in pod.images if image.owner != OBJECT or image.origin != "spec"]


def _spec(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The fields of two specs that differ, without those that only scale."""
    for route in differing(old.get("spec"), new.get("spec"), ("spec",)):
        if not _scales(route):
            yield route


def _scales(route: tuple[str, ...]) -> bool:
    """Whether a field of a spec says how many pods there are, not what they are."""
    if len(route) > 2 and route[1] in _COMPONENTS:
        return route[2] in _SCALING
    return len(route) > 1 and route[1] in _REPLICAS


def is_template(kind: str, route: tuple[str, ...]) -> bool:
    """Whether a field of an object that rolls is one of those for which it does."""
    if kind in _SERVES:
        copied = route[:2] in (("metadata", "labels"), ("metadata", "annotations"))
        return copied or (route[:1] == ("spec",) and not _scales(route))
    return route[:2] == ("spec", "template")


def _marked(before: tuple[str, str] | None, after: tuple[str, str] | None) -> str:
    """Why what syncs a workload rolls it: KServe copies the tool's own mark to the pods."""
    name = quote(after[1] if after else "", "name")
    if before is None:
        return f"{name} takes it over, and marks it, which KServe copies to the pods unless it is told not to"
    return f"{quote(before[1], 'name')} is renamed to {name}, which KServe copies to the pods unless it is told not to"
