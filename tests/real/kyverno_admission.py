"""Kyverno's own admission controller, outside any cluster, beside an API server of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real import apiserver as api
from tests.real import in_force, verdicts

NAMESPACE = "kyverno"
EXEMPT = verdicts.HARNESS
ENVIRONMENT = {
    "KYVERNO_NAMESPACE": NAMESPACE,
    "KYVERNO_SERVICEACCOUNT_NAME": "kyverno",
    "KYVERNO_DEPLOYMENT": "kyverno",
    "KYVERNO_POD_NAME": "kyverno-0",
    "KYVERNO_SVC": "kyverno-svc",
    "INIT_CONFIG": "kyverno",
    "METRICS_CONFIG": "kyverno-metrics",
    "POD_IP": "127.0.0.1",
}
FLAGS = (
    "--webhookServerHost=127.0.0.1",
    "--caSecretName=kyverno-ca",
    "--tlsSecretName=kyverno-tls",
    f"--backgroundServiceAccountName=system:serviceaccount:{NAMESPACE}:background",
    f"--reportsServiceAccountName=system:serviceaccount:{NAMESPACE}:reports",
    "--controllerRuntimeMetricsAddress=0",
    "--metricsHost=127.0.0.1",  # it listens there whether or not metrics are disabled
    "--disableMetrics=true",
    "--enableTuf=false",
    "--admissionReports=false",
    "--disableLogColor=true",
)


@dataclass(frozen=True)
class Admission:
    """An API server that asks Kyverno, which `controller` is; `judge` asks the server in turn. `native` are the server's own
    policies beside Kyverno's."""

    server: api.ApiServer
    judge: verdicts.Judge
    policies: in_force.Policies
    native: in_force.Policies
    controller: subprocess.Popen[bytes]

    def apply(self, policies: Sequence[verdicts.Object]) -> None:
        """Makes these ValidatingPolicies and MutatingPolicies the ones in force."""
        self.policies.apply(policies)

    def remove(self) -> None:
        self.policies.remove()


def barrier(name: str, probe: str) -> list[verdicts.Object]:
    """The first signs the probe, the second denies it and tells who has signed: both kinds are in force."""
    patch = f"[JSONPatch{{op: 'add', path: '/data', value: {{'by': '{name}'}}}}]"
    mutation = {"patchType": "JSONPatch", "jsonPatch": {"expression": patch}}
    told = {"expression": "false", "messageExpression": "'seen by ' + (has(object.data) ? object.data.by : 'none')"}
    specs: dict[str, verdicts.Object] = {
        "MutatingPolicy": {"mutations": [mutation]},
        "ValidatingPolicy": {"validationActions": ["Deny"], "validations": [told]},
    }
    match = {"matchConstraints": in_force.match(probe)}
    return [
        {"apiVersion": "policies.kyverno.io/v1", "kind": kind, "metadata": {"name": name}, "spec": {**match, **spec}}
        for kind, spec in specs.items()
    ]


@contextmanager
def admission(program: Path, server: api.ApiServer, folder: Path) -> Iterator[Admission]:
    """Yields once Kyverno judges. The server must have Kyverno's CRDs."""
    # Nothing is filtered but Kyverno's own namespace. (An installation by Helm also leaves ReplicaSets and kube-* alone.)
    selector = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [NAMESPACE]}]}
    config = {"webhooks": json.dumps({"namespaceSelector": selector}), "excludeUsernames": EXEMPT}
    setup: list[verdicts.Object] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kyverno", "namespace": NAMESPACE}, "data": config},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kyverno-metrics", "namespace": NAMESPACE}},
    ]
    port, metrics = api.free_ports(2)
    command: list[str | Path] = [program, f"--kubeconfig={server.kubeconfig}", *FLAGS]
    # `serverIP` is the address in the webhook configurations, `webhookServerPort` where it listens
    command += [f"--serverIP=127.0.0.1:{port}", f"--webhookServerPort={port}", f"--metricsPort={metrics}"]
    with verdicts.judging(server) as judge:
        judge.store(*setup)
        verdicts.open_to_all(judge)
        with api.process(command, folder, **ENVIRONMENT) as started:
            log = api.log_of(command, folder)
            api.until(
                lambda: api.is_healthy(f"https://127.0.0.1:{port}/health/readiness", started, log), "Kyverno to be ready"
            )
            running = Admission(server, judge, in_force.Policies(judge, "kyverno", barrier), in_force.native(judge), started)
            running.remove()
            yield running
