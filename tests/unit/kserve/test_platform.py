"""KServe's own settings: what its ConfigMap says, and which ClusterStorageContainer is for an address."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mooring.kserve.platform import DOWNLOAD, Settings, is_settings, settings, storage_containers

NOTHING = Settings({}, (), "", "")


@pytest.mark.parametrize(("data", "found"), [
    ({"agent": {"image": "h/p/agent:1"}, "logger": {"image": ""}, "batcher": {"image": 7}, "router": {}},
     Settings({"agent": "h/p/agent:1"}, (), "")),
    ({"explainers": {"art": {"image": "h/p/art", "defaultImageVersion": "v1"}}},
     Settings({"explainers": "h/p/art:v1"}, (), "")),
    ({"explainers": {"art": {"image": "h/p/art:2"}}}, Settings({"explainers": "h/p/art:2"}, (), "")),
    ({"explainers": {"art": {"image": 7}}}, NOTHING),
    ({"explainers": {"art": "h/p/art:2"}}, NOTHING),
    ({"router": {"imagePullSecrets": ["a", "", 7, "b"]}}, Settings({}, ("a", "b"), "")),
    ({"router": {"imagePullSecrets": "ab"}}, NOTHING),
    ({"localModel": {"jobNamespace": "jobs"}}, Settings({}, (), "jobs")),
    ({"localModel": {"jobNamespace": ["jobs"]}}, NOTHING),
    ({"deploy": {"defaultDeploymentMode": "Standard"}}, Settings({}, (), "", "Standard")),
    ({"deploy": {"defaultDeploymentMode": 1}}, NOTHING),
])  # fmt: skip
def test_what_the_config_map_says(data: dict[str, Any], found: Settings) -> None:
    assert settings({"data": {key: json.dumps(value) for key, value in data.items()}}) == found


@pytest.mark.parametrize("entry", ["{", "[]", '"text"', "7", "[" * 2000, None, 7, {"image": "h/p/agent:1"}])
def test_an_entry_that_is_no_json_object_says_nothing(entry: Any) -> None:
    good = json.dumps({"image": "h/p/agent:1"})
    assert settings({"data": {"storageInitializer": entry, "agent": good}}) == Settings({"agent": "h/p/agent:1"}, (), "")
    assert settings({"data": [good]}) == settings({}) == NOTHING


@pytest.mark.parametrize(("kind", "namespace", "name", "is_it"), [
    ("ConfigMap", "kserve", "inferenceservice-config", True),
    ("ConfigMap", "ns", "inferenceservice-config", False),
    ("ConfigMap", "a-ns", "inferenceservice-config", False),
    ("ConfigMap", "kserve", "a-config", False),
    ("ConfigMap", "kserve", "other", False),
    ("Secret", "kserve", "inferenceservice-config", False),
])  # fmt: skip
def test_which_object_it_is(kind: str, namespace: str, name: str, is_it: bool) -> None:
    assert is_settings({"kind": kind, "metadata": {"namespace": namespace, "name": name}}) is is_it


CONTAINERS: list[dict[str, Any]] = [
    {"metadata": {"name": "google"}, "spec": {"supportedUriFormats": [{"prefix": "gs://"}]}},
    {"metadata": {"name": "web"}, "spec": {"supportedUriFormats": [{"regex": "^https?://.*[.]gz$"}, {"prefix": "web://"}]}},
    {"metadata": {"name": "both"}, "spec": {"supportedUriFormats": [{"prefix": "both://", "regex": "^gs://"}]}},
    {"metadata": {"name": "off"}, "disabled": True, "spec": {"supportedUriFormats": [{"prefix": "gs://"}]}},
    {"metadata": {"name": "job"}, "spec": {"workloadType": DOWNLOAD, "supportedUriFormats": [{"prefix": "gs://"}]}},
    {"metadata": {"name": "odd"}, "spec": {"supportedUriFormats": ["gs://", {"prefix": ""}, {"regex": "("}, {"regex": ""}]}},
    {"metadata": {"name": "odder"}, "spec": {"supportedUriFormats": {"prefix": "gs://"}}},
    {"metadata": {"name": "oddest"}, "spec": None},
    {"metadata": {"name": "google-too"}, "spec": {"supportedUriFormats": [{"prefix": "s3://"}, {"prefix": "gs://"}]}},
]


@pytest.mark.parametrize(("uri", "options", "found"), [
    ("gs://bucket/model", {}, ["google", "google-too"]),
    ("gs://bucket/model", {"use": DOWNLOAD}, ["job"]),
    ("gs://bucket/model", {"name": "google-too"}, ["google-too"]),
    ("gs://bucket/model", {"name": "web"}, []),
    ("https://h.example/model.gz", {}, ["web"]),
    ("https://h.example/model.zip", {}, []),
    ("web://model", {}, ["web"]),
    ("both://model", {}, ["both"]),
])  # fmt: skip
def test_the_containers_that_are_for_an_address(uri: str, options: dict[str, str], found: list[str]) -> None:
    assert [one["metadata"]["name"] for one in storage_containers(CONTAINERS, uri, **options)] == found
