"""A real request leaves the cluster as it was: what the harness has had judged is taken back, whatever it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import namespace
from tests.real.verdicts import OF_THE_SERVER, Judge, Object, Request, Unjudged

NAMESPACE = "taken-back"
WAITING = ["example.com/wait"]


def pod(name: str, image: str = "nginx:1.0", **metadata: Any) -> Object:
    spec = {"containers": [{"name": "main", "image": image}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE, **metadata}, "spec": spec}


def runtime(name: str, image: str, **metadata: Any) -> Object:
    spec = {"containers": [{"name": "main", "image": image}]}
    frame = {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime"}
    return {**frame, "metadata": {"name": name, "namespace": NAMESPACE, **metadata}, "spec": spec}


@pytest.fixture
def judge(kyverno_admission: Admission) -> Judge:
    kyverno_admission.remove()
    kyverno_admission.judge.store(namespace(NAMESPACE))
    return kyverno_admission.judge


def there(judge: Judge, thing: Mapping[str, Any]) -> Object | None:
    """What is stored, but for what the server and its field managers write of it."""
    try:
        found = judge.stored(thing)
    except Unjudged as refusal:
        assert refusal.code == 404
        return None
    leaving = {"leaving": "deletionTimestamp" in found["metadata"]}
    metadata = {key: value for key, value in found["metadata"].items() if key not in (*OF_THE_SERVER, "managedFields")}
    return {**found, "metadata": metadata | leaving}


@pytest.mark.parametrize("finalizers", [[], WAITING], ids=["", "finalizers"])
@pytest.mark.parametrize("make", [pod, runtime])
def test_what_is_created_is_gone(judge: Judge, make: Any, finalizers: list[str]) -> None:
    made = make("new", "nginx:1.0", finalizers=finalizers)
    assert judge.verdict(Request(made)).allowed and there(judge, made) is None


def test_what_is_to_be_kept_is_there(judge: Judge) -> None:
    assert judge.verdict(Request(pod("kept")), keep=True).allowed and there(judge, pod("kept")) is not None
    assert judge.verdict(Request(pod("kept"), "DELETE"), keep=True).allowed and there(judge, pod("kept")) is None


def test_what_is_created_without_a_name_is_gone(judge: Judge) -> None:
    made = pod("", generateName="some-")
    del made["metadata"]["name"]
    said = judge.verdict(Request(made))
    assert said.object is not None and said.object["metadata"]["name"].startswith("some-")
    assert there(judge, said.object) is None


@pytest.mark.parametrize("finalizers", [[], WAITING], ids=["", "finalizers"])
@pytest.mark.parametrize("make", [pod, runtime])
def test_what_is_changed_or_deleted_is_as_it_was(judge: Judge, make: Any, finalizers: list[str]) -> None:
    """And the next one who stores it finds no trace of another owner of its fields."""
    made = make("stands", "nginx:1.0", labels={"app": "a"}, finalizers=finalizers)
    judge.store(made)
    before = there(judge, made)
    other = make("stands", "nginx:2.0", labels={"app": "b"}, finalizers=["example.com/other"])
    for request in (Request(other, "UPDATE"), Request(made, "DELETE"), Request(make("stands", "nginx:1.0"), "UPDATE")):
        said = judge.verdict(request)
        assert said.allowed and there(judge, made) == before, request.operation
    bare = make("stands", "nginx:1.0")
    judge.store(bare)
    found = there(judge, bare)
    assert found is not None and {"labels", "finalizers"} & {*found["metadata"]} == set()
    judge.delete(bare)


def test_what_is_leaving_is_leaving_again(judge: Judge) -> None:
    """Released from its finalizers it is gone, and has to be made and deleted once more."""
    made = pod("leaves", finalizers=WAITING)
    judge.store(made)
    judge.delete(made)
    before = there(judge, made)
    assert before is not None and before["metadata"]["leaving"]
    for after in (pod("leaves", "nginx:2.0", finalizers=WAITING), pod("leaves")):
        assert judge.verdict(Request(after, "UPDATE")).allowed
        assert there(judge, made) == before
    assert judge.verdict(Request(pod("leaves"), "UPDATE"), keep=True).allowed and there(judge, made) is None


def test_a_job_that_is_deleted_stands_again(judge: Judge) -> None:
    """The server gives it a finalizer for its Pods, which no controller here takes away."""
    labels = {"app": "job"}
    template = {"metadata": {"labels": labels}, "spec": {**pod("")["spec"], "restartPolicy": "Never"}}
    frame = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job", "namespace": NAMESPACE}}
    # It says itself what the server would choose for it, by its uid.
    made = {**frame, "spec": {"manualSelector": True, "selector": {"matchLabels": labels}, "template": template}}
    judge.store(made)
    before = there(judge, made)
    assert before is not None and not before["metadata"]["leaving"]
    for _ in range(2):
        assert judge.verdict(Request(made, "DELETE")).allowed
        found = there(judge, made)
        assert found is not None and not found["metadata"]["leaving"] and "finalizers" not in found["metadata"]


def test_ephemeral_containers_are_gone(judge: Judge) -> None:
    """Which no update can take away."""
    judge.store(pod("debugged"))
    before = there(judge, pod("debugged"))
    after = judge.stored(pod("debugged"))
    after["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    for _ in range(2):  # it has another uid the second time
        assert judge.verdict(Request(after, "UPDATE", "ephemeralcontainers")).allowed
        assert there(judge, pod("debugged")) == before
    judge.delete(pod("debugged"))


@pytest.mark.parametrize("operation", ["CREATE", "UPDATE", "DELETE"])
def test_a_dry_run_stores_nothing(judge: Judge, operation: Any) -> None:
    stands = pod("dry")
    if operation != "CREATE":
        judge.store(stands)
    before = there(judge, stands) and judge.stored(stands)
    assert judge.verdict(Request(pod("dry", "nginx:2.0"), operation, dry_run=True)).allowed
    assert (there(judge, stands) and judge.stored(stands)) == before
    if operation != "CREATE":
        judge.delete(stands)
