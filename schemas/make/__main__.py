"""Derives every committed schema from its published source: `python schemas/make [PRODUCT…]`.

Each product's Go module is downloaded and its checksum compared with `schemas/SOURCES.json`; what comes out is the same
bytes every time, so that a difference in review is a difference in the source.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import kubernetes
import released
from modules import Module, download
from share import share

from mooring.schema.crd import DRAFT, Kind
from mooring.schema.crd import kinds as crd_kinds
from mooring.yaml.document import read_manifests

HERE = Path(__file__).parent
SCHEMAS = HERE.parent
# product, its minor version, Go module, version, where its CRDs stand, and the kinds that are wanted of them (all).
SOURCES: tuple[tuple[str, str, str, str, tuple[str, ...], frozenset[str] | None], ...] = (
    *(
        ("kserve", minor, "github.com/kserve/kserve", version, ("config/crd/full/",), None)
        for minor, version in (
            ("0.15", "v0.15.2"), ("0.16", "v0.16.0"), ("0.17", "v0.17.0"), ("0.19", "v0.19.0"), ("0.20", "v0.20.0")
        )
    ),
    *(
        ("kubernetes", minor, "k8s.io/kubernetes", version, (), None)
        for minor, version in (
            ("1.30", "v1.30.14"), ("1.31", "v1.31.14"), ("1.32", "v1.32.13"), ("1.33", "v1.33.13"), ("1.34", "v1.34.9"),
            ("1.35", "v1.35.6"), ("1.36", "v1.36.1"),
        )
    ),
    *(
        (
            "kyverno", minor, "github.com/kyverno/kyverno", version,
            ("config/crds/kyverno/", "config/crds/policies.kyverno.io/", "cmd/cli/kubectl-kyverno/config/crds/"), None,
        )
        for minor, version in (("1.17", "v1.17.1"), ("1.18", "v1.18.1"), ("1.19", "v1.19.1"))
    ),
    ("knative", "1.22", "knative.dev/serving", "v0.51.0", ("config/core/300-resources/service.yaml",), None),
    (
        "external-secrets", "1.3", "github.com/external-secrets/external-secrets", "v1.3.2", ("config/crds/bases/",),
        frozenset({"ExternalSecret", "SecretStore", "ClusterSecretStore"}),
    ),
    ("sealed-secrets", "0.40", "github.com/bitnami-labs/sealed-secrets", "v0.40.0", ("helm/sealed-secrets/crds/",), None),
    (
        "argo-cd", "3.6", "github.com/argoproj/argo-cd/v3", "v3.6.1", ("manifests/crds/",),
        frozenset({"Application", "ApplicationSet", "AppProject"}),
    ),
    ("flux", "2.8", "github.com/fluxcd/source-controller", "v1.8.0", ("config/crd/bases/",), None),
    ("flux", "2.8", "github.com/fluxcd/kustomize-controller", "v1.10.1", ("config/crd/bases/",), None),
)  # fmt: skip
KUSTOMIZE = ("kustomize", "5.8", "sigs.k8s.io/kustomize/api", "v0.21.1")


def _crds(files: Iterable[tuple[str, bytes]], wanted: frozenset[str] | None) -> Iterator[Kind]:
    for name, content in files:
        if not name.endswith((".yaml", ".yml")):
            continue
        documents, problems = read_manifests(content, name)
        if problems:
            raise SystemExit(f"{name} cannot be read")
        for document in documents:
            data = document.data
            # Some patch files beside the CRDs call themselves CRDs and have no versions.
            if data.get("kind") != "CustomResourceDefinition" or "versions" not in data.get("spec", {}):
                continue
            if wanted is None or data["spec"]["names"]["kind"] in wanted:
                yield from crd_kinds(data)


def _kustomize() -> Iterator[Kind]:
    done = subprocess.run(
        ["go", "run", "-mod=readonly", "."], cwd=HERE / "kustomize", capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the Kustomization's schema cannot be derived: {done.stderr}")
    body = json.loads(done.stdout)
    for kind, version in (("Kustomization", "v1beta1"), ("Component", "v1alpha1")):
        api_version = f"kustomize.config.k8s.io/{version}"
        properties = {**body["properties"], "apiVersion": {"const": api_version}, "kind": {"const": kind}}
        schema = {"$schema": DRAFT, **body, "type": "object", "properties": dict(sorted(properties.items()))}
        yield Kind(api_version, kind, kind.lower() + "s", "Namespaced", True, schema, (), ())


def _write(folder: Path, kinds: Iterable[Kind]) -> int:
    """Writes the schemas and the index of one product's version; gives the number of bytes."""
    index: dict[str, Any] = {}
    total = 0
    for kind in kinds:
        version = kind.api_version.rpartition("/")[2]
        name = f"{kind.kind.lower()}_{version}.json"
        if any(entry["schema"] == name for entry in index.values()):
            name = f"{kind.kind.lower()}_{kind.api_version.replace('/', '_')}.json"
        text = json.dumps(share(dict(kind.schema)), sort_keys=True, separators=(",", ":")) + "\n"
        (folder / name).write_text(text)
        total += len(text)
        index[f"{kind.api_version}/{kind.kind}"] = {
            "schema": name,
            "scope": kind.scope,
            "plural": kind.plural,
            "storage": kind.storage,
            "podSpecs": [list(place) for place in kind.pod_specs],
            "images": list(kind.images),
        }
    text = json.dumps({"kinds": dict(sorted(index.items()))}, indent=1) + "\n"
    (folder / "index.json").write_text(text)
    return total


def main(products: list[str]) -> None:
    record = SCHEMAS / "SOURCES.json"
    known = json.loads(record.read_text())["modules"] if record.exists() else {}
    modules: dict[str, Any] = {}
    made: dict[tuple[str, str], list[Kind]] = {}
    for product, minor, path, version, places, wanted in SOURCES:
        name = f"{path}@{version}"
        if products and product not in products:
            modules[name] = known.get(name)
            continue
        module: Module = download(path, version, (known.get(name) or {}).get("sum"))
        if product == "kubernetes":
            ((_, swagger),) = module.files("api/openapi-spec/swagger.json")
            found = list(kubernetes.kinds(json.loads(swagger)))
        else:
            found = [kind for place in places for kind in _crds(module.files(place), wanted)]
        made.setdefault((product, minor), []).extend(found)
        read = list(places) or ["api/openapi-spec/swagger.json"]
        if product == "kserve":
            size = released.write(SCHEMAS / "released", minor, released.released(module, version))
            print(f"{product:18} {minor:6} runtimes and presets {size / 1000:8.0f} kB")
            read.append(released.source(module, version))
        modules[name] = {
            "product": product,
            "version": minor,
            "sum": module.sum,
            "files": read,
        }
    product, minor, path, version = KUSTOMIZE
    module = download(path, version, (known.get(f"{path}@{version}") or {}).get("sum"))
    modules[f"{path}@{version}"] = {"product": product, "version": minor, "sum": module.sum, "files": ["types/"]}
    if not products or product in products:
        made[product, minor] = list(_kustomize())
    for (product, minor), kinds in sorted(made.items()):
        folder = SCHEMAS / product / minor
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        size = _write(folder, kinds)
        print(f"{product:18} {minor:6} {len(kinds):3} kinds {size / 1000:8.0f} kB")
    record.write_text(json.dumps({"modules": dict(sorted(modules.items()))}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
