"""What one run keeps for the next: taken only where it is whole, ours and of this program; gone without harm."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from mooring.files import cache
from mooring.files.cache import Cache, cache_of, digest

VALUE: dict[str, Any] = {"name": "a\u2028b", "count": 3, "share": 1.5, "nothing": None, "list": [True, 1, "1", -0.0]}


def test_a_value_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "a" / "b", lambda: "this program")
    kept.save("one", VALUE)
    found = kept.load("one")
    assert repr(found) == repr(VALUE)
    assert kept.load("two") is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    Cache(tmp_path / "a", lambda: "this program").save("one", VALUE)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "one").stat().st_mode) == 0o600


def test_what_another_program_kept_is_not_taken(tmp_path: Path) -> None:
    Cache(tmp_path, lambda: "that program").save("one", VALUE)
    assert Cache(tmp_path, lambda: "this program").load("one") is None


def test_what_was_kept_under_another_name_is_not_taken(tmp_path: Path) -> None:
    Cache(tmp_path, lambda: "this program").save("one", VALUE)
    (tmp_path / "one").rename(tmp_path / "two")
    assert Cache(tmp_path, lambda: "this program").load("two") is None


@pytest.mark.parametrize("spoil", [
    lambda text: b"",
    lambda text: text[:-1],
    lambda text: text + b" ",
    lambda text: text.replace(b"3", b"4", 1),
    lambda text: text.partition(b"\n")[2],
    lambda text: b"\xff" * len(text),
    lambda text: text.partition(b"\n")[0],
])  # fmt: skip
def test_what_was_changed_or_cut_short_is_not_taken(tmp_path: Path, spoil: Any) -> None:
    kept = Cache(tmp_path, lambda: "this program")
    kept.save("one", VALUE)
    path = tmp_path / "one"
    path.write_bytes(spoil(path.read_bytes()))
    assert kept.load("one") is None


def test_a_sealed_text_that_is_no_json_is_not_taken(tmp_path: Path) -> None:
    kept = Cache(tmp_path, lambda: "this program")
    for text in (b"{", b"[" * 100_000, b"\xff"):
        (tmp_path / "one").write_bytes(kept._seal("one", text) + b"\n" + text)
        assert kept.load("one") is None


def test_a_link_or_a_folder_is_not_taken(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "a", lambda: "this program")
    kept.save("one", VALUE)
    (tmp_path / "a" / "one").rename(tmp_path / "elsewhere")
    (tmp_path / "a" / "one").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "a" / "two").mkdir()
    os.mkfifo(tmp_path / "a" / "three")
    assert [kept.load(name) for name in ("one", "two", "three")] == [None, None, None]


def test_what_another_user_wrote_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Cache(tmp_path, lambda: "this program")
    kept.save("one", VALUE)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert kept.load("one") is None


def test_what_cannot_be_written_is_not_kept_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("no folder")
    kept = Cache(tmp_path / "a", lambda: "this program")
    kept.save("one", VALUE)
    kept.drop(())
    assert kept.load("one") is None
    assert (tmp_path / "a").read_text() == "no folder"


def test_a_value_takes_the_place_of_another_and_leaves_nothing(tmp_path: Path) -> None:
    kept = Cache(tmp_path, lambda: "this program")
    kept.save("one", 1)
    kept.save("one", 2)
    assert kept.load("one") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_what_is_not_to_be_kept_goes_and_so_does_a_fleet_that_nobody_renders(tmp_path: Path) -> None:
    month = 31 * 24 * 3600
    for name in ("this", "other", "old"):
        Cache(tmp_path / name, lambda: "this program").save("one", VALUE)
    os.utime(tmp_path / "old", (time.time() - month,) * 2)
    os.utime(tmp_path / "this", (time.time() - month,) * 2)
    kept = Cache(tmp_path / "this", lambda: "this program")
    kept.save("two", VALUE)
    kept.drop({"two"})
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "other", "other/one", "this", "this/two"
    ]  # fmt: skip


@pytest.mark.parametrize(("variables", "base"), [
    ({"MOORING_CACHE": "/kept"}, "/kept"),
    ({"XDG_CACHE_HOME": "/caches", "HOME": "/home/me"}, "/caches/mooring"),
    ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, "/home/me/.cache/mooring"),
    ({"XDG_CACHE_HOME": "caches", "HOME": "/home/me"}, "/home/me/.cache/mooring"),
    ({"HOME": ""}, None),
    ({}, None),
    ({"MOORING_CACHE": "off", "HOME": "/home/me"}, None),
    ({"MOORING_CACHE": "kept", "HOME": "/home/me"}, None),
])  # fmt: skip
def test_where_it_is_kept(variables: dict[str, str], base: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOORING_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = cache_of(Path("/repository/fleet.yaml"))
    if base is None:
        assert found is None
    else:
        assert found is not None
        assert found._folder == Path(base) / "fleets" / digest(b"/repository/fleet.yaml")


def test_whoever_looks_at_no_entry_does_not_look_at_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOORING_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "_program", lambda: pytest.fail("looked at every file of the program"))
    assert cache_of(tmp_path / "fleet.yaml") is not None


def test_a_name_tells_how_content_is_cut(tmp_path: Path) -> None:
    assert len({digest(), digest(b""), digest(b"", b""), digest(b"ab"), digest(b"a", b"b"), digest(b"1:a")}) == 6


def test_the_program_is_another_one_with_any_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    (package / "files").mkdir(parents=True)
    (package / "__pycache__").mkdir()
    for folder in ("templates", "schemas"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(cache, "__file__", str(package / "files" / "cache.py"))
    monkeypatch.setattr(cache, "data_dir", lambda name: tmp_path / name)
    seen = set()
    compiled = package / "__pycache__" / "a.pyc"
    for path in (None, package / "a.py", tmp_path / "templates" / "t.j2", tmp_path / "schemas" / "s.json"):
        if path is not None:
            path.write_text("x")
        cache._program.cache_clear()
        seen.add(cache._program())
    (package / "a.py").write_text("xy")
    cache._program.cache_clear()
    seen.add(cache._program())
    compiled.write_text("y")
    cache._program.cache_clear()
    assert len(seen) == 5
    assert cache._program() in seen
    cache._program.cache_clear()
