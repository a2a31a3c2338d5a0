"""Another engine, or policies that go and come back: bad Pods are refused all the time, and a grant that changes counts."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO, MUTATING
from mooring.policies.plan import PARAMETERS, mutating_parameters, parameters
from tests.real import apiserver as api
from tests.real import in_force
from tests.real.fleets import render
from tests.real.judges import POLICY, policy_input
from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import grants, made, namespace, objects
from tests.real.verdicts import Judge, Object, Request, judging, open_to_all

TEAM, HOST, SECRET = "team", "harbor.example.com", "harbor-vision"


def pod(project: str, *secrets: str) -> Request:
    container = {"name": "main", "image": f"{HOST}/{project}/app:1"}
    spec = {"containers": [container], "imagePullSecrets": [{"name": name} for name in secrets]}
    return Request({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked", "namespace": TEAM}, "spec": spec})


def allowed(judge: Judge, request: Request) -> bool:
    return judge.verdict(request).allowed


def refused(judge: Judge, request: Request) -> bool:
    return not judge.verdict(request).allowed


def later(judge: Judge, name: str = "later") -> None:
    """Waits until a policy without parameters that is stored now is in force, and with it all that was stored before."""
    version, kind = "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"
    spec: Object = {"matchConstraints": in_force.match(name), "validations": [{"expression": "false"}]}
    bound = {"policyName": name, "validationActions": ["Deny"]}
    judge.store(
        {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec},
        {"apiVersion": version, "kind": f"{kind}Binding", "metadata": {"name": name}, "spec": bound},
    )
    api.until(partial(refused, judge, Request(in_force.configmap(name))), "the later policy to be in force")


@pytest.mark.parametrize("kept", [True, False])
def test_policies_that_were_deleted_and_added_again_read_grants_only_where_one_stayed(
    programs: api.Programs, tmp_path: Path, kept: bool
) -> None:
    """On a server of its own: the harness's has a policy that stays."""
    policies = objects(policy_input(KUBERNETES, explicit=True), POLICY)
    with api.running(programs, tmp_path) as server, judging(server) as judge:
        open_to_all(judge)
        judge.store(namespace(TEAM, granted=True), grants(TEAM, {SECRET: f"{HOST}/vision"}))
        judge.store(*policies, *(made(parameters(KUBERNETES)) if kept else ()))
        api.until(partial(refused, judge, pod("vision")), "the policy to be in force")
        assert allowed(judge, pod("vision", SECRET))
        for thing in reversed(policies):
            judge.delete(thing)
        api.until(partial(allowed, judge, pod("vision")), "the policy to be gone")
        judge.store(*policies)
        api.until(partial(refused, judge, pod("vision")), "the policy to be in force again")
        judge.store(grants(TEAM, {SECRET: f"{HOST}/moved"}))
        later(judge)
        said = allowed(judge, pod("vision", SECRET)), allowed(judge, pod("moved", SECRET))
    assert said == ((False, True) if kept else (True, False))


@pytest.mark.parametrize("kept", [True, False])
def test_what_mutates_may_go_only_where_one_of_its_kind_stays(programs: api.Programs, tmp_path: Path, kept: bool) -> None:
    """The server has one watch of ConfigMaps: here what mutates begins it, as it may after any start of the server."""
    given = policy_input(KUBERNETES, explicit=True)
    mutating = objects(dataclasses.replace(given, actions={MUTATING: "Deny"}), MUTATING)
    with api.running(programs, tmp_path) as server, judging(server) as judge:
        open_to_all(judge)
        judge.store(namespace(TEAM, granted=True), grants(TEAM, {SECRET: f"{HOST}/vision", "_open": SECRET}))
        judge.store(*mutating)
        named = [{"name": SECRET}]
        api.until(lambda: listed(judge, pod("vision")) == named, "the mutating policy to be in force")
        judge.store(*objects(given, POLICY), *made(parameters(KUBERNETES)), *(made(mutating_parameters("")) if kept else ()))
        api.until(partial(refused, judge, pod("other")), "the policy to be in force")
        later(judge)
        for thing in reversed(mutating):
            judge.delete(thing)
        api.until(partial(refused, judge, pod("vision")), "the mutating policy to be gone")
        judge.store(grants(TEAM, {SECRET: f"{HOST}/moved", "_open": SECRET}))
        later(judge, "later-still")
        said = allowed(judge, pod("vision", SECRET)), allowed(judge, pod("moved", SECRET))
    assert said == ((False, True) if kept else (True, False))


