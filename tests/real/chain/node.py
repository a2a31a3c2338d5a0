"""What a node does to run a service: it reads the service's pull Secret as it stands in the cluster, and pulls with it."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.real import apiserver as api
from tests.real.chain.fleet import SERVICES
from tests.real.crane import Crane
from tests.real.esoctl import docker_config

INFERENCE_SERVICES = "/apis/serving.kserve.io/v1beta1/namespaces/{}/inferenceservices/{}"
SECRETS = "/api/v1/namespaces/{}/secrets/{}"


@dataclass(frozen=True)
class Node:
    """`crane` trusts Harbor's CA, as a node's container runtime does."""

    cluster: api.ApiServer
    crane: Crane

    def predictor(self, service: str) -> dict[str, Any]:
        """The live service's predictor."""
        status, found = self.cluster.get(INFERENCE_SERVICES.format(SERVICES[service][0], service))
        assert status == 200 and isinstance(found, dict), found
        predictor: dict[str, Any] = found["spec"]["predictor"]
        return predictor

    def config(self, service: str) -> dict[str, Any]:
        """The docker configuration in the Secret that the live service names; empty where there is no such Secret."""
        [reference] = self.predictor(service)["imagePullSecrets"]
        status, secret = self.cluster.get(SECRETS.format(SERVICES[service][0], reference["name"]))
        return docker_config(secret) if status == 200 and isinstance(secret, dict) else {}

    def login(self, service: str) -> str:
        """Whom the live Secret logs in as, by the one form that every runtime reads; empty where there is none."""
        entries = list(self.config(service).get("auths", {}).values())
        try:
            return base64.b64decode(entries[0]["auth"]).decode().partition(":")[0] if entries else ""
        except (binascii.Error, UnicodeDecodeError) as error:
            raise AssertionError(f"the Secret of {service} cannot be read") from error

    def pull(self, service: str) -> str:
        """Empty where the image came, else crane's words."""
        [container] = self.predictor(service)["containers"]
        run = self.crane.pull(self.config(service), container["image"])
        return run.stderr if run.returncode else ""


@dataclass
class Pulls:
    """What a loop of pulls has seen so far: how many came, by the logins that they came with, and each that did not."""

    came: Counter[str] = field(default_factory=Counter)
    gaps: list[str] = field(default_factory=list)


@contextmanager
def pulling(node: Node) -> Iterator[Pulls]:
    """Pulls every service's image, one after the other and over again; each is pulled at least once."""
    seen, end = Pulls(), threading.Event()
    start = time.monotonic()

    def work() -> None:
        while True:
            for service in SERVICES:
                login = node.login(service)
                if refusal := node.pull(service):
                    seen.gaps.append(f"{service} as {login} after {time.monotonic() - start:.1f} s: {refusal}")
                else:
                    seen.came[login] += 1
            if end.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        worked = pool.submit(work)
        try:
            yield seen
        finally:
            end.set()
        worked.result()
