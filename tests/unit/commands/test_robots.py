"""Which Harbor `mooring robots` asks, before it asks any."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.cli import main
from tests.support.example import ROOT


def test_several_harbors_are_named_with_what_chooses_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["robots", "plan", "--fleet", str(ROOT / "fleet.yaml")]) == 2
    assert capsys.readouterr().err == (
        "mooring: several Harbors are meant, and a credential is for one\n"
        "        hint: choose `https://harbor.lab.example.com` by `--env dev --registry harbor`, "
        "`https://harbor.lab.example.com:8443` by `--env dev --registry lab`, "
        "`https://harbor.ext.hp.com` by `--env staging --registry harbor`, "
        "`https://harbor.prod.example.com` by `--env prod --registry harbor`\n"
    )


def test_the_choice_names_one_harbor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "caller"
    options = ["--env", "dev", "--registry", "harbor", "--credentials", str(absent)]
    assert main(["robots", "plan", "--fleet", str(ROOT / "fleet.yaml"), *options]) == 2
    assert "the caller of `https://harbor.lab.example.com`" in capsys.readouterr().err
