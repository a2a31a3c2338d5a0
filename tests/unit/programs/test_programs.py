"""Another program is found outside of the repository only, gets nothing of the caller's, and never outlives its limits."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mooring.programs import Failed, Limits, Program, find, outside_of, run
from mooring.redaction import Credential


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "repository").mkdir()
    return tmp_path / "repository"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def program(path: Path, text: str) -> Program:
    return Program(path.name, script(path, text))


def gone(pid: int) -> bool:
    """Whether the process ends; a zombie has ended."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "entries",
    [
        ["{repository}"], ["{repository}/bin"], [""], ["."], ["bin"], ["./bin"], ["{link}"], ["{repository}/../repository"],
        ["{outside-link}"],
    ],
)  # fmt: skip
def test_a_program_of_the_repository_is_never_found(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: list[str]
) -> None:
    """However PATH names it: relative, empty, by a link into the repository, by a link of its own to a program there."""
    script(repository / "kustomize", "echo taken")
    script(repository / "bin" / "kustomize", "echo taken")
    (tmp_path / "link").symlink_to(repository)
    (tmp_path / "outside-link").mkdir()
    (tmp_path / "outside-link" / "kustomize").symlink_to(repository / "kustomize")
    monkeypatch.chdir(repository)
    names = {
        "{repository}": str(repository),
        "{link}": str(tmp_path / "link"),
        "{outside-link}": str(tmp_path / "outside-link"),
    }
    written = os.pathsep.join(entries)
    for name, path in names.items():
        written = written.replace(name, path)
    monkeypatch.setenv("PATH", written)
    assert find("kustomize", repository) is None
    good = script(tmp_path / "good" / "kustomize", "echo good")
    monkeypatch.setenv("PATH", f"{written}{os.pathsep}{tmp_path / 'good'}")
    assert find("kustomize", repository) == Program("kustomize", good)


def test_a_link_in_the_repository_to_a_program_outside_is_not_found(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "kustomize").symlink_to(script(tmp_path / "other" / "anything", "echo taken"))
    monkeypatch.setenv("PATH", str(repository))
    assert find("kustomize", repository) is None


