"""The preset for Renovate (`ci/renovate.json`) finds each image of a fleet once, and its updates leave a fleet that loads.

Renovate matches with RE2, and so does this module. It goes through the `matchStrings` of strategy `recursive` as Renovate
does: each is matched in what the one before it matched, and the last match is the text that an update replaces. An update
is tried at each place where that text stands, until what is extracted again says that it hit its own dependency.
"""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import re2
import yaml

from mooring.cli import main
from tests.support.example import ROOT, SMALL, copy

PRESET = json.loads((ROOT / "ci" / "renovate.json").read_text())
MANAGERS = PRESET["customManagers"]
WHOLE = "{{{depName}}}:{{{newValue}}}{{#if newDigest}}@{{{newDigest}}}{{/if}}"
OLD, NEW = f"sha256:{'a1' * 32}", f"sha256:{'b2' * 32}"


class Dependency(NamedTuple):
    name: str | None
    value: str | None
    digest: str | None


class Found(NamedTuple):
    dependency: Dependency
    replaced: str


def compiled(pattern: str) -> Any:
    """RE2's own spelling of a named group is Python's."""
    return re2.compile(pattern.replace("(?<", "(?P<"))


LEVELS = [[compiled(pattern) for pattern in manager["matchStrings"]] for manager in MANAGERS]


def matched(levels: list[Any], text: str, groups: Mapping[str, str | None]) -> Iterator[Found]:
    """What a manager's levels come to in a text."""
    if not levels:
        yield Found(Dependency(groups.get("depName"), groups.get("currentValue"), groups.get("currentDigest")), text)
        return
    for match in levels[0].finditer(text):
        yield from matched(levels[1:], match[0], {**groups, **match.groupdict()})


def extracted(number: int, text: str) -> list[Found]:
    return list(matched(LEVELS[number], text, {}))


def everything(text: str) -> list[Dependency]:
    return [found.dependency for number in range(len(MANAGERS)) for found in extracted(number, text)]


def new_text(number: int, found: Found, tag: str) -> str:
    """What Renovate puts in the place of a match."""
    name, value, digest = found.dependency
    if template := MANAGERS[number].get("autoReplaceStringTemplate"):
        assert template == WHOLE
        return f"{name}:{tag}" + (f"@{NEW}" if digest else "")
    text = found.replaced.replace(str(value), tag)
    return text.replace(digest, NEW) if digest else text


def updated(number: int, index: int, text: str, tag: str) -> str | None:
    """The file after an update of one dependency; None where Renovate reports an error and changes nothing."""
    found = extracted(number, text)[index]
    aim = Dependency(found.dependency.name, tag, NEW if found.dependency.digest else None)
    new = new_text(number, found, tag)
    place = text.find(found.replaced)
    while place >= 0:
        tried = text[:place] + new + text[place + len(found.replaced) :]
        again = extracted(number, tried)
        if len(again) > index and again[index].dependency == aim:
            return tried
        place = text.find(found.replaced, place + 1)
    return None


