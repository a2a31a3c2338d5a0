"""What is done to something that stands, and what admission is to say of it.

What stands with an image that is granted no longer is scaled, paused, noted on, released and deleted; an image or a list
that changes is judged, at whatever place, as is a pod template as a whole: a change of it makes new Pods.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.policies.samples import KSERVE, container, pod, thing
from tests.real.complete import complete
from tests.real.mutants import ABSENT, ALIASES, GOOD, HARBOR, Mutant, Object, listed
from tests.support.pod_places import owners

HUB = "docker.io/library/nginx:1"
_SCALED = {"minReplicas": 0, "maxReplicas": 3, "scaleTarget": 5, "containerConcurrency": 2, "canaryTrafficPercent": 10}
# Kind → what scales, pauses or paces it, by a name; at each place that the object has.
PACED: Mapping[str, Mapping[str, Object]] = {
    "Deployment": {
        "scaled": {"replicas": 0},
        "paused": {"paused": True},
        "paced": {"minReadySeconds": 5, "revisionHistoryLimit": 1, "strategy": {"rollingUpdate": {"maxSurge": 2}}},
    },
    "ReplicaSet": {"scaled": {"replicas": 0}, "paced": {"minReadySeconds": 5}},
    "StatefulSet": {"scaled": {"replicas": 0}, "paused": {"updateStrategy": {"rollingUpdate": {"partition": 9}}}},
    "DaemonSet": {"paced": {"minReadySeconds": 5}, "paused": {"updateStrategy": {"type": "OnDelete"}}},
    "Job": {"scaled": {"parallelism": 0}, "paused": {"suspend": True}},
    "CronJob": {
        "scaled": {"jobTemplate": {"spec": {"parallelism": 2}}},
        "paused": {"suspend": True},
        "paced": {"schedule": "5 0 29 2 *"},
    },
    "Service": {"paced": {"traffic": [{"percent": 100, "revisionName": "earlier"}]}},
    "InferenceService": {
        "scaled": dict.fromkeys(("predictor", "transformer", "explainer"), _SCALED) | {"canary": [{"trafficPercent": 20}]}
    },
    "ServingRuntime": {"scaled": {"replicas": 2}, "paused": {"disabled": True}},
    "LLMInferenceService": {"scaled": {"replicas": 0, "prefill": {"replicas": 0}}},
}


def changes() -> list[Mutant]:
    """All of them, each under a name of its own."""
    found = [*_everywhere(), *_restarts(), *_fields(), *_moves(), *_of_pods()]
    assert len({mutant.name for mutant in found}) == len(found)
    return found


def _everywhere() -> Iterator[Mutant]:
    for (place, api_version, kind, spec, where), (*_, harmless, _) in zip(owners(HARBOR), owners(HUB), strict=True):
        good, bad, plain = (
            _standing(thing(api_version, kind, place, listed(one, where, names)))
            for one, names in ((spec, [GOOD]), (spec, None), (harmless, None))
        )
        if kind != "Pod":  # below
            yield _changed(f"{place}-bad-gets-a-finalizer", bad, _with(bad, finalizers=["example.com/wait"]), True)
            yield _changed(f"{place}-bad-loses-a-finalizer", _with(bad, finalizers=["example.com/wait"]), bad, True)
            yield _changed(f"{place}-bad-gets-a-label", bad, _with(bad, labels={"team": "a"}), True)
            yield _changed(f"{place}-good-gets-a-note", good, _with(good, annotations={"a": "b"}), True)
            yield _changed(f"{place}-bad-is-deleted", bad, bad, True, "DELETE")
            for how, changed in paced(bad).items():
                yield _changed(f"{place}-bad-is-{how}", bad, changed, True)
        if kind not in ("Pod", "Job"):  # the server itself refuses another pod spec
            yield _changed(f"{place}-turns-bad", good, bad, False)
            yield _changed(f"{place}-mends", bad, good, True)
            yield _changed(f"{place}-gets-a-harbor-image", plain, bad, False)


def _standing(made: Object) -> Object:
    """With what its kind requires; a Job that is changed must say itself what the server would choose for it."""
    if made["kind"] != "Job":
        return complete(made)
    labels = {"app": "job"}
    template = {**made["spec"]["template"], "metadata": {"labels": labels}}
    chosen = {"manualSelector": True, "selector": {"matchLabels": labels}, "completions": 1, "template": template}
    return complete({**made, "spec": {**made["spec"], **chosen}})


def paced(made: Object) -> dict[str, Object]:
    """The object scaled, paused and paced in the ways of its kind."""
    return {how: {**made, "spec": _merged(made["spec"], change)} for how, change in PACED[made["kind"]].items()}


def _merged(there: Any, change: Any) -> Any:
    """The spec with what paces it, wherever it has the place: no component is added."""
    if isinstance(there, list):
        return [_merged(item, one) for item, one in zip(there, change, strict=False)]
    components = ("predictor", "transformer", "explainer", "canary", "prefill")
    fields = {key: value for key, value in change.items() if key in there or key not in components}
    return {**there, **{key: _merged(there[key], value) if _holds(there, key) else value for key, value in fields.items()}}


def _holds(there: Object, key: str) -> bool:
    return isinstance(there.get(key), dict | list)


def _restarts() -> Iterator[Mutant]:
    """New Pods of the same pod spec."""
    for place, api_version, kind, spec, _ in owners(HARBOR):
        if kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
            bad = complete(thing(api_version, kind, place, spec))
            again = copy.deepcopy(bad)
            again["spec"]["template"]["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": "now"}
            yield _changed(f"{place}-bad-is-restarted", bad, again, False)


def _fields() -> Iterator[Mutant]:
    """Each field that an image is read from, alone; a field beside them is not judged."""
    model: Object = {"model": {"modelFormat": {"name": "onnx"}}}
    plain: Object = {"containers": container("nginx")}
    for alias in ALIASES:
        for leaf, address in (("image", ""), ("storageUri", "oci://")):
            before, after = ({"predictor": {alias: {leaf: address + image}}} for image in (HUB, HARBOR))
            yield _services(f"alias-{alias}-{leaf.lower()}-changes", before, after, False)
    art = [{"predictor": model, "explainer": {"art": {"type": "SquareAttack", "image": one}}} for one in (HUB, HARBOR)]
    yield _services("explainer-art-changes", art[0], art[1], False)
    for key, items in (
        ("initContainers", [[{"name": "init", "image": image}] for image in (HUB, HARBOR)]),
        ("volumes", [[{"name": "v", "image": {"reference": image}}] for image in (HUB, HARBOR)]),
    ):
        before, after = ({"predictor": {**plain, key: found}} for found in items)
        yield _services(f"predictor-{key.lower()}-change", before, after, False)
    bad: Object = {"predictor": {"containers": container(HARBOR)}}
    yield _services("predictor-bad-gets-a-timeout", bad, {"predictor": {**bad["predictor"], "timeout": 5}}, True)


def _moves() -> Iterator[Mutant]:
    """The same pod spec at another place, where another list counts; a place that comes, and one that goes."""
    model: Object = {"model": {"modelFormat": {"name": "onnx"}}}
    stable, app = listed(model, (), [GOOD]), {"containers": container(HARBOR)}
    inherits = {"predictor": stable, "canary": [{"predictor": {"name": "next", **app}, "trafficPercent": 10}]}
    yield _services("canary-becomes-an-explainer", inherits, {"predictor": stable, "explainer": app}, False)
    yield _services("bad-transformer-comes", {"predictor": model}, {"predictor": model, "transformer": app}, False)
    yield _services("bad-transformer-goes", {"predictor": model, "transformer": app}, {"predictor": model}, True)
    granted = {"template": listed(app, (), [GOOD]), "model": {"uri": f"oci://{HARBOR}"}}
    llm = [thing(f"{KSERVE}/v1alpha2", "LLMInferenceService", "llm", one) for one in (granted, {"model": granted["model"]})]
    yield _changed("llm-template-goes", *llm, False)


def _of_pods() -> Iterator[Mutant]:
    leaving = pod("pod-leaving-gets-a-bad-image", HARBOR)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Mutant("pod-leaving-gets-a-bad-image", leaving, True, "LEAVING", states=False)
    for names in (None, [ABSENT], [GOOD]):
        bad, fine = pod("pod", HARBOR, names), pod("pod", "nginx:1.0", names)
        way = "-".join(names or ["bare"])
        yield _changed(f"pod-{way}-gets-a-label", bad, _with(bad, labels={"a": "b"}), True)
        yield _changed(f"pod-{way}-gets-a-finalizer", bad, _with(bad, finalizers=["example.com/wait"]), True)
        yield _changed(f"pod-{way}-is-deleted", bad, bad, True, "DELETE")
        yield _changed(f"pod-{way}-gets-a-harbor-image", fine, bad, names == [GOOD])
    gated = pod("pod", HARBOR, None, schedulingGates=[{"name": "example.com/quota"}])
    yield _changed("pod-bad-is-let-go", gated, pod("pod", HARBOR), True)


def _services(name: str, before: Object, after: Object, allowed: bool) -> Mutant:
    made = (complete(thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec)) for spec in (before, after))
    return _changed(name, *made, allowed)


def _changed(name: str, before: Object, after: Object, allowed: bool, operation: str = "UPDATE") -> Mutant:
    return Mutant(name, _with(after, name=name), allowed, operation, _with(before, name=name), states=False)


def _with(made: Object, **metadata: Any) -> Object:
    return {**made, "metadata": {**made["metadata"], **metadata}}
