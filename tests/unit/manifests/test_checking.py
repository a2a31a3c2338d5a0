"""A rendered text must read back as what was planned; anything else is a bug, and nothing is written then."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.manifests.checking import NotReadBack, check, is_namespaced_by_kustomize, read_back, ref
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import ObjectRef
from mooring.schema.catalog import Catalog
from mooring.yaml.document import read_manifests

TEXT = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"
OBJECT = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}


def test_a_text_reads_back_as_its_objects() -> None:
    assert read_back(TEXT, "a.yaml") == [OBJECT]
    assert read_back(TEXT, "a.yaml", OBJECT) == [OBJECT]
    assert read_back(f"{TEXT}---\n{TEXT}", "a.yaml") == [OBJECT, OBJECT]
    # A number of more than 64 bits is left to the exact reader.
    assert read_back("a: 18446744073709551616\n", "a.yaml") == [{"a": 18446744073709551616.0}]
    assert read_back("{a: [1, {b: &x c}], d: *x}\n", "a.yaml") == [{"a": [1, {"b": "c"}], "d": "c"}]


@pytest.mark.parametrize("text", [
    TEXT.replace("name: a", "name: b"), TEXT.replace("name: a", "name: 5"),
    TEXT + "  labels: {}\n", f"{TEXT}---\n{TEXT}", "",
    "a: [\n", TEXT + "kind: Namespace\n",
])  # fmt: skip
def test_what_is_not_the_plan_is_a_bug(text: str) -> None:
    with pytest.raises(NotReadBack, match=r"^a\.yaml$"):
        read_back(text, "a.yaml", OBJECT)


@pytest.mark.parametrize("text", ["a: [\n", "a: 1\na: 2\n"])
def test_what_cannot_be_read_is_a_bug(text: str) -> None:
    with pytest.raises(NotReadBack, match=r"^a\.yaml$"):
        read_back(text, "a.yaml")


@pytest.mark.parametrize(("data", "found"), [
    (OBJECT, ObjectRef("v1", "Namespace", "", "a")),
    ({"metadata": {"namespace": "n", "name": "a"}}, ObjectRef("", "", "n", "a")),
    ({"apiVersion": "v1", "kind": "List", "metadata": []}, ObjectRef("v1", "List", "", "")),
])  # fmt: skip
def test_which_object_it_is(data: dict[str, Any], found: ObjectRef) -> None:
    assert ref(data) == found


@pytest.mark.parametrize(("text", "codes"), [
    ("type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{'}\n", ["malformed-dockerconfig"]),
    ("imagePullSecrets: []\n", ["secret-misplaced"]),
    ("stringDta: {}\n", ["schema"]),
])  # fmt: skip
def test_the_code_of_what_a_schema_or_a_pull_secret_refuses(text: str, codes: list[str]) -> None:
    document = read_manifests(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\n{text}", "a.yaml")[0][0]
    info = Catalog().kind("v1", "Secret")
    assert info is not None
    subject = KubernetesObject(document, (), document.data, info, "")
    problems = check(subject, document.data, Catalog())
    assert [problem.code for problem in problems] == codes
    if codes == ["secret-misplaced"]:
        assert problems[0].message == "`imagePullSecrets` has no effect in `the object`: it is not a pod spec"


def test_a_misplaced_list_is_said_with_what_holds_it() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i, imagePullSecrets: []}]}\n"
    )
    document = read_manifests(text, "a.yaml")[0][0]
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    [problem] = check(KubernetesObject(document, (), document.data, info, ""), document.data, Catalog())
    assert problem.message == "`imagePullSecrets` has no effect in `spec.containers[0]`: it is not a pod spec"


@pytest.mark.parametrize(("kind", "is_so"), [
    (("serving.kserve.io/v1alpha1", "ClusterServingRuntime"), True),
    (("serving.kserve.io/v1alpha1", "ServingRuntime"), False),
    (("rbac.authorization.k8s.io/v1", "ClusterRole"), False),
    (("v1", "Namespace"), False),
])  # fmt: skip
def test_which_kinds_kustomize_gives_a_namespace_that_they_do_not_have(kind: tuple[str, str], is_so: bool) -> None:
    info = Catalog().kind(*kind)
    assert info is not None
    assert is_namespaced_by_kustomize(info) is is_so
