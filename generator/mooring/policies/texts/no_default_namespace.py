"""Nothing that pulls from Harbor, and no pull Secret, stands in namespace `default`."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs, samples
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import DOCKER, KSERVE, pod, secret, service, thing
from mooring.schema.catalog import Catalog

SUMMARY = "nothing that pulls from Harbor, and no pull Secret, stands in namespace default"


MENDS = (("has a namespace of its own", "`metadata.namespace`: a namespace of the fleet"),)
_WHY = "Refused: what is KServe's, docker configurations and what makes them, and whatever has an image from Harbor."
_FIELDS = "[o.?data, o.?type, o.?spec.?target, o.?spec.?nodes]"


def text(given: PolicyInput, catalog: Catalog) -> Text:
    # A Secret, and what External Secrets makes one from.
    docker = f"'{DOCKER}' in [object.?type, object.?spec.?target.?template.?type].map(t, t.orValue(''))"
    refused = (
        f"object.apiVersion.startsWith('{KSERVE}/') ||\n{docker} ||\nvariables.harborImages.exists(e, size(e.images) > 0)"
    )
    extra = [
        ("", "v1", "secrets"),
        ("external-secrets.io", "v1", "externalsecrets"),
        (KSERVE, "v1alpha1", "inferencegraphs"),
    ]
    return Text(
        rules=podspecs.rules([info for info in podspecs.matched(catalog) if info.scope == "Namespaced"], extra),
        conditions=[{"name": "in-default", "expression": "request.namespace == 'default'"}],
        facts=[podspecs.harbor_hosts(given)],
        blocks=[
            *podspecs.harbor_images(podspecs.matched(catalog)),
            Block(_WHY, [podspecs.variable("refused", refused)]),
        ],
        validations=[
            {
                "expression": "!variables.refused",
                "message": "what pulls from Harbor, and its Secret, has a namespace of its own: not default",
            }
        ],
        # Of a Secret, an ExternalSecret and an InferenceGraph.
        changes=f"{podspecs.changes(catalog)} ||\n{cel.differs(_FIELDS)}",
        standing=False,  # or Kyverno's reports controller would have to read every Secret
    )


def rows(given: PolicyInput) -> Iterator[Row]:
    """What must not stand in `default`, and what may."""
    image = samples.image(given.sample)
    target = {"target": {"template": {"type": DOCKER}}}
    yield Row(pod("docker-hub", "nginx", None, "default"), "pass")
    yield Row(secret("opaque", {}, "Opaque", "default"), "pass")
    yield Row(pod("harbor-image", image, None, "default"), "fail")
    yield Row(service("service", "nginx", None, "default"), "fail")
    yield Row(secret("pull-secret", {}, namespace="default"), "fail")
    yield Row(thing("external-secrets.io/v1", "ExternalSecret", "makes-a-pull-secret", target, "default"), "fail")
    yield Row(pod("in-another-namespace", image), "skip")
