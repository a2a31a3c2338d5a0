"""A robot of two environments at one Harbor, each with a record of its own: killed between the two writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring import cli
from tests.support.rotation_world import BASE, RECORD, SECRET, World, words, world

OTHER = f"{RECORD}-prod"
ENVIRONMENTS = """\
environments:
- name: dev
- name: prod
  robots: [{name: ci, secret: {key: harbor/ci-prod}}]
"""


@pytest.fixture(name="there")
def _there(here: Path) -> Iterator[World]:
    with world(here) as made:
        fleet = Path("fleet.yaml")
        fleet.write_text(fleet.read_text() + ENVIRONMENTS)
        made.vault.records[OTHER] = [{"username": BASE, "password": SECRET}]
        yield made


def given(there: World) -> list[str]:
    """The command, with one cluster for both."""
    return [*words(there, kubeconfig=False), "--kubeconfig", "dev=kubeconfig", "--kubeconfig", "prod=kubeconfig"]


def test_what_one_record_has_is_copied_to_the_other(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    there.fail("vault", f"POST {OTHER}", "kill-before")
    with there.pulling():
        with subprocess.Popen([sys.executable, "-m", "mooring", *given(there)], stdout=subprocess.DEVNULL) as killed:
            assert there.strike is not None
            there.strike.victim = killed.pid
        assert killed.returncode == -9
        assert [there.vault.records[name][-1]["username"] for name in (RECORD, OTHER)] == [f"{BASE}-b", BASE]  # type: ignore[index]
        assert cli.main(given(there)) == 0
    said = capsys.readouterr().out
    assert said.startswith("robot `ci` in `dev`, `prod`: done\n  wrote `robot$vision+ci-b` to the back end of `prod`\n")
    assert there.record()["password"] == (there.vault.records[OTHER][-1] or {})["password"] != SECRET
    assert (there.gaps, there.robots()) == ([], {f"{BASE}-b": "on"})


def test_a_kubeconfig_is_for_one_environment(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words(there)) == 2
    assert "`--kubeconfig` does not say which environment it is for" in capsys.readouterr().err
