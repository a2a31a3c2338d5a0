"""The ciphertext of a robot's Secret: copied word for word, or what is wrong with it, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.backends.ciphertexts import Plain, sealed_secret
from mooring.backends.sealed import seal
from mooring.plan.namespace import plan_namespace
from mooring.plan.naming import made
from mooring.plan.planned import Planned
from mooring.redaction import Credential
from tests.support.fleet_files import REGISTRY, environments, said
from tests.support.sealing import sealing_key

FLEET = (
    REGISTRY
    + """\
secrets: {backend: sealed-secrets}
robots: [{name: a, project: a, namespaces: [vision]}]
namespaces: [{name: vision}]
"""
)
FILE, COPY = "secrets/default/vision/harbor-a.yaml", "overlays/default/vision/access/secret-harbor-a.yaml"
PLAIN = Plain("vision", "harbor-a", "a", "robot$a+a", Credential("{}"))
TEXT = sealed_secret(PLAIN, seal(sealing_key().certificate, "vision", "harbor-a", PLAIN.config))


def planned(folder: Path, text: str | None) -> Planned:
    """What namespace `vision` comes to where `text` is the ciphertext's file."""
    found = environments(folder, FLEET)["default"]
    if text is not None:
        (folder / FILE).parent.mkdir(parents=True)
        (folder / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    return plan_namespace(found, found.namespaces["vision"])


def listed(found: Planned) -> list[str]:
    root = next(one for one in found.artifacts if one.path.endswith("access/kustomization.yaml"))
    return list(root.context["resources"])


@pytest.mark.parametrize("text", [TEXT, "# kept\n---\n" + TEXT, "\ufeff" + TEXT], ids=["alone", "below", "byte-order"])
def test_a_ciphertext_is_copied_word_for_word(text: str, tmp_path: Path) -> None:
    found = planned(tmp_path, text)
    assert found.problems == []
    (one,) = found.ciphertexts.items()
    assert (one[0], one[1].origin, one[1].text) == (COPY, FILE, text.removeprefix("\ufeff"))
    assert listed(found) == ["namespace.yaml", "pull-grants.yaml", "secret-harbor-a.yaml"]
    assert made(found) == {"harbor-a"}


@pytest.mark.parametrize("text", [
    TEXT.replace("robot$a+a", "robot$a+a-b"),
    TEXT.replace("robot$a+a", "robot$a+a-a"),
    TEXT.replace("  annotations:\n    mooring.dev/login: robot$a+a\n", ""),
], ids=["b", "a", "no login"])  # fmt: skip
def test_a_login_is_the_robot_s_or_that_of_a_generation(text: str, tmp_path: Path) -> None:
    assert planned(tmp_path, text).problems == []


def annotated(annotation: str) -> str:
    return TEXT.replace("  annotations:\n", f"  annotations:\n    {annotation}\n", 1)


@pytest.mark.parametrize(("text", "found"), [
    (None, ["missing-ciphertext 6:17"]),
    ("", ["bad-ciphertext"]),
    (f"{TEXT}---\n{TEXT}", ["bad-ciphertext 23:1"]),
    ("a: [", ["syntax 1:6"]),
    ("\udcff", ["syntax 1:1"]),
    (TEXT.replace("name: harbor-a", "name: harbor-b", 1), ["bad-ciphertext 4:9"]),
    (TEXT.replace("harbor-a", "harbor-b"), ["bad-ciphertext 4:9", "bad-ciphertext 17:13"]),
    (annotated("config.kubernetes.io/local-config: 'true'"), ["bad-ciphertext 10:5"]),
    (annotated("internal.config.kubernetes.io/index: '1'"), ["bad-ciphertext 10:5"]),
    (TEXT.replace("spec:", "spec:\n  more: 1", 1), ["schema 12:3"]),
    (TEXT.replace("robot$a+a", "robot$a+b"), ["login-mismatch 10:24"]),
], ids=range(11))  # fmt: skip
def test_what_is_wrong_with_a_ciphertext(text: str | None, found: list[str], tmp_path: Path) -> None:
    result = planned(tmp_path, text)
    assert [said(problem).removesuffix(" None:None") for problem in result.problems] == found
    assert (result.ciphertexts, listed(result)) == ({}, ["namespace.yaml", "pull-grants.yaml"])


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(TEXT)
    folder = tmp_path / "repository"
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).symlink_to(tmp_path / "elsewhere.yaml")
    result = planned(folder, None)
    assert [said(problem) for problem in result.problems] == ["bad-path 6:17"]
