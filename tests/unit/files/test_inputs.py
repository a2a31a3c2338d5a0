"""Inputs that somebody asks for by name: written like products, without a marker, and below `secrets/` alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.files.products import Foreign
from mooring.files.writing import Writer


def write(root: Path, path: str, *, inputs: bool) -> None:
    writer = Writer(root, inputs=inputs)
    writer.prepare({path: "new\n"}, [path])
    writer.commit()


def test_an_input_replaces_a_file_without_a_marker(tmp_path: Path) -> None:
    for _ in range(2):
        write(tmp_path, "secrets/a/b.yaml", inputs=True)
    assert (tmp_path / "secrets/a/b.yaml").read_text() == "new\n"
    (tmp_path / "overlays").mkdir()
    (tmp_path / "overlays/b.yaml").write_text("mine\n")
    with pytest.raises(Foreign):
        write(tmp_path, "overlays/b.yaml", inputs=False)
    assert (tmp_path / "overlays/b.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(("path", "inputs"), [
    ("overlays/b.yaml", True), ("policies/b.yaml", True), ("fleet.yaml", True), ("secrets/../fleet.yaml", True),
    ("secrets/b.yaml", False), ("fleet.yaml", False),
])  # fmt: skip
def test_neither_is_written_into_the_other_s_folders(path: str, inputs: bool, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a path outside of the outputs"):
        write(tmp_path, path, inputs=inputs)
    assert list(tmp_path.rglob("*")) == []
