"""A run that takes from an earlier one gives the bytes, the problems and the exit code of a run that does not, whatever has
changed between the two; and it renders no namespace again that nothing has changed of.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mooring import cli
from mooring.files.cache import Cache
from mooring.fleet import reading
from mooring.fleet.load import load
from mooring.problems.problem import Problem
from mooring.tree import run as running
from mooring.tree.findings import Findings
from mooring.tree.reuse import Reuse
from mooring.tree.unit import Produced
from mooring.yaml.document import Document
from tests.support.example import ROOT

HEAD = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: kept}
include: [teams/*.yaml]
registries: [{name: harbor, host: harbor.example.com, publicProjects: [library]}]
secrets: {backend: external-secrets, store: {kind: ClusterSecretStore, name: vault}}
environments: [{name: test}, {name: prod}]
"""
PART = """\
apiVersion: mooring.dev/v1
kind: FleetPart
robots: [{name: TEAM, project: TEAM, expires: 2027-03-01}]
namespaces: [{name: TEAM}]
services:
- name: detector
  namespace: TEAM
  spec:
    predictor:
      containers:
      - {name: kserve-container, image: "harbor.example.com/TEAM/detector:1.0"}
- name: sorter
  namespace: TEAM
  spec: {predictor: {model: {modelFormat: {name: sklearn}, runtime: shared, storageUri: "gs://models.example.com/a"}}}
"""
SHARED = """\
apiVersion: mooring.dev/v1
kind: FleetPart
services:
- name: shared
  kind: ClusterServingRuntime
  spec:
    supportedModelFormats: [{name: sklearn, version: "1", autoSelect: true}]
    containers: [{name: kserve-container, image: "harbor.example.com/library/sklearn:1.0"}]
"""
TEAMS = ("audio", "text", "vision")
DETECTOR = "overlays/prod/vision/services/detector.inferenceservice.yaml"


def write(folder: Path) -> None:
    (folder / "teams").mkdir()
    (folder / "fleet.yaml").write_text(HEAD)
    (folder / "teams" / "shared.yaml").write_text(SHARED)
    for team in TEAMS:
        (folder / "teams" / f"{team}.yaml").write_text(PART.replace("TEAM", team))


def replacing(path: str, before: str, after: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        file = folder / path
        if file.exists():
            file.write_text(file.read_text().replace(before, after))

    return edit


def adding(path: str, text: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else "") + text)

    return edit


