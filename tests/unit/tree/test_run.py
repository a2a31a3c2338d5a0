"""The stages of a run: what a selection renders and deletes, what stops it, and what its workers found put together."""

from __future__ import annotations

from pathlib import Path
from typing import Never

import pytest

from mooring import cli
from mooring.files.cache import Cache
from mooring.problems.problem import Problem
from mooring.tree import run as running
from mooring.tree.findings import Counts
from mooring.tree.run import Outcome, run
from mooring.tree.selection import POLICIES, Selection, UnknownName
from mooring.yaml import document
from tests.support.example import SMALL
from tests.support.fleet_files import HEAD

FLEET = (
    HEAD
    + """\
registries: [{name: harbor, host: harbor.example.com, aliases: [cr.example.com]}]
secrets: {backend: external}
robots: [{name: vision, project: vision}]
namespaces: [{name: vision}, {name: empty}]
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "harbor.example.com/vision/a:1"}]}}}
- {name: b, namespace: vision, spec: {predictor: {containers: [{name: c, image: "nginx:1"}]}}}
"""
)
ALL = Selection()
TWO = "environments: [{name: test}, {name: prod}]\n"


def outcome(folder: Path, text: str, selection: Selection = ALL, jobs: int = 1) -> Outcome:
    """What the run came to; nothing is written."""
    (folder / "fleet.yaml").write_text(text)
    with run(folder / "fleet.yaml", selection, jobs, keep_pulls=True) as found:
        return found


ROOT = "overlays/{}/kustomization.yaml"


@pytest.mark.parametrize(("selection", "tasks"), [
    (Selection(), [("test", "_cluster"), ("test", "empty"), ("test", "vision"), ("test", ""), ("prod", "_cluster"),
                   ("prod", "empty"), ("prod", "vision"), ("prod", ""), POLICIES]),
    (Selection(environments=("prod",)),
     [("prod", "_cluster"), ("prod", "empty"), ("prod", "vision"), ("prod", ""), POLICIES]),
    (Selection(namespaces=("vision",)), [("test", "vision"), ("prod", "vision")]),
    (Selection(namespaces=("_cluster",)), [("test", "_cluster"), ("prod", "_cluster"), POLICIES]),
    (Selection(("test",), ("empty", "vision")), [("test", "empty"), ("test", "vision")]),
])  # fmt: skip
def test_what_a_selection_renders(selection: Selection, tasks: list[tuple[str, str]], tmp_path: Path) -> None:
    found = outcome(tmp_path, FLEET + TWO, selection)
    assert found.tasks == tasks
    roots = {path for path in found.written if path.count("/") == 2 and path.startswith("overlays/")}
    assert roots == {ROOT.format(environment) for environment, name in tasks if (environment, name) != POLICIES and not name}
    assert any(path.startswith("policies/") for path in found.written) is (POLICIES in tasks)


@pytest.mark.parametrize(("selection", "what", "name", "known"), [
    (Selection(environments=("prd",)), "environment", "prd", ["prod", "test"]),
    (Selection(environments=("prod", "prd")), "environment", "prd", ["prod", "test"]),
    (Selection(namespaces=("visoin",)), "namespace", "visoin", ["_cluster", "empty", "vision"]),
    (Selection(namespaces=("vision", "visoin")), "namespace", "visoin", ["_cluster", "empty", "vision"]),
])  # fmt: skip
def test_a_selection_of_what_is_not_there(
    selection: Selection, what: str, name: str, known: list[str], tmp_path: Path
) -> None:
    with pytest.raises(UnknownName) as caught:
        outcome(tmp_path, FLEET + TWO, selection)
    assert (caught.value.what, caught.value.name, caught.value.known) == (what, name, known)


STALE = "# Rendered by mooring from fleet.yaml: edit that, not this\nkind: x\n"
OLD = ("overlays/test/old.yaml", "overlays/prod/vision/old.yaml", "overlays/gone/old.yaml", "policies/old.yaml")


@pytest.mark.parametrize(("selection", "stale"), [
    (Selection(), set(OLD)),
    (Selection(environments=("prod",)), {OLD[1], OLD[3]}),
    (Selection(("prod",), ("vision",)), {OLD[1]}),
    (Selection(namespaces=("vision",)), {OLD[1]}),
    (Selection(namespaces=("empty",)), set()),
])  # fmt: skip
def test_only_inside_a_selection_is_anything_stale(selection: Selection, stale: set[str], tmp_path: Path) -> None:
    for path in OLD:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(STALE)
    left = tmp_path / "overlays/prod/vision/.mooring-0123456789abcdef0123456789abcdef.tmp"
    left.write_text("")
    found = outcome(tmp_path, FLEET + TWO, selection)
    assert set(found.stale) == stale
    assert found.leftovers == ([left.relative_to(tmp_path).as_posix()] if OLD[1] in stale else [])


def test_a_deletion_is_asked_about_where_nothing_else_is_wrong(tmp_path: Path) -> None:
    """What a mistake leaves out is not to be deleted: the mistake is the problem then."""
    gone = tmp_path / "overlays/gone/_cluster/kustomization.yaml"
    gone.parent.mkdir(parents=True)
    gone.write_text(STALE)
    found = outcome(tmp_path, FLEET)
    assert ([one.code for one in found.unconfirmed], found.problems) == (["unconfirmed-deletion"], [])
    broken = outcome(tmp_path, FLEET.replace("project: vision}", "project: speech}"))
    assert (broken.unconfirmed, broken.errors) == ([], True)


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_the_workers_found_is_put_together(jobs: int, tmp_path: Path) -> None:
    found = outcome(tmp_path, FLEET + TWO, jobs=jobs)
    assert found.findings.counts.services == 4 and found.findings.counts.pulls.pulls == 4
    assert found.findings.counts.pulls.proved == found.findings.counts.pulls.other == 2
    assert [pull.environment for pull in found.findings.followed] == ["test", "test", "prod", "prod"]
    assert found.findings.used == {("robot", "vision", "vision")}
    assert found.written == sorted(found.written) and found.unchanged == [] and not found.errors
    assert [*found.private_hosts] == ["harbor.example.com", "cr.example.com"] * 2


