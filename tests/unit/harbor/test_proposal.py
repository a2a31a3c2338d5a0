"""`mooring robots plan --from-images`: the robots that images need, as a part of a fleet that loads and renders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring.cli import main
from mooring.fleet.load import load
from mooring.plan.namespace import plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.tree.run import resolve_all

HOST = "harbor.example.com"
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
include: [parts/*.yaml]
registries:
- {{name: harbor, host: harbor.example.com, publicProjects: [open]}}
- {{name: lab, host: lab.example.com}}
secrets: {{backend: external}}
namespaces: [{{name: vision}}, {{name: speech}}]
robots: [{robots}]
services:
{services}
"""
EMPTY = "apiVersion: mooring.dev/v1\nkind: FleetPart\nrobots: []\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("parts").mkdir()
    Path("parts/robots.yaml").write_text(EMPTY)


def service(name: str, *images: str, namespace: str = "vision", more: str = "") -> str:
    containers = ", ".join(f'{{name: c{number}, image: "{image}"}}' for number, image in enumerate(images))
    pod = f"{{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{containers}]}}}}"
    spec = f"{{selector: {{matchLabels: {{a: b}}}}, template: {pod}}}"
    return f"- {{name: {name}, namespace: {namespace}, kind: Deployment, {more}spec: {spec}}}"


def fleet(*services: str, robots: str = "") -> None:
    Path("fleet.yaml").write_text(FLEET.format(services="\n".join(services), robots=robots))


