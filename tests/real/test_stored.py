"""KServe's webhook rewrites of a service what `deprecated-mode`, `framework-alias` and `drifts` say, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mooring.kserve.defaulting import rewritings, stored_otherwise
from mooring.kserve.drifting import drifts
from mooring.kserve.model import ClusterContext
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.schema.catalog import Catalog
from tests.real import kserve_controller as kserve
from tests.real.apiserver import ApiServer, Programs
from tests.real.conftest import Modules, Tools

MODE = "serving.kserve.io/deploymentMode"
URI = {"storageUri": "s3://models/iris"}
MODEL = {"modelFormat": {"name": "sklearn"}, **URI}
WHOLE = {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}


def container(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "harbor.example.com/vision/detector:1", "resources": WHOLE, **more}


def limits(cpu: Any, memory: Any = "2Gi") -> dict[str, Any]:
    return {**MODEL, "resources": {"limits": {"cpu": cpu, "memory": memory}}}


PREDICTOR = {"predictor": {"model": MODEL}}
SERVICES: dict[str, tuple[dict[str, Any], str | None]] = {
    "old-mode": (PREDICTOR, "RawDeployment"),
    "new-mode": (PREDICTOR, "Standard"),
    **{key: ({"predictor": {key: URI}}, None) for key in ("sklearn", "xgboost", "pmml", "lightgbm", "triton", "onnx")},
    "whole": ({"predictor": {"containers": [container("kserve-container")]}}, None),
    "named": ({"predictor": {"containers": [container("server")]}}, None),
    "two": ({"predictor": {"containers": [container("side"), container("kserve-container", resources={})]}}, None),
    "second": ({"predictor": {"containers": [container("side", resources={}), container("kserve-container")]}}, None),
    "bare": ({"predictor": {"containers": [{"name": "kserve-container", "image": "nginx:1"}]}}, None),
    "limits": ({"predictor": {"containers": [container("kserve-container", resources={"limits": {"cpu": "2"}})]}}, None),
    "sidecar": ({"predictor": {"model": MODEL, "containers": [container("sidecar", resources={})]}}, None),
    "transformer": ({**PREDICTOR, "transformer": {"containers": [container("resize", resources={})]}}, None),
    "explainer": ({**PREDICTOR, "explainer": {"containers": [container("why", resources={})]}}, None),
    "quantity": ({"predictor": {"model": limits("0.5", "2048Mi")}}, None),
    "number": ({"predictor": {"model": limits(1, 2147483648)}}, None),
    "kept": ({"predictor": {"model": limits("1500m", "1.331G")}}, None),
    "in-list": (
        {"predictor": {"model": MODEL, "containers": [container("a", resources={"requests": {"memory": "1024Mi"}})]}},
        None,
    ),
}  # fmt: skip


def service(name: str) -> dict[str, Any]:
    spec, mode = SERVICES[name]
    metadata: dict[str, Any] = {"name": name, "namespace": "vision"}
    if mode is not None:
        metadata["annotations"] = {MODE: mode}
    return {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}


@pytest.fixture(scope="module")
def server(tool: Tools, module: Modules, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    programs = Programs(etcd=tool("etcd"), apiserver=tool("kube-apiserver"), kubectl=tool("kubectl"))
    folder = tmp_path_factory.mktemp("stored")
    with kserve.running(programs, tool("kserve-manager"), module("kserve"), folder, {}) as found:
        kserve.applied(found, kserve.namespace("vision"))
        yield found


@pytest.mark.parametrize("name", SERVICES)
def test_the_webhook_rewrites_what_is_said_and_no_more(name: str, server: ApiServer) -> None:
    written = service(name)
    done = server.kubectl("create", "--dry-run=server", "--output=json", "--filename=-", stdin=json.dumps(written))
    assert done.returncode == 0, done.stderr
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    said = [
        *rewritings(written, info, ClusterContext(release="0.20")),
        *stored_otherwise(written, info),
        *drifts(written, info),
    ]
    stored = json.loads(done.stdout)
    assert sorted(map(str, {*_changed(written, stored, ()), *_completed(written, stored)})) == sorted(
        str(one.route) for one in said
    )


def _changed(written: Any, stored: Any, route: Route) -> Iterator[Route]:
    """The routes at which something else stands than is written, or nothing."""
    if isinstance(written, dict) and isinstance(stored, dict):
        for key, value in written.items():
            yield from _changed(value, stored.get(key), (*route, key))
    elif isinstance(written, list) and isinstance(stored, list) and len(written) == len(stored):
        for index, value in enumerate(written):
            yield from _changed(value, stored[index], (*route, index))
    elif written != stored or type(written) is not type(stored):
        yield route


def _completed(written: Any, stored: Any) -> Iterator[Route]:
    """The containers, or their `resources` where that is written, that got defaults of cpu and memory."""
    for component in written["spec"]:
        for index, one in enumerate(get(written, ("spec", component, "containers")) or []):
            route: Route = ("spec", component, "containers", index)
            whole = {(p, k) for p, values in (get(stored, (*route, "resources")) or {}).items() for k in values}
            own = {(p, k) for p, values in one.get("resources", {}).items() for k in values}
            if whole - own:
                yield (*route, "resources") if "resources" in one else route
