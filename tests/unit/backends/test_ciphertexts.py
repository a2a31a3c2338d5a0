"""What goes into a ciphertext: the docker configuration, and the objects around it."""

from __future__ import annotations

import base64
import json

import yaml

from mooring.backends.ciphertexts import Plain, docker_config, login_of, path, plain_secret, sealed_secret
from mooring.redaction import Credential
from mooring.registry.pullsecret import pull_secret

LOGIN, PASSWORD = "robot$p+a", 'a$b"c\\:€\u2028é'
CONFIG = docker_config(["h.example.com", "h.example.com:8443"], LOGIN, Credential(PASSWORD))


def test_each_ciphertext_has_a_file_of_its_own() -> None:
    assert str(path("prod", "vision", "harbor-a")) == "secrets/prod/vision/harbor-a.yaml"


def test_every_host_has_the_login_and_the_password() -> None:
    config = json.loads(CONFIG.reveal())
    entry = {
        "username": LOGIN, "password": PASSWORD, "auth": base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode(),
    }  # fmt: skip
    assert config == {"auths": {"h.example.com": entry, "h.example.com:8443": entry}}


def test_a_sealed_secret_becomes_the_robot_s_pull_secret() -> None:
    labels = {"app.kubernetes.io/managed-by": "mooring", "mooring.dev/robot": "a"}
    meta = {"name": "harbor-a", "namespace": "vision", "labels": labels}
    text = sealed_secret(Plain("vision", "harbor-a", "a", LOGIN, CONFIG), "AgBx")
    data = yaml.safe_load(text)
    assert data == {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {**meta, "annotations": {"mooring.dev/login": LOGIN}},
        "spec": {
            "encryptedData": {".dockerconfigjson": "AgBx"},
            "template": {"type": "kubernetes.io/dockerconfigjson", "metadata": meta},
        },
    }
    assert (login_of(data), login_of({}), login_of(data["spec"]["template"])) == (LOGIN, None, None)
    assert text.startswith("apiVersion: ")  # without mooring's marker: it is an input


def test_a_plain_secret_is_a_pull_secret() -> None:
    plain = Plain("vision", "harbor-a", "a" * 70, LOGIN, CONFIG)
    assert PASSWORD not in repr((plain, plain_secret(plain)))
    text = plain_secret(plain).reveal()
    secret = yaml.safe_load(text)
    found = pull_secret(secret)
    assert found is not None and found.config is not None
    assert (found.namespace, found.name, [entry.username for entry in found.config.entries]) == (
        "vision",
        "harbor-a",
        [LOGIN] * 2,
    )
    assert len(secret["metadata"]["labels"]["mooring.dev/robot"]) == 63
    assert PASSWORD not in text and text.startswith("apiVersion: v1\n")
