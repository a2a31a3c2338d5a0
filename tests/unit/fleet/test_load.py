"""A fleet file and its parts: what is read, what is refused and where that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.files import Unreadable
from mooring.fleet import model
from mooring.fleet.load import load
from tests.support.fleet_files import HEAD, REGISTRY, loaded, said

PART = "apiVersion: mooring.dev/v1\nkind: FleetPart\n"


def test_what_is_included_is_added_in_the_order_of_the_patterns(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, REGISTRY + "include: [z.yaml, 'teams/*.yaml', 'teams/a.yaml']\nnamespaces: [{name: first}]\n",
        z=PART + "namespaces: [{name: z}]\n",
        teams__b=PART + "namespaces: [{name: b}]\n",
        teams__a=PART + "namespaces: [{name: a}]\n",
    )  # fmt: skip
    assert found.problems == ()
    assert found.fleet is not None
    assert [item.name for item in found.fleet.namespaces] == ["first", "z", "a", "b"]
    assert [Path(document.path).name for document in found.documents] == ["fleet.yaml", "z.yaml", "a.yaml", "b.yaml"]
    assert (found.root, found.path) == (tmp_path, "fleet.yaml")


@pytest.mark.parametrize(("include", "why"), [
    ("../outside.yaml", "leaves the repository"),
    ("teams/../../outside.yaml", "leaves the repository"),
    ("../*.yaml", "leaves the repository"),
    ("link.yaml", "is a link out of the repository"),
    ("links/*.yaml", "leaves the repository"),
    ("missing.yaml", "does not exist"),
    ("fleet.yaml", "includes the fleet file itself"),
    ("*.yaml", "includes the fleet file itself"),
    ("./fleet.yaml", "includes the fleet file itself"),
])  # fmt: skip
def test_an_include_that_is_refused(include: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing outside of the repository is read, whether or not it is there."""
    folder = tmp_path / "repository"
    (folder / "teams").mkdir(parents=True)
    monkeypatch.chdir(folder)
    (tmp_path / "outside.yaml").write_text(PART + "namespaces: [{name: outside}]\n")
    if include.startswith("link"):
        (folder / "link.yaml").symlink_to("../outside.yaml")
        (folder / "links").symlink_to(tmp_path)
    found = loaded(folder, REGISTRY + f"include:\n- {include!r}\n")
    assert [(said(problem), why in problem.message) for problem in found.problems] == [("bad-path 6:3", True)]
    assert found.fleet is not None
    assert found.fleet.namespaces == ()


@pytest.mark.parametrize("include", ["teams/*.yaml", "teams", "team*", "**/*.yml", "teams/[ab].yaml", "te*/**"])
def test_a_pattern_without_a_file_is_refused(include: str, tmp_path: Path) -> None:
    """What its parts had rendered would be deleted."""
    (tmp_path / "teams/empty").mkdir(parents=True)
    found = loaded(tmp_path, REGISTRY + f"include:\n- z.yaml\n- {include!r}\n", z=PART)
    assert [(said(problem), problem.message) for problem in found.problems] == [
        ("bad-path 7:3", f"no file matches `{include}`")
    ]


def test_a_folder_beside_parts_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "teams/empty").mkdir(parents=True)
    assert loaded(tmp_path, REGISTRY + "include: ['teams/*']\n", teams__a=PART).problems == ()


def test_a_fleet_behind_a_link_out_of_its_repository_is_not_read(tmp_path: Path) -> None:
    outside, repository = tmp_path / "outside", tmp_path / "repository"
    outside.mkdir()
    (repository / ".git").mkdir(parents=True)
    (outside / "fleet.yaml").write_text(HEAD + REGISTRY)
    (repository / "link").symlink_to(outside)
    with pytest.raises(Unreadable, match="is behind a link out of the repository"):
        load(repository / "link" / "fleet.yaml")


@pytest.mark.parametrize(("text", "problem"), [
    ("registries: [{name: harbor, host: 'https://h'}]\n", "bad-host 4:35"),
    ("registries: [{name: harbor, host: h, hosts: [h]}]\n", "unknown-key 4:38"),
    ("registries: [{name: harbor}]\n", "missing-key 4:14"),
    ("registries: []\n", "wrong-type 4:13"),
    (REGISTRY + "policies: {action: Forbid}\n", "unknown-choice 5:20"),
    (REGISTRY + "namespaces: [{name: 5}]\n", "wrong-type 5:21"),
    (REGISTRY + "robots: [{name: a, project: p, expires: 2027-02-30}]\n", "bad-date 5:41"),
    (REGISTRY + "robots: [{name: a, project: p, login: u, password: hunter2}]\n", "plaintext-credential 5:52"),
    (REGISTRY + "teams: []\n", "unknown-key 5:1"),
])  # fmt: skip
def test_what_the_model_refuses_has_a_code_and_a_place(text: str, problem: str, tmp_path: Path) -> None:
    assert list(map(said, loaded(tmp_path, text).problems)) == [problem]


def test_what_has_a_problem_of_its_own_is_left_out_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = REGISTRY + "namespaces: [{name: Bad}, {name: good}]\nservices: [{name: a, namespace: Bad, manifests: x}]\n"
    found = loaded(tmp_path, text)
    assert found.fleet is not None
    assert [item.name for item in found.fleet.namespaces] == ["good"]
    # The service's namespace was written: that it is left out makes no second problem.
    assert [said(problem) for problem in found.problems] == ["bad-name 5:21"]


