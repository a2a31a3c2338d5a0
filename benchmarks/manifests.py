"""Hand-written manifests of any number: InferenceServices as `fleets` has them, a hundred a file, one in twenty broken.

What is broken is what people break: a Secret that stands in another namespace, none named at all, a field with a slip in
its name, an `imagePullSecrets` where nothing reads it. Each namespace has its pull Secret; it stands in the file of the
namespace's first service.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from fleets import namespace, pod_spec

_HEAD = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: SERVICE
  namespace: NAMESPACE
  labels: {team: NAMESPACE, tier: online}
  annotations:
    serving.kserve.io/deploymentMode: Standard
    serving.kserve.io/autoscalerClass: hpa
"""
_SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: NAMESPACE-pull
  namespace: NAMESPACE
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: CONFIG
"""
_PULLS = "    imagePullSecrets: [{name: NAMESPACE-pull}]\n"
_EVERY = 20  # one service in so many is broken
_PREDICTOR, _TRANSFORMER = "  predictor:\n", "  transformer:\n"


def _service(number: int, place: str, other: str) -> str:
    """One service of a namespace; `other` is a namespace that has Secrets of its own."""
    spec = pod_spec().replace(_PREDICTOR, _PREDICTOR + _PULLS).replace(_TRANSFORMER, _TRANSFORMER + _PULLS)
    if number % _EVERY == 0:
        spec = _broken(spec, number // _EVERY % 4, other)
    return (_HEAD + spec).replace("NAMESPACE", place).replace("SERVICE", f"model-{number:06}")


def _broken(spec: str, fault: int, other: str) -> str:
    if fault == 0:
        return spec.replace("NAMESPACE-pull", f"{other}-pull")
    if fault == 1:
        return spec.replace(_TRANSFORMER + _PULLS, _TRANSFORMER)
    if fault == 2:
        return spec.replace("maxReplicas: 2", "maxReplica: 2")
    return spec.replace(_TRANSFORMER + _PULLS, _TRANSFORMER).replace(
        "      ports:\n", "      imagePullSecrets: [{name: NAMESPACE-pull}]\n      ports:\n"
    )


def _secret(place: str) -> str:
    auth = base64.b64encode(f"robot${place}:Harbor12345".encode()).decode()
    config = json.dumps({"auths": {"harbor.example.com": {"auth": auth}}})
    return _SECRET.replace("NAMESPACE", place).replace("CONFIG", base64.b64encode(config.encode()).decode())


def write(root: Path, services: int, namespaces: int, a_file: int = 100) -> list[Path]:
    """Writes the manifests below `root`; gives the files. Neighbours share a namespace."""
    root.mkdir(parents=True, exist_ok=True)
    each = -(-services // namespaces)
    files: list[Path] = []
    for first in range(0, services, a_file):
        documents: list[str] = []
        for number in range(first, min(first + a_file, services)):
            index = number // each
            if number % each == 0:
                documents.append(_secret(namespace(index)))
            documents.append(_service(number, namespace(index), namespace((index + 1) % namespaces)))
        files.append(root / f"services-{first:06}.yaml")
        files[-1].write_text("---\n".join(documents))
    return files


def broken(services: int) -> list[int]:
    """How many of them have each of the four faults; a schema sees the last two."""
    return [len(range(fault * _EVERY, services, 4 * _EVERY)) for fault in range(4)]
