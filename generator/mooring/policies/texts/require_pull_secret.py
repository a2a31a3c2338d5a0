"""Every Harbor image of every pod spec has a pull Secret whose robot may pull its project."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs
from mooring.policies.decisions import TABLE, Decision, made
from mooring.policies.model import PolicyInput, Row, Text
from mooring.policies.samples import BARE, KSERVE, NAMESPACE, container, places, pod, thing, with_secret
from mooring.schema.catalog import Catalog

SUMMARY = "every Harbor image has a pull Secret whose robot may pull its project"


def text(given: PolicyInput, catalog: Catalog) -> Text:
    kinds = podspecs.matched(catalog)
    return Text(
        rules=podspecs.rules(kinds, [podspecs.EPHEMERAL]),
        variables=[*podspecs.pods(kinds, given.hosts), podspecs.variable("refused", _refused(given, catalog))],
        validations=[{"expression": "size(variables.refused) == 0", "messageExpression": _message(given)}],
        changes=podspecs.changes(catalog),
        grants=True,
        bare=True,
    )


def _refused(given: PolicyInput, catalog: Catalog) -> str:
    """The pod specs with the images that no Secret of theirs may pull: host and port must be granted as written.

    A cluster-scoped runtime's Secrets are looked up where it is used: there it need only name one.
    """
    granted = (
        f"e.secrets.exists(s, !s.startsWith('_') && s in variables.grants && {cel.PAIR} in variables.grants[s].split(','))"
    )
    left = "" if given.explicit else "\n.filter(e, object.kind == 'Pod' || size(e.secrets) > 0)"
    return (
        f"variables.pods{left}\n"
        ".map(e, {'place': e.place, 'secrets': e.secrets,\n"
        f"  'images': dyn(e.images.filter(i, !({cel.PAIR} in {cel.texts(sorted(given.public))}) &&\n"
        f"    !(object.kind in {podspecs.cluster_scoped(catalog)} ? size(e.secrets) > 0 : {granted})))}})\n"
        ".filter(e, size(e.images) > 0)"
    )


def _message(given: PolicyInput) -> str:
    """What to write where, for the first image that is refused."""
    spelt = " or ".join(sorted(given.hosts))
    return (
        "variables.refused.map(e, e.images.map(i, 'image ' + i + ' in ' + e.place + ': ' + (\n"
        f"  !({cel.HOST} in {cel.texts(sorted(given.hosts))}) ? {cel.string(f'write its host as {spelt}')}\n"
        "  : size(e.secrets) == 0 ? 'add its pull Secret to imagePullSecrets there'\n"
        "  : 'none of its Secrets (' + e.secrets.join(', ') + ') may pull from project ' + i.split('/')[1]\n"
        "    + ': see ConfigMap mooring-pull-grants'))[0])[0]"
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
    yield Row(thing("v1", "Pod", "pod-null-lists", {"containers": container("nginx"), "initContainers": None}), "pass")
    spec = {"predictor": {"model": None, "containers": None, "imagePullSecrets": None}}
    yield Row(thing(f"{KSERVE}/v1beta1", "InferenceService", "null-everywhere", spec), "pass")
    runtime = {"containers": container(image)}
    kind = "ClusterServingRuntime"
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-without", runtime, None), owner)
    yield Row(thing(f"{KSERVE}/v1alpha1", kind, "cluster-runtime-with", with_secret(runtime, (), secret), None), "pass")
    leaving = pod("pod-being-deleted", image)
    leaving["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/wait"]}
    yield Row(leaving, "skip")
