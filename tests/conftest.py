"""What every test may rely on."""

from __future__ import annotations

import pytest

from mooring.problems import suggestion


@pytest.fixture(autouse=True)
def outside_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default format is `github` inside Actions, where these tests may run."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.fixture(autouse=True)
def with_suggestions() -> None:
    """A run has a limited number of suggestions: a test that calls the stages itself has all of them before it."""
    suggestion.begin()
