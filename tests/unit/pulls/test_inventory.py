"""What the objects at hand show of their cluster: pull Secrets and their registries, accounts, grants, hosts."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mooring.pulls.inventory import collect
from tests.support.dockerconfigs import SECRETS

TYPE, KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
CONFIG = '{"auths": {"harbor.example.com": {"auth": "dTpw"}}}'


def secret(config: str = CONFIG, **more: Any) -> dict[str, Any]:
    """A pull Secret `vision/pull`."""
    data = {KEY: base64.b64encode(config.encode()).decode()}
    return {"kind": "Secret", "type": TYPE, "metadata": {"namespace": "vision", "name": "pull"}, "data": data, **more}


def older(config: str) -> dict[str, Any]:
    """A Secret of the type that came before."""
    return {
        **secret(),
        "type": "kubernetes.io/dockercfg",
        "data": {".dockercfg": base64.b64encode(config.encode()).decode()},
    }


def external(template: str | None, **more: Any) -> dict[str, Any]:
    """An ExternalSecret `vision/pull`."""
    data = {} if template is None else {"data": {KEY: template}}
    target = {"template": {"type": TYPE, **data}, **more}
    spec = {"target": target, "dataFrom": [{"extract": {"key": "pull"}}]}
    return {"kind": "ExternalSecret", "metadata": {"namespace": "vision", "name": "pull"}, "spec": spec}


SEALED_SECRET = {
    "kind": "SealedSecret", "metadata": {"namespace": "vision", "name": "pull"}, "spec": {"template": {"type": TYPE}},
}  # fmt: skip


@pytest.mark.parametrize(("data", "key", "fault"), [
    (secret(), ("vision", "pull"), ""),
    (secret(apiVersion="v1"), ("vision", "pull"), ""),
    (secret(type="Opaque"), ("vision", "pull"), "secret-wrong-type"),
    (secret(type=None), ("vision", "pull"), "secret-wrong-type"),
    (secret(type="kubernetes.io/dockercfg"), ("vision", "pull"), "secret-wrong-type"),
    (secret(kind="ConfigMap"), None, ""),
    (secret(kind="ServiceAccount"), None, ""),
    (secret(apiVersion="example.com/v1"), None, ""),
    (external(None), ("vision", "pull"), ""),
    (external(None, name="other"), ("vision", "other"), ""),
    (external(None, creationPolicy="None"), None, ""),
    ({**external(None), "spec": {"target": {"name": "other"}}}, ("vision", "other"), "secret-wrong-type"),
    ({**external(None), "spec": {"target": {"creationPolicy": "Merge"}}}, ("vision", "pull"), ""),
    ({**external(None), "apiVersion": "kubernetes-client.io/v1"}, None, ""),
    (SEALED_SECRET, ("vision", "pull"), ""),
    ({**SEALED_SECRET, "spec": {}}, ("vision", "pull"), "secret-wrong-type"),
    ({"kind": "ConfigMap", "metadata": {"name": "pull"}}, None, ""),
])  # fmt: skip
def test_which_pull_secret_an_object_makes(data: dict[str, Any], key: tuple[str, str] | None, fault: str) -> None:
    found = collect([data]).secrets
    assert [*found] == ([key] if key else [])
    assert [facts.fault for facts in found.values()] == ([fault] if key else [])


@pytest.mark.parametrize(("data", "registries"), [
    (secret(), ("harbor.example.com",)),
    (older('{"harbor.example.com": {"auth": "dTpw"}}'), ("harbor.example.com",)),
    # What sops has encrypted shows nothing: by its own key, or by what it writes over the keys.
    (secret(sops={"mac": "x"}), None),
    (secret('{"auths": {"ENC[AES256_GCM,data:x]": {"auth": "dTpw"}}}'), None),
    ({**secret(), "data": {KEY: "ENC[AES256_GCM,data:x]"}}, None),
    (secret('{"auths": {}}'), ()),
    (external('{"auths": {"harbor.example.com": {"auth": "{{ .a }}"}}}'), ("harbor.example.com",)),
    (external(r'{{ printf "{\"auths\":{\"harbor.example.com\":{\"auth\":%q}}}" .a }}'), ("harbor.example.com",)),
    (external("{{ .config }}"), None),
    (external("{{ if .a }}{{ .a }}{{ end }}"), None),
    (external(None), None),
    (SEALED_SECRET, None),
])  # fmt: skip
def test_the_registries_of_a_pull_secret(data: dict[str, Any], registries: tuple[str, ...] | None) -> None:
    (facts,) = collect([data]).secrets.values()
    assert (facts.keys, facts.is_unseen) == (registries or (), registries is None)


@pytest.mark.parametrize(("data", "kept"), [
    (secret('{"auths": {"a.io": {}, "b.io": {"username": "u", "password": "p"}, "c.io": {"auth": "dTpw"}}}'),
     (("b.io", "c.io"), "", False, ("a.io",), {"a.io", "b.io"})),
    # One wrong entry has the kubelet refuse them all, and pull no image of the pod.
    (secret('{"auths": {"a.io": {"auth": "?"}, "c.io": {"auth": "dTpw"}}}'),
     (("c.io",), "malformed-dockerconfig", True, ("a.io",), set())),
    (secret('{"auths": []}'), ((), "malformed-dockerconfig", True, (), set())),
    # The API server refuses these two: they do not stand in the way of another.
    (secret("x"), ((), "malformed-dockerconfig", False, (), set())),
    (secret("[]"), ((), "malformed-dockerconfig", False, (), set())),
    (secret('{"auths": {"a.io": {"auth": "?"}}}', type="Opaque"), ((), "secret-wrong-type", False, ("a.io",), set())),
])  # fmt: skip
def test_what_of_a_configuration_is_of_use(data: dict[str, Any], kept: tuple[Any, ...]) -> None:
    (facts,) = collect([data]).secrets.values()
    assert (facts.keys, facts.fault, facts.refused, facts.empty, facts.without_auth) == kept


@pytest.mark.parametrize(("kind", "key", "config", "usernames"), SECRETS)
def test_a_secret_is_of_use_where_the_kubelet_tries_a_whole_login_of_it(
    kind: str, key: str, config: bytes, usernames: tuple[str, ...] | None
) -> None:
    """tests/real/test_registryread.py holds the table to the kubelet."""
    (facts,) = collect([{**secret(), "type": kind, "data": {key: base64.b64encode(config).decode()}}]).secrets.values()
    if usernames is None:
        assert facts.fault == "malformed-dockerconfig" and facts.refused == (config != b"[]")
    else:
        assert not facts.refused
        is_whole = b'"username": "u"}' not in config
        assert ("a.b" in facts.keys and not facts.fault) == (usernames not in ((), ("",)) and is_whole)


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
    assert not facts.is_unseen
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
    elsewhere = {"kind": "ConfigMap", "metadata": {**place, "namespace": "other"}, "data": data}
    no_map = {"kind": "ControllerRevision", "metadata": place, "data": data}
    assert [collect([other]).skipping for other in (elsewhere, no_map)] == [set(), set()]


def test_grants_say_which_projects_a_host_has() -> None:
    """Those of every namespace together."""
    grants = [
        {"kind": "ConfigMap", "metadata": {"namespace": namespace, "name": "mooring-pull-grants"}, "data": data}
        for namespace, data in (
            ("vision", {"harbor-a": "harbor.example.com/a,harbor.example.com/b", "_open": "harbor-a"}),
            ("speech", {"harbor-c": "harbor.example.com/c,cr.example.com/a"}),
        )
    ]
    assert collect(grants).projects == {"harbor.example.com": {"a", "b", "c"}, "cr.example.com": {"a"}}


@pytest.mark.parametrize(("second", "keys", "fault"), [
    (external('{"auths": {"harbor.example.com": {"auth": "eDp5"}, "b.example.com": {"auth": "dTpw"}}}'),
     ("harbor.example.com",), ""),
    (secret(type="Opaque"), (), ""),
    (secret(), ("harbor.example.com",), ""),
])  # fmt: skip
def test_of_two_makers_of_a_secret_only_what_both_say_is_known(
    second: dict[str, Any], keys: tuple[str, ...], fault: str
) -> None:
    for both in ((secret(), second), (second, secret())):
        found = collect(both).secrets["vision", "pull"]
        assert (found.keys, found.fault, found.is_unseen) == (keys, fault, second != secret())


def test_two_makers_with_one_fault_have_it() -> None:
    one, other = secret(type="Opaque"), secret(type="Opaque", data={KEY: "eA=="})
    assert collect([one, other]).secrets["vision", "pull"].fault == "secret-wrong-type"
