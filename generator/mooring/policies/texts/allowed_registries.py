"""Images come from the fleet's registries only, and from those that `policies.otherRegistries` names. Optional."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import KSERVE, places, pod, thing
from mooring.schema.catalog import Catalog

SUMMARY = "images come from the fleet's registries only"
# The first part is a host only if it can be no name of a Docker Hub user.
# https://github.com/distribution/reference/blob/v0.6.0/normalize.go
_IS_HOST = "i.matches('^(localhost|[^/]*[.:][^/]*)/')"
MENDS = (
    (
        "comes from another registry than",
        "an image that is mirrored into Harbor, or its host under `policies.otherRegistries`",
    ),
)
_WHY = "Refused: images from elsewhere. An image whose first part is no host comes from docker.io."


def text(given: PolicyInput, catalog: Catalog) -> Text:
    known = sorted({*given.hosts, *given.other_registries})
    refused = (
        "variables.images.map(e, e.images\n"
        f"  .filter(i, i != '' &&\n    !(({_IS_HOST} ? i.split('/')[0] : 'docker.io') in variables.allowed))\n"
        "  .map(i, 'image ' + i + ' in ' + e.at + ' comes from another registry than '\n"
        "    + variables.allowed.join(', ') + ': mirror it there'))\n"
        ".filter(said, size(said) > 0)"
    )
    return Text(
        rules=podspecs.rules(podspecs.matched(catalog), [podspecs.EPHEMERAL]),
        facts=[podspecs.variable("allowed", cel.lines([cel.string(host) for host in known]))],
        blocks=[*podspecs.images(podspecs.matched(catalog)), Block(_WHY, [podspecs.variable("refused", refused)])],
        validations=[{"expression": "size(variables.refused) == 0", "messageExpression": "variables.refused[0][0]"}],
        changes=podspecs.changes(catalog),
    )


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image: from Harbor, and from elsewhere."""
    images = given.sample.images
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
