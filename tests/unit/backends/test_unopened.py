"""What is seen of a ciphertext without a key: each fault of one that is otherwise right, and where it stands."""

from __future__ import annotations

import base64
import copy
import itertools
from typing import Any

import pytest
import yaml

from mooring.backends.ciphertexts import Plain, plain_secret, sealed_secret
from mooring.backends.sealed import seal
from mooring.backends.unopened import sealed_faults, sops_faults
from mooring.redaction import Credential
from tests.support.sealing import sealing_key

PLAIN = Plain("vision", "pull", "a", "robot$p+a", Credential("{}"))
SEALED = yaml.safe_load(sealed_secret(PLAIN, seal(sealing_key().certificate, "vision", "pull", PLAIN.config)))
VALUE = "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"
BLOCK = {
    "age": [{"recipient": "age1x", "enc": "-----"}], "mac": VALUE, "encrypted_regex": "^(data|stringData)$",
    "mac_only_encrypted": True,
}  # fmt: skip
SOPS = {**yaml.safe_load(plain_secret(PLAIN).reveal()), "data": {".dockerconfigjson": VALUE}, "sops": BLOCK}
GONE = object()


def changed(data: Any, path: str, value: Any) -> Any:
    """A copy in which something else stands at `path` (parts joined by `/`), or nothing."""
    made = copy.deepcopy(data)
    *way, last = path.split("|")
    inner = made
    for step in way:
        inner = inner.setdefault(step, {})
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return made


def test_what_is_right_has_no_fault() -> None:
    assert list(sealed_faults(SEALED, "vision", "pull", "a")) == []
    assert list(sops_faults(SOPS, "vision", "pull", "a", ["age1x"])) == []


@pytest.mark.parametrize(("path", "value", "message"), [
    ("apiVersion", "v1", "`apiVersion` is `v1`, not `bitnami.com/v1alpha1`"),
    ("kind", "Secret", "`kind` is `Secret`, not `SealedSecret`"),
    ("metadata|name", "other", "`metadata.name` is `other`, not `pull`"),
    ("metadata|namespace", GONE, "`metadata.namespace` is missing, not `vision`"),
    ("metadata|annotations|sealedsecrets.bitnami.com/cluster-wide", "true",
     "the scope is not strict: other Secrets could be made of what is sealed"),
    ("spec|template|metadata|annotations|sealedsecrets.bitnami.com/namespace-wide", "true",
     "the scope is not strict: other Secrets could be made of what is sealed"),
    ("spec|encryptedData|.dockerconfigjson", "hunter2", "`.dockerconfigjson` is not sealed"),
    ("spec|encryptedData|.dockerconfigjson", "AQAA", "`.dockerconfigjson` is not sealed"),
    ("spec|encryptedData|.dockerconfigjson", GONE, "it has no `.dockerconfigjson`"),
    ("spec|encryptedData|more", SEALED["spec"]["encryptedData"][".dockerconfigjson"],
     "a pull Secret has `.dockerconfigjson` alone, not `more`"),
    ("spec|template|data", {"x": "hunter2"}, "only `spec.encryptedData` may hold something of the Secret"),
    ("spec|template|type", "Opaque", "`spec.template.type` is `Opaque`, not `kubernetes.io/dockerconfigjson`"),
    ("spec|template|metadata|name", "other", "`spec.template.metadata.name` is `other`, not `pull`"),
    ("spec|template|metadata|labels|mooring.dev/robot", "b", "label `mooring.dev/robot` is `b`, not `a`"),
], ids=itertools.count())  # fmt: skip
def test_a_fault_of_a_sealed_secret(path: str, value: Any, message: str) -> None:
    found = list(sealed_faults(changed(SEALED, path, value), "vision", "pull", "a"))
    assert [fault.message for fault in found] == [message]
    assert tuple(path.split("|"))[: len(found[0].route)] == found[0].route


@pytest.mark.parametrize(("path", "value", "message"), [
    ("kind", "ConfigMap", "`kind` is `ConfigMap`, not `Secret`"),
    ("metadata|namespace", "shop", "`metadata.namespace` is `shop`, not `vision`"),
    ("type", "Opaque", "`type` is `Opaque`, not `kubernetes.io/dockerconfigjson`"),
    ("data|.dockerconfigjson", "hunter2", "`.dockerconfigjson` is not encrypted"),
    ("data|.dockerconfigjson", f"{VALUE} hunter2", "`.dockerconfigjson` is not encrypted"),
    ("sops", GONE, "sops has not encrypted it: it has no `sops`"),
    ("sops|encrypted_regex", "^data$", "`sops.encrypted_regex` is not `^(data|stringData)$`"),
    ("sops|mac_only_encrypted", GONE, "`sops.mac_only_encrypted` is not `true`"),
    ("sops|mac", GONE, "`sops.mac` is missing: nobody could see that the file was changed"),
    ("sops|mac", "hunter2", "`sops.mac` is none that sops writes: nobody could see that the file was changed"),
    ("sops|mac", ["hunter2"], "`sops.mac` is none that sops writes: nobody could see that the file was changed"),
    ("sops|age", [{"recipient": "age1x"}, {"recipient": ["hunter2"]}], "`recipient` is no text: nobody can be told by it"),
    ("sops|age", [{"recipient": {"hunter2": 1}}, {"recipient": "age1x"}],
     "`recipient` is no text: nobody can be told by it"),
    ("sops|age", [{"recipient": "age1x"}, "hunter2"], "`recipient` is no text: nobody can be told by it"),
    ("sops|age", [], "it is not encrypted for `age1x`, a recipient of the environment"),
    ("sops|age", [{"recipient": "age1x"}, {"recipient": "age1y"}],
     "`age1y` can open it, and is no recipient of the environment"),
    ("sops|pgp", [{"fp": "x"}], "keys of `pgp` can open it, and the fleet knows of none"),
])  # fmt: skip
def test_a_fault_of_a_file_of_sops(path: str, value: Any, message: str) -> None:
    found = list(sops_faults(changed(SOPS, path, value), "vision", "pull", "a", ["age1x"]))
    assert [fault.message for fault in found] == [message]
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(("size", "more", "accepted"), [
    (255, 17, False), (256, 17, True), (2048, 17, True), (2049, 17, False),  # RSA keys of 2,048 to 16,384 bits
    (256, 16, False),  # the tag alone: nothing is sealed
])  # fmt: skip
def test_how_long_the_encrypted_key_of_a_sealed_value_may_be(size: int, more: int, accepted: bool) -> None:
    value = base64.b64encode(size.to_bytes(2, "big") + bytes(size + more)).decode()
    found = list(sealed_faults(changed(SEALED, "spec|encryptedData|.dockerconfigjson", value), "vision", "pull", "a"))
    assert [fault.message for fault in found] == ([] if accepted else ["`.dockerconfigjson` is not sealed"])


@pytest.mark.parametrize("data", [None, [], "hunter2", {}, {"spec": 1, "data": 1, "sops": 1, "metadata": []}])
def test_anything_may_stand_in_the_file(data: Any) -> None:
    for found in (list(sealed_faults(data, "n", "s", "a")), list(sops_faults(data, "n", "s", "a", ["age1x"]))):
        assert len(found) > 5 and "hunter2" not in repr(found)
