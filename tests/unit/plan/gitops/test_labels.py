"""The labels of the tool's own objects: by them its operator finds what syncs an environment, or a stage of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.gitops.labels import labels
from mooring.plan.gitops.names import ACCESS, SERVICES
from tests.support.synced import LONG, resolved


@pytest.mark.parametrize(("stage", "environment", "root"), [
    (ACCESS, "prod", "small-prod"),
    (SERVICES, "prod", "small-prod"),
    # A label's value has 63 characters, as the name of what syncs all the others; its environment is whole.
    (ACCESS, LONG, f"small-{'n' * 46}-cca740c5c5"),
])  # fmt: skip
def test_which_environment_and_which_stage(stage: str, environment: str, root: str, tmp_path: Path) -> None:
    found = resolved(tmp_path, f"environments: [{{name: {environment}}}]\n")[environment]
    assert labels(found, stage) == {
        "app.kubernetes.io/managed-by": "mooring",
        "app.kubernetes.io/part-of": root,
        "mooring.dev/environment": environment,
        "mooring.dev/stage": stage,
    }
    assert max(map(len, labels(found, stage).values())) <= 63
