"""Every Kustomize root of every fleet's tree builds with the real kustomize into exactly the objects that mooring judged.

What no root of ours may need is proved with it: without a generator, a name prefix or a suffix no reference of a KServe
kind is rewritten by Kustomize, so that no root carries name-reference configuration.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.real.fleets import FLEETS, rendered
from tests.real.kustomize import BuildFailed, Kustomize, in_order, spaced

# all that a kustomization of ours says: nothing of it renames
PLAIN = {"apiVersion", "kind", "namespace", "resources", "patches"}


def test_kustomize_itself_makes_a_space_of_a_nel(kustomize: Kustomize, root: Path) -> None:
    """However it is written: what is compared below takes that into account, and nothing else."""
    text = (root / "a.yaml").read_text(encoding="utf-8")
    (root / "a.yaml").write_text(text.replace("'yes'", '"a\\u0085b"'), encoding="utf-8")
    assert kustomize.build(root)[0]["data"]["word"] == "a b"


@pytest.mark.parametrize("name", FLEETS)
def test_each_root_builds_what_mooring_judged(kustomize: Kustomize, name: str, tmp_path: Path) -> None:
    fleet = rendered(name, tmp_path)
    ours = {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.glob("overlays/**/kustomization.yaml")}
    ours |= {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.glob("policies/*/kustomization.yaml")}
    assert ours == set(fleet.roots)
    for root, meant in fleet.roots.items():
        assert in_order(kustomize.build(tmp_path / root)) == in_order(map(spaced, meant)), root


@pytest.mark.parametrize("name", [name for name in FLEETS if name.startswith("gitops/")])
def test_what_syncs_a_tree_builds_but_for_its_beginning(kustomize: Kustomize, name: str, tmp_path: Path) -> None:
    """`root.yaml` and Flux's source are applied by hand, and no root takes them in."""
    synced = rendered(name, tmp_path).synced()
    environments = [path for path in tmp_path.glob("gitops/*/*") if path.is_dir()]
    assert environments
    for folder in environments:
        first = {folder / "root.yaml", folder / "source.yaml"}
        meant = [thing for path, thing in synced.items() if path.is_relative_to(folder) and path not in first]
        assert in_order(kustomize.build(folder)) == in_order(meant)


def test_the_example_has_every_sort_of_root(tmp_path: Path) -> None:
    """A fleet without policies or services would make the comparison above an empty one."""
    roots = rendered("example", tmp_path).roots
    assert all(roots.values()) and len(roots) == 1 + 3 * 2 + 8 * 3
    kinds = {thing["kind"] for objects in roots.values() for thing in objects}
    assert kinds >= {
        "Namespace",
        "ExternalSecret",
        "InferenceService",
        "LLMInferenceService",
        "ServingRuntime",
        "Deployment",
    }


@pytest.mark.parametrize("name", FLEETS)
def test_no_root_renames_anything(name: str, tmp_path: Path) -> None:
    rendered(name, tmp_path)
    for path in [*tmp_path.glob("overlays/**/kustomization.yaml"), *tmp_path.glob("policies/*/kustomization.yaml")]:
        assert set(yaml.safe_load(path.read_text(encoding="utf-8"))) <= PLAIN, path


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("services/kustomization.yaml", "name: harbor-credential", "name: harbor-other"),
        ("services/kustomization.yaml", "- iris.inferenceservice.yaml\n", ""),
        ("services/iris.inferenceservice.yaml", "name: sklearn\n", "name: onnx\n"),
        ("services/iris.inferenceservice.yaml", "name: harbor-mirror", "name: harbor-credential"),
        ("access/pull-grants.yaml", "onecloud-sol", "onecloud"),
        ("kustomization.yaml", "- access\n", ""),
    ],
)
def test_a_tree_that_says_something_else_is_found_out(
    kustomize: Kustomize, tmp_path: Path, file: str, old: str, new: str
) -> None:
    fleet, root = rendered("example", tmp_path), "overlays/prod/vision"
    changed = tmp_path / root / file
    text = changed.read_text(encoding="utf-8")
    if old not in text:
        pytest.fail(f"{file} does not say {old!r}")
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert in_order(kustomize.build(tmp_path / root)) != in_order(fleet.roots[root])


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
