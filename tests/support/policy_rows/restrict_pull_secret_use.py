"""Each place that can name a Secret: its own, an open one, another service's."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import KSERVE, pod, thing
from tests.support.decisions import sample_of
from tests.support.pod_places import owners, with_secret


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can name a Secret: its own, an open one, another service's."""
    sample = sample_of(given)
    names, image = sample.names, sample.images["harbor"]
    for name, api_version, kind, spec, place in owners(image):
        yield Row(thing(api_version, kind, f"{name}-of-another", with_secret(spec, place, names["good"])), "fail")
        yield Row(thing(api_version, kind, f"{name}-open", with_secret(spec, place, names["other"])), "pass")
    predictor = {"predictor": {"containers": [{"name": "main", "image": image}]}}
    listed = with_secret(predictor, ("predictor",), names["good"])
    yield Row(thing(f"{KSERVE}/v1beta1", "InferenceService", sample.owner, listed), "pass")
    yield Row(thing(f"{KSERVE}/v1beta1", "InferenceService", f"{sample.owner}-2", listed), "fail")
    yield Row(pod("pod-with-the-second-open", image, [names["shared"]]), "pass")
    yield Row(pod("pod-with-the-owner-s-second", image, [names["spare"]]), "fail")
    spare = with_secret(predictor, ("predictor",), names["spare"])
    second = thing(f"{KSERVE}/v1beta1", "InferenceService", sample.second, spare)
    yield Row(second, "pass")
    yield Row(pod("pod-of-nothing-granted", image, [names["absent"]]), "pass")
    yield Row(pod("pod-without-list", image), "pass")
    yield Row(pod("second-of-another", image, [names["other"], names["good"]]), "fail")
    owner: Object = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "owner", "uid": "0", "controller": True}
    owned = pod("pod-of-a-controller", image, [names["good"]])
    adopted = pod("pod-without-controller", image, [names["good"]])
    owned["metadata"]["ownerReferences"] = [owner]
    adopted["metadata"]["ownerReferences"] = [owner | {"controller": False}]
    yield Row(owned, "skip")
    both = pod("pod-with-a-controller-among-owners", image, [names["good"]])
    both["metadata"]["ownerReferences"] = [owner | {"controller": False, "name": "other", "uid": "1"}, owner]
    yield Row(both, "skip")
    yield Row(adopted, "fail")
