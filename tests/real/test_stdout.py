"""`mooring render --stdout` prints what the real kustomize builds from each environment's root: kept manifests patched,
policies with the environment's action."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import cli
from mooring.yaml.document import read_manifests
from tests.real.fleets import FLEETS, rendered
from tests.real.kustomize import Kustomize, in_order, spaced


@pytest.mark.parametrize("name", FLEETS)
def test_stdout_is_what_is_built(
    kustomize: Kustomize, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rendered(name, tmp_path)
    for root in sorted(tmp_path.glob("overlays/*")):
        capsys.readouterr()
        fleet = str(tmp_path / "fleet.yaml")
        assert cli.main(["render", "--fleet", fleet, "--stdout", "--env", root.name]) == 0
        documents, problems = read_manifests(capsys.readouterr().out, "stdout")
        assert problems == []
        assert in_order(spaced(document.data) for document in documents) == in_order(kustomize.build(root))
