"""A service uses its own robot's Secrets only: least privilege between the services of one namespace.

The grants name each service's Secrets, and those open to the whole namespace (a robot with `namespaces:`). What has a
controller is judged as that controller is: its pods inherit a runtime's list too, and the garbage collector takes away
what claims an owner that does not exist (https://kubernetes.io/docs/concepts/architecture/garbage-collection/).
"""

from __future__ import annotations

from collections.abc import Iterator

from mooring.fleet.grants import OPEN
from mooring.policies import cel, podspecs
from mooring.policies.model import Block, Object, PolicyInput, Row, Text
from mooring.policies.samples import KSERVE, owners, pod, thing, with_secret
from mooring.schema.catalog import Catalog

SUMMARY = "a service uses its own robot's pull Secrets only, or those open to its namespace"
MENDS = (
    ("is that of another service", "one of the Secrets that are named, or a robot with `namespaces:` in the fleet"),
    ("give this one a robot of its own in the fleet", "an entry under `robots:` whose `projects` this service pulls from"),
)
_WHY = "What this object may use: its own Secrets, and those open to the namespace, as the grants say."


def own() -> Block:
    """Variable `own`: the Secrets that the object may use, its own, and those open to the namespace."""
    me = "'_' + object.kind.lowerAscii() + '.' + object.metadata.?name.orValue('')"
    names = f"[{me}, {cel.string(OPEN)}]\n.map(k, variables.grants[?k].orValue('')).join(',').split(',').filter(s, s != '')"
    return Block(_WHY, [podspecs.variable("own", names)])


def text(_given: PolicyInput, catalog: Catalog) -> Text:
    kinds = [info for info in podspecs.matched(catalog) if info.scope == "Namespaced"]
    refused = (
        "variables.podSpecs.map(e, e.secrets\n"
        "  .filter(s, s in variables.grants && !(s in variables.own))\n"
        "  .map(s, 'pull Secret ' + s + ' in ' + e.at + ' is that of another service: '\n"
        "    + (size(variables.own) > 0 ? 'use ' + variables.own.join(' or ')\n"
        "      : 'give this one a robot of its own in the fleet')))\n"
        ".filter(said, size(said) > 0)"
    )
    return Text(
        rules=podspecs.rules(kinds),
        conditions=[
            {
                "name": "not-of-a-controller",
                "why": "What has a controller is judged as that controller is.",
                "expression": "!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))",
            }
        ],
        blocks=[
            *podspecs.pod_specs(kinds),
            own(),
            Block("Refused: Secrets of the grants that are another service's.", [podspecs.variable("refused", refused)]),
        ],
        validations=[{"expression": "size(variables.refused) == 0", "messageExpression": "variables.refused[0][0]"}],
        changes=podspecs.changes(catalog),
        grants=True,
    )


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can name a Secret: its own, an open one, another service's."""
    sample = given.sample
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
