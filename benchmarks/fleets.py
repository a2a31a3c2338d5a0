"""Fleets of any size: InferenceServices of 1.3 KB, a project and a robot for each namespace, a part for each ten."""

from __future__ import annotations

from pathlib import Path

_HEAD = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: benchmark}
versions: {kserve: "0.20", kubernetes: "1.36", kyverno: "1.19"}
include: [teams/*.yaml]
registries:
- {name: harbor, host: harbor.example.com, publicProjects: [library]}
secrets:
  backend: external-secrets
  store: {kind: ClusterSecretStore, name: vault}
platform:
  images: {storageInitializer: "harbor.example.com/library/storage-initializer:v0.20.0"}
policies: {engine: kyverno, action: Audit}
"""
_PART = "apiVersion: mooring.dev/v1\nkind: FleetPart\n"
_ROBOT = """\
- name: NAMESPACE
  project: NAMESPACE
  expires: 2099-03-01
"""
_NAMESPACE = """\
- name: NAMESPACE
  labels: {team: NAMESPACE}
"""
_SERVICE = """\
- name: SERVICE
  namespace: NAMESPACE
  robots: [NAMESPACE]
  labels: {team: NAMESPACE, tier: online}
  annotations:
    serving.kserve.io/deploymentMode: Standard
    serving.kserve.io/autoscalerClass: hpa
  spec:
    predictor:
      minReplicas: 1
      maxReplicas: 4
      model:
        modelFormat:
          name: pytorch
        runtime: kserve-tritonserver
        protocolVersion: v2
        storageUri: gs://models.example.com/NAMESPACE/SERVICE
        env:
        - name: OMP_NUM_THREADS
          value: "1"
        resources:
          requests:
            cpu: "1"
            memory: 2Gi
          limits:
            cpu: "2"
            memory: 4Gi
            nvidia.com/gpu: "1"
    transformer:
      minReplicas: 1
      maxReplicas: 2
      containers:
      - name: kserve-container
        image: harbor.example.com/NAMESPACE/SERVICE-transformer:1.0
        args:
        - --model_name=SERVICE
        - --predictor_protocol=v2
        - --http_port=8080
        env:
        - name: LOG_LEVEL
          value: info
        - name: FEATURE_STORE
          value: http://features.NAMESPACE.svc.cluster.local:6566
        ports:
        - containerPort: 8080
          protocol: TCP
        resources:
          requests:
            cpu: 100m
            memory: 256Mi
          limits:
            cpu: "1"
            memory: 1Gi
        readinessProbe:
          httpGet:
            path: /v2/health/ready
            port: 8080
          initialDelaySeconds: 5
          periodSeconds: 10
"""
_A_PART = 10


def pod_spec() -> str:
    """The `spec` of a service, as a manifest has it: NAMESPACE and SERVICE are still to be filled in."""
    return "\n".join(line.removeprefix("  ") for line in _SERVICE[_SERVICE.index("  spec:") :].split("\n"))


def namespace(index: int) -> str:
    """The name of one namespace: as long for the first as for the last, so that sizes compare."""
    return f"team-{index:05}"


def _filled(template: str, place: str, service: str = "") -> str:
    return template.replace("NAMESPACE", place).replace("SERVICE", service)


def write(root: Path, services: int, namespaces: int) -> None:
    """Writes fleet.yaml and teams/ below `root`: `services` shared out evenly over `namespaces`."""
    (root / "teams").mkdir(parents=True)
    (root / "fleet.yaml").write_text(_HEAD)
    names = [namespace(index) for index in range(namespaces)]
    for first in range(0, namespaces, _A_PART):
        chosen = names[first : first + _A_PART]
        lines = [_PART, "robots:\n", *(_filled(_ROBOT, name) for name in chosen)]
        lines += ["namespaces:\n", *(_filled(_NAMESPACE, name) for name in chosen), "services:\n"]
        for index in range(first, first + len(chosen)):
            lines += [_filled(_SERVICE, names[index], f"model-{n:06}") for n in range(index, services, namespaces)]
        (root / "teams" / f"{names[first]}.yaml").write_text("".join(lines))


def change_one(root: Path, value: str) -> None:
    """Gives one service in the middle of the fleet another environment value."""
    parts = sorted((root / "teams").iterdir())
    part = parts[len(parts) // 2]
    before, _, after = part.read_text().partition("name: OMP_NUM_THREADS\n          value: ")
    part.write_text(f'{before}name: OMP_NUM_THREADS\n          value: "{value}"\n{after.partition(chr(10))[2]}')