@pytest.mark.parametrize("entry", ["", ".", "bin", "../elsewhere/bin"])
def test_a_program_is_never_looked_for_below_the_working_directory(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    """Not even where that is no repository: what a relative entry means depends on where a run was started."""
    script(tmp_path / "elsewhere" / "kustomize", "echo taken")
    script(tmp_path / "elsewhere" / "bin" / "kustomize", "echo taken")
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("PATH", entry)
    assert find("kustomize", repository) is None


@pytest.mark.parametrize("mode", [0o644, None], ids=["not executable", "a folder"])
def test_what_is_no_program_is_passed_over(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None
) -> None:
    if mode is None:
        (tmp_path / "bin" / "kustomize").mkdir(parents=True)
    else:
        script(tmp_path / "bin" / "kustomize", "echo").chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find("kustomize", repository) is None


def test_a_program_keeps_the_name_it_is_called_by(
    repository: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version manager's shims are links to one program that looks at its own name."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kustomize").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = find("kustomize", repository)
    assert found == Program("kustomize", Path("/bin/sh").resolve())
    assert run(found, ["-c", "echo $0"], home, repository, Limits()).output == b"kustomize\n"


def test_nothing_of_the_callers_reaches_a_program(
    repository: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "GITHUB_TOKEN", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "KUBECONFIG", "HTTPS_PROXY", "http_proxy", "SSH_AUTH_SOCK",
        "KUSTOMIZE_PLUGIN_HOME", "XDG_CONFIG_HOME", "HELM_HOME", "LD_PRELOAD", "TMPDIR", "PYTHONPATH",
    ):  # fmt: skip
        monkeypatch.setenv(name, "/canary")
    monkeypatch.setenv("PATH", f"{tmp_path}:/canary")
    done = run(program(tmp_path / "p", "cat; /usr/bin/env; pwd"), [], home, repository, Limits())
    lines = done.output.decode().splitlines()
    assert {line.partition("=")[0] for line in lines[:-1]} <= {"PATH", "HOME", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}
    assert f"HOME={home}" in lines and "LANG=C.UTF-8" in lines and lines[-1] == str(home)
    assert "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" in lines
    assert b"canary" not in done.output


def test_the_systems_folders_in_the_repository_are_not_on_path(home: Path, tmp_path: Path) -> None:
    done = run(program(tmp_path / "p", 'echo "$PATH"'), [], home, Path("/usr/local"), Limits())
    assert done.output == b"/usr/sbin:/usr/bin:/sbin:/bin\n"


def test_a_relative_path_is_never_an_argument(repository: Path, home: Path, tmp_path: Path) -> None:
    """`--output=x` is the name of a folder as much as an option."""
    ours = program(tmp_path / "p", 'echo "$@"')
    with pytest.raises(ValueError, match="absolute"):
        run(ours, ["build", Path("--output=x")], home, repository, Limits())
    assert run(ours, ["build", Path("/-x")], home, repository, Limits()).output == b"build /-x\n"


def test_exit_code_output_and_errors_are_handed_on(repository: Path, home: Path, tmp_path: Path) -> None:
    done = run(program(tmp_path / "p", "echo out; echo err >&2; exit 3"), [], home, repository, Limits())
    assert (done.code, done.output, done.errors) == (3, b"out\n", b"err\n")


def test_what_a_program_wrote_is_not_shown(repository: Path, home: Path, tmp_path: Path) -> None:
    done = run(program(tmp_path / "p", "echo canary; echo canary >&2"), [], home, repository, Limits())
    assert repr(done) == "Finished(code=0)"


def test_more_than_a_pipe_holds_is_read(repository: Path, home: Path, tmp_path: Path) -> None:
    text = "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"
    done = run(program(tmp_path / "p", text), [], home, repository, Limits())
    assert (len(done.output), len(done.errors)) == (300_000, 300_000)


def test_what_is_given_is_the_standard_input(repository: Path, home: Path, tmp_path: Path) -> None:
    """More of it than a pipe holds, while as much is written; and it is in no argument and no variable."""
    text = "é" * 300_000
    done = run(program(tmp_path / "p", "cat; echo end"), [], home, repository, Limits(), Credential(text))
    assert (done.code, done.output.decode()) == (0, f"{text}end\n")
    done = run(
        program(tmp_path / "q", "cat >/dev/null; tr '\\0' '\\n' < /proc/$$/environ; tr '\\0' '\\n' < /proc/$$/cmdline"),
        [], home, repository, Limits(), Credential("canary"),
    )  # fmt: skip
    assert b"HOME=" in done.output and b"canary" not in done.output


def test_an_empty_input_ends_at_once(repository: Path, home: Path, tmp_path: Path) -> None:
    assert run(program(tmp_path / "p", "cat; echo end"), [], home, repository, Limits(), Credential("")).output == b"end\n"


@pytest.mark.parametrize("text", ["exit 3", "exec <&-; echo out; exit 3"])
def test_a_program_that_does_not_read_what_it_is_given(repository: Path, home: Path, tmp_path: Path, text: str) -> None:
    assert run(program(tmp_path / "p", text), [], home, repository, Limits(), Credential("x" * 1_000_000)).code == 3


def test_a_program_that_waits_for_more_is_ended(repository: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"^`p` does not end within 1 s$"):
        run(program(tmp_path / "p", "sleep 1000"), [], home, repository, Limits(seconds=1), Credential("x" * 1_000_000))


@pytest.mark.parametrize("text", ["cat /dev/zero", "cat /dev/zero >&2"])
def test_a_program_that_writes_too_much_is_ended(repository: Path, home: Path, tmp_path: Path, text: str) -> None:
    with pytest.raises(Failed, match=r"^`p` writes more than 1 MB$"):
        run(program(tmp_path / "p", text), [], home, repository, Limits(size=1_000_000))


@pytest.mark.parametrize("silent", ["", "exec >&- 2>&-; "], ids=["open", "closed"])
def test_a_program_that_does_not_end_is_ended_with_all_it_started(
    repository: Path, home: Path, tmp_path: Path, silent: str
) -> None:
    text = f"{silent}sleep 1000 & echo $! > {home}/child; echo $$ > {home}/own; sleep 1000"
    with pytest.raises(Failed, match=r"^`p` does not end within 3 s$"):
        run(program(tmp_path / "p", text), [], home, repository, Limits(seconds=3))
    assert gone(int((home / "own").read_text())) and gone(int((home / "child").read_text()))


def test_what_a_program_leaves_behind_is_ended(repository: Path, home: Path, tmp_path: Path) -> None:
    text = f"sleep 1000 >/dev/null 2>&1 & echo $! > {home}/child; echo done"
    assert run(program(tmp_path / "p", text), [], home, repository, Limits()).output == b"done\n"
    assert gone(int((home / "child").read_text()))


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_the_program(repository: Path, home: Path, tmp_path: Path) -> None:
    """The program is in a session of its own, where no Ctrl-C of the terminal reaches it."""

    def interrupt() -> None:
        while not (home / "own").exists() or not (home / "own").read_text():
            time.sleep(0.01)
        time.sleep(0.5)  # the start itself is the next test's: no mask of the main thread holds what this one receives
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run(program(tmp_path / "p", f"echo $$ > {home}/own; sleep 1000"), [], home, repository, Limits())
    thread.join()
    assert gone(int((home / "own").read_text()))


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_between_the_start_and_the_first_look(
    repository: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signal arrives while the program is being started: it waits until somebody knows of the program."""
    started: list[int] = []
    start = subprocess.Popen

    def interrupted(*arguments: Any, **more: Any) -> subprocess.Popen[bytes]:
        process = start(*arguments, **more)
        started.append(process.pid)
        # To this thread: the system gives a signal to the process to any thread that does not hold it back.
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return process

    monkeypatch.setattr("mooring.programs.running.subprocess.Popen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(program(tmp_path / "p", "sleep 1000"), [], home, repository, Limits())
    assert gone(started[0])


@pytest.mark.parametrize(
    ("text", "why"),
    [("#!/nowhere/sh\n", "No such file or directory"), ("\x00\x01", "Exec format error")],
)
def test_a_program_that_cannot_be_started(repository: Path, home: Path, tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "p").write_text(text)
    (tmp_path / "p").chmod(0o755)
    with pytest.raises(Failed, match=f"^`p` cannot be started: {why}$"):
        run(Program("p", tmp_path / "p"), [], home, repository, Limits())


def test_a_nul_in_an_argument(repository: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="an argument holds a NUL"):
        run(program(tmp_path / "p", "true"), ["a\0b"], home, repository, Limits())


def test_a_program_of_the_superproject_is_not_found(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A submodule's `.git` is a file; what stands above it is committed by the same people."""
    script(repository / "bin/kustomize", "exit 0")
    (repository / ".git").mkdir(exist_ok=True)
    (repository / "sub").mkdir()
    (repository / "sub/.git").write_text("gitdir: ../.git/modules/sub\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(repository / "bin"))
    assert find("kustomize", repository / "sub") is None
    (repository / "sub/.git").unlink()
    (repository / "sub/.git").mkdir()
    assert find("kustomize", repository / "sub") is not None


def test_what_a_repository_holds_is_not_found_while_a_copy_of_it_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository, copy = tmp_path / "repository", tmp_path / "copy"
    (repository / "bin").mkdir(parents=True)
    copy.mkdir()
    (repository / "bin" / "kustomize").write_text("#!/bin/sh\n")
    (repository / "bin" / "kustomize").chmod(0o755)
    monkeypatch.setenv("PATH", str(repository / "bin"))
    with outside_of(repository):
        assert find("kustomize", copy) is None
    assert find("kustomize", copy) is not None
