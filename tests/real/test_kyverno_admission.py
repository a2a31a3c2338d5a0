"""The harness of real admission is not fooled: only admission denies; a policy is in force when `apply` returns and gone
when `remove` does.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real import apiserver as api
from tests.real.kyverno_admission import EXEMPT, Admission
from tests.real.verdicts import Object, Operation, Request, Unjudged, denial

NAMESPACE = "harness"
ADMISSION = "admissionregistration.k8s.io/v1"


def _namespace(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _configmap(name: str, namespace: str = NAMESPACE, **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def _pod(name: str) -> Object:
    spec = {"containers": [{"name": "main", "image": "busybox"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec}


TOLD = (
    "request.operation + ' ' + request.resource.resource + (has(request.subResource) ? '/' + request.subResource : '')"
    " + ' by ' + request.userInfo.username + ' of ' + request.userInfo.groups.join(',')"
)


def rules(*resources: str) -> Object:
    operations = ["CREATE", "UPDATE", "DELETE"]
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": operations, "resources": [*resources]}
    return {"resourceRules": [rule]}


def validating(name: str, told: str, action: str = "Deny", expression: str = "false") -> Object:
    """Denies everything in the harness's namespace, and tells something of the request."""
    spec = {
        "matchConstraints": rules("pods", "pods/ephemeralcontainers", "configmaps"),
        "matchConditions": [{"name": "here", "expression": f"request.namespace == '{NAMESPACE}'"}],
        "validationActions": [action],
        "validations": [{"expression": expression, "messageExpression": told}],
    }
    return {"apiVersion": "policies.kyverno.io/v1", "kind": "ValidatingPolicy", "metadata": {"name": name}, "spec": spec}


def native(policy: Object) -> list[Object]:
    """The same as a ValidatingAdmissionPolicy and its binding."""
    spec = dict(policy["spec"])
    actions = spec.pop("validationActions")
    kind, metadata = "ValidatingAdmissionPolicy", policy["metadata"]
    bound = {"policyName": metadata["name"], "validationActions": actions}
    return [
        {"apiVersion": ADMISSION, "kind": kind, "metadata": metadata, "spec": spec},
        {"apiVersion": ADMISSION, "kind": f"{kind}Binding", "metadata": metadata, "spec": bound},
    ]


class Engine:
    """Both engines by one name: what they say of the same policies."""

    def __init__(self, admission: Admission, *, own: bool) -> None:
        self.judge, self._own = admission.judge, own
        self._policies = admission.native if own else admission.policies

    def apply(self, *policies: Object) -> None:
        self._policies.apply([one for policy in policies for one in native(policy)] if self._own else policies)


@pytest.fixture(params=["Kyverno", "API server"])
def engine(request: pytest.FixtureRequest, kyverno_admission: Admission) -> Iterator[Engine]:
    kyverno_admission.remove()
    kyverno_admission.judge.store(_namespace(NAMESPACE))
    kyverno_admission.judge.store(_pod("there"), _configmap("there"), user=EXEMPT)
    engine = Engine(kyverno_admission, own=request.param == "API server")
    yield engine
    engine.apply()


@pytest.mark.parametrize(
    ("operation", "subresource", "thing", "told"),
    [
        ("CREATE", "", _configmap("new"), "CREATE configmaps"),
        ("UPDATE", "", _configmap("there", a="b"), "UPDATE configmaps"),
        ("DELETE", "", _configmap("there"), "DELETE configmaps"),
        ("UPDATE", "ephemeralcontainers", _pod("there"), "UPDATE pods/ephemeralcontainers"),
    ],
)
def test_a_request_comes_before_the_policies_as_it_is_meant(
    engine: Engine, operation: Operation, subresource: str, thing: Object, told: str
) -> None:
    engine.apply(validating("telling", TOLD))
    verdict = engine.judge.verdict(Request(thing, operation, subresource, "alice", ("team-a", "team-b")))
    assert (verdict.allowed, verdict.policies, verdict.broken) == (False, ("telling",), False)
    assert verdict.message.endswith(f"{told} by alice of team-a,team-b,system:authenticated")
    administrator = engine.judge.verdict(Request(thing, operation, subresource))
    assert administrator.message.endswith(f"{told} by admin of system:masters,system:authenticated")
    engine.apply()
    verdict = engine.judge.verdict(Request(thing, operation, subresource, "alice"))
    assert (verdict.allowed, verdict.policies, verdict.message) == (True, (), "")
    assert (engine.judge.stored(_configmap("there"))).get("data", {}) == {}, "nothing is stored"


def test_a_policy_is_in_force_at_once_and_gone_at_once(engine: Engine) -> None:
    """However often it is replaced, renamed and removed: never what an earlier one says."""
    asked = Request(_configmap("new"))
    for number in range(4):
        engine.apply(validating("first", f"'number {number}'"))
        assert engine.judge.verdict(asked).message.endswith(f"number {number}")
        engine.apply(validating("second", f"'renamed {number}'"))
        verdict = engine.judge.verdict(asked)
        assert (verdict.policies, verdict.message.endswith(f"renamed {number}")) == (("second",), True)
        if number % 2:
            engine.apply()
            assert engine.judge.verdict(asked).allowed


