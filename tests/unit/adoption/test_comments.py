"""Comments of the manifests go along with their objects; what may be a credential or means something to a tool does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli

Captured = pytest.CaptureFixture[str]
DETECTOR = """\
# finds things
apiVersion: apps/v1
kind: Deployment  # for now
metadata:
  name: detector  # not detecter
  namespace: vision
  labels: {team: v}  # who is called
spec:
  # three for the peak
  replicas: 3  # since May
  selector: {matchLabels: {app: detector}}
  template:
    metadata: {labels: {app: detector}}
    spec:
      imagePullSecrets: [{name: harbor}]  # of the platform
      containers:
      # the model's own server
      - name: detector
        image: harbor.example.com/vision/detector:1  # signed
"""


pytestmark = pytest.mark.usefixtures("here")


def test_they_stand_beside_the_values_of_the_fleet(here: Path, capsys: Captured) -> None:
    (here / "a.yaml").write_text(f"---\n{DETECTOR}---\n# another\n" + DETECTOR.partition("\n")[2].replace("detector", "b"))
    assert cli.main(["init", "--from", "a.yaml"]) == 0
    fleet = (here / "fleet.yaml").read_text()
    assert (
        """\
services:
# finds things
- name: detector  # not detecter
  namespace: vision
  kind: Deployment  # for now
  apiVersion: apps/v1
  robots:
  - harbor
  labels:  # who is called
    team: v
  spec:
    # three for the peak
    replicas: 3  # since May
"""
        in fleet
    )
    assert "        imagePullSecrets:  # of the platform\n" in fleet and "# another\n- name: b" in fleet
    assert (
        "        # the model's own server\n        - name: detector\n          image: harbor.example.com/vision/d" in fleet
    )
    assert "detector:1  # signed\n" in fleet
    assert cli.main(["render"]) == 0


def test_an_override_has_those_of_its_environment(here: Path, capsys: Captured) -> None:
    (here / "dev.yaml").write_text(DETECTOR)
    (here / "prod.yaml").write_text(DETECTOR.replace("3  # since May", "9  # since June").replace("# signed", "# pinned"))
    assert cli.main(["init", "--from", "dev=dev.yaml", "--from", "prod=prod.yaml"]) == 0
    fleet = (here / "fleet.yaml").read_text()
    assert fleet.endswith("    spec:\n      replicas: 9  # since June\n") and fleet.count("three for the peak") == 1


def test_a_kept_manifest_is_written_as_it_was(here: Path, capsys: Captured) -> None:
    (here / "dev.yaml").write_text(DETECTOR + "---\n" + DETECTOR.replace("detector", "b"))
    (here / "prod.yaml").write_text(DETECTOR)
    assert cli.main(["init", "--from", "dev=dev.yaml", "--from", "prod=prod.yaml"]) == 0
    assert (here / "services/dev/vision/b.deployment.yaml").read_text() == DETECTOR.replace("detector", "b")
    assert cli.main(["render"]) == 0


@pytest.mark.parametrize("comment", [
    "password: Summer2024", "token=abc", "was HARBOR_TOKEN = x", "see https://ci:x@harbor.example.com/", "--token=abc",
    "Hunter2Hunter2", "mooring: allow no-robot: later", "yaml-language-server: $schema=x",
    "hid\u202eden", "##vso[task.setvariable variable=a]b",
])  # fmt: skip
@pytest.mark.parametrize("is_kept", [False, True])
def test_what_stays_behind(here: Path, capsys: Captured, comment: str, is_kept: bool) -> None:
    text = DETECTOR.replace("# signed", f"# {comment}")
    (here / "dev.yaml").write_text(f"{text}---\n" + DETECTOR.replace("detector", "b"))
    (here / "prod.yaml").write_text(DETECTOR.replace("detector", "b" if is_kept else "detector"))
    assert cli.main(["init", "--from", "dev=dev.yaml", "--from", "prod=prod.yaml"]) == 0
    said = capsys.readouterr()
    assert "note     Deployment `detector`: a comment is left behind, which may hold a credential" in said.out
    files = [path.read_text() for path in (here / "fleet.yaml", *here.rglob("services/**/*.yaml"))]
    assert not any(comment in text for text in (*files, said.out, said.err))
    assert any("since May" in text for text in files)
    assert (here / "services/dev/vision/detector.deployment.yaml").exists() == is_kept


def test_an_item_of_a_list_and_json(here: Path, capsys: Captured) -> None:
    item = "".join(f"  {line}\n" for line in DETECTOR.splitlines()[1:])
    (here / "a.yaml").write_text("apiVersion: v1\nkind: List\nitems:\n# finds things\n- " + item[2:])
    (here / "b.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": []}))
    assert cli.main(["init", "--from", "a.yaml", "--from", "b.json"]) == 0
    fleet = (here / "fleet.yaml").read_text()
    assert "services:\n# finds things\n- name: detector" in fleet and "replicas: 3  # since May\n" in fleet


def test_a_kustomize_root_keeps_those_of_its_files(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Kustomize on PATH, mooring reads a root that only lists files and names their namespace."""
    monkeypatch.setenv("PATH", str(here / "nothing"))
    (here / "base").mkdir()
    (here / "base/a.yaml").write_text(DETECTOR.replace("  namespace: vision\n", ""))
    (here / "base/kustomization.yaml").write_text("namespace: vision\nresources: [a.yaml]\n")
    assert cli.main(["init", "--from", "base"]) == 0
    fleet = (here / "fleet.yaml").read_text()
    assert "# finds things\n- name: detector  # not detecter\n  namespace: vision\n" in fleet
    assert "replicas: 3  # since May\n" in fleet
