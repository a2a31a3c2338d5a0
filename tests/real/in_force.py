"""Which admission policies a server has, and the moment from which they are in force.

A policy is in force some time after it was stored, and nothing tells when: Kyverno's webhooks and its compiled policies come
from two queues, an admission policy, its bindings and their ConfigMaps from three watches. All of them keep the
order, however, so policies of our own are stored behind the others: once those deny a probe, what was stored before is in
force. They get a new name each time, as what waits in a queue already keeps its place there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.real import apiserver as api
from tests.real.verdicts import HARNESS, Judge, Object, Request, Verdict

Barrier = Callable[[str, str], list[Object]]  # name and probe's name → policies that deny this ConfigMap, `seen by <name>`
NAMESPACE = "default"


@dataclass
class Policies:
    """The policies of one engine on one server. Only one of these for each: two would wait for each other's."""

    judge: Judge
    engine: str
    barrier: Barrier
    _stored: list[Object] = field(default_factory=list)
    _behind: list[Object] = field(default_factory=list)
    _round: int = 0

    def apply(self, objects: Sequence[Object]) -> None:
        """Makes these the engine's policies, with the bindings that they have, and waits until exactly they are in force."""
        self._round += 1
        probe = f"harness-{self.engine}"
        name = f"{probe}-{self._round}"
        kept = {self.judge.place(thing) for thing in objects}
        for thing in reversed(self._stored):
            if self.judge.place(thing) not in kept:
                self.judge.delete(thing)
        earlier, self._behind = self._behind, self.barrier(name, probe)
        self._stored = [sparing(thing) for thing in objects]
        self.judge.store(*self._stored, *self._behind)
        # Not before: a server that for a moment has no policy with parameters does not read new ones afterwards.
        for thing in reversed(earlier):
            self.judge.delete(thing)
        request = Request(configmap(probe))

        said: list[Verdict] = []

        def seen() -> bool:
            said[:] = [self.judge.verdict(request)]
            return said[0].policies == (name,) and said[0].message.endswith(f"seen by {name}")

        try:
            api.until(seen, f"the policies of {self.engine} to be in force")
        except TimeoutError as late:
            raise TimeoutError(f"{late}: {name} was to deny {probe}, the last verdict is {said}") from None

    def remove(self) -> None:
        self.apply(())


def sparing(thing: Object) -> Object:
    """An admission policy that leaves the harness alone, as Kyverno is told to do in its settings; all else as it is."""
    if not thing["kind"].endswith("AdmissionPolicy"):
        return thing
    condition = {"name": "not-the-harness", "expression": f"request.userInfo.username != '{HARNESS}'"}
    spec = {**thing["spec"], "matchConditions": [*thing["spec"].get("matchConditions", ()), condition]}
    return {**thing, "spec": spec}


def configmap(name: str, **data: str) -> Object:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **({"data": data} if data else {})}


def match(probe: str) -> Object:
    """`matchConstraints` that take the probe alone."""
    rule: dict[str, Any] = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}},
        "resourceRules": [{**rule, "resourceNames": [probe]}],
    }


def native(judge: Judge) -> Policies:
    """The admission policies of the API server itself.

    One of its own stays: with the last policy that has ConfigMaps as parameters the server stops watching them, for good
    (https://github.com/kubernetes/apiserver/blob/v0.36.1/pkg/admission/plugin/policy/generic/policy_source.go).
    """
    judge.store(*_native("harness-native-kept", "nobody"))
    return Policies(judge, "native", _native)


def _native(name: str, probe: str) -> list[Object]:
    """Both kinds, whose watches are two: the first signs the probe, the second denies it and tells who has signed."""
    patch = f"[JSONPatch{{op: 'add', path: '/data', value: {{'by': '{name}'}}}}]"
    signing = {"patchType": "JSONPatch", "jsonPatch": {"expression": patch}}
    told = "'seen by ' + (object.?data.?by.orValue('') == params.data.by ? params.data.by : 'none')"
    judging = {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "validations": [{"expression": "false", "messageExpression": told}],
    }
    bound = {"paramRef": {"name": name, "parameterNotFoundAction": "Deny"}, "validationActions": ["Deny"]}
    return [
        configmap(name, by=name),
        *_bound("MutatingAdmissionPolicy", name, probe, {"reinvocationPolicy": "Never", "mutations": [signing]}, {}),
        *_bound("ValidatingAdmissionPolicy", name, probe, judging, bound),
    ]


def _bound(kind: str, name: str, probe: str, spec: Object, binding: Object) -> list[Object]:
    frame = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": name}}
    return [
        {**frame, "kind": kind, "spec": {"matchConstraints": match(probe), **spec}},
        {**frame, "kind": f"{kind}Binding", "spec": {"policyName": name, **binding}},
    ]