def test_a_warning_is_told_and_allowed(engine: Engine) -> None:
    engine.apply(validating("telling", r"""'a "quoted" word'""", "Warn"))
    verdict = engine.judge.verdict(Request(_configmap("new")))
    assert verdict.allowed
    assert len(verdict.warnings) == 1
    assert "telling" in verdict.warnings[0] and 'a "quoted" word' in verdict.warnings[0]


def test_an_expression_that_fails_is_a_denial_of_another_kind(engine: Engine) -> None:
    engine.apply(validating("broken", "'m'", expression="object.data.missing == 'x'"))
    verdict = engine.judge.verdict(Request(_configmap("new")))
    assert (verdict.allowed, verdict.policies, verdict.broken) == (False, ("broken",), True)


def test_whom_kyverno_exempts_is_not_judged(kyverno_admission: Admission) -> None:
    kyverno_admission.judge.store(_namespace(NAMESPACE))
    kyverno_admission.apply([validating("telling", TOLD)])
    asked = Request(_configmap("new"), user=EXEMPT)
    assert kyverno_admission.judge.verdict(asked).allowed
    assert not kyverno_admission.judge.verdict(Request(_configmap("new"), user="alice")).allowed


def test_a_mutation_is_told(kyverno_admission: Admission) -> None:
    kyverno_admission.judge.store(_namespace(NAMESPACE))
    patch = "[JSONPatch{op: 'add', path: '/data', value: {'added': 'x'}}]"
    spec = {
        "matchConstraints": rules("configmaps"),
        "matchConditions": [{"name": "here", "expression": f"request.namespace == '{NAMESPACE}'"}],
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}}],
    }
    frame = {"apiVersion": "policies.kyverno.io/v1", "kind": "MutatingPolicy", "metadata": {"name": "adding"}}
    for policies, data in (([{**frame, "spec": spec}], {"added": "x"}), ([], {"own": "y"})):
        kyverno_admission.apply(policies)
        verdict = kyverno_admission.judge.verdict(Request(_configmap("new", own="y")))
        assert verdict.object is not None and verdict.object["data"] == data


MISSPELT = {**_pod("new"), "spec": {"contaners": []}}


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (Request(MISSPELT), 400, 'unknown field "spec.contaners"'),
        (Request({**_pod("new"), "spec": {}}), 422, "spec.containers: Required value"),
        (Request({**_pod("new"), "kind": "Pot"}), 404, "the server knows no Pot of v1"),
        (Request(_pod("missing"), "UPDATE"), 404, 'pods "missing" not found'),
        (Request(_pod("missing"), "DELETE"), 404, 'pods "missing" not found'),
        (Request(_configmap("new", "absent")), 404, 'namespaces "absent" not found'),
    ],
)
def test_what_the_server_refuses_without_a_policy_is_no_denial(
    kyverno_admission: Admission, asked: Request, code: int, words: str
) -> None:
    kyverno_admission.judge.store(_namespace(NAMESPACE))
    with pytest.raises(Unjudged, match=words) as refusal:
        kyverno_admission.judge.verdict(asked)
    assert refusal.value.code == code


def test_a_webhook_that_does_not_answer_is_no_denial(kyverno_admission: Admission) -> None:
    judge, asked = kyverno_admission.judge, Request(_configmap("dead", "default"))
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    hook = {
        "name": "dead.example.com", "clientConfig": {"url": "https://127.0.0.1:9/dead"}, "rules": [rule],
        "matchConditions": [{"name": "dead", "expression": "request.name == 'dead'"}], "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }  # fmt: skip
    frame = {"apiVersion": ADMISSION, "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "dead.example.com"}}
    assert judge.verdict(asked).allowed
    judge.store({**frame, "webhooks": [hook]})

    def unjudged() -> bool:
        try:
            return not judge.verdict(asked).allowed
        except Unjudged as failure:
            return "failed calling webhook" in str(failure)

    api.until(unjudged, "the webhook to be called")
    judge.delete(frame)
    with pytest.raises(Unjudged, match="failed calling webhook"):
        denial(500, 'Internal error occurred: failed calling webhook "dead.example.com": failed to call webhook')


def test_a_right_that_is_missing_is_no_denial() -> None:
    words = 'pods is forbidden: User "alice" cannot create resource "pods" in API group "" in the namespace "default"'
    with pytest.raises(Unjudged, match="alice"):
        denial(403, words)


def test_all_policies_that_one_webhook_names_are_told() -> None:
    words = 'admission webhook "vpol.validate.kyverno.svc-fail" denied the request: Policy a failed: m; Policy b error: n'
    verdict = denial(400, words)
    assert (verdict.policies, verdict.broken) == (("a", "b"), True)
    assert denial(400, 'admission webhook "x.example.com" denied the request: no').policies == ("x.example.com",)
