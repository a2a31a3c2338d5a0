"""The cells of a CI matrix: what they are called, how they are grouped, and that all of them together are one run."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from mooring import cli
from mooring.fleet.load import load
from mooring.tree import cells
from mooring.tree.run import Outcome, resolve_all, run
from mooring.tree.selection import POLICIES, ROOT, Selection, UnknownName, weights
from tests.support.fleet_files import HEAD

STALE = "# Rendered by mooring from fleet.yaml: edit that, not this\nkind: x\n"


def fleet(
    spaces: int = 9, services: int = 40, tool: str = "argo-cd", names: str = "dev, staging, prod", more: str = ""
) -> str:
    """A fleet of several environments, in one of which two namespaces are left out."""
    lines = [HEAD, "registries: [{name: harbor, host: harbor.example.com}]\nsecrets: {backend: external-secrets, "]
    lines.append("store: {kind: ClusterSecretStore, name: vault}}\n")
    lines.append(f"gitops: {{tool: {tool}, repo: 'https://git.example.com/fleet.git'}}\n" if tool else "")
    lines += ["robots:\n", *(f"- {{name: t{n}, project: t{n}, expires: never}}\n" for n in range(spaces)), "namespaces:\n"]
    lines += [*(f"- {{name: team-{n}}}\n" for n in range(spaces)), "services:\n"]
    for n in range(services):
        image = f"harbor.example.com/t{n % spaces}/s{n}:1"
        pod = f"{{predictor: {{containers: [{{name: c, image: '{image}'}}]}}}}"
        lines.append(f"- {{name: s{n}, namespace: team-{n % spaces}, spec: {pod}}}\n")
    lines.append("environments:\n")
    for name in names.split(", "):
        some = f", namespaces: [{', '.join(f'team-{n}' for n in range(spaces - 2))}]" if name == "dev" else ""
        lines.append(f"- {{name: {name}{some}{more}}}\n")
    return "".join(lines)


def named(folder: Path) -> list[str]:
    return [cells.name(unit) for unit in weights(resolve_all(load(folder / "fleet.yaml"), []))]


def outcome(folder: Path, *chosen: str) -> Outcome:
    with run(folder / "fleet.yaml", Selection(cells=chosen), 1) as found:
        return found


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "fleet.yaml"
    }


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose fleet has changed since it was rendered: an environment, namespaces and services went, another
    tool syncs it; a run was killed in it, and somebody has a file of his own there."""
    folder = tmp_path / "before"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "fleet.yaml").write_text(fleet(12, 70, "flux", "dev, staging, prod, old"))
    assert cli.main(["render", "-q"]) == 0
    (folder / "overlays/prod/team-11/.mooring-0123456789abcdef0123456789abcdef.tmp").write_text("")
    (folder / "overlays/prod/team-1/own.txt").write_text("mine\n")
    (folder / "overlays/stray.yaml").write_text(STALE)
    (folder / "fleet.yaml").write_text(fleet())
    return folder


@pytest.mark.parametrize("groups", [None, 1, 4, 16])
def test_the_cells_together_are_one_run(
    groups: int | None, before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    every = named(before) if groups is None else [f"{n}-of-{groups}" for n in range(1, groups + 1)]
    one, parts = outcome(whole), [outcome(before, name) for name in every]
    for what in ("stale", "leftovers"):
        assert Counter(path for part in parts for path in getattr(part, what)) == Counter(getattr(one, what))
    kept = Counter(path for part in parts for path in (*part.written, *part.unchanged))
    assert kept == Counter([*one.written, *one.unchanged])
    assert (len(one.stale) > 200, len(one.written) > 200, len(one.leftovers)) == (True, True, 1)
    for name in reversed(every):
        assert cli.main(["render", "-q", "--allow-delete", "--cell", name]) == 0, name
    monkeypatch.chdir(whole)
    assert cli.main(["render", "-q", "--allow-delete"]) == 0
    assert tree(before) == tree(whole)
    assert "overlays/prod/team-1/own.txt" in tree(whole) and "overlays/stray.yaml" not in tree(whole)


@pytest.mark.parametrize(("cell", "stale"), [
    ("policies", {"overlays/gone/old.yaml", "policies/old.yaml", "gitops/flux/gone/old.yaml", "overlays/old.yaml"}),
    ("prod/_environment",
     {"overlays/prod/old.yaml", "overlays/prod/gone/services/old.yaml", "gitops/argo-cd/prod/gone/old.yaml"}),
    ("prod/_cluster", {"overlays/prod/_cluster/old.yaml"}),
    ("prod/team-1", {"overlays/prod/team-1/services/old.yaml", "gitops/flux/prod/team-1/old.yaml"}),
    ("dev/team-8", None),
    ("dev/_environment", {"overlays/dev/team-8/old.yaml"}),
])  # fmt: skip
def test_each_file_that_is_rendered_no_longer_is_one_cells(cell: str, stale: set[str] | None, tmp_path: Path) -> None:
    """`team-8` is a namespace of `prod` and none of `dev`."""
    (tmp_path / "fleet.yaml").write_text(fleet(tool=""))
    for path in (
        "overlays/gone/old.yaml", "policies/old.yaml", "gitops/flux/gone/old.yaml", "overlays/old.yaml",
        "overlays/prod/old.yaml",
        "overlays/prod/gone/services/old.yaml", "gitops/argo-cd/prod/gone/old.yaml", "overlays/prod/_cluster/old.yaml",
        "overlays/prod/team-1/services/old.yaml", "gitops/flux/prod/team-1/old.yaml", "overlays/dev/team-8/old.yaml",
    ):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(STALE)
    if stale is None:
        with pytest.raises(UnknownName):
            outcome(tmp_path, cell)
    else:
        assert set(outcome(tmp_path, cell).stale) == stale


def asked(found: Outcome) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.environment) for problem in found.unconfirmed]


