"""What a part of a root that was not seen could decide is not claimed: neither that it fails, nor that it works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.support.kustomizations import URL, lay

ISVC = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: det, namespace: vision}
spec:
  predictor:
    containers:
    - {name: kserve-container, image: "harbor.example.com/ml/det:1"}
    imagePullSecrets: [{name: regcred}]
"""
# `{"auths": {"harbor.example.com": {"auth": "dTpw"}}}`
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: vision}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: eyJhdXRocyI6IHsiaGFyYm9yLmV4YW1wbGUuY29tIjogeyJhdXRoIjogImRUcHcifX19}
"""
PART = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: vision}
spec: {replicas: x, template: {}}
"""
REMOTE = ("not-at-hand", "k/kustomization.yaml", 1)


def check(capsys: pytest.CaptureFixture[str]) -> tuple[list[tuple[str, str, int | None]], list[str]]:
    """The code, file and line of each error and note, and the verdict of each pull; no builder is there."""
    cli.main(["check", "k", "--registry", "harbor.example.com", "--pulls", "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    found = [(problem["code"], problem["file"], problem["line"]) for problem in result["problems"]]
    return [entry for entry in found if entry[0] != "plaintext-credential"], [pull["verdict"] for pull in result["pulls"]]


@pytest.mark.parametrize(("more", "files", "problems", "verdicts"), [
    ({}, {"secret.yaml": SECRET % "regcred"}, [], ["ok"]),
    ({}, {"secret.yaml": SECRET % "other"}, [("secret-not-in-namespace", "k/isvc.yaml", 8)], ["secret-not-in-namespace"]),
    # A base may bring the Secret, and cannot take away the one that is there.
    (
        {"resources": [URL]}, {"secret.yaml": SECRET % "other"},
        [("not-at-hand", "k/isvc.yaml", 8), REMOTE], ["unknown"],
    ),
    ({"resources": [URL]}, {"secret.yaml": SECRET % "regcred"}, [REMOTE], ["ok"]),
    # A component may change the image and the list.
    ({"components": [URL]}, {"secret.yaml": SECRET % "regcred"}, [REMOTE], ["unknown"]),
    ({"components": [URL]}, {"secret.yaml": SECRET % "other"}, [REMOTE], ["unknown"]),
    ({"components": [URL]}, {"secret.yaml": SECRET % "regcred", "web.yaml": PART},
     [REMOTE, ("schema", "k/web.yaml", 4)], ["unknown"]),
    ({"resources": [URL]}, {"secret.yaml": SECRET % "regcred", "web.yaml": PART},
     [REMOTE, *[("schema", "k/web.yaml", 4)] * 2], ["ok"]),
])  # fmt: skip
def test_what_a_remote_part_could_decide_is_unknown(
    more: dict[str, list[str]],
    files: dict[str, str],
    problems: list[Any],
    verdicts: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    resources = ["isvc.yaml", *files, *more.get("resources", [])]
    lay(tmp_path / "k", {**more, "resources": resources}, {"isvc.yaml": ISVC, **files})
    found, said = check(capsys)
    # Without a builder a root that has more than resources is a note of its own.
    found = [entry for entry in found if entry != ("not-at-hand", "k/kustomization.yaml", None)]
    assert (sorted(found), said) == (sorted(problems), verdicts)


@pytest.mark.parametrize(("image", "codes"), [
    ("harbor.example.com/ml/web:1", {"default-namespace", "secret-not-referenced"}),
    ("harbor.example.com/ml/web:${TAG}", {"default-namespace", "secret-not-referenced"}),
    # Whether these are of a private registry is what is not known.
    ("${IMAGE}", {"not-at-hand"}),
    ("ko://example.com/cmd/web", {"not-at-hand"}),
    ("docker.io/library/web:1", set()),
])  # fmt: skip
def test_an_image_that_is_filled_in_makes_no_namespace_wrong(
    image: str, codes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Knative's own tests build their images with `ko`, in `default`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k").mkdir()
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w, namespace: default}\nspec: {containers: [{name: c, image: '%s'}]}"
    (tmp_path / "k" / "pod.yaml").write_text(pod % image)
    assert {code for code, _, _ in check(capsys)[0]} == codes
