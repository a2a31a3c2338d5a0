"""A Harbor with two projects, and a working directory in which its CA and its admin's credential stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harbor import HarborStandIn


@pytest.fixture
def harbor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HarborStandIn]:
    with HarborStandIn(tmp_path / "harbor") as standing:
        for project in ("vision", "speech"):
            standing.state.add_project(project)
        monkeypatch.chdir(tmp_path)
        Path("ca.pem").write_bytes(standing.ca_pem.read_bytes())
        Path("admin").write_text(f"{standing.admin.name}\n{standing.admin.password}\n")
        Path("admin").chmod(0o600)
        yield standing
