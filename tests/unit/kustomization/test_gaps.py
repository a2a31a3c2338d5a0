"""What mooring does not see of a root is left out of what Kustomize is given, with a note; the rest is built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mooring import files, kustomization, programs
from mooring.yaml.document import read_manifests
from tests.support.kustomizations import CM, URL, lay, plugin

FUNCTION = plugin("LabelTransformer").replace('"p"', '"p", "annotations": {"config.kubernetes.io/function": "exec: {}"}')
PROGRAM = "apiVersion: example.com/v1\nkind: Plug\nmetadata: {name: p}\n"
LABELS = plugin("LabelTransformer", labels={"a": "b"})
CHART = "mooring does not run helm: the objects of chart `%s` are unknown"
RUN = "mooring does not run plugin `%s`, which is a program: %s unknown"
BASE = "mooring does not fetch remote bases: the objects of this one are unknown"
MADE = "mooring does not fetch remote files: what this generator makes is unknown"
CHANGED = "mooring does not fetch remote files: this entry is left out, and what it changes is unknown"
LOST = "this entry is left out: %s `%s` is not in the repository, and may be among the parts that are unknown"
WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2}}
ONE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"a": "c"}}
R = {"resources": ["cm.yaml", URL]}
S = {"resources": ["cm.yaml"]}


def text(*objects: Any) -> str:
    return "---\n".join(json.dumps(item) + "\n" for item in objects)


# (the kustomization, further files, (route, message) of each note, what Kustomize is given of it, whether all is unsure)
CASES: Mapping[str, tuple[Any, dict[str, str], list[tuple[str, str]], Any, bool]] = {
    "a chart": ({**S, "helmCharts": [{"name": "redis", "repo": URL}]}, {}, [("helmCharts[0]", CHART % "redis")], S, False),
    "two charts": (
        {**S, "HelmCharts": [{"name": "a"}, {"releaseName": "b"}], "helmGlobals": {"chartHome": "charts"}},
        {},
        [("HelmCharts[0]", CHART % "a"), ("HelmCharts[1]", CHART % "b")],
        {**S, "helmGlobals": {"chartHome": "charts"}},
        False,
    ),
    "an old chart": (
        {**S, "helmChartInflationGenerator": [{"chartName": "x", "chartRepoUrl": URL}]},
        {},
        [("helmChartInflationGenerator[0]", CHART % "x")],
        S,
        False,
    ),
    "a chart alone": (
        {"helmCharts": [{"name": "redis"}]},
        {},
        [("helmCharts[0]", CHART % "redis")],
        {},
        False,
    ),
    "a chart as a generator": (
        {**S, "generators": ["g.yaml"]},
        {"g.yaml": plugin("HelmChartInflationGenerator", name="redis", repo=URL)},
        [("", CHART % "redis")],
        S,
        False,
    ),
    "a program that generates": (
        {**S, "generators": ["g.yaml"]},
        {"g.yaml": PROGRAM},
        [("kind", RUN % ("Plug", "the objects that it makes are"))],
        S,
        False,
    ),
    "a program that transforms": (
        {**S, "transformers": [PROGRAM]},
        {},
        [("transformers[0]", RUN % ("Plug", "what it changes is"))],
        S,
        True,
    ),
    "a program that validates": (
        {**S, "validators": [PROGRAM]},
        {},
        [("validators[0]", RUN % ("Plug", "what it refuses is"))],
        S,
        False,
    ),
    "a function": (
        {**S, "transformers": [FUNCTION]},
        {},
        [("transformers[0]", RUN % ("LabelTransformer", "what it changes is"))],
        S,
        True,
    ),
    "a program beside a built-in": (
        {**S, "transformers": ["t.yaml"]},
        {"t.yaml": LABELS + "---\n" + PROGRAM},
        [("kind", RUN % ("Plug", "what it changes is"))],
        {**S, "transformers": ["t.yaml"]},
        True,
    ),
    "a program in a folder": (
        {**S, "generators": ["g"]},
        {"g/kustomization.yaml": "resources: [p.yaml]\n", "g/p.yaml": PROGRAM},
        [("kind", RUN % ("Plug", "the objects that it makes are"))],
        {**S, "generators": ["g"]},
        False,
    ),
    "a base": (R, {}, [("resources[1]", BASE)], S, False),
    "nothing but a base": ({"resources": [URL]}, {}, [("resources[0]", BASE)], {}, False),
    "two bases of three": (
        {"resources": [URL, "cm.yaml", "github.com/a/b"], "namePrefix": "x-"},
        {},
        [("resources[0]", BASE), ("resources[2]", BASE)],
        {**S, "namePrefix": "x-"},
        False,
    ),
    "a component": (
        {**S, "components": ["github.com/a/b?ref=v1"]},
        {},
        [("components[0]", CHANGED.replace("files", "components"))],
        S,
        True,
    ),
    "a patch": ({**S, "patches": [{"path": URL}, {"patch": text(ONE)}]}, {}, [("patches[0].path", CHANGED)],
                {**S, "patches": [{"patch": text(ONE)}]}, True),
    "an old patch": ({**S, "patchesStrategicMerge": [URL]}, {}, [("patchesStrategicMerge[0]", CHANGED)], S, True),
    "a configuration": ({**S, "configurations": [URL]}, {}, [("configurations[0]", CHANGED)], S, True),
    "openapi": ({**S, "openapi": {"path": URL}}, {}, [("openapi.path", CHANGED)], S, True),
    "a replacement": ({**S, "replacements": [{"path": URL}]}, {}, [("replacements[0].path", CHANGED)], S, True),
    "a file of a generator": (
        {**S, "configMapGenerator": [{"name": "x", "files": ["cm.yaml", f"a={URL}"]}, {"name": "y"}]},
        {},
        [("configMapGenerator[0].files[1]", MADE)],
        {**S, "configMapGenerator": [{"name": "y"}]},
        False,
    ),
    "a file of a Secret that stands already": (
        {**S, "secretGenerator": [{"name": "x", "behavior": "merge", "envs": [URL]}]},
        {},
        [("secretGenerator[0].envs[0]", MADE)],
        S,
        True,
    ),
    "a file of a transformer": (
        {**S, "transformers": ["t.yaml"]},
        {"t.yaml": LABELS + "---\n" + plugin("PatchTransformer", path=URL)},
        [("path", CHANGED)],
        {**S, "transformers": ["t.yaml"]},
        True,
    ),
    # What the parts that are left out would have been changed by.
    "a patch of an unknown object": (
        {**R, "patches": [{"patch": text(WEB)}, {"patch": text(ONE)}]},
        {},
        [("resources[1]", BASE), ("patches[0]", LOST % ("`Deployment`", "web"))],
        {**S, "patches": [{"patch": text(ONE)}]},
        False,
    ),
    "a patch in a file": (
        {**R, "patches": [{"path": "p.yaml"}]},
        {"p.yaml": text(WEB)},
        [("resources[1]", BASE), ("patches[0]", LOST % ("`Deployment`", "web"))],
        S,
        False,
    ),
    "a patch with a target": (
        {**R, "patches": [{"patch": text(WEB), "target": {"kind": "Deployment"}}]},
        {},
        [("resources[1]", BASE)],
        {**S, "patches": [{"patch": text(WEB), "target": {"kind": "Deployment"}}]},
        False,
    ),
    "an old patch of an unknown object": (
        {**R, "patchesStrategicMerge": ["p.yaml", text(ONE)]},
        {"p.yaml": text(WEB)},
        [("resources[1]", BASE), ("patchesStrategicMerge[0]", LOST % ("`Deployment`", "web"))],
        {**S, "patchesStrategicMerge": [text(ONE)]},
        False,
    ),
    "a replacement from an unknown object": (
        {**R, "replacements": [{"source": {"kind": "Secret", "name": "x"}, "targets": []}]},
        {},
        [("resources[1]", BASE), ("replacements[0]", LOST % ("`Secret`", "x"))],
        S,
        False,
    ),
    "replicas of an unknown object": (
        {**R, "replicas": [{"name": "web", "count": 2}, {"name": "one", "count": 1}]},
        {},
        [("resources[1]", BASE), ("replicas[0]", LOST % ("object", "web"))],
        {**S, "replicas": [{"name": "one", "count": 1}]},
        False,
    ),
    "a variable of an unknown object": (
        {**R, "vars": [{"name": "X", "objref": {"kind": "Service", "name": "x", "apiVersion": "v1"}}]},
        {},
        [("resources[1]", BASE), ("vars[0]", LOST % ("`Service`", "x"))],
        S,
        False,
    ),
    "a generator that merges into an unknown object": (
        {**R, "configMapGenerator": [{"name": "x", "behavior": "merge", "literals": ["a=b"]}]},
        {},
        [("resources[1]", BASE), ("configMapGenerator[0]", LOST % ("`ConfigMap`", "x"))],
        S,
        False,
    ),
    "a generator that merges into another's": (
        {"resources": ["base", URL], "configMapGenerator": [{"name": "x", "behavior": "merge", "literals": ["a=b"]}]},
        {"base/kustomization.yaml": json.dumps({"configMapGenerator": [{"name": "x", "literals": ["a=c"]}]})},
        [("resources[1]", BASE)],
        {"resources": ["base"], "configMapGenerator": [{"name": "x", "behavior": "merge", "literals": ["a=b"]}]},
        False,
    ),
    "a patch of a renamed object": (
        {**R, "namePrefix": "x-", "patches": [{"patch": text({**ONE, "metadata": {"name": "x-one"}})}]},
        {},
        [("resources[1]", BASE)],
        {**S, "namePrefix": "x-", "patches": [{"patch": text({**ONE, "metadata": {"name": "x-one"}})}]},
        False,
    ),
    "without a gap a patch of nothing is Kustomize's to refuse": (
        {**S, "patches": [{"patch": text(WEB)}]}, {}, [], {**S, "patches": [{"patch": text(WEB)}]}, False,
    ),
    "a patch above a base that has the gap": (
        {"resources": ["cm.yaml", "base"], "patches": [{"patch": text(WEB)}]},
        {"base/kustomization.yaml": json.dumps({"resources": [URL]})},
        [("resources[0]", BASE), ("patches[0]", LOST % ("`Deployment`", "web"))],
        {"resources": ["cm.yaml", "base"]},
        False,
    ),
    "a Component by itself": (
        {"kind": "Component", **S, "patches": [{"patch": text(WEB)}]},
        {},
        [
            ("kind", "no kustomization among the files takes this Component in: what it is added to is unknown"),
            ("patches[0]", LOST % ("`Deployment`", "web")),
        ],
        {"kind": "Component", **S},
        True,
    ),
}  # fmt: skip


def build(root: Path) -> kustomization.Built:
    return kustomization.build(root, files.Boundary(root.parent))


def as_given(given: Mapping[str, str], name: str) -> Any:
    data = read_manifests(given[name], name)[0][0].data
    return {key: value for key, value in data.items() if key != "buildMetadata"}  # mooring's own


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_seen_is_left_out(root: Path, started: list[list[str]], given: dict[str, str], case: str) -> None:
    content, more, notes, left, unsure = CASES[case]
    lay(root, content, more)
    built = build(root)
    assert [(p.shown_route, p.message) for p in built.problems] == notes
    assert {p.code for p in built.problems} <= {"not-at-hand"}
    assert len(started) == 1 and as_given(given, "k/kustomization.yaml") == left
    assert built.is_unsure == unsure


def test_a_file_of_plugins_goes_without_those_that_are_left_out(
    root: Path, started: list[list[str]], given: dict[str, str]
) -> None:
    lay(root, {**S, "transformers": ["t.yaml"]}, {"t.yaml": PROGRAM + "---\n" + LABELS + "---\n" + FUNCTION})
    assert len(build(root).gaps) == 2
    assert as_given(given, "k/t.yaml")["kind"] == "LabelTransformer" and "---" not in given["k/t.yaml"]


def test_the_components_of_what_has_a_gap_are_beside_it(root: Path, started: list[list[str]], given: dict[str, str]) -> None:
    """A component changes what its kustomization has collected, and so what a remote base brings there."""
    component = {"kind": "Component", "patches": [{"patch": text(WEB)}]}
    outer = {"kind": "Component", "components": ["../c"]}
    more = {"c/kustomization.yaml": json.dumps(component), "d/kustomization.yaml": json.dumps(outer)}
    lay(root, {**R, "components": ["d"]}, more)
    assert [p.shown_route for p in build(root).problems] == ["resources[1]", "patches[0]"]
    assert as_given(given, "k/c/kustomization.yaml") == {"kind": "Component", "metadata": {"name": "left-out"}}


def test_a_base_that_is_taken_in_twice_is_a_gap_of_both(root: Path, started: list[list[str]], given: dict[str, str]) -> None:
    more = {
        "base/kustomization.yaml": json.dumps({"resources": [URL]}),
        "a/kustomization.yaml": json.dumps({"resources": ["../base"]}),
        "b/kustomization.yaml": json.dumps({"resources": ["../base"], "patches": [{"patch": text(WEB)}]}),
    }
    lay(root, {"resources": ["a", "b"]}, more)
    assert [p.message for p in build(root).problems] == [BASE, LOST % ("`Deployment`", "web")]
    assert as_given(given, "k/b/kustomization.yaml") == {"resources": ["../base"]}


def test_what_still_fails_is_left_out_as_a_whole(
    root: Path, started: list[list[str]], given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patch is for an object that is there, and changes a field of it that only a remote part brings."""
    record = programs.run

    def run(*arguments: Any) -> programs.Finished:
        record(*arguments)
        fails = "patches" in given["k/kustomization.yaml"]
        return programs.Finished(int(fails), b"" if fails else CM.encode(), b"Error: remove operation does not apply\n")

    monkeypatch.setattr(programs, "run", run)
    patch = {"patch": json.dumps([{"op": "remove", "path": "/data/x"}]), "target": {"kind": "ConfigMap"}}
    lay(root, {**S, "components": [URL], "patches": [patch]}, {})
    built = build(root)
    assert [document.data["metadata"]["name"] for document in built.documents] == ["one"]
    also = "this entry is left out as well: Kustomize cannot apply it without the parts that are unknown"
    assert [p.message for p in built.problems][1:] == [also] and built.is_unsure
    # Without a gap the same failure is an error.
    lay(root, {**S, "patches": [patch]}, {})
    assert [p.code for p in build(root).problems] == ["unsupported-kustomization"]


def test_without_a_builder_the_files_are_read_beside_a_gap(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    lay(root, {**R, "namePrefix": "x-"}, {})
    built = build(root)
    assert [p.message for p in built.problems] == [
        "cannot build this root: neither `kustomize` nor `kubectl` is on PATH", BASE,
    ]  # fmt: skip
    assert [document.data["metadata"]["name"] for document in built.documents] == ["one"] and built.is_unsure
    lay(root, R, {})
    assert not build(root).is_unsure
