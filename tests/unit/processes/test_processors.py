"""How many processors work is shared out over: one where nobody knows."""

from __future__ import annotations

import pytest

from mooring.processes import processors


@pytest.mark.parametrize(("told", "count"), [(4, 4), (1, 1), (None, 1)])
def test_there_is_one_at_least(told: int | None, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: told)
    assert processors.count() == count
