"""Environments to adopt: what each has, and what the fleet is to say of the last one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mooring.yaml.document import read_manifests

Object = dict[str, Any]
DEV, PROD = "harbor.dev.example.com", "harbor.prod.example.com"


def deployment(*images: str, name: str = "viewer", secret: str = "harbor", namespace: str = "vision", **spec: Any) -> Object:
    """A Deployment of containers `c0`, `c1` … in these images; `NAME=image` names one."""
    named = [image.split("=") if "=" in image else [f"c{index}", image] for index, image in enumerate(images)]
    pod = {
        "imagePullSecrets": [{"name": secret}],
        "containers": [{"name": container, "image": image} for container, image in named],
    }
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template} | spec,
    }  # fmt: skip


def with_metadata(data: Object, **metadata: Any) -> Object:
    return {**data, "metadata": {**data["metadata"], **metadata}}


def runtime(image: str) -> Object:
    container = {"name": "kserve-container", "image": image}
    spec = {"supportedModelFormats": [{"name": "onnx"}], "containers": [container]}
    spec["imagePullSecrets"] = [{"name": "harbor"}]  # type: ignore[list-item]
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterServingRuntime",
        "metadata": {"name": "onnx"},
        "spec": spec,
    }


def service(image: str, **predictor: Any) -> Object:
    spec = {"imagePullSecrets": [{"name": "harbor"}], "containers": [{"name": "kserve-container", "image": image}]}
    return {
        "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
        "metadata": {"name": "viewer", "namespace": "vision"}, "spec": {"predictor": spec | predictor},
    }  # fmt: skip


class Case(NamedTuple):
    """What the environments have, what must stand under `environments:` of the last one, and what is noted."""

    by_environment: dict[str, list[Object]]
    expected: dict[str, Any]
    notes: int = 0


def two(dev: Object, prod: Object, /, *, notes: int = 0, **expected: Any) -> Case:
    return Case({"dev": [dev], "prod": [prod]}, expected, notes)


DIGEST = "sha256:" + "1" * 64
OTHER = deployment(f"{DEV}/vision/other:1", name="other")
OVERRIDDEN = {"name": "viewer", "namespace": "vision"}
PULLED = {"template": {"spec": {"imagePullSecrets": [{"name": "harbor-prod"}]}}}
NAMED = {
    "nothing": two(deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:1")),
    "tag": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:2"),
        images=[{"name": f"{DEV}/vision/v", "newTag": "2"}],
    ),
    "tag of a public image": two(
        deployment(f"{DEV}/vision/v:1", "quay.io/org/log:1"), deployment(f"{DEV}/vision/v:1", "quay.io/org/log:2"),
        images=[{"name": "quay.io/org/log", "newTag": "2"}],
    ),
    "no tag here, one there": two(
        deployment(f"{DEV}/vision/v"), deployment(f"{DEV}/vision/v:2"), images=[{"name": f"{DEV}/vision/v", "newTag": "2"}],
    ),
    "digest": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v@{DIGEST}"),
        images=[{"name": f"{DEV}/vision/v", "digest": DIGEST}],
    ),
    "tag and digest": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:2@{DIGEST}"),
        services=[OVERRIDDEN | {"spec": {"template": {"spec": {"containers": [
            {"name": "c0", "image": f"{DEV}/vision/v:2@{DIGEST}"}]}}}}],
    ),
    "project": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/stable/v:1"),
        images=[{"name": f"{DEV}/vision/v", "newName": f"{DEV}/stable/v"}],
        robots=[{"name": "harbor", "projects": ["stable"]}],
    ),
    "host": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{PROD}/vision/v:1"),
        registries=[{"name": "harbor", "host": PROD}],
    ),
    "host and tag": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{PROD}/vision/v:2"),
        registries=[{"name": "harbor", "host": PROD}], images=[{"name": f"{DEV}/vision/v", "newTag": "2"}],
    ),
    "host of some": Case(
        {"dev": [deployment(f"{DEV}/vision/v:1"), OTHER], "prod": [deployment(f"{PROD}/vision/v:1"), OTHER]},
        {
            "images": [{"name": f"{DEV}/vision/v", "newName": f"{PROD}/vision/v"}],
            "services": [OVERRIDDEN | {"robots": ["harbor-harbor-1"]}],
        },
    ),
    "Secret": two(
        deployment(f"{DEV}/vision/v:1", secret="harbor-dev"), deployment(f"{DEV}/vision/v:1", secret="harbor-prod"),
        robots=[{"name": "harbor", "secretName": "harbor-prod"}], services=[OVERRIDDEN | {"spec": PULLED}],
    ),
    "a robot of one environment": two(
        deployment(f"{DEV}/vision/v:1"), deployment("quay.io/vision/v:1", secret="none"),
        robots=[{"name": "harbor", "namespaces": []}],
        images=[{"name": f"{DEV}/vision/v", "newName": "quay.io/vision/v"}],
        services=[OVERRIDDEN | {"robots": [], "spec": {"template": {"spec": {"imagePullSecrets": [{"name": "none"}]}}}}],
    ),
    "replicas": two(
        deployment(f"{DEV}/vision/v:1", replicas=1), deployment(f"{DEV}/vision/v:1", replicas=3),
        services=[OVERRIDDEN | {"spec": {"replicas": 3}}],
    ),
    "a key of dev": two(
        deployment(f"{DEV}/vision/v:1", paused=True), deployment(f"{DEV}/vision/v:1"),
        services=[OVERRIDDEN | {"spec": {"paused": None}}],
    ),
    "a null": two(
        deployment(f"{DEV}/vision/v:1", paused=True), deployment(f"{DEV}/vision/v:1", paused=None),
        services=[OVERRIDDEN | {"spec": {"paused": None}}],
    ),
    "true is no 1": two(
        service(f"{DEV}/vision/v:1", maxReplicas=1), service(f"{DEV}/vision/v:1", maxReplicas=2),
        services=[OVERRIDDEN | {"spec": {"predictor": {"maxReplicas": 2}}}],
    ),
    "labels": two(
        with_metadata(deployment(f"{DEV}/vision/v:1"), labels={"team": "v", "stage": "dev", "dev": "yes"}),
        with_metadata(deployment(f"{DEV}/vision/v:1"), labels={"team": "v", "stage": "prod"}),
        services=[OVERRIDDEN | {"labels": {"stage": "prod"}}],
    ),
    "annotations there only": two(
        deployment(f"{DEV}/vision/v:1"), with_metadata(deployment(f"{DEV}/vision/v:1"), annotations={"a": "b"}),
        services=[OVERRIDDEN | {"annotations": {"a": "b"}}],
    ),
    "one more container there": two(
        deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:1", "quay.io/org/log:1"),
        services=[OVERRIDDEN | {"spec": {"template": {"spec": {"containers": [
            {"name": "c0", "image": f"{DEV}/vision/v:1"}, {"name": "c1", "image": "quay.io/org/log:1"}]}}}}],
    ),
    "one container less there": two(deployment(f"{DEV}/vision/v:1", "quay.io/org/log:1"), deployment(f"{DEV}/vision/v:1")),
    "another container there": two(
        deployment(f"a={DEV}/vision/v:1", "b=quay.io/org/log:1"), deployment(f"a={DEV}/vision/v:1", "c=quay.io/org/log:1"),
        services=[OVERRIDDEN | {"robots": ["harbor"], "manifests": "services/prod/vision/viewer.deployment.yaml"}], notes=2,
    ),
    "an order of containers": two(
        deployment(f"a={DEV}/vision/v:1", "b=quay.io/org/log:1"), deployment("b=quay.io/org/log:1", f"a={DEV}/vision/v:1"),
        services=[OVERRIDDEN | {"spec": {"template": {"spec": {"containers": [
            {"name": "b", "image": "quay.io/org/log:1"}, {"name": "a", "image": f"{DEV}/vision/v:1"}]}}}}],
    ),
    "one image, two tags": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:1", name="other")],
            "prod": [deployment(f"{DEV}/vision/v:2"), deployment(f"{DEV}/vision/v:3", name="other")],
        },
        {"services": [
            {"name": name, "namespace": "vision", "spec": {"template": {"spec": {"containers": [
                {"name": "c0", "image": f"{DEV}/vision/v:{tag}"}]}}}}
            for name, tag in (("viewer", 2), ("other", 3))
        ]},
    ),
    "one of two changes its tag": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/vision/v:1", name="other")],
            "prod": [deployment(f"{DEV}/vision/v:2"), deployment(f"{DEV}/vision/v:1", name="other")],
        },
        {"services": [OVERRIDDEN | {"spec": {"template": {"spec": {"containers": [
            {"name": "c0", "image": f"{DEV}/vision/v:2"}]}}}}]},
    ),
    "hosts that change places": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1"), deployment(f"{PROD}/vision/w:1", name="other")],
            "prod": [deployment(f"{PROD}/vision/v:1"), deployment(f"{DEV}/vision/w:1", name="other")],
        },
        {
            "images": [
                {"name": f"{DEV}/vision/v", "newName": f"{PROD}/vision/v"},
                {"name": f"{PROD}/vision/w", "newName": f"{DEV}/vision/w"},
            ],
            "services": [
                {"name": "viewer", "namespace": "vision", "robots": ["harbor-harbor-1"]},
                {"name": "other", "namespace": "vision", "robots": ["harbor-harbor"]},
            ],
        },
    ),
    "a service of dev": Case(
        {"dev": [deployment(f"{DEV}/vision/v:1"), OTHER], "prod": [deployment(f"{DEV}/vision/v:1")]}, {}, 1,
    ),
    "a service of prod": Case(
        {"dev": [deployment(f"{DEV}/vision/v:1")], "prod": [deployment(f"{DEV}/vision/v:1"), OTHER]},
        {"services": [{
            "name": "other", "namespace": "vision", "robots": ["harbor"],
            "manifests": "services/prod/vision/other.deployment.yaml",
        }]}, 1,
    ),
    "a namespace of dev": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1"), deployment(f"{DEV}/lab/v:1", namespace="lab", secret="lab")],
            "prod": [deployment(f"{DEV}/vision/v:1")],
        },
        {"namespaces": ["vision"]},
    ),
    "a namespace of each": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1", namespace="vision-dev")],
            "prod": [deployment(f"{PROD}/vision/v:1", namespace="vision-prod")],
        },
        {"namespaces": ["vision-prod"]},
    ),
    "two kinds of one name": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1"), service(f"{DEV}/vision/v:1")],
            "prod": [deployment(f"{DEV}/vision/v:1", replicas=3), service(f"{DEV}/vision/v:1")],
        },
        {"services": [OVERRIDDEN | {"kind": "Deployment", "spec": {"replicas": 3}}]},
    ),
    "two kinds of one name, one of them of prod": Case(
        {"dev": [deployment(f"{DEV}/vision/v:1")], "prod": [deployment(f"{DEV}/vision/v:1"), service(f"{DEV}/vision/v:1")]},
        {"services": [{
            "name": "viewer-inferenceservice", "namespace": "vision", "robots": ["harbor"],
            "manifests": "services/prod/vision/viewer.inferenceservice.yaml",
        }]}, 1,
    ),
    "a runtime of the cluster": Case(
        {
            "dev": [runtime(f"{DEV}/vision/onnx:1"), deployment(f"{DEV}/vision/v:1")],
            "prod": [runtime(f"{PROD}/vision/onnx:2"), deployment(f"{PROD}/vision/v:1")],
        },
        {"registries": [{"name": "harbor", "host": PROD}], "images": [{"name": f"{DEV}/vision/onnx", "newTag": "2"}]},
    ),
    "three environments": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1", secret="dev")],
            "test": [deployment("harbor.test.example.com/vision/v:2", secret="test", replicas=2)],
            "prod": [deployment(f"{PROD}/vision/v:3", secret="prod", replicas=3)],
        },
        {
            "registries": [{"name": "harbor", "host": PROD}],
            "robots": [{"name": "dev", "secretName": "prod"}],
            "images": [{"name": f"{DEV}/vision/v", "newTag": "3"}],
            "services": [OVERRIDDEN | {"spec": {
                "replicas": 3, "template": {"spec": {"imagePullSecrets": [{"name": "prod"}]}}}}],
        },
    ),
    "a Secret of one name in two registries": Case(
        {
            "dev": [deployment(f"{DEV}/vision/v:1", f"{PROD}/vision/v:1", secret="both")],
            "prod": [deployment(f"{DEV}/vision/v:2", f"{PROD}/vision/v:2", secret="both")],
        },
        {"images": [{"name": f"{DEV}/vision/v", "newTag": "2"}, {"name": f"{PROD}/vision/v", "newTag": "2"}]},
    ),
}  # fmt: skip


def written(here: Path, by_environment: dict[str, list[Object]]) -> list[str]:
    """The words for `init`; the objects of each environment stand in a file of it."""
    words = ["init"]
    for environment, objects in by_environment.items():
        listed = {"apiVersion": "v1", "kind": "List", "items": objects}
        (here / f"{environment}.json").write_text(json.dumps(listed))
        words += ["--from", f"{environment}={environment}.json"]
    return words


def rendered(here: Path, environment: str) -> list[Object]:
    """The objects of the services, as Kustomize would leave them: files that are only there for it are not counted."""
    files = sorted((here / "overlays" / environment).glob("*/services/**/*.*.yaml"))
    files += (here / "overlays" / environment / "_cluster").glob("*.*.yaml")
    return [document.data for path in files for document in read_manifests(path.read_bytes(), path.name)[0]]


def pulled(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every image and every list of pull Secrets in an object."""
    if key in ("image", "imagePullSecrets"):
        yield key, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from pulled(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from pulled(item)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def by_identity(objects: list[Object], of: Callable[[Object], Any]) -> dict[tuple[str, str, str], Any]:
    return {(o["metadata"].get("namespace", ""), o["kind"], o["metadata"]["name"]): of(o) for o in objects}
