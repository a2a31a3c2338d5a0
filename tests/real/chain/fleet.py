"""A small fleet of one environment: two namespaces, a robot of one and a robot of both, and a service for each pull."""

from __future__ import annotations

from typing import Any

ENVIRONMENT, STORE, REFRESH = "prod", "vault", 2  # seconds
NAMESPACES = ("language", "vision")
ROBOTS = {"mirror": NAMESPACES, "vision": ("vision",)}
SERVICES = {"chat": ("language", "mirror"), "detector": ("vision", "vision"), "reader": ("vision", "mirror")}
"""By name, a service's namespace, and the project of its image and of its robot."""


def image(host: str, service: str) -> str:
    return f"{host}/{SERVICES[service][1]}/{service}:1.0"


def record(robot: str) -> str:
    """Where its login is kept in Vault's engine."""
    return f"harbor/{robot}"


def fleet(host: str) -> dict[str, Any]:
    """The fleet of a Harbor whose CA stands beside it in `ca.pem`."""
    return {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "chain"},
        "versions": {"kserve": "0.20", "kubernetes": "1.36"},
        "platform": {"deploymentMode": "Standard"},
        "registries": [{"name": "harbor", "host": host, "caBundle": "ca.pem"}],
        "secrets": {
            "backend": "external-secrets",
            "store": {"kind": "ClusterSecretStore", "name": STORE},
            "refresh": f"{REFRESH}s",
        },
        "robots": [
            {"name": name, "project": name, "namespaces": list(found), "expires": "never", "secret": {"key": record(name)}}
            for name, found in ROBOTS.items()
        ],
        "namespaces": [{"name": name} for name in NAMESPACES],
        "services": [_service(host, name) for name in SERVICES],
        "environments": [{"name": ENVIRONMENT}],
    }


def _service(host: str, name: str) -> dict[str, Any]:
    namespace, robot = SERVICES[name]
    container = {"name": "kserve-container", "image": image(host, name)}
    return {"name": name, "namespace": namespace, "robots": [robot], "spec": {"predictor": {"containers": [container]}}}
