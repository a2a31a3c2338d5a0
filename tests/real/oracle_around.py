"""What the objects of the oracle tests meet: ServiceAccounts, runtimes, and images that fetch models."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]

HOST = "harbor.example.com"
DIGEST = "sha256:" + "ab" * 32
NAMESPACES = ("alpha", "beta")
SERVER_TYPE = "serving.kserve.io/server-type"
# The lists of the ServiceAccounts in each namespace; the first is what Pods without an account get.
ACCOUNTS = {
    ("alpha", "default"): ("account-default",),
    ("alpha", "listed"): ("account-b", "account-a"),
    ("alpha", "bare"): (),
    ("beta", "default"): (),
    ("beta", "listed"): ("account-c",),
    ("beta", "bare"): (),
}


def accounts() -> list[Object]:
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": namespace},
            "imagePullSecrets": listed(secrets),
        }
        for (namespace, name), secrets in ACCOUNTS.items()
    ]


def listed(names: tuple[str, ...] | list[str]) -> list[Object]:
    return [{"name": name} for name in names]


def _format(name: str, version: str | None = None, priority: int | None = None, auto: bool = True) -> Object:
    entry: Object = {"name": name, "autoSelect": auto}
    if version is not None:
        entry["version"] = version
    if priority is not None:
        entry["priority"] = priority
    return entry


def _runtime(
    name: str, image: str, formats: list[Object], *, namespace: str = "", secrets: tuple[str, ...] = (),
    protocols: tuple[str, ...] = ("v1", "v2"), server: str = "", gpu: bool = False, more: Object | None = None,
    beside: list[Object] | None = None,
) -> Object:  # fmt: skip
    container: Object = {"name": "kserve-container", "image": image}
    if gpu:
        container["resources"] = {"limits": {"nvidia.com/gpu": "1"}}
    metadata: Object = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if server:
        metadata["annotations"] = {SERVER_TYPE: server}
    spec: Object = {"supportedModelFormats": formats, "containers": [container, *(beside or [])], **(more or {})}
    if protocols:
        spec["protocolVersions"] = list(protocols)
    if secrets:
        spec["imagePullSecrets"] = listed(secrets)
    kind = "ServingRuntime" if namespace else "ClusterServingRuntime"
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def runtimes() -> list[Object]:
    """Of equal ones KServe takes the youngest, then by name: so the one whose name comes first is created last here."""
    skl = [_format("sklearn", "1", 1)]
    nodes = {
        "workerSpec": {
            "pipelineParallelSize": 2,
            "tensorParallelSize": 1,
            "imagePullSecrets": listed(("nodes-worker", "shared")),
            "containers": [{"name": "worker-container", "image": f"{HOST}/rt/worker:1"}],
        }
    }
    bare_nodes = {
        "workerSpec": {
            "pipelineParallelSize": 2,
            "tensorParallelSize": 1,
            "containers": [{"name": "worker-container", "image": f"{HOST}/rt/bare-worker:1"}],
        }
    }
    sidecars = [
        {"name": "transformer-container", "image": f"{HOST}/rt/transformer:1"},
        {"name": "beside", "image": f"{HOST}/rt/beside:1"},
    ]
    return [
        _runtime("kserve-sklearnserver", f"{HOST}/rt/sklearn:1.0", skl),
        _runtime("sklearn-first", f"{HOST}/rt/sklearn-first:1.0", [_format("sklearn", "1", 5)], secrets=("rt-first",)),
        _runtime(
            "sklearn-v2", f"{HOST}/rt/sklearn-v2:1.0", [_format("sklearn", "2", 9)], secrets=("rt-v2",), protocols=("v2",)
        ),
        _runtime("sklearn-manual", f"{HOST}/rt/sklearn-m:1.0", [_format("sklearn", "1", 99, auto=False)], secrets=("rt-m",)),
        _runtime("sklearn-off", f"{HOST}/rt/sklearn-o:1.0", [_format("sklearn", "1", 99)], more={"disabled": True}),
        _runtime("sklearn-alpha", f"{HOST}/rt/sklearn-a:1.0", skl, namespace="alpha", secrets=("rt-alpha", "shared")),
        _runtime("both", f"{HOST}/rt/both-cluster:1.0", [_format("both", "1")], secrets=("rt-both-cluster",)),
        _runtime("both", f"{HOST}/rt/both-alpha:1.0", [_format("both", "1")], namespace="alpha", secrets=("rt-both-alpha",)),
        _runtime("xgb-z", f"{HOST}/rt/xgb-z:1", [_format("xgboost", "1")], protocols=()),
        _runtime("xgb-v2", f"{HOST}/rt/xgb-v2:1", [_format("xgboost", "1", 2)], protocols=("v2", "grpc-v2")),
        _runtime("xgb-b", f"{HOST}/rt/xgb-b:1", [_format("xgboost", "2"), _format("xgboost", "1")], secrets=("rt-xgb",)),
        _runtime("xgb-a", f"{HOST}/rt/xgb-a:1", [_format("xgboost", "1")], protocols=("v1",)),
        _runtime("lgb-none", f"{HOST}/rt/lgb-none:1", [_format("lightgbm", "1")]),
        # the priority that counts is that of the first entry with the format's name, whatever its version
        _runtime("lgb-late", f"{HOST}/rt/lgb-late:1", [_format("lightgbm", "9", 1), _format("lightgbm", "1", 90)]),
        _runtime("lgb-early", f"{HOST}/rt/lgb-early:1", [_format("lightgbm", "1", 3)], secrets=("rt-lgb",)),
        _runtime("kserve-huggingfaceserver", f"{HOST}/rt/hf:1.0", [_format("huggingface", "1", 1)], secrets=("rt-hf",)),
        _runtime("hf-gpu", f"{HOST}/rt/hf:2.0-gpu", [_format("hfgpu", "1")], server="huggingfaceserver", gpu=True),
        _runtime("kserve-vllmserver", f"{HOST}/rt/vllm-openai:v1", [_format("vllm", "1")], secrets=("rt-vllm",)),
        _runtime("vllm-digest", f"{HOST}/rt/vllm-openai@{DIGEST}", [_format("vllmd", "1")], server="vllmserver"),
        _runtime("vllm-both", f"{HOST}/rt/vllm-openai:v1@{DIGEST}", [_format("vllmb", "1")], server="vllmserver"),
        _runtime("vllm-cpu", f"{HOST}/rt/vllm-openai-cpu:v1", [_format("vllmc", "1")], server="vllmserver"),
        _runtime("vllm-gpu", f"{HOST}/rt/vllm-openai:v2", [_format("vllmg", "1")], server="vllmserver", gpu=True),
        _runtime("kserve-tensorflow-serving", f"{HOST}/rt/tf:2.6", [_format("tensorflow", "1")]),
        _runtime("tf-untagged", f"{HOST}:8443/rt/tf", [_format("tfu", "1")], server="tensorflow-serving"),
        _runtime("kserve-torchserve", f"{HOST}:8443/rt/torch:0.9", [_format("pytorch", "1")], secrets=("rt-torch",)),
        _runtime("crew", f"{HOST}/rt/crew:1", [_format("crew", "1")], secrets=("rt-crew", "shared"), beside=sidecars),
        _runtime("named", HOST + "/rt/{{.Name}}:{{ .Namespace }}", [_format("named", "1")]),
        _runtime("nodes", f"{HOST}/rt/head:1", [_format("nodes", "1", 1)], secrets=("nodes-head", "shared"), more=nodes),
        _runtime("nodes-bare", f"{HOST}/rt/bare-head:1", [_format("bare", "1", 1)], more=bare_nodes),
        _runtime("nodes-not", f"{HOST}/rt/nodes-not:1", [_format("nodes", "1", 9)], secrets=("rt-not",)),
    ]


def storage_containers() -> list[Object]:
    """Images that fetch models, by the addresses that they are for. Where two are, KServe takes either."""

    def one(name: str, *, prefix: str = "", regex: str = "", image: bool = True, **more: Any) -> Object:
        container: Object = {"name": "storage-initializer", **({"image": f"{HOST}/fetch/{name}:1"} if image else {})}
        use, off = more.get("use", "initContainer"), {"disabled": True} if more.get("disabled") else {}
        formats = [{"prefix": prefix} if prefix else {"regex": regex}]
        spec = {
            "container": container,
            "supportedUriFormats": formats,
            "workloadType": use,
            "supportsMultiModelDownload": True,
        }
        version, kind = "serving.kserve.io/v1alpha1", "ClusterStorageContainer"
        return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec, **off}

    return [
        one("a-off", prefix="gs://", disabled=True),
        one("b-job", prefix="gs://", use="localModelDownloadJob"),
        one("google", prefix="gs://"),
        one("hub", prefix="hf://", image=False),
        one("web", regex="^https?://(.+)/(.+)$"),
        one("one-of-two", prefix="s3://chosen/"),
        one("other-of-two", regex="^s3://chosen/"),
    ]