def proposed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["robots", "plan", "--from-images", *words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def robots(found: Any) -> dict[str, tuple[Any, ...]]:
    return {
        one["name"]: (one["registry"], one.get("project") or one["projects"], one["namespaces"])
        for one in found["fragment"]["robots"]
    }


def test_what_is_printed_loads_and_pulls(capsys: pytest.CaptureFixture[str]) -> None:
    fleet(
        service("detector", f"{HOST}/vision/detector:1"),
        service("ocr", f"{HOST}/vision/ocr:1", f"{HOST}/fonts/latin:1"),
        service("asr", f"{HOST}/vision/vad:1", "docker.io/library/busybox:1", f"{HOST}/open/base:1", namespace="speech"),
    )
    assert main(["robots", "plan", "--from-images"]) == 0
    out = capsys.readouterr().out
    assert (
        out
        == """\
# Write `expires: <day>` or `expires: never` for each robot: without it, `mooring robots apply` creates none.
# Write `robots: [vision]` at service vision/detector: it must say which of several pull for it.
# Write `robots: [fonts-vision]` at service vision/ocr: it must say which of several pull for it.
apiVersion: mooring.dev/v1
kind: FleetPart
robots:
# for vision/ocr
- name: fonts-vision
  registry: harbor
  projects:
  - fonts
  - vision
  namespaces:
  - vision
# for speech/asr, vision/detector
- name: vision
  registry: harbor
  project: vision
  namespaces:
  - speech
  - vision
"""
    )
    Path("parts/robots.yaml").write_text(out)
    found = proposed(capsys)
    assert (found["fragment"]["robots"], len(found["covered"])) == ([], 4)


def test_with_the_names_that_it_asks_for_every_pull_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    images = {"detector": [f"{HOST}/vision/detector:1"], "ocr": [f"{HOST}/vision/ocr:1", f"{HOST}/fonts/latin:1"]}
    for per in ("projects", "service"):
        Path("parts/robots.yaml").write_text(EMPTY)
        fleet(*(service(name, *pulled) for name, pulled in images.items()))
        assert main(["robots", "plan", "--from-images", "--per", per]) == 0
        fragment = capsys.readouterr().out
        naming = {one["service"]: ", ".join(one["robots"]) for one in proposed(capsys, "--per", per)["naming"]}
        Path("parts/robots.yaml").write_text(fragment)
        fleet(*(service(name, *pulled, more=f"robots: [{naming[name]}], ") for name, pulled in images.items()))
        loaded = load(Path("fleet.yaml"))
        resolved = resolve_all(loaded, [])["default"]
        planned = plan_namespace(resolved, resolved.namespaces["vision"])
        pulls, problems = follow_pulls(resolved, planned)
        assert ([*loaded.problems, *planned.problems, *problems], {pull.verdict for pull in pulls}) == ([], {"ok"})


def test_one_for_each_service(capsys: pytest.CaptureFixture[str]) -> None:
    fleet(
        service("detector", f"{HOST}/vision/detector:1"),
        service("ocr", f"{HOST}/vision/ocr:1", f"{HOST}/fonts/latin:1"),
        service("asr", "lab.example.com/vision/vad:1", namespace="speech"),
    )
    assert robots(proposed(capsys, "--per", "service")) == {
        "lab-speech-asr": ("lab", "vision", ["speech"]),
        "vision-detector": ("harbor", "vision", ["vision"]),
        "vision-ocr": ("harbor", ["fonts", "vision"], ["vision"]),
    }
    assert list(robots(proposed(capsys, "--per", "service", "--registry", "lab"))) == ["lab-speech-asr"]


def test_what_is_covered_needs_none(capsys: pytest.CaptureFixture[str]) -> None:
    fleet(
        service("detector", f"{HOST}/vision/detector:1", f"{HOST}/fonts/latin:1"),
        service("asr", f"{HOST}/vision/vad:1", namespace="speech"),
        robots="{name: theirs, project: vision, namespaces: [vision]}",
    )
    found = proposed(capsys)
    assert robots(found) == {
        "fonts": ("harbor", "fonts", ["vision"]),
        "vision": ("harbor", "vision", ["speech"]),
    }
    assert found["covered"] == [
        {"namespace": "vision", "service": "detector", "registry": "harbor", "project": "vision", "robots": ["theirs"]}
    ]


def test_a_service_that_names_its_robots_must_name_the_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    fleet(
        service("detector", f"{HOST}/vision/detector:1", f"{HOST}/fonts/latin:1", more="robots: [theirs], "),
        robots="{name: theirs, project: vision}",
    )
    assert proposed(capsys)["naming"] == [{"namespace": "vision", "service": "detector", "robots": ["fonts", "theirs"]}]


@pytest.mark.parametrize(
    ("services", "robots", "per", "said"),
    [
        (
            [service("asr", f"{HOST}/vision/vad:1", namespace="speech")],
            "{name: vision, project: other}",
            "projects",
            "the name `vision` would be that of two: a robot of the fleet, and the proposed one for vision",
        ),
        (
            [service("a", f"{HOST}/a-b/x:1"), service("b", f"{HOST}/a/x:1", f"{HOST}/b/x:1")],
            "",
            "projects",
            "the name `a-b` would be that of two: the proposed one for a, b, and the proposed one for a-b",
        ),
        ([service("a", f"{HOST}/{'x' * 60}/x:1")], "", "projects", "a name that no Secret can have (at most 56 characters)"),
    ],
)
def test_a_collision_is_refused(
    services: list[str], robots: str, per: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    fleet(*services, robots=robots)
    assert main(["robots", "plan", "--from-images", "--per", per]) == 2
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True)


def test_manifests_count_too(capsys: pytest.CaptureFixture[str]) -> None:
    fleet(service("detector", f"{HOST}/vision/detector:1"))
    Path("given.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: tool, namespace: tools}\nspec:\n  containers:\n"
        f"  - {{name: a, image: {HOST}/tools/a:1}}\n  - {{name: b, image: '{HOST}/${{PROJECT}}/b:1'}}\n"
        f"  - {{name: c, image: {HOST}/vision/c:1}}\n"
    )
    found = proposed(capsys, "given.yaml")
    assert robots(found) == {
        "tools-vision": ("harbor", ["tools", "vision"], ["tools"]),
        "vision": ("harbor", "vision", ["vision"]),
    }
    assert (found["fragment"]["namespaces"], found["unknown"]) == ([{"name": "tools", "manage": False}], 1)
    assert main(["robots", "plan", "--from-images", "given.yaml"]) == 0
    out = capsys.readouterr().out
    assert "# Images that cannot be told: 1; `mooring check --pulls` says why.\n" in out
    Path("parts/robots.yaml").write_text(out)
    assert not load(Path("fleet.yaml")).problems


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["apply", "--from-images"], "only `plan` takes `--from-images`"),
        (["plan", "ci", "--from-images"], "only `plan` takes `--from-images`"),
        (["plan", "--from-images", "--env", "nowhere"], "no environment is named `nowhere`"),
        (["plan", "--from-images", "nothing.yaml"], "some of the manifests cannot be read"),
    ],
)
def test_what_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    fleet(service("detector", f"{HOST}/vision/detector:1"))
    assert main(["robots", *words]) == 2
    assert said in capsys.readouterr().err
