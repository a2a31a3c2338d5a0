"""Makes requests that a real API server takes of objects that hold only what a policy looks at.

What is added is nothing that a policy judges: labels, schedules, names; never an image or a Secret.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tests.real.verdicts import Judge, Object, Request

SELECTED = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
HARMLESS = "registry.k8s.io/pause:3.10"


def complete(thing: Mapping[str, Any]) -> Object:
    """A copy with what its kind requires, where that is missing."""
    made = copy.deepcopy(dict(thing))
    kind, group, spec = made["kind"], made["apiVersion"].rpartition("/")[0], made.get("spec") or {}
    if kind in SELECTED and group == "apps":
        labels = {"app": made["metadata"]["name"]}
        spec.setdefault("selector", {"matchLabels": labels})
        spec["template"].setdefault("metadata", {}).setdefault("labels", labels)
    elif kind == "Job":
        spec["template"]["spec"].setdefault("restartPolicy", "Never")
    elif kind == "CronJob":
        spec.setdefault("schedule", "0 0 29 2 *")  # no test crosses it: a Job that is made at midnight is one more thing
        spec["jobTemplate"]["spec"]["template"]["spec"].setdefault("restartPolicy", "Never")
    elif kind == "InferenceService":
        for canary in spec.get("canary") or ():
            canary.setdefault("trafficPercent", 10)
    for pod in _pod_specs(spec):  # two containers of one pod may not have the same name
        taken = {container["name"] for container in pod.get("containers") or ()}
        for key in ("initContainers", "ephemeralContainers"):
            for number, container in enumerate(pod.get(key) or ()):
                if container["name"] in taken:
                    container["name"] = f"{key[:-10].lower()}-{number}"
                taken.add(container["name"])
    return made


def request(judge: Judge, thing: Mapping[str, Any], exempt: str) -> Request:
    """How such an object comes before admission. What must be there before is stored as the user `exempt`.

    Ephemeral containers reach a Pod by its subresource only; and what is being deleted was there before, is kept by a
    finalizer, and is changed: to the images that are judged.
    """
    made = complete(thing)
    metadata, spec = made["metadata"], made.get("spec", {})
    if made["kind"] == "Pod" and spec.get("ephemeralContainers"):
        judge.delete(made, missing_ok=True)
        judge.store({**made, "spec": {key: spec[key] for key in spec if key != "ephemeralContainers"}}, user=exempt)
        there = judge.stored(made)
        there["spec"]["ephemeralContainers"] = spec["ephemeralContainers"]
        return Request(there, "UPDATE", "ephemeralcontainers")
    if metadata.pop("deletionTimestamp", None):
        harmless = copy.deepcopy(made)
        for pod in _pod_specs(harmless["spec"]):
            for container in pod["containers"]:
                container["image"] = HARMLESS
        judge.store(harmless, user=exempt)
        judge.delete(made)
        there = judge.stored(made)
        assert there["metadata"]["deletionTimestamp"], "no finalizer keeps it"
        for stored, wanted in zip(_pod_specs(there["spec"]), _pod_specs(spec), strict=True):
            for container, judged in zip(stored["containers"], wanted["containers"], strict=True):
                container["image"] = judged["image"]
        return Request(there, "UPDATE")
    return Request(made)


def _pod_specs(node: Any) -> Iterator[Object]:
    if isinstance(node, dict):
        if isinstance(node.get("containers"), list):
            yield node
        for value in node.values():
            yield from _pod_specs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _pod_specs(value)
