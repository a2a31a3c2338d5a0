"""Images come from the fleet's registries only, and from those that `policies.otherRegistries` names. Optional."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs, samples
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import pod, service
from mooring.registry.reference import host_name
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
    """Images from the fleet's registries, and from elsewhere."""
    sample = given.sample
    image, elsewhere = samples.image(sample), f"{samples.ELSEWHERE}/team/app:1.0"
    yield Row(pod("from-the-registry", image), "pass")
    yield Row(service("service-from-the-registry", image), "pass")
    for host in given.other_registries[:1]:
        yield Row(pod("from-an-allowed-registry", f"{host}/team/app:1.0"), "pass")
    yield Row(pod("docker-hub", "team/nginx:1.0"), "pass" if "docker.io" in given.other_registries else "fail")
    yield Row(pod("another-registry", elsewhere), "fail")
    yield Row(service("service-of-another-registry", elsewhere), "fail")
    yield Row(pod("name-that-begins-as-the-registry-s", f"{host_name(sample.host)}.{elsewhere}"), "fail")
