"""Flux image automation on the example fleet: kyaml reads and writes the marked files as the controller has it do.

The controller itself is not run: `tests/tools/imageupdate` uses its libraries with its settings.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mooring.cli import main
from tests.support.example import SMALL, copy

Tools = Callable[[str], Path]
IMAGES = {
    "flux-system:transformer": "harbor.ext.hp.com/onecloud-sol/infra-demo-itg:image-transformer-1.2",
    "flux-system:index": "harbor.lab.example.com:8443/batch/index:2.5",
}
# A file of the example, what is marked in it, and what the automation makes of the value.
MARKED = [
    ("fleet.yaml", "infra-demo-itg:image-transformer-1.0", "transformer", "infra-demo-itg:image-transformer-1.2"),
    ("fleet.yaml", "newTag: image-transformer-1.1-rc1", "transformer:tag", "newTag: image-transformer-1.2"),
    ("teams/language.yaml", "batch/index:2.4", "index", "batch/index:2.5"),
]
FLOW = "- {name: harbor.ext.hp.com/onecloud-sol/infra-demo-itg, newTag: image-transformer-1.1-rc1}"
BLOCK = "- name: harbor.ext.hp.com/onecloud-sol/infra-demo-itg\n    newTag: image-transformer-1.1-rc1"


def automate(tool: Tools, path: Path, images: dict[str, str]) -> None:
    subprocess.run([tool("imageupdate"), path, *(f"{name}={image}" for name, image in images.items())], check=True)


def marked(folder: Path) -> dict[str, str]:
    """The example's files with markers, and what each is to be afterwards."""
    copy(folder, rendered=False)
    fleet = folder / "fleet.yaml"
    assert FLOW in fleet.read_text()
    fleet.write_text(fleet.read_text().replace(FLOW, BLOCK))
    expected = {}
    for file in dict.fromkeys(name for name, *_ in MARKED):
        before = after = (folder / file).read_text()
        for _, old, policy, new in (row for row in MARKED if row[0] == file):
            assert before.count(f"{old}\n") == 1
            marker = f' # {{"$imagepolicy": "flux-system:{policy}"}}\n'
            before, after = before.replace(f"{old}\n", old + marker), after.replace(f"{old}\n", new + marker)
        (folder / file).write_text(before)
        expected[file] = after
    return expected


def plain(text: str) -> list[str]:
    """The lines without what kyaml does not keep: blank lines, and the spaces that align a comment."""
    return [re.sub(r" +#", " #", line) for line in text.splitlines() if line]


def test_only_the_marked_values_change(tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = marked(tmp_path)
    automate(tool, tmp_path / "fleet.yaml", IMAGES)
    automate(tool, tmp_path / "teams", IMAGES)
    for file, text in expected.items():
        found = (tmp_path / file).read_text()
        assert found != text, "kyaml keeps blank lines: tell it in docs/image-updates.md"
        assert plain(found) == plain(text)
        assert yaml.safe_load(found) == yaml.safe_load(text)
    monkeypatch.chdir(tmp_path)
    assert main(["render", "-q"]) == 0
    rendered = tmp_path / "overlays/staging/vision/services/torch-grpc-transformer.inferenceservice.yaml"
    assert "infra-demo-itg:image-transformer-1.2\n" in rendered.read_text()


def test_a_path_keeps_the_other_files_as_they_are(tool: Tools, tmp_path: Path) -> None:
    marked(tmp_path)
    before = (tmp_path / "teams/language.yaml").read_bytes()
    automate(tool, tmp_path / "fleet.yaml", IMAGES)
    assert (tmp_path / "teams/language.yaml").read_bytes() == before


def test_nothing_new_writes_nothing(tool: Tools, tmp_path: Path) -> None:
    marked(tmp_path)
    automate(tool, tmp_path, IMAGES)
    before = (tmp_path / "fleet.yaml").read_bytes()
    automate(tool, tmp_path, IMAGES)
    assert (tmp_path / "fleet.yaml").read_bytes() == before


MARKER = '# {"$imagepolicy": "flux-system:app:tag"}'
NAME = "harbor.example.com/vision/detector"


@pytest.mark.parametrize(
    ("entry", "written"),
    [
        (f'- name: {NAME}\n    newTag: "1.0"  {MARKER}', '"1.10"'),
        (f"- name: {NAME}\n    newTag: v1.0  {MARKER}", '"1.10"'),
        (f"- name: {NAME}\n    newTag: v1.0\n  {MARKER}", None),
        (f"- name: {NAME}\n    {MARKER}\n    newTag: v1.0", None),
        (f"- name: {NAME}\n    newTag: v1.0  {MARKER} please", None),
        (f"- {{name: {NAME}, newTag: v1.0}}  {MARKER}", None),
    ],
    ids=["quoted", "a tag that needs quotes", "below", "above", "words behind", "a flow mapping"],
)
def test_where_a_marker_stands(tool: Tools, entry: str, written: str | None, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text(f"{SMALL}environments:\n- name: dev\n  images:\n  {entry}\n")
    before = fleet.read_text()
    automate(tool, fleet, {"flux-system:app": f"{NAME}:1.10"})
    after = fleet.read_text()
    if written is None:
        assert after == before
    else:
        assert f"    newTag: {written} {MARKER}\n" in after
