"""A Harbor with two projects, a working directory in which its CA and its admin's credential stand, and a Vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harbor import HarborStandIn
from tests.support.vault import TOKEN, VaultStandIn
from tests.support.vault import vault as stand_in


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


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultStandIn]:
    """A Vault that the command line finds, too."""
    with stand_in() as standing:
        monkeypatch.setenv("VAULT_ADDR", standing.url)
        monkeypatch.setenv("VAULT_TOKEN", TOKEN)
        yield standing
