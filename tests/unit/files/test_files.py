"""The door to the file system: what leaves a repository, blocks, loops or is too large is refused, in plain words."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mooring import cli, files
from mooring.files import Boundary, Unreadable, reading
from mooring.files.comparing import compare, contents
from mooring.files.products import Foreign, is_temporary, is_unfinished, temporary_name
from mooring.files.writing import Unwritable, Writer, delete
from tests.support.example import SMALL

CANARY = "canary-outside-7f31"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository `repo`, the working directory; beside it `outside`, with a file that must not be read."""
    (tmp_path / "outside/deep").mkdir(parents=True)
    (tmp_path / "outside/secret.yaml").write_text(f"a: {CANARY}\n")
    (tmp_path / "outside/deep/secret.yaml").write_text(f"a: {CANARY}\n")
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/teams").mkdir()
    (tmp_path / "repo/teams/a.yaml").write_text("kind: inside\n")
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path / "repo"


def refusal(boundary: Boundary, path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        boundary.read(path)
    return caught.value.why


@pytest.mark.parametrize(
    ("link", "target", "path", "why"),
    [
        ("x.yaml", "../outside/secret.yaml", "x.yaml", "is a link out of the repository"),
        ("x.yaml", "../outside/absent.yaml", "x.yaml", "is a link out of the repository"),
        ("x.yaml", "/proc/self/environ", "x.yaml", "is a link out of the repository"),
        ("x.yaml", "/dev/stdin", "x.yaml", "is a link out of the repository"),
        ("x", "../outside", "x/secret.yaml", "is a link out of the repository"),
        ("x", "../outside", "x/absent.yaml", "is a link out of the repository"),
        ("x", "../outside", "x/../secret.yaml", "is a link out of the repository"),
        ("x", "y", "x", "is a link to nothing"),
        ("x", "x", "x", "is a link that leads back to itself"),
        ("x", ".", "x/x/x/teams", "is a folder"),
    ],
)
def test_reading_follows_no_link_that_leaves(place: Path, link: str, target: str, path: str, why: str) -> None:
    (place / link).symlink_to(target)
    assert refusal(Boundary(place), place / path) == why


def test_reading_follows_a_link_that_stays(place: Path) -> None:
    (place / "b.yaml").symlink_to("teams/a.yaml")
    (place / "groups").symlink_to("teams")
    boundary = Boundary(place)
    assert boundary.read(place / "b.yaml") == boundary.read(place / "groups/a.yaml") == b"kind: inside\n"
    assert boundary.holds(place / "groups/absent") and not boundary.holds(place / "../outside")


@pytest.mark.parametrize("name", ["../outside/secret.yaml", "../outside/absent.yaml", "teams/../../outside/secret.yaml"])
def test_a_path_that_leaves_is_refused_alike_whether_or_not_anything_is_there(place: Path, name: str) -> None:
    assert refusal(Boundary(place), place / name) == "leaves the repository"


def test_a_folder_that_becomes_a_link_while_it_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boundary = Boundary(place)
    assert boundary.read(place / "teams/a.yaml")
    opening = os.open

    def swapping(path: str, *arguments: object, **more: object) -> int:
        if str(path).endswith("teams/secret.yaml"):
            (place / "teams").rename(place / "old")
            (place / "teams").symlink_to("../outside")
        return opening(path, *arguments, **more)  # type: ignore[arg-type]

    (place / "teams/secret.yaml").write_text("kind: inside\n")
    monkeypatch.setattr(os, "open", swapping)
    assert refusal(boundary, place / "teams/secret.yaml") == "is a link out of the repository"


def special(place: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(place / "x.yaml")
    elif kind == "socket":
        with contextlib.chdir(place), socket.socket(socket.AF_UNIX) as bound:
            bound.bind("x.yaml")
    else:
        make_device(place / "x.yaml")


def make_device(path: Path) -> None:
    """Makes a terminal: to read it would block."""
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(5, 0))


def may_make_devices() -> bool:
    """Whether this user may: only root, and not in every container."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            make_device(Path(folder, "x"))
        except PermissionError:
            return False
    return True


DEVICE = pytest.param("device", marks=pytest.mark.skipif(not may_make_devices(), reason="only root makes devices"))


@pytest.mark.parametrize("kind", ["pipe", "socket", DEVICE])
@pytest.mark.parametrize("command", [["check", "."], ["check", "x.yaml"], ["init", "new", "--from", "x.yaml"]])
def test_what_is_no_regular_file_is_refused_without_waiting(
    place: Path, kind: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    special(place, kind)
    assert cli.main(command) in (1, 2)
    said = "".join(capsys.readouterr())
    assert "x.yaml" in said and "is a pipe, a socket or a device, not a regular file" in said


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/dev/zero", "/dev/tty"])
def test_a_device_is_no_input(place: Path, path: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mooring", "check", path], input=b"", capture_output=True, check=False, timeout=60
    )
    assert done.returncode in (1, 2) and b"Traceback" not in done.stderr, done.stdout


def test_a_large_file_is_refused_with_the_option_that_raises_the_limit(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (place / "large.yaml").open("wb") as file:
        file.truncate(1_000_001)
    assert cli.main(["check", "large.yaml", "--max-file-size", "1"]) == 1
    said = capsys.readouterr().out
    assert "error[bad-path]: `large.yaml` is larger than 1 MB" in said
    assert "hint: `--max-file-size MB` raises the limit" in said
    (place / "large.yaml").write_text("# " + "x" * 1_000_001 + "\n")
    assert cli.main(["check", "large.yaml", "--max-file-size", "2"]) == 0


def test_standard_input_is_bounded(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            Endless.taken += len(buffer)
            assert Endless.taken < 3_000_000, "more is read than the limit allows"
            buffer[:] = b"#" * len(buffer)
            return len(buffer)

    stream = io.TextIOWrapper(io.BufferedReader(Endless()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert cli.main(["check", "-", "--max-file-size", "1"]) == 1
    assert "<stdin>: error[bad-path]: standard input is larger than 1 MB" in capsys.readouterr().out


@pytest.mark.parametrize("size", ["0", "-1", "1e3", "x", "10001", "²"])
def test_a_limit_is_a_number_of_megabytes(size: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", "--max-file-size", size])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("teams/*.yaml", ["teams/a.yaml", "teams/b.yaml"]),
        ("**/*.yaml", ["teams/a.yaml", "teams/b.yaml", "teams/deep/c.yaml"]),
        ("**/**/**/c.yaml", ["teams/deep/c.yaml"]),
        ("teams/[ab].yaml", ["teams/a.yaml", "teams/b.yaml"]),
        ("./teams/../teams/a.yaml", ["teams/a.yaml"]),
        ("groups/*.yaml", ["groups/a.yaml", "groups/b.yaml"]),
        ("*/*.yaml", ["teams/a.yaml", "teams/b.yaml"]),
        ("teams/.h*.yaml", ["teams/.hidden.yaml"]),
        ("absent/*.yaml", []),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, found: list[str]) -> None:
    root = tmp_path / "repo[1]*?"
    (root / "teams/deep").mkdir(parents=True)
    for name in ("teams/a.yaml", "teams/b.yaml", "teams/deep/c.yaml", "teams/.hidden.yaml"):
        (root / name).write_text("")
    (root / "groups").symlink_to("teams")
    (root / "teams/deep/loop").symlink_to("../..")
    boundary = Boundary(root)
    assert [path.relative_to(boundary.root).as_posix() for path in boundary.expand(pattern)] == found


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("../outside/*.yaml", "leaves the repository"),
        ("../absent/*.yaml", "leaves the repository"),
        ("../../../**/*.x", "leaves the repository"),
        ("teams/../../outside/*", "leaves the repository"),
        ("/etc/*", "leaves the repository"),
        ("away/*.yaml", "leaves the repository"),
        ("away/deep/*.yaml", "leaves the repository"),
        ("away/absent/*.yaml", "leaves the repository"),
        ("*/../x", "has `..` behind a wildcard"),
    ],
)
def test_a_pattern_that_leaves_is_refused_before_anything_is_listed(
    place: Path, pattern: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "away").symlink_to("../outside")
    scan = os.scandir

    def watched(path: str | Path) -> object:
        assert Path(os.path.realpath(path)).is_relative_to(place.resolve()), path
        return scan(path)

    monkeypatch.setattr(os, "scandir", watched)
    with pytest.raises(Unreadable) as caught:
        Boundary(place).expand(pattern)
    assert caught.value.why == why


def test_wildcards_enter_no_link(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two links to `.` would make 2^n folders of n levels."""
    for name in ("one", "two", "teams/three"):
        (place / name).symlink_to(".")
    (place / "away").symlink_to("../outside")
    scan, seen = os.scandir, []
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(path) or scan(path))  # type: ignore[func-returns-value]
    boundary = Boundary(place)
    for pattern in ("**/*.yaml", "*/*/*/*/*/*.yaml", "**/**/**/*.yaml"):
        assert [path.name for path in boundary.expand(pattern) if pattern.startswith("**")] in ([], ["a.yaml"])
    assert [path.name for path in boundary.expand("*/*.yaml")] == ["a.yaml"]
    assert len(seen) < 30


