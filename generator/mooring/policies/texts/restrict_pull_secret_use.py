"""A service uses its own robot's Secrets only: least privilege between the services of one namespace.

The grants name each service's Secrets, and those open to the whole namespace (a robot with `namespaces:`). What has a
controller is judged as that controller is: its pods inherit a runtime's list too, and the garbage collector takes away
what claims an owner that does not exist (https://kubernetes.io/docs/concepts/architecture/garbage-collection/).
"""

from __future__ import annotations

from collections.abc import Iterator

from mooring.fleet.grants import OPEN
from mooring.policies import cel, podspecs, samples
from mooring.policies.model import Block, Object, PolicyInput, Row, Text
from mooring.policies.samples import pod, service
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
    """Secrets of the object's own, open ones, and another service's."""
    sample = given.sample
    mine, other, image = sample.secret, samples.other_secret(sample), samples.image(sample)
    yield Row(service(samples.OWNER, image, [mine]), "pass")
    yield Row(pod("open-secret", samples.other_image(sample), [other]), "pass")
    yield Row(pod("no-list", image), "pass")
    yield Row(service("secret-of-another-service", image, [mine]), "fail")
    yield Row(pod("pod-with-the-secret-of-a-service", image, [mine]), "fail")
    yield Row(pod("second-secret-of-another-service", image, [other, mine]), "fail")
    owned = pod("pod-of-a-controller", image, [mine])
    owner: Object = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "owner", "uid": "0", "controller": True}
    owned["metadata"]["ownerReferences"] = [owner]
    yield Row(owned, "skip")
