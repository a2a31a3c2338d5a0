"""`mooring doctor SERVICE --kubeconfig` at a real API server: a Pod's Secrets are those it was admitted with."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real import apiserver as api
from tests.real.apiserver import ApiServer
from tests.support.doctored import SECRET, World
from tests.support.harbor import HarborStandIn


@pytest.fixture(scope="module")
def server(programs: api.Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with api.running(programs, tmp_path_factory.mktemp("apiserver"), service_accounts=True) as running:
        yield running


def of(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "vision"}, **more}


def test_an_account_s_list_is_that_of_the_pods_made_after_it(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with HarborStandIn(tmp_path / "harbor") as harbor:
        harbor.state.add_project("vision")
        harbor.state.add_image("vision/app", "1.0")
        harbor.state.add_robot("puller", "vision", secret=SECRET)
        world = World(tmp_path, harbor, capsys)
        login = base64.b64encode(f"robot$vision+puller:{SECRET}".encode()).decode()
        config = json.dumps({"auths": {harbor.host: {"auth": login}}})
        secret = of(
            "Secret", "harbor-puller", type="kubernetes.io/dockerconfigjson", stringData={".dockerconfigjson": config}
        )
        pod = {"containers": [{"name": "c", "image": f"{harbor.host}/vision/app:1.0"}], "serviceAccountName": "runner"}

        def put(*objects: dict[str, Any]) -> None:
            run = server.apply(*objects)
            assert run.returncode == 0, run.stderr

        def asked() -> tuple[list[str], list[str]]:
            _, entry = world.doctor("detector", "--kubeconfig", server.kubeconfig)
            first = entry["pulls"][0]
            return [cause["code"] for cause in first["causes"]], first["details"]

        put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "vision"}})
        assert asked()[0] == ["secret-absent"]
        put(secret, of("ServiceAccount", "runner"))
        assert asked() == ([], [])
        put(of("Pod", "detector-1", spec=pod))
        causes, details = asked()
        assert causes == ["pod-differs", "no-pull-secret"]
        put(of("ServiceAccount", "runner", imagePullSecrets=[{"name": "harbor-puller"}]))
        causes, details = asked()
        assert causes == ["account-after-pod", "no-pull-secret"]
        assert details[1] == "ServiceAccount `runner` has imagePullSecrets `harbor-puller` by now"
        assert server.kubectl("delete", "pod", "detector-1", "-n", "vision", "--now").returncode == 0
        put(of("Pod", "detector-2", spec=pod))
        assert asked() == ([], [])
