"""The kustomize that judges our overlays is the real one: it builds a root into objects and refuses a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.kustomize import BuildFailed, Kustomize


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "kustomization.yaml").write_text("namespace: vision\nresources: [a.yaml]\n", encoding="utf-8")
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {word: 'yes', number: '012'}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_root_is_built_into_objects(kustomize: Kustomize, root: Path) -> None:
    assert kustomize.build(root) == [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "a", "namespace": "vision"},
            "data": {"word": "yes", "number": "012"},
        }
    ]


def test_a_root_that_takes_in_a_missing_file_is_refused(kustomize: Kustomize, root: Path) -> None:
    (root / "a.yaml").unlink()
    with pytest.raises(BuildFailed, match=r"a\.yaml.* no such file or directory"):
        kustomize.build(root)
