"""A value that a patch or `images:` writes stands there, and any other in the object's own file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import files
from mooring.kustomization import Changes, gather
from mooring.yaml.document import Document

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  containers:\n  - name: a\n    image: h.example/p/a:1\n"
PATCH = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n  - name: a\n    image: h.example/p/b:2\n"
OPERATIONS = "- op: replace\n  path: /spec/containers/0/image\n  value: h.example/p/b:2\n"
ADDED = "- op: add\n  path: /spec/containers/-\n  value: {name: b, image: 'h.example/p/b:2'}\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\nspec: {containers: [{image: 'h.example/p/b:2'}]}\n"
IMAGES = "resources: [pod.yaml]\nimages:\n"
INLINE = """\
resources: [pod.yaml]
patches:
- target: {kind: Pod}
  patch: |-
    - op: replace
      path: /spec/containers/0/image
      value: h.example/p/b:2
"""
BUILT = "h.example/p/b:2"


def place(
    folder: Path, said: dict[str, Any] | str, more: dict[str, str], image: str = BUILT, at: int = 0
) -> tuple[str, int] | None:
    text = said if isinstance(said, str) else json.dumps({"resources": ["pod.yaml"], **said}) + "\n"
    for name, content in {"kustomization.yaml": text, "pod.yaml": POD, **more}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    closure = gather(folder, files.Boundary(folder))
    assert closure.problems == []
    (document,) = closure.resources
    containers = [{"name": "a", "image": image}] if at == 0 else [{"name": "a"}, {"name": "b", "image": image}]
    data = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": containers}}
    found = Changes(closure).place(data, document, (), ("spec", "containers", at, "image"))
    if found is None:
        return None
    source, route = found
    position = source.locate(route)
    assert position is not None
    return source.path, position.line


@pytest.mark.parametrize(
    ("said", "more", "expected"),
    [
        ({"patches": [{"path": "patch.yaml"}]}, {"patch.yaml": PATCH}, ("patch.yaml", 7)),
        ({"patchesStrategicMerge": ["patch.yaml"]}, {"patch.yaml": PATCH}, ("patch.yaml", 7)),
        ({"patches": [{"path": "p/o.yaml", "target": {"kind": "Pod"}}]}, {"p/o.yaml": OPERATIONS}, ("p/o.yaml", 3)),
        ({"patches": [{"path": "o.yaml", "target": {"kind": "Pod"}}]}, {"o.yaml": CONFIG}, None),
        (INLINE, {}, ("kustomization.yaml", 4)),
        (f"{IMAGES}- {{name: other}}\n- name: h.example/p/a\n  newName: h.example/p/b\n  newTag: '2'\n", {},
         ("kustomization.yaml", 4)),
        (f"{IMAGES}- {{name: h.example/p/ab, newTag: '2'}}\n- {{name: h.example/p/a, newTag: '3'}}\n", {}, None),
        ({"patches": [{"path": "patch.yaml"}]}, {"patch.yaml": PATCH.replace("b:2", "c:2")}, None),
        ({"namePrefix": "x-"}, {}, None),
    ],
)  # fmt: skip
def test_the_place_of_a_changed_image(
    said: dict[str, Any] | str,
    more: dict[str, str],
    expected: tuple[str, int] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place(tmp_path, said, more) == expected


def test_what_the_file_has_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    patch = PATCH.replace(BUILT, "h.example/p/a:1")
    assert place(tmp_path, {"patches": [{"path": "patch.yaml"}]}, {"patch.yaml": patch}, "h.example/p/a:1") is None


def test_what_a_patch_adds_stands_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert place(tmp_path, {"patches": [{"path": "o.yaml", "target": {"kind": "Pod"}}]}, {"o.yaml": ADDED}, at=1) == (
        "o.yaml",
        3,
    )


def test_what_mooring_renders_is_nobodys_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert place(tmp_path, f"# Rendered by mooring from fleet.yaml\n{INLINE}", {}) is None


def test_a_source_that_is_no_document_has_no_changes(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("namePrefix: a-\n")
    closure = gather(tmp_path, files.Boundary(tmp_path))
    assert Changes(closure).place({"a": 1}, object(), (), ("a",)) is None
    assert Changes(closure).place({"a": 1}, Document("x", "a: 2\n", {"a": 2}), (), ("a",)) is None