def test_a_deletion_is_asked_about_as_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell deletes one service in eight of its environment, and all together a half."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(fleet(4, 32, ""))
    assert cli.main(["render", "-q"]) == 0
    (tmp_path / "fleet.yaml").write_text(fleet(4, 16, ""))
    code = "unconfirmed-deletion"
    assert sorted(asked(outcome(tmp_path))) == [(code, "dev"), (code, "prod"), (code, "staging")]
    for cell in ("prod/team-0", "prod/team-1", "staging/team-3", "dev/team-0"):
        assert [found for found, _ in asked(outcome(tmp_path, cell))] == [code], cell
    assert asked(outcome(tmp_path, "prod/_environment")) == []
    # A quarter, all from one namespace, is not much, in one run or in the cell that has it all.
    lines = [line for line in fleet(4, 32, "").splitlines(keepends=True) if "namespace: team-3," not in line]
    (tmp_path / "fleet.yaml").write_text("".join(lines))
    assert asked(outcome(tmp_path, "prod/team-3")) == asked(outcome(tmp_path, "prod/_environment", "prod/team-3")) == []


def test_a_namespace_that_went_is_counted_against_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the cell has on the disk goes; of the environment it is little."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(fleet(8, 16, "", "prod"))
    assert cli.main(["render", "-q"]) == 0
    kept = [line for line in fleet(8, 16, "", "prod").splitlines(keepends=True) if "team-7" not in line]
    (tmp_path / "fleet.yaml").write_text("".join(kept))
    found = outcome(tmp_path, "prod/_environment")
    assert len(found.stale) > 4 and not found.unconfirmed and not outcome(tmp_path).unconfirmed
    gone = [line for line in kept if not any(f"team-{n}" in line for n in (4, 5, 6))]
    (tmp_path / "fleet.yaml").write_text("".join(gone))
    assert asked(outcome(tmp_path, "prod/_environment")) == asked(outcome(tmp_path)) != []


def test_an_override_is_unused_only_where_no_cell_uses_it(tmp_path: Path) -> None:
    images = "[{name: harbor.example.com/t1/s1, newTag: '2'}, {name: harbor.example.com/t1/x, newTag: '2'}]"
    (tmp_path / "fleet.yaml").write_text(fleet(more=f", images: {images}", names="prod", tool=""))
    found = {cell: [problem.code for problem in outcome(tmp_path, cell).problems] for cell in named(tmp_path)}
    assert {cell: codes for cell, codes in found.items() if codes} == {"prod/_environment": ["unknown-reference"]}
    (problem,) = outcome(tmp_path, "prod/_environment").problems
    assert "`harbor.example.com/t1/x`" in problem.message


@pytest.mark.parametrize(("unit", "name"), [
    (POLICIES, "policies"), (("prod", ROOT), "prod/_environment"), (("prod", "_cluster"), "prod/_cluster"),
    (("prod", "vision"), "prod/vision"), (("policies", "policies"), "policies/policies"),
])  # fmt: skip
def test_the_name_of_a_cell(unit: tuple[str, str], name: str) -> None:
    assert cells.name(unit) == name


@pytest.mark.parametrize(("text", "group"), [
    ("1-of-1", (1, 1)), ("3-of-16", (3, 16)), ("16-of-16", (16, 16)), ("17-of-16", None), ("0-of-16", None),
    ("03-of-16", None), ("1-of-100000", None), ("3/16", None), ("3-of-16 ", None), ("prod/1-of-2", None), ("-of-", None),
    ("٣-of-16", None),
])  # fmt: skip
def test_the_name_of_a_group(text: str, group: tuple[int, int] | None) -> None:
    assert cells.group(text) == group


def test_groups_have_about_equal_weight() -> None:
    weighed = {("prod", f"n{n}"): 1 + n * 7 % 50 for n in range(300)}
    groups = cells.grouped(weighed, 16)
    sums = [sum(weighed[unit] for unit in group) for group in groups]
    assert sorted(unit for group in groups for unit in group) == sorted(weighed)
    assert max(sums) - min(sums) <= max(weighed.values())
    assert groups == cells.grouped(dict(reversed(weighed.items())), 16), "the order does not count"


def test_more_groups_than_units_leave_some_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(fleet(1, 1, "", "prod"))
    assert len(named(tmp_path)) == 4
    assert outcome(tmp_path, "5-of-5").tasks == [] and outcome(tmp_path, "5-of-5").stale == []
    assert cli.main(["render", "-q", "--cell", "5-of-5"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["fleet.yaml"]
