"""A rendered ExternalSecret holds all that its CRD would fill in: what the cluster stores is what is committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import cli
from tests.support.example import SMALL

# The places with a default in the CRDs of External Secrets 0.19.2 and 1.3.2, and what it is in both.
DEFAULTS = {
    "spec.target.creationPolicy": "Owner",
    "spec.target.deletionPolicy": "Retain",
    "spec.target.template.engineVersion": "v2",
    "spec.target.template.mergePolicy": "Replace",
    "spec.data.*.remoteRef.conversionStrategy": "Default",
    "spec.data.*.remoteRef.decodingStrategy": "None",
    "spec.data.*.remoteRef.metadataPolicy": "None",
    "spec.refreshInterval": "15m",  # mooring's own
}


def written(data: Any, route: str) -> list[Any]:
    """What stands at the route, for each item of a list on the way; None where the API server would fill it in."""
    step, _, rest = route.partition(".")
    found = data if step == "*" else [data.get(step)]
    return [one for item in found for one in (written(item, rest) if rest else [item])]


@pytest.mark.parametrize(("route", "value"), DEFAULTS.items())
def test_nothing_is_left_to_a_default(route: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(SMALL)
    assert cli.main(["render", "-q"]) == 0
    rendered = yaml.safe_load((tmp_path / "overlays/default/vision/access/secret-harbor-vision.yaml").read_text())
    assert set(written(rendered, route)) == {value}
