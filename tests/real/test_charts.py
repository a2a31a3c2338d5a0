"""`check --enable-helm` through the real Kustomize, with a stand-in for helm (`tests/support/helm_stand_in.py`)."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.real.conftest import Tools
from tests.support import helm_stand_in

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  namespace: {{ .Release.Namespace }}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: {{ .Values.image }}
"""
FILES = {
    "k/kustomization.yaml": "namespace: v\nresources: [cm.yaml]\nhelmCharts: [{name: web, releaseName: a, namespace: x}]\n",
    "k/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n",
    "k/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "k/charts/web/values.yaml": "image: harbor.example.com/ml/web:1\n",
    "k/charts/web/templates/web.yaml": DEPLOYMENT,
}


def lay(folder: Path, more: dict[str, str]) -> None:
    for name, text in {**FILES, **more}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def calls(tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the stand-in's calls; it and the real Kustomize are on PATH, and a repository is here."""
    kustomize = tool("kustomize")
    log = helm_stand_in.install(tmp_path / "bin")
    (tmp_path / "bin/kustomize").symlink_to(kustomize)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository")
    return log


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """(severity, code, message) of each problem, (image, verdict) of each pull."""
    capsys.readouterr()
    cli.main(["check", *words, "--registry", "harbor.example.com", "--pulls", "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    problems = [(one["severity"], one["code"], one["message"]) for one in found["problems"]]
    return problems, [(one["image"], one["verdict"]) for one in found["pulls"]]


def test_a_chart_of_the_repository_is_judged(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(Path(), {})
    problems, pulls = checked(capsys, "k", "--enable-helm")
    assert [code for _, code, _ in problems] == ["secret-not-referenced"]
    assert pulls == [("harbor.example.com/ml/web:1", "secret-not-referenced")]
    version, template = calls.read_text().splitlines()
    assert version == "version --short"
    assert template.startswith("template a ") and "/tree/k/charts/web --namespace x -f " in template
    assert str(Path().absolute()) not in template


def test_without_the_option_nothing_is_started(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(Path(), {})
    problems, pulls = checked(capsys, "k")
    assert problems == [("note", "not-at-hand", "mooring does not run helm: the objects of chart `web` are unknown")]
    assert pulls == [] and not calls.exists()


def test_values_patches_and_a_base_apply(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = "- {op: add, path: /spec/template/spec/imagePullSecrets, value: [{name: regcred}]}\n"
    over = "resources: [../k]\npatches:\n- {target: {kind: Deployment}, path: p.yaml}\n"
    chart = "- {name: web, releaseName: a, valuesFile: v.yaml, valuesInline: {extra: '1'}}\n"
    values = "image: harbor.example.com/ml/web:2\n"
    more = {"o/kustomization.yaml": over, "o/p.yaml": patch, "k/v.yaml": values}
    lay(Path(), {**more, "k/kustomization.yaml": f"namespace: vision\nhelmCharts:\n{chart}"})
    problems, pulls = checked(capsys, ".", "--enable-helm")
    assert [severity for severity, *_ in problems] == ["note"] and pulls == [("harbor.example.com/ml/web:2", "unknown")]


@pytest.mark.parametrize("chart", [
    "{name: far, repo: 'http://127.0.0.1:PORT', version: 1.0.0}", "{name: far, repo: 'oci://127.0.0.1:PORT/x'}",
    "{name: web, repo: 'http://127.0.0.1:PORT', version: 1.0.0}", "{name: web, valuesFile: 'http://127.0.0.1:PORT/v.yaml'}",
    "{name: web, additionalValuesFiles: ['http://127.0.0.1:PORT/v.yaml']}",
    "{name: web, releaseName: '--post-renderer=./run.sh'}", "{name: web, nameTemplate: x}", "{name: ../charts/web}",
])  # fmt: skip
def test_nothing_is_fetched_or_run(calls: Path, capsys: pytest.CaptureFixture[str], chart: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        text = chart.replace("PORT", str(server.getsockname()[1]))
        lay(
            Path(),
            {"k/kustomization.yaml": f"resources: [cm.yaml]\nhelmCharts:\n- {text}\n", "k/run.sh": "#!/bin/sh\ntouch RUN\n"},
        )
        Path("k/run.sh").chmod(0o755)
        problems, _ = checked(capsys, "k", "--enable-helm")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert [code for _, code, _ in problems] == ["not-at-hand"]
    assert not calls.exists() and not list(Path().rglob("RUN"))


@pytest.mark.parametrize("folder", ["--enable-helm", "--helm-command=run.sh", "--post-renderer=run.sh", "-o"])
def test_a_folder_that_looks_like_an_option_is_harmless(
    calls: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    more = {f"{folder}/{name.removeprefix('k/')}": text for name, text in FILES.items()}
    lay(Path(), more)
    monkeypatch.chdir("..")  # here, an argument of this name would be refused: it could be either
    for words in ((), ("--enable-helm",)):
        checked(capsys, "repository", *words)
        assert calls.exists() == bool(words)
    called = calls.read_text().splitlines()
    assert all(line == "version --short" or line.startswith("template a /") for line in called)
    assert len(called) == 4 and {path.name for path in Path("repository").iterdir()} == {".git", "k", folder}


def test_what_helm_refuses_is_said(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(Path(), {"k/charts/web/templates/web.yaml": DEPLOYMENT.replace("{{ .Values.image }}", "{{ .Values.nothing }}")})
    problems, pulls = checked(capsys, "k", "--enable-helm")
    assert [(severity, code) for severity, code, _ in problems] == [("error", "unsupported-kustomization")] and pulls == []