def test_every_object_that_a_cluster_is_given(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(FLEET + TWO)
    with run(tmp_path / "fleet.yaml", Selection(("prod",)), 1) as found:
        places = [place for place, _ in found.objects()]
    assert "overlays/prod/vision/services/a.inferenceservice.yaml" in places
    assert "policies/kyverno/require-pull-secret.yaml" in places
    assert not any(place.endswith("kustomization.yaml") or "/test/" in place for place in places)


def problem(severity: str, silenced: str | None = None) -> Problem:
    return Problem("schema", "x", severity=severity, silenced=silenced)  # type: ignore[arg-type]


@pytest.mark.parametrize(("problems", "errors"), [
    ([], False), ([problem("error")], True), ([problem("warning")], False), ([problem("error", "why")], False),
    ([problem("warning"), problem("error")], True), ([problem("note"), problem("error", "why")], False),
])  # fmt: skip
def test_an_error_that_is_not_silenced_stops_the_writing(problems: list[Problem], errors: bool, tmp_path: Path) -> None:
    found = outcome(tmp_path, FLEET)
    found.problems = problems
    assert found.errors is errors


def test_a_fleet_that_cannot_be_read_comes_to_its_problems(tmp_path: Path) -> None:
    found = outcome(tmp_path, "kind: Fleet\nrobots: [\n")
    assert [one.code for one in found.problems] == ["syntax"] and found.errors
    assert (found.written, found.tasks, found.findings.counts) == ([], [], Counts())


ROBOT = "robots: [{name: vision, project: vision, exipres: never}]\n"


def test_what_follows_from_a_broken_robot_is_not_said(tmp_path: Path) -> None:
    """A robot with a misspelt key is not there; that its images have no robot follows from that."""
    broken = FLEET.replace("robots: [{name: vision, project: vision}]\n", ROBOT)
    assert [one.code for one in outcome(tmp_path, broken).problems] == ["unknown-key"]
    without = FLEET.replace("robots: [{name: vision, project: vision}]\n", "")
    assert [one.code for one in outcome(tmp_path, without).problems] == ["no-robot"]


def test_what_is_in_the_way_is_a_problem_at_its_path(tmp_path: Path) -> None:
    (tmp_path / "overlays").mkdir()
    (tmp_path / "overlays/default").write_text("mine\n")
    found = outcome(tmp_path, FLEET)
    assert [(one.code, (one.file or "").rpartition("/")[2]) for one in found.problems] == [("foreign-file", "default")]


def test_a_large_fleet_is_shared_out_over_the_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, and services enough for a second process; with `--jobs` as many as it says."""
    monkeypatch.setattr("mooring.tree.run._WORTH_FORKING", 1)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    for processors, jobs, shares in ((2, None, 2), (1, None, 1), (None, None, 1), (2, 3, 3), (2, 99, 5)):
        monkeypatch.setattr("os.cpu_count", lambda count=processors: count)
        with run(tmp_path / "fleet.yaml", ALL, jobs) as found:
            assert found.pool is not None and len(found.pool.shares) == shares


@pytest.mark.parametrize(("services", "shares"), [(4, 1), (5, 2), (9, 2), (10, 3), (14, 3)])
def test_another_process_is_worth_it_for_so_many_services(
    services: int, shares: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mooring.tree.run._WORTH_FORKING", 5)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    spec = '{predictor: {containers: [{name: c, image: "harbor.example.com/vision/a:1"}]}}'
    names = "".join(f"- {{name: a{number}, namespace: vision, spec: {spec}}}\n" for number in range(services))
    (tmp_path / "fleet.yaml").write_text(FLEET.partition("services:\n")[0] + f"services:\n{names}")
    with run(tmp_path / "fleet.yaml", ALL) as found:
        assert found.pool is not None and len(found.pool.shares) == shares


def test_a_clean_run_reads_nothing_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions are for what is reported; the reader that knows them is some twenty times slower."""

    def tree(*_: object, **__: object) -> Never:
        raise AssertionError("the exact reader is asked")

    monkeypatch.setattr(document, "tree", tree)
    named = SMALL.replace("project: vision,", "project: vision, secretName: pull,")
    for name, text in {"one": SMALL, "two": named}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "fleet.yaml").write_text(text)
        assert cli.main(["render", "--jobs", "1", "--fleet", str(tmp_path / name / "fleet.yaml")]) == 0


@pytest.mark.parametrize(("text", "enough", "keep_pulls", "keeps"), [
    (FLEET, 2, False, True), (FLEET, 3, False, False), (FLEET, 2, True, False),
    (FLEET + "unknown: 1\n", 2, False, False),
])  # fmt: skip
def test_what_is_found_is_kept_of_a_large_fleet_that_is_sound_unless_every_pull_is_listed(
    text: str, enough: int, keep_pulls: bool, keeps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_WORTH_KEEPING", enough)
    (tmp_path / "fleet.yaml").write_text(text)
    cache = Cache(tmp_path / "kept", lambda: "this program")
    with run(tmp_path / "fleet.yaml", ALL, 1, keep_pulls=keep_pulls, cache=cache):
        assert (cache.load("rendered") is not None) == keeps