def test_a_walk_enters_no_link(place: Path) -> None:
    (place / "away").symlink_to("../outside")
    (place / "teams/loop").symlink_to("..")
    walked = list(Boundary(place).walk(place))
    found = {folder.path.relative_to(place).as_posix(): (folder.folders, folder.files) for folder in walked}
    assert found == {".": ([".git", "teams"], ["away"]), ".git": ([], []), "teams": ([], ["a.yaml"])}


def test_a_repository_whose_folder_has_pattern_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "repo[1]"
    (root / "teams").mkdir(parents=True)
    head, services = SMALL.split("services:\n")
    (root / "fleet.yaml").write_text(f"{head}include: [teams/*.yaml]\n")
    (root / "teams/a.yaml").write_text(f"apiVersion: mooring.dev/v1\nkind: FleetPart\nservices:\n{services}")
    monkeypatch.chdir(root)
    assert cli.main(["render"]) == 0
    assert (root / "overlays/default/vision/services/detector.inferenceservice.yaml").is_file()
    assert cli.main(["render", "--check"]) == 0


@pytest.mark.parametrize(
    ("link", "entry"),
    [
        ("teams/x.yaml", "include: [teams/*.yaml]"),
        ("x.yaml", "include: [x.yaml]"),
        ("services", "- {name: legacy, namespace: vision, manifests: services}"),
        ("services", "- {name: legacy, namespace: vision, manifests: services/secret.yaml}"),
        ("s.yaml", "- {name: legacy, namespace: vision, manifests: s.yaml}"),
        ("base/kustomization.yaml", "- {name: legacy, namespace: vision, manifests: base}"),
        ("base/deep", "- {name: legacy, namespace: vision, manifests: base}"),
    ],
)
@pytest.mark.parametrize("target", ["secret.yaml", "/proc/self/environ"])
def test_a_fleet_reads_nothing_outside(
    place: Path, link: str, entry: str, target: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", CANARY)
    outside = "../outside" if target == "secret.yaml" else "/proc/self"
    where = place / link
    where.parent.mkdir(exist_ok=True)
    depth = "../" * (link.count("/"))
    is_folder = "." not in where.name
    file = f"{outside}/{'secret.yaml' if target == 'secret.yaml' else 'environ'}"
    end = outside if is_folder else file
    where.symlink_to(end if end.startswith("/") else depth + end)
    (place / "fleet.yaml").write_text(SMALL + entry + "\n")
    for command in (["render"], ["render", "--check"], ["check"], ["render", "--stdout"]):
        assert cli.main([*command, "--format", "json"]) == 1
        said = "".join(capsys.readouterr())
        assert CANARY not in said
        # A link to a folder is not entered, so that nothing is found behind it.
        assert re.search("link out of the repository|leaves the repository|`base` holds no manifest", said), (command, said)
    cli.main(["check", ".", "--format", "json"])
    assert CANARY not in "".join(capsys.readouterr())
    assert not (place / "overlays").exists()


def test_check_shows_nothing_through_a_link(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", CANARY)
    (place / "x.yaml").symlink_to("../outside/secret.yaml")
    (place / "away").symlink_to("../outside")
    (place / "env.yaml").symlink_to("/proc/self/environ")
    (place / "env").symlink_to("/proc/self")
    for paths in (["."], ["x.yaml"], ["away"], ["away/secret.yaml"], ["env.yaml"], ["env/environ"], ["./../repo/x.yaml"]):
        for form in ("text", "json", "sarif", "junit", "github"):
            assert cli.main(["check", *paths, "--format", form]) in (1, 2)
            said = "".join(capsys.readouterr())
            assert CANARY not in said and "link out of the repository" in said, (paths, form, said)


@pytest.mark.parametrize("link", ["out.sarif", "folder"])
def test_a_report_does_not_follow_a_link(place: Path, link: str, capsys: pytest.CaptureFixture[str]) -> None:
    victim = place.parent / "outside/out.sarif"
    victim.write_text("precious\n")
    target = victim if link == "out.sarif" else victim.parent
    (place / link).symlink_to(target)
    output = "out.sarif" if link == "out.sarif" else "folder/out.sarif"
    assert cli.main(["check", "teams/a.yaml", "--format", "sarif", "--output", output]) == 2
    assert victim.read_text() == "precious\n"
    assert f"`{output}` cannot be written: " in capsys.readouterr().err


def test_a_report_replaces_a_file_as_a_whole(place: Path) -> None:
    (place / "out.json").write_text("old\n")
    (place / "out.json").chmod(0o600)
    before = (place / "out.json").stat().st_ino
    assert cli.main(["check", "teams/a.yaml", "--format", "json", "--output", "out.json"]) in (0, 1)
    assert json.loads((place / "out.json").read_text())["summary"]
    assert (place / "out.json").stat().st_ino != before and (place / "out.json").stat().st_mode & 0o777 == 0o600
    assert cli.main(["check", "teams/a.yaml", "--format", "json", "--output", "/dev/null"]) in (0, 1)


@pytest.mark.parametrize("link", [".vscode", ".mooring", "fleet.yaml"])
def test_init_follows_no_link(place: Path, link: str, capsys: pytest.CaptureFixture[str]) -> None:
    outside = place.parent / "outside"
    before = sorted(path.name for path in outside.rglob("*"))
    (place / link).symlink_to(outside if "." in link[:1] else outside / "new.yaml")
    code = cli.main(["init"])
    assert sorted(path.name for path in outside.rglob("*")) == before
    said = "".join(capsys.readouterr())
    assert (code, "kept     fleet.yaml" in said) == ((0, True) if link == "fleet.yaml" else (2, False))


def test_a_writer_refuses_what_is_not_its_own(place: Path) -> None:
    (place / "overlays").mkdir()
    (place / "overlays/mine.yaml").write_text("mine\n")
    for path in ("fleet.yaml", "../outside/x", "overlays/../x", ".git/config"):
        with pytest.raises(ValueError, match="outside of the outputs"):
            Writer(place).prepare({path: "x"}, [path])
    writer = Writer(place)
    with pytest.raises(Foreign):
        writer.prepare({"overlays/mine.yaml": "x"}, ["overlays/mine.yaml"])
    writer.abandon()
    with pytest.raises(Foreign):
        delete(place, ["overlays/mine.yaml"])
    assert (place / "overlays/mine.yaml").read_text() == "mine\n"


def test_a_file_that_came_meanwhile_is_not_replaced(place: Path) -> None:
    writer = Writer(place)
    writer.prepare({"overlays/a.yaml": "new"}, ["overlays/a.yaml"])
    (place / "overlays/a.yaml").write_text("mine\n")
    with pytest.raises(Foreign):
        writer.commit()
    writer.abandon()
    assert [path.name for path in (place / "overlays").iterdir()] == ["a.yaml"]
    assert (place / "overlays/a.yaml").read_text() == "mine\n"


def test_a_folder_that_becomes_a_link_meanwhile_is_not_entered(place: Path) -> None:
    writer = Writer(place)
    writer.prepare({"overlays/x/a.yaml": "new"}, ["overlays/x/a.yaml"])
    (place / "overlays/x").rename(place / "overlays/y")
    (place / "overlays/x").symlink_to(place.parent / "outside")
    with pytest.raises((Foreign, Unwritable)):
        writer.commit()
    writer.abandon()
    assert sorted(path.name for path in (place.parent / "outside").iterdir()) == ["deep", "secret.yaml"]


def test_temporary_names_cannot_be_predicted() -> None:
    names = {temporary_name() for _ in range(1000)}
    assert len(names) == 1000 and all(map(is_temporary, names))
    assert not is_temporary("kustomization.yaml.mooring-tmp") and not is_temporary(".mooring-1.tmp")
    assert is_unfinished(b"") and is_unfinished(b"# Rend") and not is_unfinished(b"secret")


def test_an_unreadable_file_says_why_and_nothing_else(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_arguments: object, **_more: object) -> int:
        raise PermissionError(13, "Permission denied", "/a/path/of/the/machine")

    monkeypatch.setattr(reading.os, "open", refusing)
    assert refusal(Boundary(place), place / "teams/a.yaml") == "cannot be read: Permission denied"


def test_a_scratch_folder_is_private_and_goes(place: Path) -> None:
    with pytest.raises(RuntimeError), files.scratch() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not folder.is_relative_to(place)
        raise RuntimeError
    assert not folder.exists()


@pytest.mark.parametrize("name", ["--output=/{outside}/victim.yaml", "-q", "--registry=x.yaml", "--fleet=x.yaml"])
def test_the_name_of_a_file_is_no_option(place: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """pre-commit, and `mooring check *`, give names of the repository's files as arguments."""
    victim = place.parent / "outside/victim.yaml"
    victim.write_text("precious\n")
    name = name.format(outside=str(victim.parent).lstrip("/"))
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text("# nothing\n")
    assert cli.main(["check", name]) == 2
    assert "an argument begins with `-`, and a file of that name is here" in capsys.readouterr().err
    assert victim.read_text() == "precious\n"
    for words in (["--", name], [f"./{name}"]):
        assert cli.main(["check", *words]) == 0
    assert victim.read_text() == "precious\n"


@pytest.mark.parametrize("git", ["repo/.git", ""])
def test_a_repository_is_not_found_behind_a_link(place: Path, git: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`sub` leads to another checkout, with a `.git` of its own: it is no part of this one."""
    outside = place.parent / "outside"
    (outside / ".git").mkdir()
    (outside / "deep/.git").mkdir()
    (outside / "fleet.yaml").write_text(SMALL)
    if not git:
        (place / ".git").rmdir()
    (place / "sub").symlink_to("../outside")
    before = sorted(path.name for path in outside.rglob("*"))
    for command in (
        ["check", "sub/secret.yaml"], ["check", "sub/deep"], ["check", "sub/deep/secret.yaml"],
        ["check", str(place / "sub/secret.yaml")], ["check", "teams", "--format", "json", "--output", "sub/o.json"],
        ["render", "--fleet", "sub/fleet.yaml"], ["render", "--check", "--fleet", "sub/fleet.yaml"], ["init", "sub"],
        ["init", "sub/new"],
    ):  # fmt: skip
        assert cli.main(command) in (1, 2), command
        said = "".join(capsys.readouterr())
        assert CANARY not in said and "link out of the repository" in said, (command, said)
    assert sorted(path.name for path in outside.rglob("*")) == before


def test_a_link_above_a_repository_is_nobodys_fault(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.parent / "home").symlink_to("repo")
    monkeypatch.chdir(place.parent / "outside")
    assert files.repository_of(place.parent / "home/teams/a.yaml").root == place


def test_a_folder_as_deep_as_a_path_may_be(place: Path) -> None:
    """No recursion over the folders of a path, and no look at all folders above for each of a walk."""
    folder = "overlays/" + "d/" * 1500
    assert compare(place, {f"{folder}x.yaml": "a"}).written == (f"{folder}x.yaml",)
    (place / "d/d/d/d").mkdir(parents=True)
    boundary, looks = Boundary(place), 0

    def counted(path: str) -> str:
        nonlocal looks
        looks += 1
        return real(path)

    real = os.path.realpath
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os.path, "realpath", counted)
        assert len([*boundary.walk(place / "d")]) == 4
    assert looks == 1


def test_a_working_directory_that_is_gone_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "gone").mkdir()
    monkeypatch.chdir(place / "gone")
    (place / "gone").rmdir()
    for command in (["check"], ["check", "."], ["render"], ["init"]):
        assert cli.main(command) == 2
        assert capsys.readouterr().err.startswith("mooring: the working directory is not there any more\n")


def test_the_repository_is_no_folder_for_temporary_files(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python falls back to the working directory where nothing else can be written to."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(place))
    with pytest.raises(OSError, match="no folder for temporary files"), files.scratch():
        pass
    assert sorted(path.name for path in place.iterdir()) == [".git", "teams"]


@pytest.mark.parametrize(
    ("closed", "command", "code"), [("1>&-", "check teams", 0), ("0<&-", "check -", 0), ("2>&-", "check", 2)]
)
def test_a_closed_stream_is_no_crash(place: Path, closed: str, command: str, code: int) -> None:
    line = f"{sys.executable} -m mooring {command} {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=place, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")


def test_contents_are_those_of_regular_files_behind_no_link(tmp_path: Path) -> None:
    (tmp_path / "overlays" / "a").mkdir(parents=True)
    (tmp_path / "overlays" / "a" / "one").write_bytes(b"1")
    (tmp_path / "overlays" / "a" / "two").write_bytes(b"")
    os.mkfifo(tmp_path / "overlays" / "a" / "pipe")
    (tmp_path / "overlays" / "a" / "link").symlink_to("one")
    (tmp_path / "overlays" / "b").symlink_to("a")
    assert contents(tmp_path, ["overlays/a/one", "overlays/a/two"]) == [b"1", b""]
    assert contents(tmp_path, []) == []
    for path in ("a/absent", "a/pipe", "a/link", "b/one", "a", "a/one/two", "a/o\0ne"):
        assert contents(tmp_path, ["overlays/a/one", f"overlays/{path}"]) is None, path
