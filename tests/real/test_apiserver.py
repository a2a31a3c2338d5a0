"""A real API server, with the CRDs of KServe, External Secrets and Kyverno, takes every environment of the example fleet
whole; refuses it with a fault in it; and stores each text of a fleet as exactly that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real.apiserver import ApiServer
from tests.real.fleets import CASES, NEL, Object, Rendered, as_yaml, render, rendered
from tests.support.nulls import NULLS

ENVIRONMENTS = ("dev", "staging", "prod")
# kubectl's line for each object, `deployment.apps/legacy created (server dry run)`
TAKEN = re.compile(r"^([a-z]+)(?:\.[a-z0-9.-]+)?/(\S+) (?:created|configured|unchanged) \(server dry run\)$", re.MULTILINE)
IRIS = "iris.inferenceservice.yaml"
RUNTIME = "sklearn-mirrored.servingruntime.yaml"
SECRET = "../access/secret-harbor-mirror.yaml"
JOB = "../../team-language-batch/services/nightly-index.deployment.yaml"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return rendered("example", tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def cluster(apiserver: ApiServer, example: Rendered) -> ApiServer:
    """The server with the namespaces: a dry run creates none for what stands in it."""
    for name in sorted({thing["metadata"].get("namespace", "") for thing in example.objects()} - {""}):
        created = apiserver.kubectl("create", "namespace", name, "--save-config")
        assert created.returncode == 0 or "AlreadyExists" in created.stderr, created.stderr
    return apiserver


def dry_run(cluster: ApiServer, root: Path) -> tuple[int, list[tuple[str, str]], str]:
    run = cluster.kubectl("apply", "-k", root, "--dry-run=server", "--validate=strict")
    return run.returncode, sorted(TAKEN.findall(run.stdout)), run.stderr


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_whole_environment_is_taken(cluster: ApiServer, example: Rendered, environment: str) -> None:
    meant = example.roots[f"overlays/{environment}"]
    code, taken, said = dry_run(cluster, example.folder / "overlays" / environment)
    assert (code, said) == (0, "")
    assert taken == sorted((thing["kind"].lower(), thing["metadata"]["name"]) for thing in meant)
    assert len(taken) == {"dev": 24, "staging": 28, "prod": 28}[environment]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (IRIS, "imagePullSecrets:", "imagePullSecret:", 'unknown field "spec.predictor.imagePullSecret"'),
        (IRIS, "runtime: sklearn-mirrored", "runtime: 1", "spec.predictor.model.runtime: Invalid value"),
        (IRIS, "name: iris", "name: Iris", "Invalid value: \"Iris\""),
        (IRIS, "v1beta1", "v1beta2", 'no matches for kind "InferenceService"'),
        (RUNTIME, "  containers:", "  container:", 'unknown field "spec.container"'),
        (JOB, "containers:", "contaners:", 'unknown field "spec.template.spec.contaners"'),
        (SECRET, "mergePolicy: Replace", "mergePolicy: Merged", "Unsupported value: \"Merged\""),
        ("../access/pull-grants.yaml", "\ndata:", "\ndate:", 'unknown field "date"'),
        ("../access/namespace.yaml", "team: vision", 'team: "vision team"', "Invalid value: \"vision team\""),
    ],
)  # fmt: skip
def test_a_fault_in_it_is_refused(cluster: ApiServer, tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    rendered("example", tmp_path)
    changed = tmp_path / "overlays/prod/vision/services" / file
    text = changed.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, _, error = dry_run(cluster, tmp_path / "overlays/prod")
    assert code != 0
    assert said in error


@pytest.mark.parametrize(("text", "taken"), NULLS)
def test_nulls_in_its_own_kinds(apiserver: ApiServer, text: str, taken: bool) -> None:
    run = apiserver.kubectl("create", "-f", "-", "--dry-run=server", "--validate=strict", stdin=text)
    assert (run.returncode == 0) == taken, run.stderr


def fleet_of(texts: list[str]) -> Object:
    """A fleet with each text in each free text field that reaches a cluster."""
    notes = {f"example.com/n{number}": text for number, text in enumerate(texts)}
    env = [{"name": f"N{number}", "value": text} for number, text in enumerate(texts)]
    container = {"name": "kserve-container", "image": "harbor.example.com/p0/app:1.0", "env": env, "args": texts}
    robots = [
        {"name": f"r{number}", "project": f"p{number}", "namespaces": ["nasty"], "expires": "never",
         "secret": {"key": text, "username": text, "password": text}}
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "nasty"},
        "registries": [{"name": "harbor", "host": "harbor.example.com"}],
        "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        "robots": robots,
        "namespaces": [{"name": "nasty", "annotations": notes}],
        "services": [
            {"name": "nasty", "namespace": "nasty", "annotations": notes, "spec": {"predictor": {"containers": [container]}}}
        ],
        "policies": {
            "exempt": [
                {"namespace": f"n{number}", "policies": ["require-pull-secret"], "reason": text, "until": "2027-01-01"}
                for number, text in enumerate(texts)
            ]
        },
    }


def texts_of_the_case() -> list[str]:
    """The values that the golden case places, all of them."""
    fleet = yaml.safe_load((CASES / "service/object/nasty-text/fleet.yaml").read_text(encoding="utf-8"))
    return list(fleet["namespaces"][0]["annotations"].values())


def strings(stored: Any, number: int) -> Iterator[tuple[str, str]]:
    """Where the text of that number stands in what the server gave back."""
    note = f"example.com/n{number}"
    container = stored["service"]["spec"]["predictor"]["containers"][0]
    yield "annotation of the namespace", stored["namespace"]["metadata"]["annotations"][note]
    yield "annotation of the service", stored["service"]["metadata"]["annotations"][note]
    yield "value of a variable", container["env"][number]["value"]
    yield "argument", container["args"][number]
    record = [entry["remoteRef"] for entry in stored[f"harbor-r{number}"]["spec"]["data"]]
    yield from (("key of a record", entry["key"]) for entry in record)
    yield from (("property of a record", entry["property"]) for entry in record)
    reasons = stored["policy"]["metadata"]["annotations"]["mooring.dev/exempt"]
    begun = reasons.split(f"n{number} until 2027-01-01: ", 1)[1]
    yield "reason of an exemption", begun.split(f"\nn{number + 1} until 2027-01-01: ", 1)[0]


@pytest.mark.parametrize("way", ["-k", "-f"])
def test_each_text_is_stored_as_it_is(apiserver: ApiServer, tmp_path: Path, way: str) -> None:
    texts = texts_of_the_case()
    assert {"yes", "012", "1_000", "0o17", "1:30", "~", "null", NEL, "a\nb: c", "{{ 7*7 }}", "${HOME}", "robot$x"} <= {
        *texts
    }
    (tmp_path / "fleet.yaml").write_text(as_yaml(fleet_of(texts)), encoding="utf-8")
    render(tmp_path)
    apiserver.kubectl("create", "namespace", "nasty", "--save-config")
    roots = [tmp_path / "overlays/default"]
    if way == "-f":
        files = [*tmp_path.glob("overlays/default/nasty/*/*.yaml"), *tmp_path.glob("policies/kyverno/*.yaml")]
        roots = [file for file in files if file.name != "kustomization.yaml"]
    applied = apiserver.kubectl("apply", *(part for root in roots for part in (way, root)))
    assert applied.returncode == 0, applied.stderr
    external = "/apis/external-secrets.io/v1/namespaces/nasty/externalsecrets"
    paths = {
        "namespace": "/api/v1/namespaces/nasty",
        "service": "/apis/serving.kserve.io/v1beta1/namespaces/nasty/inferenceservices/nasty",
        "policy": "/apis/policies.kyverno.io/v1/validatingpolicies/mooring-require-pull-secret",
        **{f"harbor-r{number}": f"{external}/harbor-r{number}" for number in range(len(texts))},
    }
    stored = {name: apiserver.get(path)[1] for name, path in paths.items()}
    arrived = [(where, number, text) for number in range(len(texts)) for where, text in strings(stored, number)]
    assert len(arrived) == len(texts) * 9
    wrong = [(where, texts[number], text) for where, number, text in arrived if text != texts[number]]
    # Kustomize itself makes white space of a NEL, however it is written: see test_kustomize.py
    assert [found for found in wrong if way == "-f" or found[1] != NEL] == []
