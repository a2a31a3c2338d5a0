"""What the objects at hand show of their cluster: pull Secrets and their registries, accounts, grants, hosts."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mooring.pulls.inventory import collect, makes, registries_of

TYPE, KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
CONFIG = '{"auths": {"harbor.example.com": {"auth": "dTpw"}}}'


def secret(config: str = CONFIG, **more: Any) -> dict[str, Any]:
    """A pull Secret `vision/pull`."""
    data = {KEY: base64.b64encode(config.encode()).decode()}
    return {"kind": "Secret", "type": TYPE, "metadata": {"namespace": "vision", "name": "pull"}, "data": data, **more}


def external(template: str | None, **more: Any) -> dict[str, Any]:
    """An ExternalSecret `vision/pull`."""
    data = {} if template is None else {"data": {KEY: template}}
    target = {"template": {"type": TYPE, **data}, **more}
    return {"kind": "ExternalSecret", "metadata": {"namespace": "vision", "name": "pull"}, "spec": {"target": target}}


SEALED_SECRET = {
    "kind": "SealedSecret", "metadata": {"namespace": "vision", "name": "pull"}, "spec": {"template": {"type": TYPE}},
}  # fmt: skip


@pytest.mark.parametrize(("data", "key"), [
    (secret(), ("vision", "pull")),
    (secret(type="Opaque"), None),
    (secret(kind="ConfigMap"), None),
    (secret(kind="ServiceAccount"), None),
    (external(None), ("vision", "pull")),
    (external(None, name="other"), ("vision", "other")),
    ({**external(None), "spec": {"target": {"name": "other"}}}, None),
    (SEALED_SECRET, ("vision", "pull")),
    ({"kind": "ConfigMap", "metadata": {"name": "pull"}}, None),
])  # fmt: skip
def test_which_pull_secret_an_object_makes(data: dict[str, Any], key: tuple[str, str] | None) -> None:
    assert makes(data) == key


@pytest.mark.parametrize(("data", "registries"), [
    (secret(), ("harbor.example.com",)),
    # What sops has encrypted shows nothing: by its own key, or by what it writes over the keys.
    (secret(sops={"mac": "x"}), None),
    (secret('{"auths": {"ENC[AES256_GCM,data:x]": {"auth": "dTpw"}}}'), None),
    (secret("ENC[AES256_GCM,data:x]"), None),
    (secret('{"auths": {}}'), ()),
    (external('{"auths": {"harbor.example.com": {"auth": "{{ .a }}"}}}'), ("harbor.example.com",)),
    (external('{"auths": {"localhost:5000": {}, "harbor": {}}}'), ("localhost:5000",)),
    (external(r'{{ printf "{\"auths\":{\"harbor.example.com\":{}}}" }}'), ("harbor.example.com",)),
    (external("{}"), None),
    (external(None), None),
    (SEALED_SECRET, None),
])  # fmt: skip
def test_the_registries_of_a_pull_secret(data: dict[str, Any], registries: tuple[str, ...] | None) -> None:
    assert registries_of(data)[0] == registries


@pytest.mark.parametrize(("data", "sealed"), [
    (secret(), False), (secret(sops={}), True), (external(None), True), (SEALED_SECRET, True), (secret("{}"), True),
])  # fmt: skip
def test_a_secret_that_shows_no_registry_is_sealed(data: dict[str, Any], sealed: bool) -> None:
    found = collect([data])
    assert (set(found.secrets), found.sealed) == ({("vision", "pull")}, {("vision", "pull")} if sealed else set())


def grants(**data: str) -> dict[str, Any]:
    return {"kind": "ConfigMap", "metadata": {"namespace": "vision", "name": "mooring-pull-grants"}, "data": data}


@pytest.mark.parametrize("order", [1, -1])
def test_a_grant_says_what_the_robot_of_a_sealed_secret_may_pull(order: int) -> None:
    objects = [SEALED_SECRET, grants(pull="h.example.com/p,h.example.com/q", _open="pull", other="h.example.com/z")]
    found = collect(objects[::order])
    facts = found.secrets["vision", "pull"]
    assert facts.robot is not None
    assert (facts.keys, facts.robot.pairs) == (("h.example.com",), {"h.example.com/p", "h.example.com/q"})
    assert (facts.robot.name, facts.robot.project, facts.robot.expires) == ("pull", "p,q", None)
    assert found.sealed == set()
    assert set(found.secrets) == {("vision", "pull")}
    assert list(found.hosts) == ["h.example.com"]


def test_a_grant_changes_no_registry_that_a_secret_shows() -> None:
    found = collect([secret(), grants(pull="h.example.com/p")])
    assert found.secrets["vision", "pull"].keys == ("harbor.example.com",)
    assert list(found.hosts) == ["harbor.example.com", "h.example.com"]


@pytest.mark.parametrize(("key", "private"), [
    ("harbor.example.com", True), ("https://harbor.example.com/v1/", True), ("harbor.example.com:8443/p", True),
    ("[::1]:5000", True), ("https://index.docker.io/v1/", False), ("docker.io", False), ("GHCR.io", False),
    ("quay.io:443/x", False), ("*.example.com", False), ("harbor?.example.com", False), ("", False),
])  # fmt: skip
def test_a_login_makes_a_host_private_unless_it_is_a_public_one(key: str, private: bool) -> None:
    found = collect([secret(f'{{"auths": {{"{key}": {{"auth": "dTpw"}}}}}}')])
    host = key.removeprefix("https://").partition("/")[0]
    assert list(found.hosts) == ([host] if private else [])


def test_the_list_of_a_service_account() -> None:
    account = {"kind": "ServiceAccount", "metadata": {"namespace": "vision", "name": "default"}}
    listed = {**account, "imagePullSecrets": [{"name": "a"}, {"name": "b"}]}
    assert collect([account]).accounts == {("vision", "default"): ()}
    assert collect([listed]).accounts == {("vision", "default"): ("a", "b")}


@pytest.mark.parametrize(("data", "skipping"), [
    ({"registries-skipping-tag-resolving": "a.io, b.io"}, {"a.io", "b.io"}),
    ({"registriesSkippingTagResolving": "a.io"}, {"a.io"}),
    ({"registries-skipping-tag-resolving": "a.io", "registriesSkippingTagResolving": "b.io"}, {"a.io"}),
    ({}, set()),
])  # fmt: skip
def test_the_hosts_that_knative_leaves_alone(data: dict[str, str], skipping: set[str]) -> None:
    place = {"namespace": "knative-serving", "name": "config-deployment"}
    assert collect([{"kind": "ConfigMap", "metadata": place, "data": data}]).skipping == skipping
    other = {"kind": "ConfigMap", "metadata": {**place, "namespace": "other"}, "data": data}
    assert collect([other]).skipping == set()
