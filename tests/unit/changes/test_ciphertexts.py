"""What `mooring diff` says of credentials that stand encrypted in the repository."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring.backends.ciphertexts import Plain, sealed_secret
from mooring.changes.ciphertexts import ciphertext
from mooring.changes.model import Subject
from mooring.changes.since import since
from mooring.redaction import Credential
from tests.support.fleet_files import HEAD, REGISTRY
from tests.support.history import commit, git

FLEET = (
    HEAD
    + REGISTRY
    + """\
secrets: {backend: sealed-secrets}
robots: [{name: a, project: a, namespaces: [shop, vision]}]
namespaces: [{name: shop}, {name: vision}]
environments: [{name: prod}]
"""
)
ONE, OTHER = ("AQA" + letter * 500 + "=" for letter in "AB")


def sealed(folder: Path, namespace: str, value: str, login: str = "robot$a+a") -> None:
    """Writes the SealedSecret of robot `a`; what is sealed is not looked into."""
    path = folder / "secrets" / "prod" / namespace / "harbor-a.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sealed_secret(Plain(namespace, "harbor-a", "a", login, Credential("")), value))


def said(folder: Path) -> list[tuple[str, str, str]]:
    """(namespace, what, message) of each change since the commit."""
    found = since(folder / "fleet.yaml", "HEAD").changes
    assert not [change for change in found if ONE in change.message or OTHER in change.message]
    return [(change.namespace, change.what, change.message) for change in found]


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    sealed(tmp_path, "shop", ONE)
    sealed(tmp_path, "vision", ONE)
    commit(tmp_path, FLEET)
    return tmp_path


def test_nothing_changed(committed: Path) -> None:
    assert said(committed) == []


def test_a_credential_that_is_encrypted_anew(committed: Path) -> None:
    sealed(committed, "shop", OTHER)
    assert said(committed) == [
        ("shop", "secret",
         "SealedSecret `harbor-a` was encrypted anew: whether its secret is another one cannot be seen"),
    ]  # fmt: skip


def test_a_rotation_moves_the_login(committed: Path) -> None:
    for namespace in ("shop", "vision"):
        sealed(committed, namespace, OTHER, "robot$a+a-b")
    assert said(committed) == [
        (namespace, "secret", message)
        for namespace in ("shop", "vision")
        for message in (
            "SealedSecret `harbor-a` holds login `robot$a+a-b`, before login `robot$a+a`",
            "SealedSecret `harbor-a` was encrypted anew",
        )
    ]


def test_a_namespace_s_credential_comes_and_goes(committed: Path) -> None:
    (committed / "fleet.yaml").write_text(FLEET.replace("[shop, vision]", "[shop]"))
    messages = {message for namespace, _, message in said(committed) if namespace == "vision"}
    assert "SealedSecret `harbor-a` leaves the tree: what prunes deletes it, `kubectl apply` leaves it" in messages
    git(committed, "commit", "-qam", "without vision")
    (committed / "fleet.yaml").write_text(FLEET)
    assert ("vision", "added", "SealedSecret `harbor-a` is added") in said(committed)


SOPS = {
    "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
    "metadata": {"name": "harbor-a", "labels": {"x": "y"}, "annotations": {"mooring.dev/login": "a"}},
    "data": {".dockerconfigjson": "ENC[1]"},
    "sops": {"age": [{"recipient": "age1x", "enc": "1"}], "mac": "ENC[1]", "lastmodified": "1", "version": "3.13.3"},
}  # fmt: skip


def anew(data: Any) -> None:
    data["data"][".dockerconfigjson"] = data["sops"]["mac"] = data["sops"]["age"][0]["enc"] = "ENC[2]"
    data["sops"]["lastmodified"] = "2"


def for_others(data: Any) -> None:
    data["sops"]["age"].append({"recipient": "age1y", "enc": "1"})


def for_others_anew(data: Any) -> None:
    anew(data)
    for_others(data)


@pytest.mark.parametrize(("change", "messages"), [
    (lambda data: None, []),
    (anew, ["Secret `harbor-a` was encrypted anew: whether its secret is another one cannot be seen"]),
    (for_others, ["Secret `harbor-a` can be opened by others than before (`sops.age`)"]),
    (for_others_anew, ["Secret `harbor-a` was encrypted anew: whether its secret is another one cannot be seen",
                       "Secret `harbor-a` can be opened by others than before (`sops.age`)"]),
    (lambda data: data["sops"].update(version="4"), ["Secret `harbor-a` differs in `sops.version`"]),
    (lambda data: data["metadata"].update(annotations={}),
     ["Secret `harbor-a` holds one that it does not say, before login `a`"]),
    (lambda data: data["metadata"].update(labels={}), ["Secret `harbor-a` differs in `metadata.labels.x`"]),
])  # fmt: skip
def test_what_changes_of_a_file_of_sops(change: Callable[[Any], None], messages: list[str]) -> None:
    new = copy.deepcopy(yaml.safe_load(yaml.safe_dump(SOPS)))
    change(new)
    found = list(ciphertext(("prod", "vision"), Subject("Secret", "harbor-a"), SOPS, new))
    assert [one.message for one in found] == messages
    assert {one.what for one in found} <= {"secret"}
