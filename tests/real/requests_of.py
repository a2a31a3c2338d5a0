"""What is asked of each policy at a real API server, and what it is to say: creations, and changes of what stands.

The rows of a policy are creations by nobody in particular; this adds who asks, what stands before, and what is exempt.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import POLICIES
from mooring.policies import samples
from mooring.policies.model import Exempt, PolicyInput
from mooring.policies.samples import BARE, NAMESPACE, pod, secret, thing
from mooring.policies.texts.protect_pull_grants import CONTROLLERS
from tests.real.changes import changes
from tests.real.complete import complete, request
from tests.real.kyverno_admission import EXEMPT
from tests.real.mutants import HARBOR, mutants
from tests.real.policy_objects import grants, namespace
from tests.real.verdicts import Judge, Object, Operation, Request
from tests.support import policy_rows
from tests.support.decisions import sample_of

ASIDE, ASIDE_BARE = "suite-exempt", "suite-exempt-without-grants"
PROTECTED, PROTECTED_EMPTY = "suite-protected", "suite-protected-empty"
IDENTITY = "system:serviceaccount:argocd:argocd-application-controller"
MANAGED = {"app.kubernetes.io/managed-by": "mooring"}
NOTE = {"annotations": {"a": "b"}}


class Asked(NamedTuple):
    """`before` stands where it is changed or deleted."""

    name: str
    request: Request
    allowed: bool
    before: Object | None = None


def exempting(given: PolicyInput, policy: str) -> PolicyInput:
    """The same with a namespace that all policies leave alone."""
    return dataclasses.replace(given, exempt=(Exempt(aside(policy), POLICIES, "a reason", "2030-01-01"),))


def aside(policy: str) -> str:
    """The namespace that is exempt; without grants where their ConfigMap is what is asked about."""
    return ASIDE_BARE if policy == "protect-pull-grants" else ASIDE


def asked(policy: str, given: PolicyInput) -> list[Asked]:
    """Everything that is asked of a policy, but for what stands in no namespace."""
    found = [*_rows(policy, given), *_MORE[policy](given)]
    found.append(dry_run(found))
    assert len({one.name for one in found}) == len(found)
    return found


def prepare(judge: Judge, given: PolicyInput) -> None:
    """Stores the namespaces of everything that is asked, and what the Secrets there may pull."""
    others = (namespace(name) for name in (BARE, ASIDE_BARE, PROTECTED, PROTECTED_EMPTY))
    granted = (NAMESPACE, ASIDE)
    judge.store(*(namespace(name, granted=True) for name in granted), *others, user=EXEMPT)
    judge.store(*(grants(name, sample_of(given).grants) for name in granted), user=EXEMPT)


def stored(judge: Judge, one: Asked) -> Request:
    """The request, once what it needs stands."""
    if one.before is not None:
        judge.store(one.before, user=EXEMPT)
        return one.request
    if one.request.operation == "CREATE":
        made = request(judge, one.request.object, EXEMPT)
        return dataclasses.replace(made, user=one.request.user, dry_run=one.request.dry_run)
    return one.request


def dry_run(found: list[Asked]) -> Asked:
    """A dry run of something that is refused, which is let through."""
    first = next(one for one in found if not one.allowed and one.request.operation == "CREATE")
    return Asked(f"{first.name}-as-a-dry-run", dataclasses.replace(first.request, dry_run=True), True)


def _rows(policy: str, given: PolicyInput) -> Iterator[Asked]:
    for row in policy_rows.rows(policy, given):
        if "namespace" not in row.object["metadata"]:
            continue
        name = f"{row.object['kind']}-{row.object['metadata']['name']}"
        made = complete(row.object)
        yield Asked(name, Request(made), row.result != "fail")
        if row.result == "fail" and policy != "no-default-namespace":
            there = _with(made, namespace=aside(policy))
            if "ephemeralContainers" not in made.get("spec", {}):
                yield Asked(f"{name}-where-exempt", Request(there), True)


def _change(
    name: str, before: Object, after: Object, allowed: bool, operation: Operation = "UPDATE", user: str = ""
) -> Asked:
    before, after = _with(before, name=name), _with(after, name=name)
    return Asked(name, Request(after, operation, user=user), allowed, before)


def _with(made: Object, **metadata: Any) -> Object:
    return {**made, "metadata": {**made["metadata"], **metadata}}


def _bad_stands(good: Object, bad: Object, stem: str) -> Iterator[Asked]:
    """What may be done with something that breaks the policy, and what may not be made of what does not."""
    yield _change(f"{stem}-turns-bad", good, bad, False)
    yield _change(f"{stem}-mends", bad, good, True)
    yield _change(f"{stem}-bad-gets-a-note", bad, _with(bad, **NOTE), True)
    yield _change(f"{stem}-bad-is-deleted", bad, bad, True, "DELETE")


def _require(_given: PolicyInput) -> Iterator[Asked]:
    """The mutants of its suite's host are another fleet's: see `test_four_verdicts`."""
    yield from ()


def _restrict(given: PolicyInput) -> Iterator[Asked]:
    names, image = sample_of(given).names, sample_of(given).images["harbor"]
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": samples.container(image)}}
    good, bad = (
        thing("apps/v1", "Deployment", "d", {
            "selector": {"matchLabels": {"app": "a"}},
            "template": {**template, "spec": {**template["spec"], "imagePullSecrets": [{"name": names[which]}]}},
        })
        for which in ("other", "good")
    )  # fmt: skip
    yield from _bad_stands(good, bad, "user-of-a-secret")
    # Another kind of the same name is another service.
    yield Asked("deployment-called-as-the-owner", Request(_with(bad, name=sample_of(given).owner)), False)
    no_name = pod("x", image, [names["good"]])
    no_name["metadata"] = {"generateName": "owner-", "namespace": NAMESPACE}
    yield Asked("pod-without-a-name", Request(no_name), False)
    yield Asked("where-there-are-no-grants", Request(pod("p", image, [names["good"]], BARE)), True)


def _no_default(given: PolicyInput) -> Iterator[Asked]:
    good, bad = (secret("s", {}, kind, "default") for kind in ("Opaque", samples.DOCKER))
    yield _change("secret-gets-a-note", bad, _with(bad, **NOTE), True)
    changed = {**bad, "data": secret("s", {"registry.example.org": {}})["data"]}
    yield _change("secret-gets-other-data", bad, changed, False)
    yield _change("opaque-gets-other-data", good, {**good, "data": changed["data"]}, True)
    external = thing("external-secrets.io/v1", "ExternalSecret", "e", {"target": {}}, "default")
    docker = copy.deepcopy(external)
    docker["spec"]["target"] = {"template": {"type": samples.DOCKER}}
    yield from _bad_stands(external, docker, "external-secret")
    for kind, spec in (("Opaque", {"target": {"template": {"type": "Opaque"}}}), ("none", {"target": {"template": {}}})):
        yield Asked(f"external-{kind.lower()}", Request(_with({**external, "spec": spec}, name=f"es-{kind.lower()}")), True)
    graph = {"nodes": {"root": {"routerType": "Sequence", "steps": []}}}
    yield Asked(
        "inference-graph", Request(thing("serving.kserve.io/v1alpha1", "InferenceGraph", "g", graph, "default")), False
    )
    image = sample_of(given).images["harbor"]
    plain = {"selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": "a"}}}}
    for found, allowed in ((image, False), ("nginx", True)):
        spec = {**plain, "template": {**plain["template"], "spec": {"containers": samples.container(found)}}}
        made = thing("apps/v1", "Deployment", "d", spec, "default")
        yield Asked(f"deployment-{allowed}", Request(made), allowed)


def _allowed(given: PolicyInput) -> Iterator[Asked]:
    good, bad = (
        complete(thing("apps/v1", "Deployment", "d", {"template": {"spec": {"containers": samples.container(image)}}}))
        for image in (sample_of(given).images["harbor"], "registry.example.org/team/app:1")
    )
    yield from _bad_stands(good, bad, "user-of-a-registry")
    yield Asked("localhost", Request(pod("localhost", "localhost/app:1")), False)
    yield Asked("local-port", Request(pod("local-port", "local:5000/app:1")), False)
    yield Asked(
        "harbor-in-the-path", Request(pod("path", f"registry.example.org/{sample_of(given).images['harbor']}")), False
    )


def _protect(_given: PolicyInput) -> Iterator[Asked]:
    frame: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": GRANTS, "namespace": BARE}}
    grants, other = {**frame, "data": {"a": "b"}}, {**frame, "data": {"a": "c"}}
    for number, user in enumerate((IDENTITY, *CONTROLLERS)):
        yield Asked(f"grants-by-controller-{number}", Request(grants, user=user), True)
    yield Asked("grants-by-a-look-alike", Request(grants, user=f"{IDENTITY}-2"), False)
    ours, theirs = _with(secret("s", {}), labels=MANAGED), secret("s", {})
    other_data = secret("s", {"registry.example.org": {}})["data"]
    yield _change("managed-gets-a-note", ours, _with(ours, **NOTE), True)
    yield _change("managed-gets-other-data", ours, {**ours, "data": other_data}, False)
    yield _change("managed-gets-other-data-by-identity", ours, {**ours, "data": other_data}, True, user=IDENTITY)
    yield _change("managed-loses-its-label", ours, theirs, False)
    yield _change("unmanaged-gets-the-label", theirs, ours, False)
    yield _change("unmanaged-gets-other-data", theirs, {**theirs, "data": other_data}, True)
    yield _change("managed-is-deleted", ours, ours, False, "DELETE")
    yield _change("managed-is-deleted-by-identity", ours, ours, True, "DELETE", IDENTITY)
    yield _change("unmanaged-is-deleted", theirs, theirs, True, "DELETE")
    # KServe copies labels to ConfigMaps of its own.
    labelled_map = _with({**frame, "data": {"a": "b"}}, labels=MANAGED)
    yield _change("labelled-configmap-gets-other-data", labelled_map, {**labelled_map, "data": {"a": "c"}}, True)
    binary = _with({**grants, "binaryData": {"a2": "Yg=="}}, namespace=PROTECTED)
    for name, after, allowed in (
        ("get-other-data", {**binary, "data": {"a": "c"}}, False),
        ("get-other-binary-data", {**binary, "binaryData": {"a2": "Yw=="}}, False),
        ("lose-binary-data", _with(grants, namespace=PROTECTED), False),
        ("get-a-note", _with(binary, **NOTE), True),
    ):
        yield Asked(f"grants-{name}", Request(after, "UPDATE"), allowed, binary)
    empty: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": GRANTS, "namespace": BARE}}
    yield Asked("grants-created-empty", Request(empty), False)
    emptied = _with(empty, namespace=PROTECTED_EMPTY)
    yield Asked("empty-grants-deleted", Request(emptied, "DELETE"), False, emptied)
    external = _with(thing("external-secrets.io/v1", "ExternalSecret", "e", {"target": {"name": "x"}}), labels=MANAGED)
    yield _change("external-secret-changes", external, {**external, "spec": {"target": {"name": "y"}}}, False)
    yield _change("external-secret-gets-a-note", external, _with(external, **NOTE), True)
    labelled = _with(secret("s", {}), labels={"app.kubernetes.io/managed-by": "helm"})
    yield _change("somebody-else-s-gets-other-data", labelled, {**labelled, "data": other_data}, True)
    yield _change("somebody-else-s-becomes-managed", labelled, ours, False)
    yield _change("managed-becomes-somebody-else-s", ours, labelled, False)
    yield _change("managed-gets-a-label", ours, _with(ours, labels={**MANAGED, "team": "a"}), True)
    stands = _with(grants, namespace=NAMESPACE)
    yield Asked("grants-changed", Request(_with(other, namespace=NAMESPACE), "UPDATE"), False, None)
    yield Asked("grants-deleted", Request(stands, "DELETE"), False, None)
    yield Asked("grants-deleted-by-identity", Request(stands, "DELETE", user=IDENTITY), True, None)


def _shape(given: PolicyInput) -> Iterator[Asked]:
    host = given.sample.host
    bad = secret("s", {host: {"auth": "***"}})
    yield _change("bad-gets-a-note", bad, _with(bad, **NOTE), True)
    yield _change("good-turns-bad", secret("s", {}), bad, False)


_MORE = {
    "require-pull-secret": _require,
    "restrict-pull-secret-use": _restrict,
    "no-default-namespace": _no_default,
    "allowed-registries": _allowed,
    "protect-pull-grants": _protect,
    "pull-secret-shape": _shape,
}


def of_mutants() -> list[Asked]:
    """The mutants of `require-pull-secret`, as they are asked about; their fleet's is another host than the rows'."""
    found = []
    for one in (*mutants(), *changes()):
        operation: Operation = "UPDATE" if one.operation == "UPDATE" else "DELETE" if one.operation == "DELETE" else "CREATE"
        found.append(Asked(one.name, Request(one.object, operation), one.allowed, one.before))
    found.append(Asked("bad-where-exempt", Request(pod("bad-where-exempt", HARBOR, None, ASIDE)), True))
    return [*found, dry_run(found)]
