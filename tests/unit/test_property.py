"""Whatever the fleet: every Harbor image is covered by a Secret of its own pod spec, judged from the rendered files alone;
both YAMLs read the same from them; two runs write the same bytes; nothing else is touched.
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mooring import cli
from mooring.yaml.dump import dump
from tests.support.corpus import SCALARS, exact

Data = dict[str, Any]
HOSTS = (("harbor.example.com", ("alias.example.com:5000",)), ("h2.example.com:8443", ()))
PROJECTS = ("vision", "mirror", "team.models")
NAMESPACES = ("alpha", "beta", "gamma-2")
LABELS = st.sampled_from(["yes", "012", "1_000", "0o17", "null", "1e3", "y", "2001-01-01", "0x1F", "", "no", "1.5", "a"])
# What is refused is proved elsewhere: credentials in arguments (`=`) and URLs (`@`), controls that Kustomize cannot build.
REFUSED = re.compile("[=@\x7f-\x84\x86-\x9f\ufffe\uffff]")
FREE = st.one_of(st.sampled_from(SCALARS), st.text(max_size=20), st.sampled_from(["a\nb: c", "x\nadmin: true", "a\n\n"]))
TEXT = FREE.map(lambda text: REFUSED.sub("", text))
NOTES = st.dictionaries(st.sampled_from(["example.com/a", "note", "yes", "012"]), TEXT, max_size=2)

MODE = {"serving.kserve.io/deploymentMode": "Standard"}  # the only one that has canaries


@st.composite
def images(draw: st.DrawFn, harbor: bool | None = None) -> str:
    if harbor is False or (harbor is None and draw(st.integers(0, 3)) == 0):
        return draw(st.sampled_from(["nginx", "docker.io/library/nginx:1", "harbor.example.com.evil.org/vision/a:1"]))
    host, aliases = draw(st.sampled_from(HOSTS))
    tail = draw(st.sampled_from([":1", ":1.0-rc_2", "", "@sha256:" + 64 * "0"]))
    return f"{draw(st.sampled_from([host, *aliases]))}/{draw(st.sampled_from(PROJECTS))}/a/b{tail}"


@st.composite
def pods(draw: st.DrawFn, name: str) -> Data:
    env = [{"name": f"V{index}", "value": draw(TEXT)} for index in range(draw(st.integers(0, 2)))]
    main: Data = {"name": name, "image": draw(images())}
    made: Data = {"containers": [main | ({"env": env} if env else {})]}
    if draw(st.booleans()):
        made["initContainers"] = [{"name": "init", "image": draw(images()), "args": [draw(TEXT)]}]
    if draw(st.booleans()):
        made["imagePullSecrets"] = [{"name": draw(st.sampled_from(["other", "harbor-r0", "harbor-r1"]))}]
    return made


@st.composite
def specs(draw: st.DrawFn, kind: str) -> Data:
    if kind == "Deployment":
        pod = draw(pods("main"))
        if draw(st.booleans()):
            pod["volumes"] = [{"name": "v", "image": {"reference": draw(images())}}]
        labels = {"app": draw(LABELS)}
        return {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    if kind == "ServingRuntime":
        pod = draw(pods("kserve-container"))
        pod.pop("initContainers", None)
        return {"supportedModelFormats": [{"name": "sklearn", "version": "1"}], **pod}
    if kind == "LLMInferenceService":
        uri = draw(st.one_of(st.just("hf://a/b"), images().map(lambda image: f"oci://{image}")))
        extra = {"worker": draw(pods("main"))} if draw(st.booleans()) else {}
        return {"model": {"uri": uri, "name": "m"}, "template": draw(pods("main")), **extra}
    uri = draw(st.one_of(st.just("gs://a/b"), images().map(lambda image: f"oci://{image}")))
    model: Data = {"modelFormat": {"name": "sklearn"}, "storageUri": uri}
    spec: Data = {"predictor": draw(st.one_of(pods("kserve-container"), st.just({"model": model})))}
    if draw(st.booleans()) and "model" in spec["predictor"]:
        model["image"] = draw(images())
        worker = {"pipelineParallelSize": 2, "tensorParallelSize": 1, **draw(pods("worker-container"))}
        spec["predictor"] |= {"workerSpec": worker}
    if draw(st.booleans()):
        spec["transformer"] = draw(pods("kserve-container"))
    if draw(st.booleans()):
        spec["canary"] = [{"trafficPercent": 10, "predictor": {"name": "next", **draw(pods("kserve-container"))}}]
    return spec


@st.composite
def fleets(draw: st.DrawFn) -> Data:
    services, names = [], draw(st.lists(st.sampled_from(NAMESPACES), min_size=1, max_size=3, unique=True))
    for index in range(draw(st.integers(1, 5))):
        kind = draw(
            st.sampled_from(["InferenceService", "InferenceService", "LLMInferenceService", "Deployment", "ServingRuntime"])
        )
        service = {"name": f"s{index}", "namespace": draw(st.sampled_from(names)), "kind": kind, "spec": draw(specs(kind))}
        services.append(service | {"labels": {"l": draw(LABELS)}, "annotations": draw(NOTES) | MODE})
    robots: list[Data] = []
    for registry in ("h0", "h1"):
        for projects in draw(st.sampled_from([(PROJECTS,), (PROJECTS[:1], PROJECTS[1:]), tuple((p,) for p in PROJECTS)])):
            one = {"project": projects[0]} if len(projects) == 1 else {"projects": list(projects)}
            named = {"secretName": f"pull.{len(robots)}"} if draw(st.booleans()) else {}
            robots.append({"name": f"r{len(robots)}", "registry": registry, **one, **named})
    prod: Data = {"name": "prod", "secrets": {"store": {"name": "vault-prod"}}}
    if draw(st.booleans()):
        prod["registries"] = [{"name": "h0", "host": "harbor.prod.example.com:444"}]
    if scaled := [service for service in services if service["kind"] == "Deployment"]:
        prod["services"] = [{**{key: scaled[0][key] for key in ("name", "namespace", "kind")}, "spec": {"replicas": 2}}]
    return {
        "apiVersion": "mooring.dev/v1", "kind": "Fleet", "metadata": {"name": "random"},
        "registries": [{"name": f"h{i}", "host": host, "aliases": list(aliases)} for i, (host, aliases) in enumerate(HOSTS)],
        "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        "robots": robots,
        "namespaces": [{"name": name, "manage": draw(st.booleans()), "annotations": draw(NOTES),
                        "defaultServiceAccount": draw(st.sampled_from(["leave", "manage"]))} for name in names],
        "services": services,
        "environments": [{"name": "dev"}, prod],
    }  # fmt: skip


def render(folder: Path, fleet: Data, *options: str) -> tuple[int, str, dict[str, bytes]]:
    (folder / "fleet.yaml").write_text(dump(fleet), encoding="utf-8", newline="")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.main(["render", "--fleet", str(folder / "fleet.yaml"), *options])
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return code, said.getvalue(), files


# A judge of its own: where pod specs and images stand as the field's documentation lists them, not as mooring derives it.
PODS = {
    "Deployment": ("template.spec",), "ServingRuntime": ("",), "LLMInferenceService": ("template", "worker"),
    "InferenceService": ("predictor", "predictor.workerSpec", "transformer", "canary.0.predictor"),
}  # fmt: skip


def at(data: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        data = data.get(step) if isinstance(data, dict) else data[int(step)] if isinstance(data, list) and data else None
    return data


def pulled(data: Data, path: str, pod: Data) -> Iterator[str]:
    for container in [*pod.get("containers", ()), *pod.get("initContainers", ())]:
        yield container["image"]
    for volume in pod.get("volumes", ()):
        yield volume["image"]["reference"]
    if "model" in pod:
        yield pod["model"].get("image", "")
        yield pod["model"]["storageUri"]
    if data["kind"] == "LLMInferenceService":
        yield data["spec"]["model"]["uri"]


def uncovered(data: Data, grants: Mapping[str, str], made: set[str], hosts: set[str]) -> Iterator[str]:
    """The Harbor images of an object that no Secret of their own pod spec's list may pull."""
    for path in PODS[data["kind"]]:
        pod = at(data["spec"], path)
        for image in pulled(data, path, pod) if pod else ():
            host, _, rest = image.removeprefix("oci://").partition("/")
            pair = f"{host}/{rest.partition('/')[0]}"
            names = [entry["name"] for entry in pod.get("imagePullSecrets", ())]
            if host in hosts and not any(pair in grants.get(name, "").split(",") and name in made for name in names):
                yield f"{data['metadata']['name']} {path}: {image} by {names}"


