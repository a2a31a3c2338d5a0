"""A runnable `kyverno test` suite for each policy: an object that passes, and one for each way to be refused, by its name.

The objects are made from one host, project and Secret of the fleet, so a suite is as large for a thousand namespaces as
for one. What stands in them is said beside each policy's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import MUTATING
from mooring.policies import frames, samples, texts
from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import BARE, NAMESPACE
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact

_PATCHED = "patched.yaml"
_WHY = {
    "pass": "Let through.",
    "fail": "Refused: the name says what is wrong.",
    "skip": "Left alone by the policy's conditions.",
}


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
    return files(policy, list(_rows(given, policy)), samples.grants(given.sample), folder, catalog)


def _rows(given: PolicyInput, policy: str) -> Iterator[Row]:
    """The policy's rows. What stands in an exempt namespace is left alone: one row more shows that, but for what is refused
    in `default` alone."""
    exempt = [entry.namespace for entry in given.exempt if policy in entry.policies]
    found = list(texts.load(policy).rows(given))
    for row in found:
        yield Row(row.object, "skip") if row.object["metadata"]["namespace"] in exempt else row
    aside = [name for name in exempt if name not in (NAMESPACE, BARE, "default")]
    refused = [row.object for row in found if row.result == "fail" and row.object["metadata"]["namespace"] != "default"]
    if aside and refused:
        yield Row({**refused[0], "metadata": {**refused[0]["metadata"], "namespace": aside[0]}}, "skip")


def files(policy: str, rows: Sequence[Row], grants: Mapping[str, str], folder: str, catalog: Catalog) -> list[Artifact]:
    """A suite of these rows, in a namespace with these grants."""
    here = f"{folder}/tests/{policy}"
    objects = [row.object for row in rows]
    patched = [row.patched for row in rows if row.patched]
    context = {"name": policy, "policy": f"../../{policy}.yaml", "results": _results(rows, policy)}
    cluster: dict[str, Any] = {"objects": _cluster(objects, grants)}
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


def _results(rows: Sequence[Row], policy: str) -> list[Object]:
    """Sections of what the CLI is to find: one entry for the objects of a kind."""
    sections = []
    for result, why in _WHY.items():
        kinds: dict[str, list[str]] = {}
        for row in rows:
            if row.result == result:
                kinds.setdefault(row.object["kind"], []).append(_handle(row.object))
        items = [_result(policy, kind, names, result) for kind, names in kinds.items()]
        sections += [{"why": why, "items": items}] if items else []
    return sections


def _result(policy: str, kind: str, names: list[str], result: str) -> Object:
    made = {"policy": frames.prefixed(policy), "kind": kind, "resources": names, "result": result}
    if policy != MUTATING:
        return {"isValidatingPolicy": True, **made}
    return {"isMutatingPolicy": True, **made} | ({"patchedResources": _PATCHED} if result == "pass" else {})


def _handle(thing: Object) -> str:
    metadata = thing["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else str(metadata["name"])


def _cluster(objects: Sequence[Object], grants: Mapping[str, str]) -> list[Object]:
    """Sections of what else stands there: the objects' namespaces, and the grants of one of them."""
    names = dict.fromkeys((NAMESPACE, *(data["metadata"].get("namespace", "default") for data in objects)))
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in names]
    metadata = {"name": GRANTS, "namespace": NAMESPACE}
    granted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": grants}
    why = "What the Secrets of the namespace may pull, as the policies read it."
    return [{"why": "", "items": namespaces}, {"why": why, "items": [granted]}]