def test_a_setting_with_a_problem_inside_is_left_out_as_a_whole(tmp_path: Path) -> None:
    found = loaded(tmp_path, REGISTRY + "secrets: {backend: external-secrets, store: {kind: Bad, name: vault}}\n")
    assert [said(problem) for problem in found.problems] == ["unknown-choice 5:52"]
    assert found.fleet is not None
    assert found.fleet.secrets == model.Secrets(backend="external"), "the default"


def test_a_file_that_is_no_mapping_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("- a\n")
    found = load(tmp_path / "fleet.yaml")
    assert [said(problem) for problem in found.problems] == ["wrong-type 1:1"]
    (tmp_path / "fleet.yaml").write_text("a: [\n")
    assert load(tmp_path / "fleet.yaml").fleet is None


def test_an_api_version_is_told_which_one_it_should_be(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text((HEAD + REGISTRY).replace("mooring.dev/v1", "mooring.dev/v2"))
    (problem,) = load(tmp_path / "fleet.yaml").problems
    assert (said(problem), problem.expected) == ("unknown-choice 1:13", "`mooring.dev/v1`")


def test_a_credential_under_services_is_the_service_s_own_to_report(tmp_path: Path) -> None:
    """A service's spec is looked at with its kind; the rest of the fleet file here."""
    text = REGISTRY + "namespaces: [{name: n}]\nservices: [{name: a, namespace: n, spec: {password: hunter2}}]\n"
    assert loaded(tmp_path, text).problems == ()


def test_each_problem_behind_a_credential_is_said_and_none_twice(tmp_path: Path) -> None:
    """Line 6: `password` holds a credential, and is no field of a robot; line 7 has a misspelt one."""
    robots = "robots:\n- {name: a, project: p, password: s3cr3t-x9}\n- {name: b, project: p, exipres: never}\n"
    found = loaded(tmp_path, REGISTRY + robots).problems
    assert {problem.message.partition(" holds")[0] for problem in found} > {"`password`"}
    assert sorted(said(problem) for problem in found) == [
        "plaintext-credential 6:35", "unknown-key 7:25",
    ]  # fmt: skip


def test_what_the_file_itself_lists_is_read_and_what_a_part_may_not_list_is_not(tmp_path: Path) -> None:
    """Registries and environments stand in the fleet file alone."""
    part = PART + "registries: [{name: other, host: o.example.com}]\nnamespaces: [{name: n}]\n"
    found = loaded(tmp_path, REGISTRY + "include: [z.yaml]\nenvironments: [{name: prod}]\n", z=part)
    assert found.fleet is not None
    assert [item.name for item in found.fleet.registries] == ["harbor"]
    assert [item.name for item in found.fleet.environments] == ["prod"]
    assert [item.name for item in found.fleet.namespaces] == ["n"]
    assert [said(problem) for problem in found.problems] == ["unknown-key 3:1"]


@pytest.mark.parametrize("include", ["7, a.yaml", "/abs.yaml, a.yaml", "'', a.yaml"])
def test_a_pattern_that_is_none_hides_no_other(include: str, tmp_path: Path) -> None:
    """`a.yaml` sorts before `fleet.yaml`, and is another file."""
    found = loaded(tmp_path, REGISTRY + f"include: [{include}]\n", a=PART + "namespaces: [{name: a}]\n")
    assert found.fleet is not None and len(found.problems) == 1
    assert [item.name for item in found.fleet.namespaces] == ["a"]


@pytest.mark.parametrize(("text", "hint"), [
    ("robots: [{name: a, project: p, robot: [x]}]\n", ""), ("robots: [{name: a, project: p, secretName: 'a$b'}]\n", ""),
    ("robots: [{name: a, project: p, robot: 'A b'}]\n", ""),
    ("namespaces: [{name: a, robot: 'robot$p+a'}]\n", ""),
])  # fmt: skip
def test_only_what_a_robot_has_under_another_key_is_hinted_at(text: str, hint: str, tmp_path: Path) -> None:
    assert [problem.hint for problem in loaded(tmp_path, REGISTRY + text).problems] == [hint]


@pytest.mark.parametrize(("robot", "hint"), [
    ("{name: a, project: p, secret: harbor/a}", "name the back end's record as `secret: {key: harbor/<name>}`"),
    ("{name: a, project: p, robot: 'robot$p+a'}",
     "write a robot's whole login under `login:`; `robot:` is its name without prefix and project"),
])  # fmt: skip
def test_what_belongs_under_another_key_of_a_robot(robot: str, hint: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, REGISTRY + f"robots: [{robot}]\n").problems
    assert [problem.hint for problem in found] == [hint]


def test_what_follows_a_refused_include_is_read(tmp_path: Path) -> None:
    text = REGISTRY + "include: [../outside.yaml, z.yaml]\n"
    found = loaded(tmp_path, text, z=PART + "namespaces: [{name: z}]\n")
    assert found.fleet is not None
    assert [item.name for item in found.fleet.namespaces] == ["z"]


def test_only_an_api_version_is_told_which_one_it_should_be(tmp_path: Path) -> None:
    (problem,) = loaded(tmp_path, REGISTRY + "policies: {action: Forbid}\n").problems
    assert problem.expected == "`Audit`, `Warn`, `Deny`"


@pytest.mark.parametrize(
    ("name", "called"),
    [("vision", "robot `vision`"), ("7", "`robots[0]`"), ("''", "`robots[0]`"), ("[a]", "`robots[0]`")],
)
def test_an_item_is_called_by_a_name_that_is_one(name: str, called: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, REGISTRY + f"robots: [{{name: {name}, project: p, ident: 1}}]\n")
    assert f"unknown field `ident` in {called}" in [problem.message for problem in found.problems]
