"""Names the pull Secret where a Harbor image has none that covers it: a net for what nobody renders. Optional.

JSON patches, since apply configurations cannot set an atomic list and drop entries on custom resources. The Secret comes
first in the list, as in the overlays, and nothing is named where one of the list covers the image already. Only Secrets
that the object may use: its own, and those open to the namespace.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from mooring.policies import podspecs
from mooring.policies.model import Block, Object, PolicyInput, Row, Text
from mooring.policies.samples import BARE, KSERVE, owners, pod, thing
from mooring.policies.texts.restrict_pull_secret_use import own
from mooring.problems.routes import get
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
    """Each place that can hold an image: named where it is missing, left alone where it is covered, or cannot be."""
    sample = given.sample
    image, names = sample.open_image, sample.names
    for name, api_version, kind, spec, place in owners(image):
        if kind in _KINDS:
            yield _patched(thing(api_version, kind, f"{name}-without", spec), ("spec", *place), [names["other"]])
    listed = pod("pod-with-another", image, [names["absent"]])
    yield _patched(listed, ("spec",), [names["other"], names["absent"]])
    predictor: Object = {"predictor": {"containers": [{"name": "main", "image": sample.images["harbor"]}]}}
    owner = thing(f"{KSERVE}/v1beta1", "InferenceService", sample.owner, predictor)
    yield _patched(owner, ("spec", "predictor"), [names["good"]])
    yield _patched(pod("pod-of-the-second-open", sample.shared_image), ("spec",), [names["shared"]])
    spare: Object = {"predictor": {"containers": [{"name": "main", "image": sample.spare_image}]}}
    spare["transformer"] = {**spare["predictor"], "imagePullSecrets": [{"name": names["spare"]}]}
    second = thing(f"{KSERVE}/v1beta1", "InferenceService", sample.second, spare)
    yield _patched(second, ("spec", "predictor"), [names["spare"]])
    for left in (
        pod("pod-covered", image, [names["other"]]),
        pod("pod-covered-by-one-of-two", sample.shared_image, [names["shared"]]),
        pod("pod-of-another-s", sample.images["harbor"]),
        pod("pod-of-docker-hub", "nginx"),
        pod("pod-without-grants", image, None, BARE),
    ):
        yield Row(left, "pass", left)


def _patched(made: Object, place: tuple[str | int, ...], secrets: list[str]) -> Row:
    patched = copy.deepcopy(made)
    get(patched, place)["imagePullSecrets"] = [{"name": name} for name in secrets]
    return Row(made, "pass", patched)
