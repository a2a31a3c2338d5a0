"""Names the pull Secret where a Harbor image has none that covers it: a net for what nobody renders. Optional.

JSON patches, since apply configurations cannot set an atomic list and drop entries on custom resources. The Secret comes
first in the list, as in the overlays, and nothing is named where one of the list covers the image already. Only Secrets
that the object may use: its own, and those open to the namespace.
"""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import podspecs, samples
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import BARE, pod, service
from mooring.policies.texts.restrict_pull_secret_use import own
from mooring.schema.catalog import Catalog

SUMMARY = "names the namespace's pull Secret where a Harbor image has none"
_KINDS = ("Pod", "InferenceService", "LLMInferenceService", "ServingRuntime")


MENDS = ()
_WHY = (
    "`wanted`: pod specs with an image that no Secret of their list covers and a usable one does, with that Secret's name."
    " A name that is already in the list stays behind it."
)


def text(given: PolicyInput, catalog: Catalog) -> Text:
    kinds = [info for info in podspecs.matched(catalog) if info.kind in _KINDS]
    covering = (
        "variables.harborImages.map(e, {'at': e.at, 'secrets': e.secrets, 'missing': dyn(e.images\n"
        "  .map(i, variables.grants.filter(s, i[0] + '/' + i[1] in variables.grants[s].split(',')))\n"
        "  .filter(covering, !covering.exists(s, s in e.secrets))\n"
        "  .map(covering, variables.own.filter(s, s in covering)).filter(l, size(l) > 0).map(l, l[0]))})\n"
        ".filter(e, size(e.missing) > 0)"
    )
    # `add` on a list that is there replaces it (https://www.rfc-editor.org/rfc/rfc6902#section-4.1).
    patch = (
        "variables.wanted.map(e, JSONPatch{op: 'add', path: e.at + '/imagePullSecrets', value:\n"
        "  variables.grants.map(s, s).filter(s, s in e.missing).map(s, {'name': s}) + e.secrets.map(s, {'name': s})})"
    )
    return Text(
        rules=podspecs.rules(kinds),
        facts=[podspecs.harbor_hosts(given)],
        blocks=[
            *podspecs.harbor_images(kinds, paths=True),
            own(),
            Block(_WHY, [podspecs.variable("wanted", covering)]),
        ],
        mutations=[patch],
        changes=podspecs.changes(catalog),
        grants=True,
    )


def rows(given: PolicyInput) -> Iterator[Row]:
    """What is given a Secret, and what is left as it is."""
    sample = given.sample
    mine, other, image = sample.secret, samples.other_secret(sample), samples.other_image(sample)
    yield Row(pod("no-list", image), "pass", pod("no-list", image, [other]))
    yield Row(pod("secret-of-nothing", image, ["a"]), "pass", pod("secret-of-nothing", image, [other, "a"]))
    theirs = samples.image(sample)
    yield Row(service(samples.OWNER, theirs), "pass", service(samples.OWNER, theirs, [mine]))
    for left in (
        pod("good", image, [other]),
        pod("docker-hub", "nginx"),
        pod("image-of-another-service", theirs),
        pod("namespace-without-grants", image, None, BARE),
    ):
        yield Row(left, "pass", left)