def without(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink(missing_ok=True)


def link(folder: Path) -> None:
    """A rendered file is moved away, and a link to it stands in its place."""
    if (folder / DETECTOR).exists() and not (folder / DETECTOR).is_symlink():
        (folder / DETECTOR).rename(folder / "detector")
        (folder / DETECTOR).symlink_to(folder / "detector")


SERVICE = '- {name: NAME, namespace: vision, spec: {predictor: {containers: [{name: kserve-container, image: "IMAGE"}]}}}\n'
EDITS: dict[str, Callable[[Path], None]] = {
    "nothing": lambda folder: None,
    "another tag": replacing("teams/vision.yaml", "detector:1.0", "detector:1.1"),
    "a comment": adding("teams/text.yaml", "# of the text team\n"),
    "a default written": replacing("teams/audio.yaml", "namespace: audio", "kind: InferenceService\n  namespace: audio"),
    "a number": replacing("teams/audio.yaml", "{predictor: {model:", "{predictor: {minReplicas: 1, model:"),
    "text for a number": replacing("teams/audio.yaml", "minReplicas: 1", 'minReplicas: "1"'),
    "a robot of another project": replacing("teams/text.yaml", "project: text", "project: texts"),
    "a robot's other day": replacing("teams/text.yaml", "2027-03-01", "2026-01-01"),
    "a runtime's image": replacing("teams/shared.yaml", "library/sklearn", "mirror/sklearn"),
    "a runtime's tag": replacing("teams/shared.yaml", "sklearn:1.0", "sklearn:1.1"),
    "no runtime": without("teams/shared.yaml"),
    "a service more": adding("teams/vision.yaml", SERVICE.replace("NAME", "third").replace("IMAGE", "nginx:1")),
    "a pull that is broken": adding(
        "teams/vision.yaml", SERVICE.replace("NAME", "fourth").replace("IMAGE", "harbor.example.com/nobodys/a:1")
    ),
    "no YAML": adding("teams/vision.yaml", "- {\n"),
    "a credential": adding("teams/text.yaml", "# \nunknown: {password: hunter2hunter2}\n"),
    "a credential in a service": replacing(
        "teams/text.yaml", "{name: kserve-", "{env: [{name: PASSWORD, value: hunter2hunter2}], name: kserve-"
    ),
    "a namespace less": without("teams/audio.yaml"),
    "an override": replacing("fleet.yaml", "{name: prod}", "{name: prod, images: [{name: nginx, newTag: '2'}]}"),
    "an environment more": replacing("fleet.yaml", "[{name: test}", "[{name: dev}, {name: test}"),
    "a tool that syncs": adding("fleet.yaml", "gitops: {tool: argo-cd, repo: 'https://git.example.com/a.git'}\n"),
    "manifests elsewhere": adding(
        "teams/text.yaml", "- {name: kept, namespace: text, manifests: ../services/kept.yaml}\n"
    ),
    "the manifests": adding("services/kept.yaml", (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: kept}\n"
        'spec: {predictor: {containers: [{name: kserve-container, image: "harbor.example.com/text/a:1"}]}}\n---\n'
    )),
    "a product edited": adding(DETECTOR, "# by hand\n"),
    "a product gone": without(DETECTOR),
    "a product that is a link": link,
    "a product that is nobody's": lambda folder: adding(DETECTOR, "")(folder) or (folder / DETECTOR).write_text("mine\n"),
    "a product that no run makes": adding("overlays/prod/vision/services/old.yaml", "# Rendered by mooring from x\n"),
}  # fmt: skip
COMMANDS = (
    ["render"], ["render", "--check"], ["render", "--namespace", "vision"], ["check", "--as-of", "2026-11-27"],
    ["check", "--as-of", "2027-03-02"], ["check", "--pulls", "--as-of", "2026-11-27"], ["render", "--env", "prod"],
)  # fmt: skip
SECONDS = re.compile(r"\d+\.\d+ s\b|in \d+ ms")


def say(folder: Path, command: list[str], kept: Path | None) -> tuple[int, str, dict[str, bytes]]:
    """What a command comes to: exit code, all it says, all files."""
    os.environ["MOORING_CACHE"] = str(kept) if kept is not None else "off"
    said = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.main(command)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return code, SECONDS.sub("", said.getvalue()), files


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any fleet is large enough for what is kept of it to be worth the looking."""
    monkeypatch.setattr(running, "_WORTH_KEEPING", 0)
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    monkeypatch.setenv("MOORING_CACHE", "off")
    yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The namespaces that are rendered, `environment/name`."""
    names: list[str] = []
    produce = running.produce

    def noting(resolved, name, *more):  # type: ignore[no-untyped-def]
        names.append(f"{resolved.name}/{name}")
        return produce(resolved, name, *more)

    monkeypatch.setattr(running, "produce", noting)
    return names