def listed(judge: Judge, request: Request) -> list[Object]:
    """The Secrets of the Pod as it would be stored."""
    made_of = judge.verdict(request).object
    assert made_of is not None
    found: list[Object] = made_of["spec"].get("imagePullSecrets", [])
    return found


FLEET = f"""\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: switched}}
registries: [{{name: harbor, host: {HOST}}}]
secrets: {{backend: external-secrets, store: {{kind: ClusterSecretStore, name: vault}}}}
robots: [{{name: vision, project: vision, namespaces: [{TEAM}], expires: never}}]
namespaces: [{{name: {TEAM}}}]
policies: {{engine: ENGINE, action: Deny}}
"""
APPLYSET = ("--prune", "--applyset=configmap/mooring-cluster", "--namespace=default")
KINDS = "validatingpolicies.policies.kyverno.io,validatingadmissionpolicies,validatingadmissionpolicybindings"


def applied(admission: Admission, root: Path, *flags: str) -> None:
    """`kubectl apply -k`, by which ApplySets are known with this variable alone."""
    server = admission.server
    command = [
        server.program,
        "--kubeconfig",
        server.kubeconfig,
        "apply",
        "--server-side",
        "--force-conflicts",
        "-k",
        root,
        *flags,
    ]
    done = subprocess.run(
        command, env={**os.environ, "KUBECTL_APPLYSET": "true"}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def standing(admission: Admission) -> set[str]:
    """The kinds of mooring's policies in the cluster, but for the one that stays."""
    listed = json.loads(admission.server.kubectl("get", KINDS, "-o", "json").stdout)["items"]
    names = [(thing["kind"], thing["metadata"]["name"]) for thing in listed]
    assert ("ValidatingAdmissionPolicyBinding", PARAMETERS) in names and ("ValidatingAdmissionPolicy", PARAMETERS) in names
    return {kind for kind, name in names if name.startswith("mooring-") and name != PARAMETERS}


@pytest.fixture
def admission(kyverno_admission: Admission, tmp_path: Path) -> Admission:
    kyverno_admission.remove()
    kyverno_admission.native.remove()
    return kyverno_admission


OF = {KYVERNO: {"ValidatingPolicy"}, KUBERNETES: {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}}


def test_one_engine_or_both_refuse_while_the_engine_is_switched(admission: Admission, tmp_path: Path) -> None:
    """The order of docs/policies.md: the new engine's policies beside the old ones; once they are in force, without them."""
    judge, root = admission.judge, tmp_path / "overlays/default"
    wait: dict[str, Callable[[], None]] = {KYVERNO: admission.remove, KUBERNETES: admission.native.remove}

    def rendered(engine: str) -> None:
        (tmp_path / "fleet.yaml").write_text(FLEET.replace("ENGINE", engine))
        render(tmp_path)

    def judged(step: str) -> None:
        assert refused(judge, pod("other", "harbor-vision")), step
        assert allowed(judge, pod("vision", "harbor-vision")), step

    rendered(KYVERNO)
    access = (root / TEAM / "access/namespace.yaml").read_bytes()
    judge.store(namespace(TEAM))
    applied(admission, root / TEAM / "access")
    applied(admission, root / "_cluster", *APPLYSET)
    wait[KYVERNO]()
    judged("at first")
    try:
        for old, new in ((KYVERNO, KUBERNETES), (KUBERNETES, KYVERNO)):
            rendered(new)
            assert (root / TEAM / "access/namespace.yaml").read_bytes() == access, "no other root changes"
            assert standing(admission) == OF[old]
            applied(admission, root / "_cluster")
            judged(f"{new} is stored beside {old}")
            wait[new]()
            assert standing(admission) == OF[old] | OF[new]
            judged(f"{new} is in force beside {old}")
            applied(admission, root / "_cluster", *APPLYSET)
            judged(f"{old} was just pruned")
            wait[old]()
            assert standing(admission) == OF[new]
            judged(f"{new} alone")
    finally:
        admission.server.kubectl("delete", "-k", root / "_cluster")
        wait[KYVERNO]()
        wait[KUBERNETES]()
