"""What is known of a release's runtimes and presets, against the manifests in its Go module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.kserve.released import released
from mooring.schema.catalog import Catalog, shipped_versions
from schemas.make.modules import Module, download
from tests.real.conftest import Tools, missing
from tests.real.crds import SUMS
from tests.support.released_services import services

SCHEMAS = Path(__file__).parents[2] / "schemas"


def module(minor: str) -> tuple[Module, str]:
    """The module that a minor version is derived from, and its version."""
    name = next(name for name, facts in SUMS.items() if (facts["product"], facts["version"]) == ("kserve", minor))
    path, _, version = name.partition("@")
    try:
        return download(path, version, SUMS[name]["sum"]), version
    except SystemExit as refused:
        missing(f"Go module of KServe {minor} is missing: {refused}")


def installed(minor: str) -> dict[str, dict[str, Any]]:
    """What the module says that the release installs, whole, by kind and name."""
    source, version = module(minor)
    found: dict[str, dict[str, Any]] = {"ClusterServingRuntime": {}, "LLMInferenceServiceConfig": {}}
    place = SUMS[f"{source.path}@{version}"]["files"][1]
    for name, content in source.files(place):
        if name.endswith("resources.yaml"):
            for data in yaml.load_all(content.decode().replace(":latest", f":{version}"), Loader=yaml.CSafeLoader):
                if data and data["kind"] in found:
                    found[data["kind"]][data["metadata"]["name"]] = data
    return found


def images(value: Any, key: str = "") -> set[str]:
    """The images in an object, wherever they stand."""
    if isinstance(value, dict):
        return set().union(*(images(item, name) for name, item in value.items()))
    if isinstance(value, list):
        return set().union(*(images(item) for item in value))
    return {value} if key == "image" else set()


@pytest.mark.parametrize("minor", shipped_versions("kserve"))
def test_what_is_known_of_a_release_is_what_it_installs(minor: str, tool: Tools) -> None:
    tool("go")
    whole = installed(minor)
    known = json.loads((SCHEMAS / "released" / f"kserve-{minor}.json").read_text())
    assert {kind: set(found) for kind, found in known.items()} == {kind: set(found) for kind, found in whole.items()}
    for kind, found in whole.items():
        for name, data in found.items():
            assert images(known[kind][name]) == images(data), name
    catalog = Catalog({"kserve": minor})
    at_hand = ClusterContext.of(data for found in whole.values() for data in found.values())
    judged = 0
    for service in services(whole):
        info = catalog.kind(service["apiVersion"], service["kind"])
        if info is None:
            continue
        mine = [(p.component, p.images, p.secrets, p.service_account) for p in pods(service, info, released(minor))]
        theirs = [(p.component, p.images, p.secrets, p.service_account) for p in pods(service, info, at_hand)]
        assert mine == theirs, service
        judged += 1
    assert judged > 100


def test_a_chart_s_files_are_what_the_release_installs() -> None:
    """The release that has no manifest of its own is derived from its chart: the others' charts say what theirs do."""
    for minor in ("0.19", "0.20"):
        source, version = module(minor)
        charted: dict[str, set[str]] = {}
        for name, content in source.files("charts/kserve-runtime-configs/files/"):
            if name.endswith("resources.yaml"):
                for data in yaml.load_all(content.decode().replace(":latest", f":{version}"), Loader=yaml.CSafeLoader):
                    charted[data["metadata"]["name"]] = images(data)
        whole = {name: images(data) for found in installed(minor).values() for name, data in found.items()}
        assert charted == whole
