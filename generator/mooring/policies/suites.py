"""A runnable `kyverno test` suite for each policy: objects that pass and objects that fail, one row for each.

The objects are made from one host, project and Secret of the fleet, so a suite is as large for a thousand namespaces as
for one. What stands in them is said beside each policy's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import MUTATING
from mooring.policies import frames, texts
from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import BARE, NAMESPACE
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact

_PATCHED = "patched.yaml"


def _crds(objects: list[Object], catalog: Catalog) -> list[Object]:
    """The custom kinds among the objects, for a CLI that knows only some of them by itself."""
    found: dict[str, Object] = {}
    for data in objects:
        info = catalog.kind(data["apiVersion"], data["kind"])
        if info is None or info.product == "kubernetes":
            continue
        version = {
            "name": info.api_version.rpartition("/")[2],
            "served": True,
            "storage": False,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }
        names = {
            "kind": info.kind,
            "plural": info.plural,
            "singular": info.kind.lower(),
            "listKind": f"{info.kind}List",
        }
        name = f"{info.plural}.{info.group}"
        entry: Object = {"crd": name, "group": info.group, "scope": info.scope, "names": names, "versions": []}
        versions = found.setdefault(name, entry)["versions"]
        if all(known["name"] != version["name"] for known in versions):
            versions.append(version)
    for entry in found.values():
        entry["versions"][-1]["storage"] = True
    return [found[name] for name in sorted(found)]


def plan(given: PolicyInput, folder: str, catalog: Catalog, policy: str) -> list[Artifact]:
    """The files below `<folder>/tests/<policy>/`."""
    found = list(texts.load(policy).rows(given))
    here = f"{folder}/tests/{policy}"
    results = [_result(row, policy) for row in found]
    context = {"name": policy, "policy": f"../../{policy}.yaml", "results": results}
    objects = [row.object for row in found]
    patched = [row.patched for row in found if row.patched]
    cluster: dict[str, Any] = {"objects": [*_cluster(given)]}
    artifacts = [
        Artifact(f"{here}/kyverno-test.yaml", "policy/suite", context),
        Artifact(f"{here}/resources.yaml", "policy/suite-resources", {"objects": objects}),
    ]
    if patched:
        artifacts.append(Artifact(f"{here}/{_PATCHED}", "policy/suite-resources", {"objects": patched}))
    kinds = _crds(objects, catalog)
    if kinds:
        # The CLI reads one CRD of each file.
        cluster["crds"] = [f"crds/{kind['crd']}.yaml" for kind in kinds]
        artifacts += [Artifact(f"{here}/crds/{kind['crd']}.yaml", "policy/suite-crd", kind) for kind in kinds]
    return [*artifacts, Artifact(f"{here}/clusterresources.yaml", "policy/suite-cluster", cluster)]


def _result(row: Row, policy: str) -> Object:
    made = {
        "policy": frames.prefixed(policy),
        "kind": row.object["kind"],
        "resources": [_handle(row.object)],
        "result": row.result,
    }
    if policy == MUTATING:
        return {"isMutatingPolicy": True, **made} | ({"patchedResources": _PATCHED} if row.patched else {})
    return {"isValidatingPolicy": True, **made}


def _handle(thing: Object) -> str:
    metadata = thing["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else str(metadata["name"])


def _cluster(given: PolicyInput) -> Iterator[Object]:
    for name in (NAMESPACE, BARE, "default"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": GRANTS, "namespace": NAMESPACE},
        "data": given.sample.grants,
    }
