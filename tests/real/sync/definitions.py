"""The CRDs that a cluster needs on which a fleet is synced: fewer than there are, as each takes the API server its time."""

from __future__ import annotations

import re
from typing import Any

from schemas.make.modules import Module, download
from tests.real import crds as sources
from tests.tools import build

FLUX = ("source-controller", "kustomize-controller")
LEFT_OUT = re.compile(r"^(?:llminferenceservice|localmodel)|\.generators\.external-secrets\.io$")
KEPT = ("generatorstates.generators.external-secrets.io",)  # External Secrets' controller watches it


def needed(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a product's CRDs those without which its controller does not start, or a fleet is not applied. KServe's ends
    after two minutes where it cannot watch InferenceGraphs, though no fleet here has one."""
    return [crd for crd in found if crd["metadata"]["name"] in KEPT or not LEFT_OUT.search(crd["metadata"]["name"])]


def of_flux() -> list[dict[str, Any]]:
    return [crd for name in FLUX for crd in sources.crds(built_from(name), name, "config/crd/bases/")]


def built_from(name: str) -> Module:
    """The Go module that a tool is built from, with the checksum that its go.sum holds."""
    tool = build.TOOLS[name]
    version = build.version(tool)
    sums = (build.HERE / tool.module / "go.sum").read_text(encoding="utf-8").splitlines()
    [found] = [line.split()[2] for line in sums if line.startswith(f"{tool.package} {version} ")]
    try:
        return download(tool.package, version, found)
    except SystemExit as refused:
        raise sources.Unavailable(str(refused)) from None