def images_of(value: Any) -> Iterator[str]:
    """Every text of a value but arguments, which are nobody's images."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from images_of(inner) if key != "args" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from images_of(inner)
    elif isinstance(value, str):
        yield value


def objects(files: Mapping[str, bytes], folder: str) -> Iterator[Data]:
    for path, text in files.items():
        if path.startswith(f"{folder}/") and not path.endswith("kustomization.yaml"):
            yield yaml.safe_load(text)


# No shrinking: it would take minutes, and a fleet is readable as it is.
@settings(max_examples=12, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(fleets())
def test_any_fleet_renders_covered_deterministic_and_readable(fleet: Data) -> None:
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        code, said, files = render(Path(first), fleet, "--jobs", "1")
        assert code == 0, said
        assert {path.split("/")[0] for path in files} == {"fleet.yaml", "overlays", "policies"}
        assert render(Path(second), fleet, "--jobs", "2")[2] == files
        assert render(Path(first), fleet, "--jobs", "2")[2] == files
    for path, text in files.items():
        if path.endswith(".yaml") and path != "fleet.yaml":
            one, two = list(yaml.safe_load_all(text)), list(YAML(typ="safe", pure=True).load_all(text))
            assert exact(one) == exact(two), path
    asked = {(service["namespace"], service["name"]): service for service in fleet["services"]}
    for environment in ("dev", "prod"):
        moved = environment == "prod" and "registries" in fleet["environments"][1]
        hosts = {"h2.example.com:8443"} | ({"harbor.prod.example.com:444"} if moved else {HOSTS[0][0], *HOSTS[0][1]})
        for namespace in (entry["name"] for entry in fleet["namespaces"]):
            folder = f"overlays/{environment}/{namespace}"
            access = {(data["kind"], data["metadata"]["name"]): data for data in objects(files, f"{folder}/access")}
            grants = access["ConfigMap", "mooring-pull-grants"]["data"]
            made = {data["spec"]["target"]["name"] for (kind, _), data in access.items() if kind == "ExternalSecret"}
            services = list(objects(files, f"{folder}/services"))
            assert [line for data in services for line in uncovered(data, grants, made, hosts)] == []
            for data in services:
                service = asked.pop((namespace, data["metadata"]["name"])) if environment == "prod" else None
                assert service is None or data["metadata"].get("annotations", {}) == service["annotations"]
                assert "harbor.example.com/" not in str(list(images_of(data["spec"]))) or not moved
    assert asked == {}
