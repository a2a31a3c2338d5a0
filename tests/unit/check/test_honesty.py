"""Whatever the manifests: each image of each pod has one verdict, the classes add up, and `ok` is confirmed by a kubelet of
a few lines, which reads the files alone.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mooring import cli
from mooring.pulls.counting import class_of
from mooring.pulls.tally import CLASSES

Data = dict[str, Any]
NAMESPACES, NAMES = ("a", "b", ""), ("one", "two", "three")
HOSTS = ("harbor.example.com", "harbor.example.com:8443", "Harbor.example.com", "harbor.exmaple.com", "quay.io", "")
TAILS = (":1", "", ":", ":1:2", "@sha256:" + "0" * 64, "@sha256:abc", ":${TAG}", ":{{ .tag }}", ": 1", ":1+b")
TYPES = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "Opaque", None)
KEYS = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}

# https://github.com/distribution/reference/blob/v0.6.0/reference.go, as its comment writes the grammar
WORD = r"[a-z0-9]+(?:(?:[.]|_|__|[-]+)[a-z0-9]+)*"
LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
GRAMMAR = re.compile(
    rf"(?:(?P<host>{LABEL}(?:\.{LABEL})*(?::[0-9]+)?)/)?(?P<path>{WORD}(?:/{WORD})*)(?::\w[\w.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?",
    re.ASCII,
)


@st.composite
def images(draw: st.DrawFn) -> str:
    host, path = (
        draw(st.sampled_from(HOSTS)),
        draw(st.sampled_from(["vision/app", "Vision/app", "vision//app", "mirror/x/y"])),
    )
    return f"{host}/{path}{draw(st.sampled_from(TAILS))}".removeprefix("/")


@st.composite
def workloads(draw: st.DrawFn, name: str) -> Data:
    spec: Data = {
        "containers": [
            {"name": f"c{n}", "image": image} for n, image in enumerate(draw(st.lists(images(), min_size=1, max_size=3)))
        ]
    }
    if draw(st.booleans()):
        spec["initContainers"] = [{"name": "init", "image": draw(images())}]
    if listed := draw(st.lists(st.sampled_from([*NAMES, "absent"]), max_size=2)):
        spec["imagePullSecrets"] = [{"name": one} for one in listed]
    metadata: Data = {"name": name, **({"namespace": where} if (where := draw(st.sampled_from(NAMESPACES))) else {})}
    if draw(st.booleans()):
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    more = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": more}


@st.composite
def secrets(draw: st.DrawFn) -> Data:
    kind = draw(st.sampled_from(TYPES))
    hosts = draw(
        st.lists(
            st.sampled_from(
                [
                    "harbor.example.com",
                    "harbor.example.com:8443",
                    "harbor.example.com/vision",
                    "harbor.example.org",
                    "quay.io",
                ]
            ),
            max_size=2,
        )
    )
    entries: Data = {
        host: draw(st.sampled_from([{"auth": "dTpw"}, {"username": "u", "password": "p"}, {}])) for host in hosts
    }
    config = entries if kind == "kubernetes.io/dockercfg" else {"auths": entries}
    text = json.dumps(config) if draw(st.integers(0, 5)) else "{"
    metadata: Data = {
        "name": draw(st.sampled_from(NAMES)),
        **({"namespace": where} if (where := draw(st.sampled_from(NAMESPACES))) else {}),
    }
    data = {KEYS.get(kind or "", ".dockerconfigjson"): base64.b64encode(text.encode()).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data, **({"type": kind} if kind else {})}


def spec_of(data: Data) -> Data:
    spec: Data = data["spec"] if data["kind"] == "Pod" else data["spec"]["template"]["spec"]
    return spec


def images_of(data: Data) -> list[str]:
    return [one["image"] for key in ("initContainers", "containers") for one in spec_of(data).get(key, ())]


def entries_of(secret: Data) -> Data:
    """What a kubelet reads in a Secret."""
    key = KEYS.get(secret.get("type", ""))
    with contextlib.suppress(ValueError):
        config: Data = json.loads(base64.b64decode(secret["data"].get(key, "")))
        entries: Data = config if key == ".dockercfg" else config.get("auths", {})
        return entries
    return {}


def pulls(data: Data, image: str, given: list[Data]) -> bool:
    """Whether a kubelet would have a credential for the image: host and port as written, the path a prefix."""
    read = GRAMMAR.fullmatch(image)
    names = {entry["name"] for entry in spec_of(data).get("imagePullSecrets", ())}
    if read is None or not read["host"]:
        return False
    for secret in given:
        beside = secret["metadata"].get("namespace") == data["metadata"].get("namespace")
        if secret["kind"] != "Secret" or secret["metadata"]["name"] not in names or not beside:
            continue
        for key, entry in entries_of(secret).items():
            host, _, path = key.partition("/")
            if entry and host == read["host"] and f"/{read['path']}".startswith(f"/{path}"):
                return True
    return False


def checked(given: list[Data]) -> Data:
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(said):
        path = Path("all.json")
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": given}))
        cli.main(["check", str(path), "--registry", "harbor.example.com", "--pulls", "--format", "json"])
    result: Data = json.loads(said.getvalue())
    return result


def once(given: list[Data]) -> list[Data]:
    """Of two Secrets of one name in one namespace a cluster has one."""
    return [*{(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]): one for one in given}.values()]


@settings(max_examples=60, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(st.tuples(workloads("w0"), workloads("w1")), st.lists(secrets(), max_size=4))
def test_each_image_has_one_verdict_and_ok_is_true(pods: tuple[Data, ...], beside: list[Data]) -> None:
    given = once([*beside, *pods])
    result = checked(given)
    counts, found = result["summary"], result["pulls"]
    assert counts["pulls"] == len(found) == sum(counts[name] for name in CLASSES)
    assert Counter(class_of(pull["verdict"]) for pull in found) == Counter({k: counts[k] for k in CLASSES if counts[k]})
    for data in pods:
        own = [pull for pull in found if pull["object"]["name"] == data["metadata"]["name"]]
        assert len(own) == len(images_of(data))
        routes = {pull["route"]: pull["verdict"] for pull in own}
        assert len(routes) == len(own), "one verdict for each place"
        for key in ("initContainers", "containers"):
            for index, container in enumerate(spec_of(data).get(key, ())):
                (verdict,) = (
                    said
                    for route, said in routes.items()
                    if route.endswith(f"{key}[{index}].image") and f".{key}" in f".{route}"
                )
                judge(data, container["image"], verdict, given)


def judge(data: Data, image: str, verdict: str, given: list[Data]) -> None:
    """What may be said of an image, by a kubelet that sees the same files."""
    variable = "${" in image or "{{" in image
    if verdict == "ok":
        assert pulls(data, image, given), image
    elif verdict == "not-harbor":
        assert not variable and GRAMMAR.fullmatch(image) and not image.lower().startswith("harbor.example.com"), image
    elif verdict == "bad-image":
        assert not variable and not GRAMMAR.fullmatch(image), image
    elif verdict != "unknown":
        assert not pulls(data, image, given), (image, verdict)
    else:
        assert variable or not pulls(data, image, given), image