def spoil(kept: Path, how: str) -> None:
    """Does something to all that is kept."""
    files = [path for path in kept.rglob("*") if path.is_file()]
    for path in files:
        text = path.read_bytes()
        if how == "half of it":
            path.write_bytes(text[: len(text) // 2])
        elif how == "another byte":
            path.write_bytes(text[:-3] + bytes([text[-3] ^ 1]) + text[-2:])
        elif how == "none of it":
            path.unlink()
    if how == "no folder" and kept.is_dir():
        shutil.rmtree(kept)
        kept.write_text("no folder")


# No shrinking: a sequence of edits is readable as it is.
@settings(max_examples=15, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(st.lists(
    st.tuples(
        st.sampled_from(sorted(EDITS)), st.sampled_from(COMMANDS),
        st.sampled_from(["", "", "", "half of it", "another byte", "none of it", "no folder"]), st.sampled_from(["1", "2"]),
    ),
    min_size=2, max_size=6,
))  # fmt: skip
def test_whatever_changed_between_two_runs_nothing_else_comes_of_it(
    small: None, steps: list[tuple[str, list[str], str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as above:
        one, two, kept = Path(above, "a", "fleet"), Path(above, "b", "fleet"), Path(above, "kept")
        for folder in (one, two):
            folder.mkdir(parents=True)
            write(folder)
        assert say(one, ["render"], kept) == say(two, ["render"], None)
        for edit, command, spoilt, jobs in steps:
            for folder in (one, two):
                EDITS[edit](folder)
            spoil(kept, spoilt)
            words = [*command, "--jobs", jobs] if command[0] == "render" else command
            found, expected = say(one, words, kept), say(two, words, None)
            assert (found[0], found[1].replace("/a/", "/b/"), found[2]) == expected, (edit, command, spoilt)
            assert b"hunter2" not in b"".join(path.read_bytes() for path in Path(above).glob("kept/**/*") if path.is_file())


@pytest.mark.parametrize(("edit", "again"), [
    ("nothing", []),
    ("a comment", []),
    ("another tag", ["prod/vision", "test/vision"]),
    ("a default written", ["prod/audio", "test/audio"]),
    ("a number", ["prod/audio", "test/audio"]),
    ("a product edited", ["prod/vision"]),
    ("a product gone", ["prod/vision"]),
    ("a product that is a link", ["prod/vision"]),
    ("a service more", ["prod/vision", "test/vision"]),
    ("manifests elsewhere", "all"),
    ("a runtime's tag", "all"),
    ("a robot's other day", "all"),
    ("an override", "all"),
])  # fmt: skip
def test_only_what_changed_is_rendered_again(
    edit: str, again: list[str] | str, small: None, made: list[str], tmp_path: Path
) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    assert say(folder, ["render", "--jobs", "1"], tmp_path / "kept")[0] == 0
    made.clear()
    EDITS[edit](folder)
    say(folder, ["render", "--jobs", "1", "--check"], tmp_path / "kept")
    everything = sorted(f"{environment}/{team}" for environment in ("prod", "test") for team in TEAMS)
    assert sorted(name for name in made if not name.endswith("/_cluster")) == (everything if again == "all" else again)
    assert {name for name in made if name.endswith("/_cluster")} == {"prod/_cluster", "test/_cluster"}


def test_a_note_is_said_again_and_anew_where_its_file_is_another_one(small: None, made: list[str], tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    EDITS["a tool that syncs"](folder)
    first = say(folder, ["render"], tmp_path / "kept")
    assert "teams/audio.yaml:11:9: note[drifts]" in first[1]
    assert "2 more like it: teams/text.yaml:11:9, teams/vision.yaml:11:9" in first[1]
    made.clear()
    said = say(folder, ["render", "--check"], tmp_path / "kept")[1]
    assert sorted(made) == ["prod/_cluster", "test/_cluster"]
    assert "2 more like it: teams/text.yaml:11:9, teams/vision.yaml:11:9" in said
    replacing("teams/text.yaml", "robots:", "# two\n# lines\nrobots:")(folder)
    made.clear()
    said = say(folder, ["render", "--check", "--jobs", "1"], tmp_path / "kept")[1]
    assert sorted(made) == ["prod/_cluster", "prod/text", "test/_cluster", "test/text"]
    assert "2 more like it: teams/text.yaml:13:9, teams/vision.yaml:11:9" in said


def test_a_note_names_its_file_from_where_the_run_is(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    EDITS["a tool that syncs"](folder)
    say(folder, ["render"], tmp_path / "kept")
    said = say(tmp_path, ["render", "--fleet", "fleet/fleet.yaml"], tmp_path / "kept")[1]
    assert "fleet/teams/audio.yaml:11:9: note[drifts]" in said


def test_what_is_needed_of_the_fleet_is_known_again(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    replacing("teams/text.yaml", "robots: [", "robots: [{name: idle, project: idle, expires: 2027-03-01}, ")(folder)
    say(folder, ["render"], tmp_path / "kept")
    command = ["check", "--as-of", "2026-11-27"]
    first = say(folder, command, tmp_path / "kept")[1]
    assert say(folder, command, tmp_path / "kept")[1] == first
    assert first.count("warning[robot-unused]") == 1
    assert "no service uses robot `idle`" in first


def test_a_fleet_with_a_problem_of_its_own_is_rendered_whole(small: None, made: list[str], tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    (folder / "teams" / "audio.yaml").write_text("- a list\n")
    made.clear()
    code, said, _ = say(folder, ["render", "--jobs", "1"], tmp_path / "kept")
    assert code == 1
    assert "teams/audio.yaml:1:1: error[wrong-type]" in said
    assert sorted(made) == ["prod/_cluster", "prod/text", "prod/vision", "test/_cluster", "test/text", "test/vision"]


def test_every_pull_is_listed_again(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    for command in (["render"], ["check", "--as-of", "2026-11-27"]):
        assert say(folder, command, tmp_path / "kept")[0] == 0
    command = ["check", "--pulls", "--as-of", "2026-11-27"]
    said = say(folder, command, tmp_path / "kept")[1]
    assert said == say(folder, command, None)[1]
    assert "harbor.example.com/vision/detector:1.0" in said


def test_a_check_takes_what_was_found_on_its_day_only(small: None, made: list[str], tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    runs = [["render"], ["check", "--as-of", "2026-11-27"], ["check", "--as-of", "2026-11-27"],
            ["check", "--as-of", "2026-11-28"], ["render"]]  # fmt: skip
    counts = []
    for command in runs:
        made.clear()
        assert say(folder, command, tmp_path / "kept")[0] == 0
        counts.append(len([name for name in made if not name.endswith("/_cluster")]))
    assert counts == [6, 6, 0, 6, 0]


@pytest.mark.parametrize("backend", ["sealed-secrets", "sops"])
def test_a_ciphertext_that_another_took_the_place_of_is_copied_again(
    backend: str, small: None, made: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "fleet"
    shutil.copytree(ROOT / "tests/cases/secret" / backend / "copied", folder, ignore=shutil.ignore_patterns("expected*"))
    source, copy = (
        folder / "secrets/default/vision/harbor-vision.yaml",
        "overlays/default/vision/access/secret-harbor-vision.yaml",
    )
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    made.clear()
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    assert "default/vision" not in made
    source.write_text("# another one\n" + source.read_text())
    code, _, files = say(folder, ["render"], tmp_path / "kept")
    assert code == 0
    assert files[copy].endswith(b"# another one\n" + source.read_bytes().partition(b"\n")[2])
    source.unlink()
    code, said, _ = say(folder, ["render"], tmp_path / "kept")
    assert code == 1
    assert "missing-ciphertext" in said


def test_manifests_that_a_team_keeps_are_read_each_time(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    EDITS["the manifests"](folder)
    EDITS["manifests elsewhere"](folder)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    replacing("services/kept.yaml", "text/a:1", "text/a:2")(folder)
    code, said, files = say(folder, ["render"], tmp_path / "kept")
    assert code == 0
    assert any(b"harbor.example.com/text/a:2" in text for path, text in files.items() if path.startswith("overlays/")), said


def test_a_runtime_that_a_team_keeps_is_read_each_time(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    runtime = (
        "apiVersion: serving.kserve.io/v1alpha1\nkind: ClusterServingRuntime\nmetadata: {name: shared}\nspec:\n"
        '  supportedModelFormats: [{name: sklearn, version: "1", autoSelect: true}]\n'
        '  containers: [{name: kserve-container, image: "harbor.example.com/library/sklearn:1.0"}]\n'
    )
    adding("services/kept.yaml", runtime)(folder)
    part = SHARED.partition("services:\n")[0] + "services: [{name: kept, manifests: ../services/kept.yaml}]\n"
    (folder / "teams" / "shared.yaml").write_text(part)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    replacing("services/kept.yaml", "library/sklearn", "nobodys/sklearn")(folder)
    code, said, _ = say(folder, ["render"], tmp_path / "kept")
    assert code == 1
    assert said.count("error[robot-lacks-project]") + said.count("error[no-robot]") >= 1


def test_an_override_of_one_environment_counts_there(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    override = "{name: detector, namespace: vision, spec: {predictor: {minReplicas: 7}}}"
    replacing("fleet.yaml", "{name: prod}", f"{{name: prod, services: [{override}]}}")(folder)
    files = say(folder, ["render"], tmp_path / "kept")[2]
    assert b"minReplicas: 7" in files[DETECTOR]
    assert b"minReplicas: 7" not in files[DETECTOR.replace("prod", "test")]


def test_an_error_is_said_again_where_the_tree_stands(small: None, made: list[str], tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    command = ["check", "--as-of", "2027-03-02"]
    first = say(folder, command, tmp_path / "kept")
    assert first[0] == 1
    assert "error[robot-expired]" in first[1]
    made.clear()
    assert say(folder, command, tmp_path / "kept") == first
    assert sorted(made) == ["prod/_cluster", "test/_cluster"]


def test_nothing_is_read_from_the_cache_of_a_fleet_with_an_error(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    EDITS["a credential in a service"](folder)
    code, said, _ = say(folder, ["render"], tmp_path / "kept")
    assert code == 1
    assert "error[plaintext-credential]" in said
    assert not list((tmp_path / "kept").rglob("part-*"))


@pytest.mark.parametrize("command", [
    ["render", "--namespace", "vision"], ["render", "--env", "prod"], ["render", "--cell", "1-of-3"],
    ["check", "--env", "prod", "--as-of", "2026-11-27"],
])  # fmt: skip
def test_what_only_a_part_was_rendered_of_is_not_kept_as_it_was_read(
    command: list[str], small: None, tmp_path: Path
) -> None:
    """A credential is found where its namespace is rendered: nobody has looked at the others."""
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    EDITS["a credential in a service"](folder)
    say(folder, command, tmp_path / "kept")
    assert not list((tmp_path / "kept").rglob("part-*"))


def test_no_value_of_the_fleet_is_kept_with_a_namespace(small: None, tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    say(folder, ["render"], tmp_path / "kept")
    rows = next((tmp_path / "kept").rglob("rendered")).read_text()
    assert "overlays/prod/vision/services/detector.inferenceservice.yaml" in rows
    assert "harbor.example.com/vision/detector" not in rows


def test_a_small_fleet_keeps_nothing(tmp_path: Path) -> None:
    (folder := tmp_path / "fleet").mkdir()
    write(folder)
    assert say(folder, ["render"], tmp_path / "kept")[0] == 0
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(("findings", "keeps"), [
    (Findings([Problem("schema", "m", file="fleet.yaml")]), True),
    (Findings([Problem("schema", "m", source=Document("fleet.yaml", "a: 1\n", {"a": 1}))]), False),
    (Findings([Problem("schema", "m", file="elsewhere.yaml")]), False),
    (Findings(used={("ciphertext", "secrets/gone.yaml")}), False),
], ids=["of the fleet", "without its place", "of another file", "a ciphertext that is gone"])  # fmt: skip
def test_what_cannot_be_known_again_is_not_kept(
    findings: Findings, keeps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path)
    loaded = load(Path("fleet.yaml"))
    reuse = Reuse(Cache(tmp_path / "kept", lambda: "this program"), loaded, running.resolve_all(loaded, []), None)
    row = reuse._row("a key", Produced({"overlays/a.yaml": "a: 1\n"}, findings))
    assert (row is not None) == keeps
