"""A runnable `kyverno test` suite for each policy: objects that pass and objects that fail, one row for each.

The objects are made from one host, project and Secret of the fleet, so a suite is as large for a thousand namespaces as
for one. What stands in them is `rows`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.artifact import Artifact
from mooring.catalog import Catalog
from mooring.policies import rows
from mooring.policies.model import PolicyInput
from mooring.policies.names import POLICIES
from mooring.policies.rows import BARE, NAMESPACE, Object


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


def plan(given: PolicyInput, folder: str, catalog: Catalog) -> list[Artifact]:
    """The files below `<folder>/tests/`."""
    artifacts = []
    for policy in POLICIES:
        found = list(getattr(rows, policy.replace("-", "_"))(given))
        here = f"{folder}/tests/{policy}"
        results = [
            {
                "isValidatingPolicy": True,
                "policy": f"mooring-{policy}",
                "kind": row.object["kind"],
                "resources": [_handle(row.object)],
                "result": row.result,
            }
            for row in found
        ]
        context = {"name": policy, "policy": f"../../{policy}.yaml", "results": results}
        artifacts.append(Artifact(f"{here}/kyverno-test.yaml", "policy/suite", context))
        objects = [row.object for row in found]
        artifacts.append(Artifact(f"{here}/resources.yaml", "policy/suite-resources", {"objects": objects}))
        cluster: dict[str, Any] = {"objects": [*_cluster(given)]}
        kinds = _crds(objects, catalog)
        if kinds:
            # The CLI reads one CRD of each file.
            cluster["crds"] = [f"crds/{kind['crd']}.yaml" for kind in kinds]
            artifacts += [Artifact(f"{here}/crds/{kind['crd']}.yaml", "policy/suite-crd", kind) for kind in kinds]
        artifacts.append(Artifact(f"{here}/clusterresources.yaml", "policy/suite-cluster", cluster))
    return artifacts


def _handle(thing: Object) -> str:
    metadata = thing["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else str(metadata["name"])


def _cluster(given: PolicyInput) -> Iterator[Object]:
    for name in (NAMESPACE, BARE, "default"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "mooring-pull-grants", "namespace": NAMESPACE},
        "data": given.sample.grants,
    }
