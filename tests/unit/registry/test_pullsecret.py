"""The pull Secret that an object is or makes: its name and type, and what can be seen of its docker configuration."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.problems.position import Route
from mooring.registry.pullsecret import made_by, pull_secret

Object = dict[str, Any]
TYPE, KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
CONFIG = '{"auths": {"h.example.com": {"auth": "dTpw"}}}'
META = {"namespace": "n", "name": "a"}
NOTHING = f"nothing gives the Secret a `{KEY}`"


def secret(**more: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": META, "type": TYPE, "stringData": {KEY: CONFIG}, **more}


def external(template: Any = None, *, target: Object | None = None, **spec: Any) -> Object:
    made = {**({"template": template} if template is not None else {}), **(target or {})}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": META,
        "spec": {"target": made, **spec},
    }


def sealed(template: Any = None, **spec: Any) -> Object:
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": META,
        "spec": {"template": template, **spec},
    }


@pytest.mark.parametrize(("data", "made"), [
    (secret(), ("n", "a")), (secret(apiVersion=None), ("n", "a")), (secret(apiVersion="example.com/v1"), None),
    (secret(kind="ConfigMap"), None), (sealed(), ("n", "a")), (external(), ("n", "a")),
    (external(target={"name": "b"}), ("n", "b")),
    (external(target={"creationPolicy": "None"}), None), (external(target={"creationPolicy": "Merge"}), ("n", "a")),
    (external(target={"manifest": {"kind": "ConfigMap"}}), None),
    (external(target={"manifest": {"kind": "Secret"}}), ("n", "a")),
    ({**external(), "apiVersion": "kubernetes-client.io/v1"}, None), ({**external(), "apiVersion": None}, ("n", "a")),
    ({"kind": "Pod", "metadata": META}, None), ({}, None),
])  # fmt: skip
def test_the_secret_that_an_object_makes(data: Object, made: tuple[str, str] | None) -> None:
    assert made_by(data) == made
    found = pull_secret(data)
    assert (found and (found.namespace, found.name)) == made


def seen(data: Object) -> tuple[list[str], list[str], bool]:
    """The keys of `auths` that are seen, what is wrong, and whether some cannot be seen."""
    found = pull_secret(data)
    assert found is not None
    return [str(key) for key in found.config.keys], list(found.faults), found.is_unseen


FROM_STORE = {"data": [{"secretKey": KEY}]}
ALL = {"dataFrom": [{"extract": {"key": "k"}}]}


@pytest.mark.parametrize(("data", "found"), [
    (secret(), (["h.example.com"], [], False)),
    (secret(type="Opaque"), (["h.example.com"], [], False)),
    (secret(type="Opaque", stringData={"x": "y"}), ([], [], False)),
    # What sops encrypts, or another operator copies, cannot be seen.
    (secret(sops={}), ([], [], True)),
    (secret(stringData={KEY: "ENC[AES256_GCM,data:x]"}), ([], [], True)),
    (secret(metadata={**META, "annotations": {"reflector.v1.k8s.emberstack.com/reflects": "x/y"}}), ([], [], True)),
    (secret(metadata={**META, "annotations": {"other": "x/y"}}), (["h.example.com"], [], False)),
    # A template counts first; without one, what the store gives.
    (external({"type": TYPE, "data": {KEY: CONFIG}}), (["h.example.com"], [], False)),
    (external({"type": TYPE, "data": {KEY: 7}}), ([], [f"the template of `{KEY}` is not text"], False)),
    (external({"type": TYPE, "data": {KEY: "{{ .none }}"}}),
    ([], ["the template uses `none`, and nothing gives it that"], False)),
    (external({"type": TYPE, "data": {KEY: "{{ .none }}"}}, **ALL), ([], [], True)),
    (external({"type": TYPE, "data": {KEY: "{{ unknown }}"}}), ([], [], True)),
    (external({"type": TYPE, "data": {KEY: CONFIG}, "engineVersion": "v1"}), ([], [], True)),
    (external({"type": TYPE}, **FROM_STORE), ([], [], True)), (external({"type": TYPE}, **ALL), ([], [], True)),
    (external({"type": TYPE}), ([], [NOTHING], False)), (external("odd"), ([], [NOTHING], False)),
    (external({"type": TYPE, "data": {"other": "x"}}, **ALL), ([], [NOTHING], False)),
    (external({"type": TYPE, "data": {"other": "x"}, "mergePolicy": "Merge"}, **ALL), ([], [], True)),
    (external({"type": TYPE, "templateFrom": [{}]}), ([], [], True)),
    (external({"type": TYPE}, target={"creationPolicy": "Merge"}), ([], [], True)),
    (sealed({"type": TYPE}, encryptedData={KEY: "x"}), ([], [], True)),
    (sealed({"type": TYPE}, encryptedData={"other": "x"}), ([], [NOTHING], False)),
    (sealed({"type": TYPE}), ([], [], True)),
    (sealed({"type": TYPE, "data": {KEY: CONFIG}}, encryptedData={}), (["h.example.com"], [], False)),
    (sealed({"type": TYPE, "data": {KEY: "{{ .other }}"}}, encryptedData={"x": "y"}),
     ([], ["the template uses `other`, and nothing gives it that"], False)),
])  # fmt: skip
def test_what_is_seen_of_its_configuration(data: Object, found: tuple[list[str], list[str], bool]) -> None:
    assert seen(data) == found


@pytest.mark.parametrize(("data", "kind", "place", "keys"), [
    (secret(data={"x": "y"}), TYPE, ("type",), {KEY, "x"}),
    (secret(type=None), "", ("type",), {KEY}),
    (secret(type="ENC[x]"), None, ("type",), {KEY}),
    (secret(type="ENC[x]", stringData={"x": "y"}), None, ("type",), {"x"}),
    (external({"type": TYPE, "data": {KEY: CONFIG}}, data=[{"secretKey": "s"}]), TYPE,
     ("spec", "target", "template", "type"), {KEY, "s"}),
    (external(), "", ("spec", "target", "template", "type"), {""}),
    (external(target={"creationPolicy": "Merge"}), None, ("spec", "target", "template", "type"), {""}),
    (external({"type": TYPE}, target={"creationPolicy": "Merge"}), TYPE, ("spec", "target", "template", "type"), {""}),
    (sealed({"type": TYPE}, encryptedData={"k": "x"}), TYPE, ("spec", "template", "type"), {"k"}),
    (sealed(encryptedData={"k": "x"}), "", ("spec", "template", "type"), {"k"}),
])  # fmt: skip
def test_its_type_and_its_keys(data: Object, kind: str | None, place: Route, keys: set[str]) -> None:
    found = pull_secret(data)
    assert found is not None
    assert (found.type, found.type_place, found.keys - {""}) == (kind, place, keys - {""})


OLDER = {"auths": 1}


@pytest.mark.parametrize(("data", "wrong"), [
    (secret(), ""),
    (secret(type="ENC[x]"), ""),
    (secret(type="Opaque"), "Secret `a` is of type `Opaque`: the kubelet takes registry logins only from Secrets of type"),
    (secret(type=None), "Secret `a` has no type, which makes it `Opaque`: the kubelet"),
    (secret(type="kubernetes.io/dockercfg"),
     f"Secret `a` is of type `kubernetes.io/dockercfg`, whose key is `.dockercfg`, and has only `{KEY}`"),
    (secret(type="kubernetes.io/dockercfg", data={".dockercfg": "e30="}), ""),
])  # fmt: skip
def test_a_type_that_the_kubelet_passes_over(data: Object, wrong: str) -> None:
    found = pull_secret(data)
    assert found is not None
    assert found.wrong_type.startswith(wrong) and bool(found.wrong_type) is bool(wrong)
    assert found.type_hint.startswith(f"write `type: {TYPE}`;")
    assert found.hint.startswith("create it with `kubectl create secret docker-registry`")
    assert "it print" in (pull_secret(external({"type": TYPE, "data": {KEY: 7}})) or found).hint
