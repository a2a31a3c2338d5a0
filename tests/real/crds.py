"""What the Go modules of KServe, External Secrets, Kyverno and Knative publish: CRDs and sample manifests.

Go downloads a module once, verifies it and keeps it; it is read from its zip, and is the one that the committed schemas
were derived from (`schemas/SOURCES.json`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from schemas.make.modules import Module, download
from tests.tools import build

SUMS = json.loads((Path(__file__).parents[2] / "schemas" / "SOURCES.json").read_text(encoding="utf-8"))["modules"]


class Unavailable(Exception):
    """Go cannot give the module; the text is what it said."""


class Source(NamedTuple):
    module: str
    version: str
    folder: str


SOURCES: Mapping[str, Source] = {
    # the full ones: those of config/crd/minimal keep unknown fields
    "kserve": Source("github.com/kserve/kserve", build.version(build.TOOLS["kserve-manager"]), "config/crd/full/"),
    "kyverno": Source("github.com/kyverno/kyverno", build.version(build.TOOLS["kyverno"]), "config/crds/"),
    # newer than the controller that we build, whose later modules are incomplete
    "external-secrets": Source("github.com/external-secrets/external-secrets", "v1.3.2", "config/crds/bases/"),
    "knative": Source("knative.dev/serving", "v0.51.0", "config/core/300-resources/service.yaml"),
}


def module(product: str) -> Module:
    """The product's module. Its checksum must be the committed one."""
    source = SOURCES[product]
    try:
        return download(source.module, source.version, SUMS[f"{source.module}@{source.version}"]["sum"])
    except SystemExit as refused:
        raise Unavailable(str(refused)) from None


def crds(source: Module, product: str, *places: str) -> list[dict[str, Any]]:
    """All CRDs of a product's module, or those of other places in it; patch files, without versions, are left out."""
    files = [file for place in places or (SOURCES[product].folder,) for file in source.files(place)]
    loaded = [document for name, content in files if name.endswith(".yaml") for document in _documents(content)]
    return [crd for crd in loaded if crd["kind"] == "CustomResourceDefinition" and "versions" in crd["spec"]]


def _documents(content: bytes) -> Iterator[dict[str, Any]]:
    return (document for document in yaml.load_all(content, Loader=yaml.CSafeLoader) if document)
