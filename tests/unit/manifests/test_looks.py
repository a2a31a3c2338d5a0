"""What a repository holds beside manifests is skipped and counted, however it is called; a broken manifest is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.manifests.looks import is_no_manifest
from mooring.manifests.paths import read
from mooring.problems.problem import Problem

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
# Files that no cluster is given, and that are no YAML for `kubectl`, or none that all readers agree on.
OTHERS = {
    ".gitlab-ci.yml": ".base: {script: [echo a]}\nbuild:\n  script:\n  - !reference [.base, script]\n",
    ".travis.yml": "language: python\nscript: &x: [make]\nafter: *x:\n",
    ".sops.yaml": "creation_rules:\n- path_regex: secrets/.*\n  age: age1\n",
    "compose.yaml": "x-base: &base {restart: always}\nservices:\n  a: {<<: *base, image: a}\n  b: {<<: *base, image: b}\n",
    "docker-compose.override.yml": "services:\n  app:\n    ports: !reset []\n    command: !override [run]\n",
    "mkdocs.yml": "site_name: docs\nemoji_index: !!python/name:material.extensions.emoji.twemoji\n",
    "tsconfig.json": '{\n  // comment\n  "compilerOptions": {"strict": true,},\n}\n',
    ".vscode.settings.json": '{\n  /* of an editor */\n  "a": 1,\n}\n',
    "cf.yaml": 'Resources:\n  A: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Name}}\n',
    "sam.yaml": "Transform: AWS::Serverless-2016-10-31\nOutputs:\n  Api: {Value: !Sub 'https://${Api}', If: !If [a]}\n",
    "vault.yml": "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n",
    "whole-vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n---\n: :\n",
    "playbook.yml": "- hosts: all\n  vars: {key: !unsafe 'a{{b'}\n  tasks:\n  - kubernetes.core.k8s:\n      definition:\n"
                    "        apiVersion: v1\n        kind: Pod\n",
    "app.yaml.tmpl.yaml": "{{- if .Values.enabled }}\n" + POD % "a" + "{{- end }}\n",
    "files.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .To }}\n",
    "loop.j2.yaml": "{% for name in names %}\n" + (POD % "'{{ name }}'") + "{% endfor %}\n",
    "twice.json": '{"name": "a", "name": "b"}\n',
    "lines.json": '{"a": 1}\n{"b": 2}\nend\n',
    "dashboard.json": '{"panels": [{"targets": [{"expr": "a", "expr": "b"}]}], "kind": "dashboard"}\n',
    "openapi.yaml": "openapi: 3.0.0\npaths:\n  /a: !x {}\ncomponents:\n  schemas:\n    apiVersion: {}\n    kind: {}\n",
    "package-lock.json": '{"lockfileVersion": 3,}\n',
    "values.yaml": "image: {repository: a, tag: !!binary x y}\nkind: DaemonSet\n",
    "buildkite.yml": "steps:\n- command: &run: make\n",
    "twice.yaml": "a: 1\na: 2\n",
    "helmfile.yaml": "releases:\n- name: a\n  values:\n  - {{ .Values | toYaml }}\n",
}  # fmt: skip
# Each is meant for a cluster, whatever the file is called and whatever is wrong with it.
BROKEN = {
    "tag": ("mkdocs.yml", "apiVersion: v1\nkind: Pod\nmetadata: {name: !x a}\n"),
    "unclosed": (".gitlab-ci.yml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a\n"),
    "tab": ("compose.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n"),
    "second document": ("cf.yaml", "a: 1\n---\napiVersion: v1\nkind: Pod\nmetadata: !Ref a\n"),
    "JSON": ("tsconfig.json", '{"apiVersion": "v1", "kind": "Pod"\n'),
    "pretty JSON": ("package.json", '{\n  "kind": "Pod",\n  "apiVersion": "v1",\n  "metadata": {"name": !x a}\n}\n'),
    "flow": ("a.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: !x a}}\n"),
    "indented": ("a.yaml", "  apiVersion: v1\n  kind: Pod\n  metadata: {name: !x a}\n"),
    "a comment at the edge": ("a.yaml", "# a\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: !x a}\n"),
    "an escape in a key": ("a.yaml", '"apiVersio\\u006e": v1\n"k\\x69nd": Pod\nmetadata: {name: !x a}\n'),
    "an anchor before a key": ("a.yaml", "&k apiVersion: v1\n!!str kind: Pod\nmetadata: {name: !x a}\n"),
    "complex keys": ("a.yaml", "? apiVersion\n: v1\n? kind\n: Pod\nmetadata: {name: !x a}\n"),
    "a line break that not all take for one": ("a.yaml", "apiVersion: v1\u2028kind: Pod\nmetadata: {name: a}\n"),
    "nobody can read it": ("a.yaml", "a: [\n"),
    "not UTF-8": ("a.yaml", "caf\udce9: 1\n"),
    "a tab in what may be anything": ("a.yml", "a:\n\tb: 1\n"),
    "a template in a text": ("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: !x a}\nnote: '{{ a }}'\n"),
    "a template and a tag": ("a.yaml", "apiVersion: v1\nkind: Pod\nname: {{ a }}\nother: [\n---\n!x a\n"),
}  # fmt: skip


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("name", OTHERS)
def test_a_tools_own_file_is_skipped(name: str, changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, name, OTHERS[name])
    write(tmp_path, "pod.yaml", POD % "a")
    inputs = read([name, "pod.yaml"], changed=True) if changed else read(["."])
    assert [problem.message for problem in inputs.problems] == []
    assert (inputs.skipped, len(inputs.found)) == (1, 1)


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_manifest_is_a_problem(case: str, changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name, text = BROKEN[case]
    write(tmp_path, name, text)
    inputs = read([name], changed=True) if changed else read(["."])
    assert {problem.code for problem in inputs.problems} == {"syntax"}
    assert inputs.skipped == 0


@pytest.mark.parametrize("broken", ["{{ if }}\na: !x 1\n", "name: {{ .Release.Name }}\n"])
@pytest.mark.parametrize("name", ["mkdocs.yml", ".gitlab-ci.yml", "compose.yaml", ".sops.yaml", "tsconfig.json"])
def test_an_object_counts_in_a_file_of_any_name(
    name: str, broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also beside a document that is broken, or a template's."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, name, POD % "a" + f"---\n{broken}")
    inputs = read(["."])
    assert [one.data["metadata"]["name"] for one in inputs.found] == ["a"]
    assert [problem.code for problem in inputs.problems] == ["syntax"]


def test_utf_16_is_looked_into() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        mark = "\ufeff".encode(encoding)
        utf16 = [Problem("syntax", "the file is UTF-16")]
        assert not is_no_manifest(mark + (POD % "a").encode(encoding), ".x.yaml", utf16)
        assert is_no_manifest(mark + "a: 1\n".encode(encoding), ".x.yaml", utf16)


def test_a_template_of_a_chart_is_skipped_among_changed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chart" / "templates" / "deep").mkdir(parents=True)
    write(tmp_path, "chart/Chart.yaml", "name: x\n")
    write(tmp_path, "chart/templates/deep/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n")
    inputs = read(["chart/templates/deep/a.yaml"], changed=True)
    assert (inputs.problems, inputs.skipped) == ([], 1)
    assert [problem.code for problem in read(["chart/templates/deep/a.yaml"]).problems] == ["syntax"]


def test_a_file_that_is_named_and_not_there_is_a_problem_among_changed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inputs = read(["a.yaml"], changed=True)
    assert ([problem.code for problem in inputs.problems], inputs.unreadable) == (["bad-path"], True)
