"""Wrong usage is told without what was given."""

from __future__ import annotations

import pytest

from mooring import cli

CANARY = "zq7canary7391846205xw"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"--password={CANARY}"], "the following arguments are required: COMMAND"),
        (["check", f"--password={CANARY}"], "unrecognized arguments: --password=***"),
        (["render", "--password", CANARY, "--x y"], "unrecognized arguments: --password *** --x ***"),
        (["check", f"--f={CANARY}"], "ambiguous option: --f=*** could match --fleet, --format, --fail-within"),
        (["check", "--format", f"{CANARY}\x1b["], "argument --format: invalid choice: `***` (choose from "),
        (["check", "--format", "jsn"], "argument --format: invalid choice: `jsn` (choose from "),
        (["render", "--jobs", f"{CANARY} {CANARY}"], "argument --jobs: write a whole number of processes"),
        (["check", f"-q{CANARY}'x"], "argument -q/--quiet: ignored explicit argument: `***`"),
        (["check", "--registry", f"https://u:{CANARY}@h.example.com"], "`https://***@h.example.com` is not a registry"),
        # One word of letters and digits would pass for a choice.
        (["check", "--format", CANARY], "argument --format: invalid choice: `***` (choose from "),
        ([CANARY], "argument COMMAND: invalid choice: `***` (choose from "),
        (["chek"], "argument COMMAND: invalid choice: `chek` (choose from "),
        (["schema", CANARY], "argument what: invalid choice: `***` (choose from "),
        (["render", "--jobs", CANARY], "argument --jobs: write a whole number of processes"),
        (["render", f"--check={CANARY}"], "argument --check: ignored explicit argument: `***`"),
        (["check", f"-q{CANARY}"], "argument -q/--quiet: ignored explicit argument: `***`"),
        (["check", "--as-of", f"{CANARY}/{CANARY}"], "`***` is not a day"),
        (
            ["explain", f"https://{CANARY}@x", "--fleet", "none.yaml"],
            "`***` is not a problem code, and there is no `none.yaml`",
        ),
        (["explain", "x", "--fleet", f"https://{CANARY}@h.example.com/x"], "there is no `***@h.example.com/x` to look"),
    ],
)
def test_what_was_given_is_not_repeated(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = cli.main(arguments)
    except SystemExit as error:
        code = int(error.code or 0)
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert said in captured.err
    assert CANARY not in captured.err


def test_an_address_given_as_a_path_loses_its_login(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", f"https://u:{CANARY}@h.example.com/x.yaml"]) == 2
    shown = capsys.readouterr().out
    assert "***@h.example.com/x.yaml: error[bad-path]: `***@h.example.com/x.yaml` does not exist" in shown
    assert CANARY not in shown


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000, "a/" * 100 + "b" * 5000])
def test_a_path_that_the_system_cannot_have_is_a_problem(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", path]) == 1
    assert "cannot be read: File name too long" in capsys.readouterr().out


@pytest.mark.parametrize("jobs", ["0", "-5", "1.5", "1001", "٣", ""])
def test_a_number_of_processes_is_one_at_least(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["render", f"--jobs={jobs}"])
    assert ended.value.code == 2
    assert "argument --jobs: write a whole number of processes, from 1 to 1000\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rendr"], "`render`"),
        (["schema", "fleetprt"], "`fleetpart`"),
        (["check", "--format", "jsn"], "`json`"),
        (["check", "--fromat", CANARY], "`--format`"),
        (["check", f"--registri={CANARY}"], "`--registry`"),
        (["check", "--zzz"], None),
        ([CANARY], None),
    ],
)
def test_what_is_misspelt_gets_a_suggestion(
    arguments: list[str], hint: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    error, *more = capsys.readouterr().err.rpartition("error: ")[2].splitlines()
    assert more == ([f"        hint: did you mean {hint}?"] if hint else []) and CANARY not in error
