"""KServe's own controllers and webhooks, outside any cluster, beside an API server of their own.

No kubelet and no other controller runs: services become Deployments and LeaderWorkerSets, and a Pod appears only where a
test creates one. The API server's ServiceAccount plugin is on, so the accounts that Pods use must be created too.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from schemas.make.modules import Module
from tests.real import apiserver as api
from tests.real import crds as sources

NAMESPACE = "kserve"
CONFIG = "config/configmap/inferenceservice.yaml"
DEPLOYMENTS = "/apis/apps/v1/deployments"
LEADER_WORKER_SETS = "/apis/leaderworkerset.x-k8s.io/v1/leaderworkersets"
# What the controller of LLM services makes, and what it looks for: KServe's own tests bring the CRDs.
_OTHERS = ("test/crds/leaderworkerset", "test/crds/gateway-inference-extension.yaml", "test/crds/gatewayapi_")
_PRESETS = "config/llmisvcconfig/config-"
_HOOKS = "config/webhook/manifests.yaml"
_SERVED = ("inferenceservice.serving.kserve.io",)  # the webhook configurations that concern InferenceServices and Pods


@contextmanager
def running(
    programs: api.Programs, manager: Path, module: Module, folder: Path, config: Mapping[str, Mapping[str, Any]],
    *, llm: bool = False,
) -> Iterator[api.ApiServer]:  # fmt: skip
    """Yields the API server once KServe answers. `config` changes entries of KServe's ConfigMap, key by key.

    With `llm` the program is the controller of LLM services: it needs more CRDs and KServe's presets, and no webhooks.
    """
    with api.running(programs, folder, service_accounts=True) as server:
        server.install(sources.crds(module, "kserve"))
        if llm:
            server.install(sources.crds(module, "kserve", *_OTHERS))
        with serving(server, manager, module, folder, config, llm=llm):
            yield server


@contextmanager
def serving(
    server: api.ApiServer, manager: Path, module: Module, folder: Path, config: Mapping[str, Mapping[str, Any]],
    user: str = "", *, llm: bool = False,
) -> Iterator[Path]:  # fmt: skip
    """KServe on a server that has its CRDs, as this user or an administrator: yields its log once it answers. None of its
    webhooks is left behind."""
    applied(server, namespace(NAMESPACE))
    applied(server, configmap(module, config), *(presets(module) if llm else ()))
    metrics, health, hooks = api.free_ports(3)
    authority = _certificate(folder / "tmp" / "k8s-webhook-server" / "serving-certs")
    command: list[str | Path] = [manager, "--kubeconfig", server.acting(user, folder)]
    command += [f"--metrics-addr=127.0.0.1:{metrics}", f"--health-probe-addr=127.0.0.1:{health}", f"--webhook-port={hooks}"]
    command += ["--metrics-secure=false"] if llm else []
    # KServe looks for its certificate below the system's temporary folder, and for its ConfigMap in its namespace
    environment = {"POD_NAMESPACE": NAMESPACE, "TMPDIR": str(folder / "tmp")}
    with api.process(command, folder, **environment) as started:
        log = api.log_of(command, folder)
        api.until(lambda: _answers(hooks, started, log), "KServe's webhooks to listen")
        served = [] if llm else webhooks(module, f"https://127.0.0.1:{hooks}", authority)
        if served:
            applied(server, *served)
        try:
            yield log
        finally:
            if served:
                server.kubectl("delete", *(f"{one['kind'].lower()}/{one['metadata']['name']}" for one in served))


def presets(module: Module) -> list[dict[str, Any]]:
    """KServe's own configs of LLM services, in its namespace."""
    found = [yaml.safe_load(content) for _, content in module.files(_PRESETS)]
    return [{**one, "metadata": {**one["metadata"], "namespace": NAMESPACE}} for one in found]


