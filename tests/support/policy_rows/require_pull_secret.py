"""Each place that can hold an image without a list and with one, the decision table, and what must go on."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies.model import PolicyInput, Row
from mooring.policies.samples import BARE, KSERVE, NAMESPACE, container, pod, thing
from tests.support.decisions import TABLE, Decision, made, sample_of
from tests.support.pod_places import places, with_secret


def _verdict(decision: Decision, *, explicit: bool) -> str:
    """Where owners need no list of their own, those without one are left to their Pods."""
    listed = any(decision.own or ()) or (decision.kind == "canary" and decision.stable)
    return decision.policy if explicit or decision.kind == "pod" or listed else "pass"


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image without a list and with one; the decision table; and what must go on."""
    sample = sample_of(given)
    secret, image = sample.secret, sample.images["harbor"]
    owner = "fail" if given.explicit else "pass"
    for name, api_version, kind, spec, place in places(image):
        yield Row(thing(api_version, kind, f"{name}-without", spec), "fail" if kind == "Pod" else owner)
        yield Row(thing(api_version, kind, f"{name}-with", with_secret(spec, place, secret)), "pass")
    for decision in TABLE:
        if decision.image in sample.images:
            yield Row(made(decision, sample, NAMESPACE)[0], _verdict(decision, explicit=given.explicit))
    yield Row(pod("pod-without-grants", image, [secret], BARE), "fail")
    yield Row(pod("pod-without-grants-or-harbor", "nginx", None, BARE), "pass")
    runtime = {"containers": container(image)}
    kind = "ClusterServingRuntime"
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-without", runtime, None), owner)
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-with", with_secret(runtime, (), secret), None), "pass")
    leaving = pod("pod-being-deleted", image)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Row(leaving, "skip")
