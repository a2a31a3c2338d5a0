"""What must not stand in `default`, there and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies.model import PolicyInput, Row
from mooring.policies.samples import DOCKER, KSERVE, NAMESPACE, pod, secret, thing
from tests.support.decisions import sample_of


def rows(given: PolicyInput) -> Iterator[Row]:
    """What must not stand in `default`, there and elsewhere."""
    name, image = sample_of(given).secret, sample_of(given).images["harbor"]
    service = {"predictor": {"model": {"modelFormat": {"name": "onnx"}}}}
    target = {"target": {"template": {"type": DOCKER}}}
    for namespace in ("default", NAMESPACE):
        result = "fail" if namespace == "default" else "skip"
        yield Row(thing(f"{KSERVE}/v1beta1", "InferenceService", f"service-{namespace}", service, namespace), result)
        yield Row(pod(f"pod-{namespace}", image, [name], namespace), result)
        yield Row(secret(f"secret-{namespace}", {}, namespace=namespace), result)
        es = thing("external-secrets.io/v1", "ExternalSecret", f"external-{namespace}", target, namespace)
        yield Row(es, result)
    yield Row(pod("pod-of-docker-hub", "nginx", None, "default"), "pass")
    yield Row(secret("opaque", {}, "Opaque", "default"), "pass")
