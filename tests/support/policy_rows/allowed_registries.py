"""Each place that can hold an image: from Harbor, and from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies.model import PolicyInput, Row
from mooring.policies.samples import KSERVE, pod, thing
from tests.support.decisions import sample_of
from tests.support.pod_places import places


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image: from Harbor, and from elsewhere."""
    images = sample_of(given).images
    for found, result in (("harbor", "pass"), ("other-registry", "fail")):
        for name, api_version, kind, spec, _ in places(images[found], images["harbor"]):
            yield Row(thing(api_version, kind, f"{name}-{result}", spec), result)
    hub = "pass" if "docker.io" in given.other_registries else "fail"
    for name in ("docker-hub", "docker-hub-user"):
        yield Row(pod(name, images[name]), hub)
    yield Row(pod("docker-hub-with-dots", "team/nginx:1.0"), hub)
    for name in ("upper-case", "other-port", "suffix", "prefix"):
        yield Row(pod(name, images[name]), "fail")
    for host in (*given.hosts, *given.other_registries):
        yield Row(pod(f"other-{host.replace(':', '-')}", f"{host}/team/app:1"), "pass")
    model = {"predictor": {"model": {"modelFormat": {"name": "onnx"}, "storageUri": "gs://models/onnx"}}}
    yield Row(thing(f"{KSERVE}/v1beta1", "InferenceService", "model-of-a-bucket", model), "pass")
