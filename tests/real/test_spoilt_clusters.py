"""The policies in clusters that are not as they should be: without KServe, and with a ConfigMap of grants taken away."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.policies.samples import BARE, KSERVE, NAMESPACE, container, pod, thing
from tests.real import apiserver as api
from tests.real import kyverno_admission as controller
from tests.real.conftest import Tools
from tests.real.judges import POLICY, policy_input
from tests.real.kyverno_admission import EXEMPT, Admission
from tests.real.mutants import GOOD, HARBOR, LOST, SAMPLE
from tests.real.policy_objects import grants, namespace, objects
from tests.real.verdicts import Object, Request, Unjudged


@pytest.fixture(scope="module")
def bare(
    tool: Tools,
    programs: api.Programs,
    definitions: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Admission]:
    """A cluster with Kyverno and nothing else."""
    program, folder = tool("kyverno-admission"), tmp_path_factory.mktemp("bare")
    with api.running(programs, folder) as server:
        server.install(
            [crd for crd in definitions if "kyverno" in crd["spec"]["group"] or "reports" in crd["metadata"]["name"]]
        )
        with controller.admission(program, server, folder) as admission:
            admission.judge.store(namespace(NAMESPACE, granted=True), namespace(BARE), grants(NAMESPACE, SAMPLE.grants))
            yield admission


@pytest.mark.parametrize("engine", [KYVERNO, KUBERNETES])
def test_the_policies_hold_without_kserve(bare: Admission, engine: str) -> None:
    given = policy_input(engine, explicit=True)
    policies = bare.policies if engine == KYVERNO else bare.native
    policies.apply(objects(given, POLICY))
    for made, allowed in (
        (pod("good", HARBOR, [GOOD]), True), (pod("bad", HARBOR), False), (pod("other", "nginx"), True),
        (pod("bare", HARBOR, [GOOD], BARE), False), (pod("bare-other", "nginx", None, BARE), True),
    ):  # fmt: skip
        verdict = bare.judge.verdict(Request(made))
        assert (verdict.allowed, verdict.broken) == (allowed, False), made["metadata"]["name"]
    policies.remove()


def lost() -> list[tuple[str, Object]]:
    service = {"predictor": {"containers": container(HARBOR)}}
    return [
        ("harbor", pod("harbor", HARBOR, [GOOD], LOST)),
        ("docker-hub", pod("docker-hub", "nginx:1.0", None, LOST)),
        ("service", thing(f"{KSERVE}/v1beta1", "InferenceService", "service", service, LOST)),
    ]


def changed(made: Object) -> Object:
    """The same with another image, as an update."""
    other = thing(made["apiVersion"], made["kind"], made["metadata"]["name"], {**made["spec"]}, LOST)
    if made["kind"] == "InferenceService":
        other["spec"] = {"predictor": {"containers": container(f"{HARBOR}2")}}
    else:
        other["spec"] = {
            **made["spec"],
            "containers": container(made["spec"]["containers"][0]["image"].replace("1.0", "2.0")),
        }
    return other


@pytest.mark.parametrize("action", ["Deny", "Audit"])
def test_where_the_grants_were_taken_away_an_admission_policy_refuses_what_is_new_once_it_denies(
    kyverno_admission: Admission, action: str
) -> None:
    """Whether Harbor's or not: it cannot tell a missing parameter from others. What stands can be changed and deleted."""
    kyverno_admission.remove()
    judge = kyverno_admission.judge
    judge.store(namespace(LOST, granted=True), *(made for _, made in lost()))
    given = policy_input(KUBERNETES, explicit=True)
    kyverno_admission.native.apply(objects(dataclasses.replace(given, actions={POLICY: action}), POLICY))
    try:
        for name, made in lost():
            new = {**made, "metadata": {**made["metadata"], "name": f"{name}-new"}}
            verdict = judge.verdict(Request(new))
            assert verdict.allowed == (action != "Deny")
            assert verdict.allowed or "no params found" in verdict.message
            # Kept, and so last: where the grants are missing nobody could create it again.
            assert judge.verdict(Request(changed(made), "UPDATE"), keep=True).allowed
            assert judge.verdict(Request(made, "DELETE"), keep=True).allowed
    finally:
        kyverno_admission.native.remove()


def test_where_the_grants_were_taken_away_kyverno_refuses_harbor_s_images_only(kyverno_admission: Admission) -> None:
    judge = kyverno_admission.judge
    judge.store(namespace(LOST, granted=True), *(made for _, made in lost()), user=EXEMPT)
    kyverno_admission.apply(objects(policy_input(KYVERNO, explicit=True), POLICY))
    try:
        for name, made in lost():
            new = {**made, "metadata": {**made["metadata"], "name": f"{name}-new"}}
            assert judge.verdict(Request(new)).allowed == (name == "docker-hub")
            assert judge.verdict(Request(made, "DELETE")).allowed
    finally:
        kyverno_admission.remove()


# --- Kyverno down: the last test of its cluster


WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kyverno-resource-validating-webhook-cfg"


def test_while_kyverno_is_down_what_it_would_judge_is_refused_under_audit_too(bare: Admission) -> None:
    """By the API server, which leaves everything to be that the conditions let through: it looks at them itself."""
    given = dataclasses.replace(policy_input(KYVERNO, explicit=True), actions={POLICY: "Audit"})
    judge, stands = bare.judge, pod("stands", HARBOR)
    judge.store(stands, user=EXEMPT)
    rendered = objects(given, POLICY)
    try:
        for more, seconds in (({"webhookConfiguration": {"timeoutSeconds": 7}}, 7), ({}, 10)):
            bare.apply([{**one, "spec": {**one["spec"], **more}} for one in rendered])
            [hook] = [one for one in judge.get(WEBHOOKS)["webhooks"] if one["name"].endswith(f"mooring-{POLICY}")]
            assert (hook["failurePolicy"], hook["timeoutSeconds"]) == ("Fail", seconds)
        assert [one["name"] for one in hook["matchConditions"]] == [
            "not-a-dry-run", "not-being-deleted", "changes-what-is-judged",
        ]  # fmt: skip
        assert judge.verdict(Request(pod("bad", HARBOR))).allowed
    finally:
        bare.controller.kill()
        bare.controller.wait()
    for made in (pod("bad", HARBOR), pod("good", HARBOR, [GOOD]), pod("other", "nginx")):
        with pytest.raises(Unjudged, match="failed calling webhook"):
            judge.verdict(Request(made))
    assert judge.verdict(Request(pod("bad", HARBOR), dry_run=True)).allowed
    noted = {**stands, "metadata": {**stands["metadata"], "labels": {"team": "a"}}}
    assert judge.verdict(Request(noted, "UPDATE"), keep=True).allowed
    assert judge.verdict(Request(stands, "DELETE"), keep=True).allowed
