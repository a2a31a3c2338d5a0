"""What every test may rely on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def outside_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default format is `github` inside Actions, where these tests may run."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