def configmap(module: Module, config: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """KServe's own ConfigMap in Standard mode and without ingresses, whose kinds are not installed."""
    changes = {
        "deploy": {"defaultDeploymentMode": "Standard"},
        "ingress": {"disableIngressCreation": True, "disableIstioVirtualHost": True},
        **config,
    }
    [(_, content)] = module.files(CONFIG)
    whole: dict[str, Any] = yaml.safe_load(content)
    data = {key: value for key, value in whole["data"].items() if not key.startswith("_")}
    for key, change in changes.items():
        data[key] = json.dumps({**json.loads(data.get(key, "{}")), **change})
    return {**whole, "data": data}


def webhooks(module: Module, url: str, authority: bytes) -> list[dict[str, Any]]:
    """KServe's webhook configurations, with a URL where a cluster has a Service."""
    [(_, content)] = module.files(_HOOKS)
    found = [one for one in yaml.safe_load_all(content) if one and one["metadata"]["name"] in _SERVED]
    for one in found:
        one["metadata"] = {"name": one["metadata"]["name"]}
        for hook in one["webhooks"]:
            path = hook["clientConfig"]["service"]["path"]
            hook["clientConfig"] = {"url": url + path, "caBundle": base64.b64encode(authority).decode()}
            hook["admissionReviewVersions"] = ["v1", "v1beta1"]
    return found


def _certificate(folder: Path) -> bytes:
    """A certificate of its own authority for the loopback address."""
    folder.mkdir(parents=True)
    crt, key = folder / "tls.crt", folder / "tls.key"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", crt, *names]
    subprocess.run(made, check=True, capture_output=True)
    return crt.read_bytes()


def _answers(port: int, started: subprocess.Popen[bytes], log: Path) -> bool:
    if started.poll() is not None:
        raise RuntimeError(f"{log.stem} ended with {started.returncode}:\n{api.tail(log)}")
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False


def namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def applied(server: api.ApiServer, *objects: Mapping[str, Any]) -> None:
    done = server.apply(*objects)
    if done.returncode != 0:
        raise RuntimeError(f"the API server refused what it was given: {done.stderr}")


def version(server: api.ApiServer, path: str = DEPLOYMENTS) -> str:
    """The point in the server's history from which objects are to be watched."""
    _, answer = server.get(f"{path}?limit=1")
    assert isinstance(answer, dict), answer
    return str(answer["metadata"]["resourceVersion"])


def workloads(
    server: api.ApiServer, since: str, wanted: set[tuple[str, str]], patience: float, path: str = DEPLOYMENTS
) -> dict[tuple[str, str], Any]:
    """The Deployments made since then by (namespace, name), once all that are wanted were made, or patience is at its end.

    They are watched, not listed: KServe 0.20 takes the workers' Deployment for a canary's that is gone, and deletes and
    makes it again without end.
    """
    found: dict[tuple[str, str], Any] = {}
    for event in server.watch(f"{path}?watch=1&resourceVersion={since}&timeoutSeconds={patience:.0f}"):
        made = event["object"]
        if event["type"] in ("ADDED", "MODIFIED"):
            found[made["metadata"]["namespace"], made["metadata"]["name"]] = made
        if wanted <= set(found):
            break
    return found


def admitted(server: api.ApiServer, templates: Mapping[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """The Pods that templates become in a dry run: through KServe's webhook and the admission plugins."""
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": template["metadata"].get("labels", {}),
                "annotations": template["metadata"].get("annotations", {}),
            },
            "spec": template["spec"],
        }
        for (namespace, name), template in sorted(templates.items())
    ]
    if not pods:
        return {}
    flags = ["--dry-run=server", "--validate=false", "--output=json"]
    done = server.kubectl("create", *flags, "--filename=-", stdin=api.as_list(pods))
    if done.returncode != 0:
        raise RuntimeError(f"the API server refused a Pod that KServe makes: {done.stderr[:3000]}")
    return {(pod["metadata"]["namespace"], pod["metadata"]["name"]): pod for pod in _documents(done.stdout)}


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """`kubectl create` prints one JSON object after the other."""
    decoder, end = json.JSONDecoder(), 0
    while (start := text.find("{", end)) >= 0:
        found, end = decoder.raw_decode(text, start)
        yield found
