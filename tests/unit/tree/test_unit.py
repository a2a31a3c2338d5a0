"""One unit of work: its files, each read back and judged, what is needed for them, and what is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.manifests.checking import NotReadBack
from mooring.plan.ciphertexts import Ciphertext
from mooring.problems.problem import ObjectRef
from mooring.pulls.tally import Tally
from mooring.templating.artifact import Artifact
from mooring.tree.unit import ClusterParts, Produced, _render, produce, text_of
from tests.support.fleet_files import environments

HEAD = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision}]
namespaces: [{name: vision}]
"""
SERVICES = """\
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "harbor.example.com/vision/a:1"}]}}}
- {name: k, namespace: vision, manifests: k.yaml}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n"
PARTS = ClusterParts("policies/kyverno", [], [])


def produced(folder: Path, text: str, name: str = "vision", parts: ClusterParts = PARTS, **files: str) -> Produced:
    found = environments(folder, text, **files)["default"]
    return produce(found, name, parts, None)


def codes(found: Produced) -> list[str]:
    return [problem.code for problem in found.findings.problems]


def test_the_files_and_the_counts_of_a_namespace(tmp_path: Path) -> None:
    found = produced(tmp_path, HEAD + SERVICES, k=POD)
    here = "overlays/default/vision"
    assert sorted(found.files) == [
        f"{here}/access/kustomization.yaml", f"{here}/access/namespace.yaml", f"{here}/access/pull-grants.yaml",
        f"{here}/kustomization.yaml", f"{here}/services/a.inferenceservice.yaml", f"{here}/services/k/k.yaml",
        f"{here}/services/kustomization.yaml",
    ]  # fmt: skip
    assert found.files[f"{here}/services/k/k.yaml"].endswith(POD)
    # Six rendered objects and the one that is kept; two services' objects; two pulls.
    counts = found.findings.counts
    assert (counts.documents, counts.services) == (7, 2)
    assert counts.pulls == Tally(proved=1, other=1, hosts=frozenset({"docker.io"}))
    assert found.findings.used == {("robot", "vision", "vision")}
    assert [pull.image for pull in found.findings.followed] == ["harbor.example.com/vision/a:1", "nginx"]
    assert codes(found) == []


@pytest.mark.parametrize(("services", "kept", "found"), [
    ("- {name: a, namespace: vision, spec: {predictor: {model: {imag: x}}}}\n", POD, ["schema", "not-at-hand"]),
    ("- {name: k, namespace: vision, manifests: k.yaml}\n", POD.replace("image: nginx", "imag: nginx"),
     ["invalid-service", "schema"]),
    ("- {name: k, namespace: vision, manifests: k.yaml}\n",
     POD.replace("containers", "imagePullSecrets: [{name: regcred}], containers"), ["not-at-hand"]),
])  # fmt: skip
def test_what_is_wrong_is_said_of_rendered_and_of_kept_objects(
    services: str, kept: str, found: list[str], tmp_path: Path
) -> None:
    assert sorted(codes(produced(tmp_path, HEAD + "services:\n" + services, k=kept))) == sorted(found)


def test_an_object_that_mooring_renders_itself_stands_there_once(tmp_path: Path) -> None:
    grants = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mooring-pull-grants}\n"
    found = produced(tmp_path, HEAD + "services:\n- {name: k, namespace: vision, manifests: k.yaml}\n", k=grants)
    [problem] = found.findings.problems
    assert (problem.code, problem.message.rpartition(": ")[2]) == ("duplicate-name", "mooring renders it itself")


RUNTIME = "services:\n- {name: r, kind: ClusterServingRuntime, spec: {containers: []}}\n"
LOST = "- {name: x, namespace: lost, spec: {predictor: {minReplicas: -1}}}\n"


def test_what_stands_in_no_namespace_is_judged_with_the_services_that_are_lost(tmp_path: Path) -> None:
    found = produced(tmp_path, HEAD + RUNTIME + LOST, "_cluster")
    assert sorted(found.files) == [
        "overlays/default/_cluster/kustomization.yaml", "overlays/default/_cluster/r.clusterservingruntime.yaml",
    ]  # fmt: skip
    assert set(codes(found)) == {"invalid-service"}
    assert found.findings.counts.services == 1
    own = ObjectRef("serving.kserve.io/v1alpha1", "ClusterServingRuntime", "", "r")
    taken = produced(tmp_path, HEAD + RUNTIME, "_cluster", ClusterParts(None, [], [own]))
    assert "duplicate-name" in codes(taken)


def test_image_overrides_that_applied_are_told(tmp_path: Path) -> None:
    prod = "environments: [{name: default, images: [{name: harbor.example.com/vision/a, newTag: '2'}]}]\n"
    found = produced(tmp_path, HEAD + SERVICES + prod, k=POD)
    assert ("image", "default", "harbor.example.com/vision/a") in found.findings.used


def test_a_ciphertext_is_copied_where_it_is_read_as_the_object_that_was_planned(tmp_path: Path) -> None:
    sealed = "kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata: {name: harbor-vision}\n"
    data = {"kind": "SealedSecret", "apiVersion": "bitnami.com/v1alpha1", "metadata": {"name": "harbor-vision"}}
    resolved = environments(tmp_path, HEAD)["default"]
    found = _render(resolved, [], {}, {"o/sealed.yaml": Ciphertext("sealed/vision.yaml", sealed, data)})
    assert (found.documents, found.own) == (1, [ObjectRef("bitnami.com/v1alpha1", "SealedSecret", "", "harbor-vision")])
    for text in (sealed.replace("harbor-vision", "other"), sealed + "---\n" + sealed):
        with pytest.raises(NotReadBack, match=r"^o/sealed\.yaml$"):
            _render(resolved, [], {}, {"o/sealed.yaml": Ciphertext("sealed/vision.yaml", text, data)})


def test_what_was_rendered_must_be_what_was_planned() -> None:
    context: dict[str, Any] = {"resources": ["a", "b"]}
    text, objects = text_of(Artifact("o/kustomization.yaml", "namespace/kustomization", context), "fleet.yaml")
    assert text.startswith("# Rendered by mooring from fleet.yaml") and [one["resources"] for one in objects] == [["a", "b"]]
    with pytest.raises(NotReadBack):
        text_of(Artifact("o/x.yaml", "namespace/kustomization", context, about=type("Planned", (), {"data": {}})()), "f")
