"""What the objects of the suites are made of: pods, services and pull Secrets, and what the grants beside them say."""

from __future__ import annotations

import base64
import json
from typing import Any

from mooring.fleet.grants import LOGIN, OPEN
from mooring.policies.model import Object, Sample
from mooring.registry.reference import host_name

NAMESPACE = "suite"
BARE = "suite-without-grants"
KSERVE = "serving.kserve.io"
DOCKER = "kubernetes.io/dockerconfigjson"
OWNER = "owner"
"""The InferenceService whose own Secret is that of the sample."""
OTHER_ROBOT = "login-of-another-robot"
"""A Secret that is to have another robot's login than the sample's."""
ELSEWHERE = "registry.invalid"
"""A registry that is no fleet's: nobody can have the name (https://www.rfc-editor.org/rfc/rfc2606#section-2)."""


def image(sample: Sample) -> str:
    """What the sample's Secret pulls."""
    return f"{sample.host}/{sample.project}/app:1.0"


def other_secret(sample: Sample) -> str:
    """A Secret that pulls another project, and that everything in the namespace may use."""
    return f"{sample.secret}-of-another-project"


def other_image(sample: Sample) -> str:
    """What that Secret pulls."""
    return f"{sample.host}/{sample.project}-of-others/app:1.0"


def other_port(sample: Sample) -> str:
    """The same image by another port of the host."""
    port = "65534" if sample.host.endswith(":65535") else "65535"
    return f"{host_name(sample.host)}:{port}/{sample.project}/app:1.0"


def grants(sample: Sample) -> dict[str, str]:
    """ConfigMap `mooring-pull-grants` of the suites' namespace."""
    other, others = other_secret(sample), f"{sample.host}/{sample.project}-of-others"
    return {
        f"_inferenceservice.{OWNER}": sample.secret,
        f"{LOGIN}{sample.secret}": sample.login,
        f"{LOGIN}{OTHER_ROBOT}": f"{sample.login}-of-others",
        OPEN: other,
        sample.secret: f"{sample.host}/{sample.project}",
        other: others,
    }


def thing(api_version: str, kind: str, name: str, spec: Object, namespace: str | None = NAMESPACE) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def container(found: str) -> list[Object]:
    return [{"name": "main", "image": found}]


def pod(name: str, found: str, secrets: list[str] | None = None, namespace: str = NAMESPACE, **more: Any) -> Object:
    return thing("v1", "Pod", name, {"containers": container(found), **more, **listed(secrets)}, namespace)


def service(name: str, found: str, secrets: list[str] | None = None, namespace: str = NAMESPACE, **more: Any) -> Object:
    """An InferenceService with a predictor of this image and list."""
    spec = {"predictor": {"containers": container(found), **listed(secrets)}, **more}
    return thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec, namespace)


def listed(secrets: list[str] | None) -> Object:
    """`imagePullSecrets` with these names; None: there is none."""
    return {} if secrets is None else {"imagePullSecrets": [{"name": secret} for secret in secrets]}


def secret(name: str, auths: Object | None, kind: str = DOCKER, namespace: str = NAMESPACE) -> Object:
    """A Secret with a docker configuration of these entries."""
    config = base64.b64encode(json.dumps({"auths": auths}).encode()).decode()
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": {".dockerconfigjson": config}}
