"""What is laid out in a scratch folder stays in it, whatever the paths and links of a stranger's tree are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import files


def test_links_are_laid_out_as_they_are(tmp_path: Path) -> None:
    files.lay_out(tmp_path / "tree", {"a/file": b"x"})
    files.lay_out_links(tmp_path / "tree", {"b/link": b"../a/file", "away": b"/etc/passwd"})
    assert (tmp_path / "tree" / "b" / "link").read_bytes() == b"x"
    assert (tmp_path / "tree" / "away").readlink() == Path("/etc/passwd")


@pytest.mark.parametrize("links", [{"../x": b"y"}, {"a/../../x": b"y"}, {"/tmp/x": b"y"}])
def test_a_link_outside_is_refused(tmp_path: Path, links: dict[str, bytes]) -> None:
    files.lay_out(tmp_path / "tree", {})
    with pytest.raises(ValueError, match="a path outside of the scratch folder"):
        files.lay_out_links(tmp_path / "tree", links)


def test_a_link_behind_a_link_is_refused(tmp_path: Path) -> None:
    """A tree that git would not write may have `out` as a link and as a folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    files.lay_out(tmp_path / "tree", {})
    with pytest.raises(ValueError, match="a path behind a link"):
        files.lay_out_links(tmp_path / "tree", {"out": str(outside).encode(), "out/sub/x": b"/etc/passwd"})
    assert list(outside.iterdir()) == []


def test_a_file_and_a_link_of_one_name_are_refused(tmp_path: Path) -> None:
    files.lay_out(tmp_path / "tree", {"out/x": b"file"})
    with pytest.raises(FileExistsError):
        files.lay_out_links(tmp_path / "tree", {"out": b"/etc"})
