"""Every manifest among KServe's own samples, runtimes and LLM configurations passes the schema derived for its version,
or stands below with the reason why not, which is never one of the schema's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from mooring.schema import validation
from mooring.schema.catalog import Catalog, KindInfo
from mooring.yaml.document import read_manifests
from schemas.make.modules import Module
from tests.real import crds
from tests.real.apiserver import ApiServer, endpoint

CATALOG = Catalog({"kserve": crds.SOURCES["kserve"].version.removeprefix("v").rpartition(".")[0]})
FOLDERS = ("docs/samples/", "config/runtimes/", "config/llmisvcconfig/")

PLACEHOLDER = "`{username}` stands where the reader is to write a name: no YAML until then"
ALIBI = "the Alibi explainer was taken out of KServe; its samples stayed"
OLD = "an API version that KServe dropped years ago"
POOL = "an InferencePool without fields that the CRD requires"
# file → what mooring says of it, and why it is right
EXCUSED: Mapping[str, tuple[str, str]] = {
    **{
        f"docs/samples/{name}.yaml": ("indented differently", PLACEHOLDER)
        for name in (
            "bentoml/bentoml", "v1beta1/custom/torchserve/autoscale", "v1beta1/custom/torchserve/bert-sample/bert",
            "v1beta1/custom/torchserve/canary", "v1beta1/custom/torchserve/gpu",
            "v1beta1/custom/torchserve/logger/torchserve-logger", "v1beta1/custom/torchserve/metrics",
            "v1beta1/custom/torchserve/torchserve-custom", "v1beta1/custom/torchserve/torchserve-custom-pv",
            "v1beta1/torchserve/model-archiver/model-archiver",
        )
    },
    **{
        f"docs/samples/explanation/alibi/{name}.yaml": ("unknown field `alibi` in `spec.explainer`", ALIBI)
        for name in ("cifar10/cifar10", "income/income", "moviesentiment/moviesentiment", "moviesentiment/moviesentiment2")
    },
    "docs/samples/explanation/aif/germancredit/bias-v1alpha1.yaml": ("no schema: serving.kserve.io/v1alpha2", OLD),
    "docs/samples/storage/pvc/mnist-pvc.yaml": ("no schema: serving.kserve.io/v1alpha2", OLD),
    "docs/samples/gcp-iap/sklearn-iap-no-authz.yaml": ("no schema: serving.kubeflow.org/v1beta1", OLD),
    "docs/samples/gcp-iap/sklearn-iap-with-authz.yaml": ("no schema: serving.kubeflow.org/v1beta1", OLD),
    "docs/samples/llmisvc/e2e-gpt-oss/llmisvc_config_default.yaml": ("missing required field `selector` in `", POOL),
    "docs/samples/llmisvc/e2e-gpt-oss/llmisvc_config_prefix_cache.yaml": ("missing required field `selector` in `", POOL),
    "docs/samples/llmisvc/kv-cache-offloading/llm-inference-service-kv-cache-offloading.yaml": (
        "unknown field `workload` in `spec`", "no field of this version's CRD; the server would prune it",
    ),
    "docs/samples/llmisvc/latency-predictor/llm-inference-service-latency-predictor.yaml": (
        "config.inline` is a string", "the CRD takes a mapping there, never a string",
    ),
    "docs/samples/rollout-strategy/rollout-strategy-example.yaml": (
        "unknown field `custom` in `spec.transformer`", "a field of v1alpha2; v1beta1 has `containers`",
    ),
    "docs/samples/v1beta1/torchserve/v1/bloom/bloom-560m.yaml": (
        "unknown field `nodeName` in `spec`", "it belongs under `predictor`; the server prunes it here",
    ),
}  # fmt: skip


class Judged(NamedTuple):
    file: str
    sort: str  # `judged`, or why it is left out
    findings: tuple[str, ...]
    data: Any = None


def judge(source: Module) -> Iterator[Judged]:
    """One line for each document of each YAML file; a file that is no YAML is one."""
    for folder in FOLDERS:
        for file, content in source.files(folder):
            if file.endswith((".yaml", ".yml")):
                yield from _judge(file, content)


def _judge(file: str, content: bytes) -> Iterator[Judged]:
    documents, problems = read_manifests(content, file)
    if problems:
        yield Judged(file, "judged", tuple(problem.message for problem in problems))
    for document in documents:
        data = document.data
        api_version, kind = str(data.get("apiVersion", "")), str(data.get("kind", ""))
        group = api_version.rpartition("/")[0]
        if file.endswith("kustomization.yaml"):
            yield Judged(file, "Kustomize's own", ())
        elif CATALOG.kind(api_version, kind) is not None:
            found = validation.check_object(CATALOG, data)
            yield Judged(file, "judged", tuple(finding.message for finding in found), data)
        elif group.startswith("serving.k") and kind == "InferenceService":
            yield Judged(file, "judged", (f"no schema: {api_version} {kind}",))
        else:
            yield Judged(file, f"not KServe's, and no schema known: {group or 'core'} {kind}", ())


def wrongs(judged: list[Judged], excused: Mapping[str, tuple[str, str]]) -> list[str]:
    """Refused and not excused, excused for something else, or excused and not refused."""
    refused = {line.file: line.findings for line in judged if line.findings}
    wrong = [f"{file}: {findings}" for file, findings in refused.items() if file not in excused]
    for file, (said, _) in excused.items():
        if not any(said in finding for finding in refused.get(file, ())):
            wrong.append(f"{file} is excused for `{said}`, and mooring says {refused.get(file, ())}")
    return wrong


@pytest.fixture(scope="module")
def judged(request: pytest.FixtureRequest) -> list[Judged]:
    return list(judge(request.getfixturevalue("module")("kserve")))


def test_each_sample_is_accepted_or_excused(judged: list[Judged]) -> None:
    assert wrongs(judged, EXCUSED) == []


def test_what_is_left_out_is_counted(judged: list[Judged]) -> None:
    counts = Counter(line.sort.partition(":")[0] for line in judged)
    assert counts == {"judged": 208, "Kustomize's own": 5, "not KServe's, and no schema known": 30}
    assert sum(line.sort == "judged" and not line.findings for line in judged) == 208 - len(EXCUSED)


@pytest.mark.parametrize(
    ("file", "entry"),
    [
        ("config/runtimes/kserve-sklearnserver.yaml", ("unknown field", "stale: the sample is accepted")),
        ("docs/samples/gone.yaml", ("unknown field", "stale: there is no such sample")),
        ("docs/samples/storage/pvc/mnist-pvc.yaml", ("unknown field", "stale: it is refused for another reason")),
    ],
)
def test_a_stale_excuse_is_found_out(judged: list[Judged], file: str, entry: tuple[str, str]) -> None:
    assert [wrong for wrong in wrongs(judged, {**EXCUSED, file: entry}) if wrong.startswith(f"{file} is excused for")]


def test_a_sample_that_is_refused_unexcused_is_found_out(judged: list[Judged]) -> None:
    file = "docs/samples/rollout-strategy/rollout-strategy-example.yaml"
    fewer = {name: entry for name, entry in EXCUSED.items() if name != file}
    assert [wrong.partition(":")[0] for wrong in wrongs(judged, fewer)] == [file]


def test_an_api_server_says_the_same(apiserver: ApiServer, judged: list[Judged]) -> None:
    """Of KServe's kinds, it refuses what the schema refuses, and nothing else but what its CEL validations are for."""
    wrong, by_cel = [], set()
    for line in judged:
        info = CATALOG.kind(line.data["apiVersion"], line.data["kind"]) if line.data else None
        if info is None or info.product != "kserve":
            continue
        status, said = apiserver.create(endpoint(info), {**line.data, "metadata": placed(line.data, info)})
        if status == 422 and not line.findings:
            by_cel.add(line.file)
        elif (status == 201) != (not line.findings):
            wrong.append(f"{line.file}: {status} {said}, mooring says {line.findings}")
    assert (wrong, by_cel) == ([], set())


def placed(data: Any, info: KindInfo) -> Any:
    """The object's metadata with a name, in a namespace that there is."""
    named = {"name": "sample", **data["metadata"]}
    return named if info.scope == "Cluster" else {**named, "namespace": "default"}
