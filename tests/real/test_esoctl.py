"""A template that builds the docker configuration from a dict arrives intact, whatever login and password hold."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.real.esoctl import Esoctl, TemplateFailed, docker_config

HOST = "harbor.example.com:8443"
TEMPLATE = (
    '{{ dict "auths" (dict "' + HOST + '" (dict "username" .username "password" .password '
    '"auth" (printf "%s:%s" .username .password | b64enc))) | toJson }}'
)
EXTERNAL_SECRET: dict[str, Any] = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "metadata": {"name": "harbor-credential", "namespace": "vision"},
    "spec": {
        "refreshInterval": "15m",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {
            "name": "harbor-credential",
            "template": {
                "engineVersion": "v2",
                "mergePolicy": "Replace",
                "type": "kubernetes.io/dockerconfigjson",
                "metadata": {"labels": {"mooring.dev/robot": "infra-demo"}},
                "data": {".dockerconfigjson": TEMPLATE},
            },
        },
    },
}


@pytest.mark.parametrize("password", ["Secret1x", "q\"uo'te", "back\\slash\\", "{{ 7*7 }} ${HOME} & <b>", "Grüße 🚢 \u0085"])
def test_login_and_password_arrive_intact(esoctl: Esoctl, password: str) -> None:
    login = "robot$onecloud-sol+infra-demo"
    secret = esoctl.template(EXTERNAL_SECRET, {"username": login, "password": password})
    auth = base64.b64encode(f"{login}:{password}".encode()).decode()
    assert docker_config(secret) == {"auths": {HOST: {"username": login, "password": password, "auth": auth}}}
    assert (secret["type"], list(secret["data"])) == ("kubernetes.io/dockerconfigjson", [".dockerconfigjson"])
    assert secret["metadata"] == {
        "name": "harbor-credential",
        "namespace": "vision",
        "labels": {"mooring.dev/robot": "infra-demo"},
    }


def test_a_template_that_joins_strings_breaks_and_is_seen_to(esoctl: Esoctl) -> None:
    """What `toJson` is there for: the same values, concatenated, are no JSON any more."""
    joined = '{"auths": {"h": {"password": "{{ .password }}"}}}'
    template = {**EXTERNAL_SECRET["spec"]["target"]["template"], "data": {".dockerconfigjson": joined}}
    broken = {**EXTERNAL_SECRET, "spec": {"target": {"template": template}}}
    with pytest.raises(ValueError, match="Expecting ',' delimiter"):
        docker_config(esoctl.template(broken, {"password": 'q"uote'}))


def test_a_template_that_does_not_parse_is_refused(esoctl: Esoctl) -> None:
    template = {**EXTERNAL_SECRET["spec"]["target"]["template"], "data": {".dockerconfigjson": "{{ .password"}}
    with pytest.raises(TemplateFailed, match="unclosed action"):
        esoctl.template({**EXTERNAL_SECRET, "spec": {"target": {"template": template}}}, {"password": "x"})
