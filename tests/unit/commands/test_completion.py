"""Completion of each shell knows every command and option; bash runs its script here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from mooring import cli
from mooring.commands import COMMANDS
from mooring.commands.completion import SHELLS, script
from mooring.commands.usage import actions, parser


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command_and_option(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert text == script(shell)
    options = {option for action in actions(parser()) for option in action.option_strings}
    # fish writes options without their dashes.
    wanted = {option.lstrip("-") if shell == "fish" else option for option in options}
    assert [word for word in {*COMMANDS, *wanted, "secret-shadowed"} if word not in text] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["mooring", "ren"], ["render"]),
        (["mooring", "check", "--fail"], ["--fail-within"]),
        (["mooring", "check", "--format", "sa"], ["sarif"]),
        (["mooring", "explain", "secret-sh"], ["secret-shadowed"]),
        (["mooring", "check", "--output", "rep"], ["report.txt"]),
    ],
)
def test_bash_completes(words: list[str], completed: list[str], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("")
    (tmp_path / "mooring.bash").write_text(script("bash"))
    line = " ".join(words)
    ask = (
        f"source mooring.bash; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; COMP_POINT={len(line)};"
        ' $(complete -p mooring | sed "s/.*-F \\([^ ]*\\).*/\\1/") mooring; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert [word.strip() for word in done.stdout.splitlines()] == completed, done.stderr
