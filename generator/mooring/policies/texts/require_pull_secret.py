"""Every Harbor image of every pod spec has a pull Secret whose robot may pull its project."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs
from mooring.policies.decisions import TABLE, Decision, made
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import BARE, KSERVE, NAMESPACE, container, places, pod, thing, with_secret
from mooring.schema.catalog import Catalog

SUMMARY = "every Harbor image has a pull Secret whose robot may pull its project"


MENDS = (
    ("write its host as", "the host, with its port, as it stands under `registries`: a kubelet compares them as written"),
    ("add its pull Secret to imagePullSecrets there", "`imagePullSecrets: [{name: SECRET}]` at the place that is named"),
    ("may pull from project", "another Secret, or `project` in the robot's `projects`; the ConfigMap shows what each may"),
)
_WHY = "Refused, with what to write: images that no Secret of theirs may pull, host and port as written (as kubelets look)."


def text(given: PolicyInput, catalog: Catalog) -> Text:
    kinds = podspecs.matched(catalog)
    return Text(
        rules=podspecs.rules(kinds, [podspecs.EPHEMERAL]),
        facts=[
            podspecs.harbor_hosts(given),
            podspecs.variable("publicProjects", cel.lines([cel.string(pair) for pair in sorted(given.public)])),
            podspecs.variable("explicit", "true" if given.explicit else "false"),
        ],
        blocks=[*podspecs.harbor_images(kinds), Block(_WHY, [podspecs.variable("refused", _refused(catalog))])],
        validations=[{"expression": "size(variables.refused) == 0", "messageExpression": "variables.refused[0][0]"}],
        changes=podspecs.changes(catalog),
        grants=True,
        bare=True,
    )


def _refused(catalog: Catalog) -> str:
    """What is said of each image that no Secret of its pod spec may pull, for each pod spec that has such.

    A cluster-scoped runtime's Secrets are looked up where it is used: there it need only name one.
    """
    cluster = f"object.kind in {cel.texts(podspecs.cluster_scoped(catalog))}"
    return (
        "variables.harborImages.filter(e, variables.explicit || object.kind == 'Pod' || size(e.secrets) > 0)\n"
        f".map(e, e.images.filter(i, !({cluster} && size(e.secrets) > 0) &&\n"
        "    !([variables.publicProjects] + e.secrets.filter(s, !s.startsWith('_'))\n"
        "      .map(s, variables.grants[?s].orValue('').split(','))).exists(granted, i[0] + '/' + i[1] in granted))\n"
        "  .map(i, 'image ' + i.join('/') + ' in ' + e.at + ': ' + (\n"
        "    !(i[0] in variables.harborHosts) ? 'write its host as ' + variables.harborHosts.join(' or ')\n"
        "    : size(e.secrets) == 0 ? 'add its pull Secret to imagePullSecrets there'\n"
        "    : 'none of its Secrets (' + e.secrets.join(', ') + ') may pull from project ' + i[1]\n"
        "      + ': see ConfigMap mooring-pull-grants'))).filter(said, size(said) > 0)"
    )


def _verdict(decision: Decision, *, explicit: bool) -> str:
    """Where owners need no list of their own, those without one are left to their Pods."""
    listed = any(decision.own or ()) or (decision.kind == "canary" and decision.stable)
    return decision.policy if explicit or decision.kind == "pod" or listed else "pass"


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image without a list and with one; the decision table; and what must go on."""
    sample = given.sample
    secret, image = sample.secret, sample.images["harbor"]
    owner = "fail" if given.explicit else "pass"
    for name, api_version, kind, spec, place in places(image):
        yield Row(thing(api_version, kind, f"{name}-without", spec), "fail" if kind == "Pod" else owner)
        yield Row(thing(api_version, kind, f"{name}-with", with_secret(spec, place, secret)), "pass")
    for decision in TABLE:
        if decision.image in sample.images:
            yield Row(made(decision, sample, NAMESPACE)[0], _verdict(decision, explicit=given.explicit))
    yield Row(pod("pod-without-grants", image, [secret], BARE), "fail")
    yield Row(pod("pod-without-grants-or-harbor", "nginx", None, BARE), "pass")
    runtime = {"containers": container(image)}
    kind = "ClusterServingRuntime"
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-without", runtime, None), owner)
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-with", with_secret(runtime, (), secret), None), "pass")
    leaving = pod("pod-being-deleted", image)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Row(leaving, "skip")
