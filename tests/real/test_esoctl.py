"""Every ExternalSecret that mooring renders becomes a Secret that holds login and password intact, whatever they are.

External Secrets' own code evaluates the templates; what comes out passes the Secret's schema, inside and out.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from mooring.schema import validation
from mooring.schema.catalog import Catalog
from tests.real.esoctl import Esoctl, TemplateFailed, docker_config
from tests.real.fleets import FLEETS, rendered

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


PASSWORDS = ["Secret1x", "q\"uo'te", "back\\slash\\", "{{ 7*7 }} ${HOME} & <b>", "Grüße 🚢 \u0085", "a:b\nc: d", " =\t"]
NASTY = "".join(PASSWORDS)


@pytest.fixture(scope="module")
def external_secrets(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every one that mooring rendered into a fleet's tree, each template once."""
    found = {
        json.dumps(thing["spec"]["target"], sort_keys=True): thing
        for name in FLEETS
        for thing in rendered(name, tmp_path_factory.mktemp("fleet")).objects()
        if thing["kind"] == "ExternalSecret" and thing["metadata"].get("labels", {}).get("mooring.dev/robot")
    }
    return list(found.values())


def test_what_is_rendered_keeps_a_nasty_login_and_password(esoctl: Esoctl, external_secrets: list[dict[str, Any]]) -> None:
    """One Secret of each, of the name that the pods ask for, with an entry for each host and alias; its schema takes it."""
    login = 'robot$pro"ject+na\\me{{ .x }}'
    entry = {"username": login, "password": NASTY, "auth": base64.b64encode(f"{login}:{NASTY}".encode()).decode()}
    made = []
    for external in external_secrets:
        assert [data["secretKey"] for data in external["spec"]["data"]] == ["username", "password"]
        secret = esoctl.template(external, {"username": login, "password": NASTY})
        assert validation.check_object(Catalog(), secret) == []
        assert secret["metadata"]["name"] == external["metadata"]["name"]
        made.append(docker_config(secret)["auths"])
    assert [auths for auths in made if not auths or any(found != entry for found in auths.values())] == []
    assert len(made) > 10 and max(map(len, made)) > 1
    assert set().union(*made) >= {"harbor.ext.hp.com", "harbor.prod.example.com", "harbor.lab.example.com:8443"}


def test_a_rendered_template_with_a_fault_is_found_out(esoctl: Esoctl, external_secrets: list[dict[str, Any]]) -> None:
    """Without `b64enc` the Secret's schema refuses what comes out."""
    text = json.dumps(external_secrets[0])
    assert text.count(" | b64enc") == 1
    secret = esoctl.template(json.loads(text.replace(" | b64enc", "")), {"username": "robot$a+b", "password": NASTY})
    assert {finding.code_hint for finding in validation.check_object(Catalog(), secret)} == {"malformed-dockerconfig"}


@pytest.mark.parametrize("password", PASSWORDS)
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
