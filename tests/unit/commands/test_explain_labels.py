"""`explain SERVICE` says which form of the object each heading is for, and shows an object that runs no pod."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import cli
from tests.support.example import SMALL

OBJECTS = """\
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: vision}
spec: {containers: [{name: c, image: "harbor.example.com/vision/app:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: app, namespace: vision}
spec: {ports: [{port: 80}]}
"""


def test_each_heading_says_which_form_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/app.yaml").write_text(OBJECTS)
    (tmp_path / "loose.yaml").write_text(OBJECTS)
    (tmp_path / "fleet.yaml").write_text(SMALL + "- {name: app, namespace: vision, manifests: kept}\n")

    def headings(*arguments: str) -> list[str]:
        capsys.readouterr()
        assert cli.main(["explain", *arguments]) == 0
        lines = capsys.readouterr().out.splitlines()
        return [line for line in lines if line.startswith(("Pod", "Service", "└─ runs"))]

    assert headings("vision/app") == [
        "Pod vision/app in default, as the fleet renders it",
        "Service vision/app in default, as the fleet renders it",
        "└─ runs no pod",
    ]
    assert headings("vision/app", "loose.yaml") == ["Pod vision/app in default, as written in loose.yaml"]