def scalars(value: Any, route: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """Each scalar of plain data by where it stands."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {at: leaf for key, item in pairs for at, leaf in scalars(item, (*route, key)).items()}
    return {route: value}


EXAMPLE = {
    "fleet.yaml": [
        ("harbor.ext.hp.com/onecloud-sol/infra-demo-itg", "image-transformer-1.0"),
        ("harbor.ext.hp.com/mirror/kserve/sklearnserver", "v0.20.0"),
        ("harbor.ext.hp.com/mirror/kserve/storage-initializer", "v0.20.0"),
        ("harbor.ext.hp.com/onecloud-sol/infra-demo-itg", "image-transformer-1.1-rc1"),
    ],
    "teams/language.yaml": [
        ("harbor.ext.hp.com/language-models/assistant-8b", "2026-10"),
        ("harbor.ext.hp.com/mirror-llm/vllm-openai", "v0.11.0"),
        ("harbor.ext.hp.com/mirror-llm/huggingfaceserver", "v0.20.0-gpu"),
        ("harbor.ext.hp.com/mirror-llm/huggingfaceserver", "v0.20.0-gpu"),
        ("harbor.ext.hp.com/language-models/summarizer", "3.2"),
        ("harbor.ext.hp.com/language-models/summarizer", "4.0-rc1"),
        ("harbor.lab.example.com:8443/batch/index", "2.4"),
    ],
}


@pytest.mark.parametrize("file", EXAMPLE)
def test_each_image_of_the_example_is_found_once(file: str) -> None:
    found = everything((ROOT / file).read_text())
    assert found == [Dependency(name, tag, None) for name, tag in EXAMPLE[file]]


H = "harbor.example.com:8443/a/b"
SPELLINGS = {
    f"image: {H}:1": [(H, "1", None)],
    f'- image: "{H}:1.0"  # image: {H}:2': [(H, "1.0", None)],
    f"image: '{H}:1'": [(H, "1", None)],
    f'"image": "{H}:1"': [(H, "1", None)],
    f"image: {H}:v1@{OLD}": [(H, "v1", OLD)],
    f"image: &it {H}:1\n- image: *it": [(H, "1", None)],
    f"image: !!str {H}:1": [(H, "1", None)],
    f"a: {{image: {H}:1, b: c}}": [(H, "1", None)],
    f"[{{image: {H}:1}}, {{name: x, image: {H}:2}}]": [(H, "1", None), (H, "2", None)],
    "image: nginx:1.27": [("nginx", "1.27", None)],
    f"storageUri: oci://{H}:1\r\n": [(H, "1", None)],
    f"note: a#b, image: {H}:1": [(H, "1", None)],
    f"platform:\n  images:\n    agent: {H}:1\n    # router: {H}:2\n\n    'a/b:1': \"{H}:3@{OLD}\"\nservices: []": [
        (H, "1", None),
        (H, "3", OLD),
    ],
    f"images: [{{name: {H}, newTag: '1'}}, {{name: c/d, newTag: v2, digest: {OLD}}}]": [(H, "1", None), ("c/d", "v2", OLD)],
    f"- {{name: {H}, newName: e/f, newTag: v1}}": [("e/f", "v1", None)],
    f'- name: {H}  # ours\n  # its tag\n  newTag: "1"\n- name: c/d\n  newTag: v2 # so\n  digest: {OLD}\n': [
        (H, "1", None),
        ("c/d", "v2", OLD),
    ],
    f"  - name: {H}\n    newTag: v1\n- name: prod\n": [(H, "v1", None)],
    f"- name: {H}\n  newName: e/f\n  newTag: v1\n\n  # end\n  policies: {{}}": [("e/f", "v1", None)],
}
NOTHING = [
    f"image: {H}",
    "image: harbor.example.com:8443/a",
    f"image: {H}@{OLD}",
    f"image: {H}:1@sha256:abc",
    f"# image: {H}:1",
    f"  #image: {H}:1",
    "image: *it",
    "image: {name: a, tag: 1}",
    f"storageImage: {H}:1",
    "storageUri: gs://bucket/a:1",
    "uri: host:8080",
    "uri: http://host:8080/a:1",
    f"image: {H}:$(TAG)",
    f"image: {H}:{{{{tag}}}}",
    f"- {{name: {H}, digest: {OLD}}}",
    f"- {{name: {H}, newTag: v1, newName: e/f}}",
    f"# - {{name: {H}, newTag: v1}}",
    f"- name: {H}\n  newTag: v1\n  newName: e/f",
    f"- name: {H}\n  newTag: v1 # so\n\n  # and\n  newName: e/f",
    f"# - name: {H}\n#   newTag: v1",
    "- host: harbor.lab.example.com:8443",
    "platform:\n  runtimes: none\n  images: {}\nother: {a: b/c:1}",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_spelling_is_found(text: str) -> None:
    assert everything(text) == [Dependency(*expected) for expected in SPELLINGS[text]]


@pytest.mark.parametrize("text", NOTHING)
def test_what_has_no_tag_or_is_no_image_is_left_alone(text: str) -> None:
    assert everything(text) == []


# Tags that also stand in names, in keys and twice in the file.
HOSTILE = f"""{SMALL}
- name: e
  namespace: vision
  spec: {{predictor: {{containers: [{{name: kserve-container, image: harbor.example.com/vision/e1:e}}]}}}}  # vision/e1:e
- name: n1
  namespace: vision
  spec:
    predictor:
      containers:
      - name: kserve-container
        image: &same "harbor.example.com/vision/n1:1@{OLD}"
      initContainers:
      - {{name: one, image: *same}}
      - {{name: two, image: 'harbor.example.com/vision/n1:1'}}
platform:
  images: {{agent: harbor.example.com/vision/a:a, router: "harbor.example.com/vision/a:a"}}
environments:
- name: dev
  images: [{{name: harbor.example.com/vision/detector, newTag: e}}, {{name: harbor.example.com/vision/e1, newTag: "1"}}]
- name: prod
  images:
  - name: harbor.example.com/vision/detector   # newTag: e
    newTag: "newTag"
  - name: harbor.example.com/vision/e1
    newTag: v1
    digest: {OLD}
"""


def files() -> dict[str, str]:
    return {**{name: (ROOT / name).read_text() for name in EXAMPLE}, "hostile": HOSTILE}


UPDATES = [
    (name, number, index)
    for name, text in files().items()
    for number in range(len(MANAGERS))
    for index in range(len(extracted(number, text)))
]


def test_updates_are_tried_of_all() -> None:
    assert len(UPDATES) == sum(map(len, EXAMPLE.values())) + 10
    assert {number for _, number, _ in UPDATES} == set(range(len(MANAGERS)))


@pytest.mark.parametrize(("name", "number", "index"), UPDATES)
def test_an_update_changes_its_place_alone(
    name: str, number: int, index: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = files()[name]
    new = updated(number, index, text, "v9.9")
    assert new is not None
    before, after = scalars(yaml.safe_load(text)), scalars(yaml.safe_load(new))
    assert before.keys() == after.keys()
    changed = {str(before[at]) for at in before if before[at] != after[at]}
    dependency = extracted(number, text)[index].dependency
    expected = {str(dependency.value), str(dependency.digest)} | {
        f"{scheme}{dependency.name}:{dependency.value}{digest}" for scheme in ("", "oci://") for digest in ("", f"@{OLD}")
    }
    assert changed and changed <= expected
    copy(tmp_path, rendered=False)
    (tmp_path / ("fleet.yaml" if name == "hostile" else name)).write_text(new)
    monkeypatch.chdir(tmp_path)
    assert main(["render", "-q"]) == 0


def test_a_tag_that_its_digest_holds_is_an_error_of_renovate() -> None:
    text = f"images: [{{name: c/d, newTag: a1, digest: {OLD}}}]"
    assert updated(2, 0, text, "v9.9") is None


def test_the_files_of_a_fleet_are_read_and_no_rendered_one() -> None:
    def read(path: str) -> bool:
        return any(re2.search(pattern[1:-1], path) for manager in MANAGERS for pattern in manager["managerFilePatterns"])

    assert all(read(path) for path in ("fleet.yaml", "fleet.yml", "teams/language.yaml", "teams/a/b.yml"))
    assert not any(read(path) for path in ("overlays/prod/fleet.yaml", "services/a.yaml", "teams/a.md", "my-fleet.yaml"))
    (rule,) = PRESET["packageRules"]
    assert (rule["enabled"], rule["matchManagers"]) == (False, ["kubernetes", "kustomize", "argocd", "flux"])
    for path in ("overlays/prod/vision/kustomization.yaml", "gitops/flux/prod/root.yaml", "policies/kyverno/a.yaml"):
        assert any(fnmatch.fnmatch(path, pattern) for pattern in rule["matchFileNames"])


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ('"recursive"', '"recursively"'), ('"enabled": false', '"enabled": "no"')]
)
def test_the_published_schema_of_renovate_holds_and_can_fail(old: str, new: str, tmp_path: Path) -> None:
    text = (ROOT / "ci" / "renovate.json").read_text()
    assert old in text
    (tmp_path / "renovate.json").write_text(text.replace(old, new))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.renovate", tmp_path / "renovate.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == bool(old), done.stdout + done.stderr


def test_the_managers_are_of_one_form() -> None:
    for manager in MANAGERS:
        assert (manager["customType"], manager["matchStringsStrategy"]) == ("regex", "recursive")
        assert manager["datasourceTemplate"] == "docker"
        named = [name for pattern in manager["matchStrings"] for name in re.findall(r"\(\?<(\w+)>", pattern)]
        assert sorted(named) == ["currentDigest", "currentValue", "depName"], "of a group at two levels the last one holds"


def test_the_workflow_of_the_page_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "image-updates.md").read_text()
    (block,) = [
        block for block in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "runs-on:" in block
    ]
    (tmp_path / "render.yml").write_text(block)
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        tmp_path / "render.yml",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
