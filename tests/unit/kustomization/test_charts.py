"""Charts of the repository are rendered where somebody asks for it; what would fetch or run more is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mooring import files, kustomization, programs
from mooring.yaml.document import read_manifests

CHART = {
    "charts/redis/Chart.yaml": "apiVersion: v2\nname: redis\nversion: 1.0.0\n",
    "charts/redis/values.yaml": "tag: 7\n",
    "charts/redis/templates/redis.yaml": "kind: {{ .Values.kind }}\n",
}
R: Mapping[str, Any] = {"name": "redis"}
Started = list[list[str]]


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Builders and helms that are never really started: what was asked of them, and below it the files given."""
    calls: Started = []
    (tmp_path / "bin").mkdir()
    for name in ("kustomize", "helm"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def run(_: programs.Program, arguments: list[Any], home: Path, *__: Any) -> programs.Finished:
        tree = home.parent / "tree"
        assert arguments[-1] == tree / "k"
        texts = {p.relative_to(tree).as_posix(): p.read_text() for p in sorted(tree.rglob("*")) if not p.is_dir()}
        calls.append([*map(str, arguments[:-1]), *(f"{name}={text}" for name, text in texts.items())])
        return programs.Finished(0, b"", b"")

    monkeypatch.setattr(programs, "run", run)
    return calls


def build(tmp_path: Path, content: Any, more: Mapping[str, str] = {}, *, helm: bool = True) -> kustomization.Built:
    root = tmp_path / "repository" / "k"
    for name, text in {"kustomization.yaml": json.dumps(content), **CHART, **more}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return kustomization.build(root, files.Boundary(tmp_path / "repository"), helm=helm)


def notes(built: kustomization.Built) -> list[tuple[str, str]]:
    return [(problem.code, problem.message) for problem in built.problems]


HELD = [f"k/{name}={text}" for name, text in CHART.items()]


@pytest.mark.parametrize(("content", "given"), [
    ({"helmCharts": [R]}, {"helmCharts": [R]}),
    ({"HelmCharts": [{"Name": "redis"}]}, {"HelmCharts": [{"Name": "redis"}]}),
    ({"helmCharts": [{**R, "releaseName": "r", "namespace": "n", "includeCRDs": True, "valuesInline": {"a": [1]}}]}, None),
    ({"helmCharts": [{**R, "kubeVersion": "1.30", "apiVersions": ["a.example/v1/B"], "valuesMerge": "merge"}]}, None),
    # A version without a repository names no folder, and a repository without a version none either.
    ({"helmCharts": [{**R, "version": "1.0.0"}]}, None),
    ({"helmCharts": [{**R, "repo": "https://charts.example.com"}]}, None),
    # helm's own settings could hold plugins.
    ({"helmCharts": [R], "helmGlobals": {"chartHome": "charts", "configHome": "h"}},
     {"helmCharts": [R], "helmGlobals": {"chartHome": "charts"}}),
    ({"helmCharts": [R], "helmGlobals": {"chartHome": "./charts/../charts"}}, None),
])  # fmt: skip
def test_a_chart_at_hand_is_rendered(tmp_path: Path, started: Started, content: Any, given: Any) -> None:
    assert notes(build(tmp_path, content)) == []
    (call,) = started
    assert call[:4] == ["build", "--enable-helm", "--helm-command", str(tmp_path / "bin/helm")]
    assert [one for one in call[4:] if one.startswith("k/charts")] == sorted(HELD)
    text = next(one for one in call if one.startswith("k/kustomization.yaml=")).partition("=")[2]
    data = read_manifests(text, "")[0][0].data
    assert {key: value for key, value in data.items() if key != "buildMetadata"} == (given or content)


FETCHES = "it is not in the repository, and mooring fetches nothing"
FIELD = "it has a field that mooring does not hand to helm"
NAME = "it has a name or a version that is none"
VALUES = "mooring does not fetch values from elsewhere"


@pytest.mark.parametrize(("entry", "why"), [
    ({"name": "other", "repo": "https://charts.example.com", "version": "1.0.0"}, FETCHES),
    ({**R, "repo": "https://charts.example.com", "version": "1.0.0"}, FETCHES),  # `charts/redis-1.0.0/redis`
    ({"name": "other", "repo": "oci://charts.example.com/x"}, FETCHES),
    ({"name": "templates"}, FETCHES),
    ({"name": "-redis"}, NAME), ({"name": "--post-renderer"}, NAME), ({"name": "../redis"}, NAME),
    ({"name": "redis/../redis"}, NAME), ({"name": "a\0b"}, NAME), ({"name": ["redis"]}, NAME),
    ({**R, "releaseName": "--post-renderer=./run.sh"}, NAME), ({**R, "namespace": "-n"}, NAME),
    ({**R, "version": "../1"}, NAME), ({**R, "kubeVersion": "--debug"}, NAME), ({**R, "valuesMerge": "x"}, NAME),
    ({**R, "nameTemplate": "{{ env }}"}, FIELD), ({**R, "debug": True}, FIELD), ({**R, "devel": True}, FIELD),
    ({**R, "postRenderer": "./run.sh"}, FIELD), ({**R, "extraArgs": ["--post-renderer=./run.sh"]}, FIELD),
    ({**R, "apiVersions": ["--post-renderer=./run.sh"]}, "it has API versions that are none"),
    ({**R, "apiVersions": "v1"}, "it has API versions that are none"),
    ({**R, "valuesFile": "https://example.com/values.yaml"}, VALUES), ({**R, "valuesFile": "/etc/passwd"}, VALUES),
    ({**R, "additionalValuesFiles": ["https://example.com/v.yaml"]}, VALUES),
    ({**R, "additionalValuesFiles": "v.yaml"}, "it has names of files that are none"),
    ({**R, "valuesFile": ["v.yaml"]}, "it has an address that is none"),
    ({"releaseName": "r"}, "it has no name"), ("redis", "it is not a mapping"),
])  # fmt: skip
def test_what_fetches_or_runs_more_is_left_out(tmp_path: Path, started: Started, entry: Any, why: str) -> None:
    built = build(tmp_path, {"resources": ["cm.yaml"], "helmCharts": [entry]}, {"cm.yaml": "", "charts/x": ""})
    assert [code for code, _ in notes(built)] == ["not-at-hand"] and notes(built)[0][1].endswith(f"are unknown: {why}")
    assert started[0][0] == "build" and not any("helm" in word for word in started[0])
    assert [gap.kind for gap in built.gaps] == ["chart"]


@pytest.mark.parametrize(("home", "more", "why"), [
    ("../../outside", {}, FETCHES), ("/charts", {}, FETCHES), ("charts\0", {}, FETCHES), ("nowhere", {}, FETCHES),
    ("empty", {"empty/redis/values.yaml": ""}, "its folder has no Chart.yaml"),
])  # fmt: skip
def test_a_home_without_the_chart(tmp_path: Path, started: Started, home: str, more: Mapping[str, str], why: str) -> None:
    outside = tmp_path / "outside" / "redis"
    outside.mkdir(parents=True)
    (outside / "Chart.yaml").write_text("name: redis\n")
    built = build(tmp_path, {"helmCharts": [R], "helmGlobals": {"chartHome": home}}, more)
    assert notes(built) == [("not-at-hand", f"the objects of chart `redis` are unknown: {why}")]
    assert not any("helm-command" in word for word in started[0])


@pytest.mark.parametrize("what", ["chart", "file", "folder"])
def test_no_link_leads_a_chart_out_of_the_repository(tmp_path: Path, started: Started, what: str) -> None:
    (tmp_path / "outside").mkdir()
    for name in ("Chart.yaml", "secret"):
        (tmp_path / "outside" / name).write_text("hunter2\n")
    charts = tmp_path / "repository/k/charts"
    (charts / "redis").mkdir(parents=True)
    if what == "chart":
        (charts / "linked").symlink_to(tmp_path / "outside")
    elif what == "file":
        (charts / "redis" / "secret").symlink_to(tmp_path / "outside/secret")
    else:
        (charts / "redis" / "files").symlink_to(tmp_path / "outside")
    built = build(tmp_path, {"helmCharts": [{"name": "linked" if what == "chart" else "redis"}]})
    assert not any("hunter2" in word for word in started[0])
    if what != "folder":  # a linked folder is not entered, and the chart is without it
        assert [code for code, _ in notes(built)] == ["not-at-hand"] and "are unknown: " in notes(built)[0][1]


@pytest.mark.parametrize(
    ("helm", "hint"), [(False, "`mooring check --enable-helm`"), (True, "`--enable-helm` needs `helm`")]
)
def test_without_the_option_or_without_helm_the_note_names_it(
    tmp_path: Path, started: Started, helm: bool, hint: str
) -> None:
    if helm:
        (tmp_path / "bin/helm").unlink()
    built = build(tmp_path, {"helmCharts": [R]}, helm=helm)
    assert notes(built) == [("not-at-hand", "mooring does not run helm: the objects of chart `redis` are unknown")]
    assert built.problems[0].hint.startswith(hint)
    assert len(started) == 1 and "--enable-helm" not in started[0]


def test_helm_of_the_repository_is_not_run(tmp_path: Path, started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin/helm").unlink()
    own = tmp_path / "repository/helm"
    own.parent.mkdir()
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{own.parent}:{tmp_path / 'bin'}")
    assert "mooring does not run helm" in notes(build(tmp_path, {"helmCharts": [R]}))[0][1]
    assert "--enable-helm" not in started[0]


def test_of_two_charts_one_is_at_hand(tmp_path: Path, started: Started) -> None:
    built = build(tmp_path, {"helmCharts": [{"name": "far", "repo": "https://charts.example.com"}, R]})
    assert notes(built) == [("not-at-hand", f"the objects of chart `far` are unknown: {FETCHES}")]
    assert "--enable-helm" in started[0] and not any("charts.example.com" in word for word in started[0])


def test_the_old_field_and_plugins_stay_left_out(tmp_path: Path, started: Started) -> None:
    chart = json.dumps({"apiVersion": "builtin", "kind": "HelmChartInflationGenerator", "metadata": {"name": "p"}, **R})
    built = build(tmp_path, {"helmChartInflationGenerator": [{"chartName": "redis"}], "generators": [f"{chart}\n"]})
    assert {message for _, message in notes(built)} == {
        "mooring does not run helm: the objects of chart `redis` are unknown"
    } and len(notes(built)) == 2  # fmt: skip
    assert not any("helm" in word.lower() for word in started[0])
