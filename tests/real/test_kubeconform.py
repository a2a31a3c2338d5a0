"""The committed schemas mean to kubeconform, in Go, what they mean to mooring: on every document of the fleets' trees, on
every copy of them with one fault, and on documents of each kind there is.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mooring.schema import validation
from mooring.schema.applied import decrypted, without_nulls
from mooring.schema.catalog import Catalog
from tests.real.fleets import FLEETS, as_yaml, rendered
from tests.real.kubeconform import Kubeconform
from tests.real.mutations import broken, broken_at, changed, filled, leaves, routes

CATALOG = Catalog()
PLACES = 5  # of a document made from a schema, chosen at random; of the fleets' documents, all are broken
KINDS_OF_TREES = {
    "AppProject", "Application", "ApplicationSet", "ClusterServingRuntime", "ConfigMap", "Deployment", "ExternalSecret",
    "GitRepository", "InferenceService", "Kustomization", "LLMInferenceService", "Namespace", "OCIRepository", "Role",
    "RoleBinding", "Service", "ServiceAccount", "ServingRuntime", "ValidatingPolicy",
}  # fmt: skip


def ours(document: Mapping[str, Any]) -> bool:
    """Mooring's verdict, without what it says of the inside of a pull Secret."""
    return all(finding.code_hint == "malformed-dockerconfig" for finding in validation.check_object(CATALOG, document))


def as_applied(document: Any) -> Any:
    """Of Kubernetes' own kinds a document without nulls: the API server drops them, and kubeconform does not."""
    info = CATALOG.kind(str(document.get("apiVersion")), str(document.get("kind"))) if isinstance(document, dict) else None
    return without_nulls(document) if info is not None and info.product == "kubernetes" else document


def disagreements(
    kubeconform: Kubeconform, documents: Iterable[tuple[str, Any]], folder: Path
) -> tuple[Counter[bool], list[str]]:
    """How many documents mooring accepts and refuses, and those of which kubeconform says something else."""
    said: dict[str, tuple[str, bool]] = {}
    for number, (name, document) in enumerate(documents):
        (folder / f"{number}.json").write_text(as_yaml(as_applied(document)), encoding="utf-8")
        said[f"{number}.json"] = (name, ours(document))
    verdicts = kubeconform.judge(folder)
    assert verdicts.keys() == said.keys()
    others = [
        f"{name}: mooring {'accepts' if accepted else 'refuses'}, kubeconform says {verdicts[file]}"
        for file, (name, accepted) in said.items()
        if [verdict.accepted for verdict in verdicts[file]] != [accepted]
    ]
    return Counter(accepted for _, accepted in said.values()), others


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every different document of every fleet's tree, of the kinds that have a schema; what sops has encrypted as Flux
    applies it, for kubeconform knows nothing of sops."""
    trees = [rendered(name, tmp_path_factory.mktemp("fleet")) for name in FLEETS]
    found = {
        json.dumps(thing, sort_keys=True): thing
        for tree in trees
        for thing in map(decrypted, (*tree.objects(), *tree.synced().values()))
        if CATALOG.kind(thing["apiVersion"], thing["kind"]) is not None
    }
    return [dict(thing) for thing in found.values()]


def test_the_trees_pass(kubeconform: Kubeconform, documents: list[dict[str, Any]], tmp_path: Path) -> None:
    assert {document["kind"] for document in documents} >= KINDS_OF_TREES
    named = ((document["metadata"]["name"], document) for document in documents)
    counts, others = disagreements(kubeconform, named, tmp_path)
    assert (others, counts[False]) == ([], 0)


def test_each_fault_in_a_tree_is_judged_alike(
    kubeconform: Kubeconform, documents: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Of each kind the largest document, with every fault at every place."""
    largest = {document["kind"]: document for document in sorted(documents, key=lambda one: len(json.dumps(one)))}
    faults = [(f"{kind}: {name}", made) for kind, document in largest.items() for name, made in broken(document)]
    counts, others = disagreements(kubeconform, faults, tmp_path)
    assert others == []
    assert counts[False] > 200 and counts[True] > 200


def test_each_kind_is_judged_alike(kubeconform: Kubeconform, tmp_path: Path) -> None:
    """Every kind with a schema, a document that has all of its upper fields, and a choice of faults in it."""
    choice = random.Random(0)
    made = []
    for info in CATALOG.all_kinds():
        document = leaves(filled(validation.load(info.schema_path), 4))
        places = list(routes(document))
        faults = [("whole", document)]
        for route, node in choice.sample(places, min(PLACES, len(places))):
            faults += broken_at(document, route, node)
        made += [(f"{info.api_version} {info.kind}: {name}", fault) for name, fault in faults]
    counts, others = disagreements(kubeconform, made, tmp_path)
    assert others == []
    assert counts[False] > 10 * len(CATALOG.all_kinds())


def test_another_schema_is_found_out(kubeconform: Kubeconform, documents: list[dict[str, Any]], tmp_path: Path) -> None:
    """With a schema that lost a field, kubeconform and mooring no longer agree, and it shows."""
    place = kubeconform.schemas / "v1" / "configmap_v1.json"
    kept = place.read_text(encoding="utf-8")
    place.write_text(json.dumps(changed(json.loads(kept), ("properties", "data"), False)), encoding="utf-8")
    grants = [("grants", document) for document in documents if document["kind"] == "ConfigMap"]
    try:
        assert disagreements(kubeconform, grants, tmp_path)[1]
    finally:
        place.write_text(kept, encoding="utf-8")


def test_a_kind_without_a_schema_is_not_passed_over(kubeconform: Kubeconform, tmp_path: Path) -> None:
    document = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
    (tmp_path / "w.json").write_text(json.dumps(document), encoding="utf-8")
    assert [verdict.status for verdict in kubeconform.judge(tmp_path)["w.json"]] == ["statusError"]
