"""Kustomize's own note on a built object leads to the file and the object in it that say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring import files
from mooring.kustomization import Origins, gather
from mooring.yaml.document import Document, read_manifests

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
FILES = {
    "envs/dev/kustomization.yaml": "resources: [../../base, pod.yaml]\n",
    "envs/dev/pod.yaml": POD % "a",
    "base/kustomization.yaml": "resources: [pods.yaml, list.yaml]\nsecretGenerator:\n- {name: one}\n- {name: one-two}\n",
    "base/pods.yaml": "---\n".join(POD % name for name in ("a", "ab", "b")),
    "base/list.yaml": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: l}\n",
}


def sources(root: Path) -> list[Document]:
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    closure = gather(root / "envs/dev", files.Boundary(root))
    assert closure.problems == []
    return [*closure.kustomizations, *closure.resources]


def built(kind: str, name: str, note: str) -> dict[str, Any]:
    annotations = {"config.kubernetes.io/origin": note, "own": "kept"}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "n", "annotations": annotations}}


GENERATED = "configuredIn: ../../base/kustomization.yaml\nconfiguredBy: {apiVersion: builtin, kind: SecretGenerator}\n"


@pytest.mark.parametrize(
    ("kind", "name", "note", "file", "line"),
    [
        ("Pod", "a", "path: pod.yaml\n", "envs/dev/pod.yaml", 1),
        ("Pod", "a", "path: ../../base/pods.yaml\n", "base/pods.yaml", 1),
        ("Pod", "dev-ab-1", "path: ../../base/pods.yaml\n", "base/pods.yaml", 5),
        ("Pod", "b", "path: ../../base/pods.yaml\n", "base/pods.yaml", 9),
        ("Secret", "x-l", "path: ../../base/list.yaml\n", "base/list.yaml", 4),
        ("Secret", "dev-one-two-k695gkmbtk", GENERATED, "base/kustomization.yaml", 4),
        ("Secret", "one-k695gkmbtk", GENERATED, "base/kustomization.yaml", 3),
        # What names no file of the root is looked for by its name; what no name leads to, is the root's as a whole.
        ("Pod", "ab", "path: ../../../etc/passwd\n", "base/pods.yaml", 5),
        ("Pod", "b", "{", "base/pods.yaml", 9),
        ("Pod", "b", "- path\n", "base/pods.yaml", 9),
        ("Pod", "none", "path: 1\n", "envs/dev/kustomization.yaml", None),
        ("Pod", "none", "path: pods.yaml\nrepo: https://host.example/x\n", "envs/dev/kustomization.yaml", None),
        ("Secret", "l", GENERATED, "envs/dev/kustomization.yaml", None),
    ],
)  # fmt: skip
def test_the_place_of_a_built_object(
    kind: str, name: str, note: str, file: str, line: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documents, _ = read_manifests("a: b\n", "envs/dev/kustomization.yaml")
    origins = Origins(tmp_path / "envs/dev", sources(tmp_path))
    data, source, route = origins.of(built(kind, name, note), documents[0], ())
    assert data["metadata"]["annotations"] == {"own": "kept"}, "the note is Kustomize's, and no cluster gets it"
    place = source.locate(route)
    assert (source.path, place.line if place else None) == (file, line)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("", "buildMetadata:\n- originAnnotations\n"),
        ("buildMetadata: [managedByLabel]\n", "buildMetadata:\n- managedByLabel\n- originAnnotations\n"),
        ("BUILDmetadata: [originAnnotations]\n", "BUILDmetadata:\n- originAnnotations\n"),
        ("buildMetadata: null\n", "buildMetadata:\n- originAnnotations\n"),
        ("buildMetadata: x\n", "buildMetadata: x\n"),
    ],
)
def test_the_root_is_built_with_the_notes(written: str, asked: str, tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "kustomization.yaml").write_text(f"resources: [base]\n{written}")
    (tmp_path / "base/kustomization.yaml").write_text("namePrefix: a-\n")
    given = gather(tmp_path, files.Boundary(tmp_path)).files
    assert given["kustomization.yaml"].decode() == f"resources:\n- base\n{asked}"
    assert given["base/kustomization.yaml"] == b"namePrefix: a-\n", "a base has what its root asks for"
