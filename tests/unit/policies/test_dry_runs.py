"""`policies.dryRun`: one condition of every policy that judges, on both engines, and of none that changes objects."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mooring import cli
from mooring.fleet.policy_names import MUTATING
from mooring.policies.plan import of_engine

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: dry}}
registries: [{{name: harbor, host: harbor.example.com}}]
policies:
  engine: {engine}
  {setting}
  identities: [sync]
  rules: {{allowed-registries: {{}}, inject-pull-secret: {{}}}}
environments:
- {{name: dev, policies: {{action: Deny}}}}
- {{name: prod}}
"""
CONDITION = {"name": "not-a-dry-run", "expression": "!request.?dryRun.orValue(false)"}


def conditions(folder: Path, engine: str, setting: str) -> dict[str, tuple[list[dict[str, str]], str]]:
    """Of each policy that is rendered its match conditions, and its text."""
    (folder / "fleet.yaml").write_text(FLEET.format(engine=engine, setting=setting), encoding="utf-8")
    assert cli.main(["render", "--quiet", "--fleet", str(folder / "fleet.yaml")]) == 0
    paths = {name: folder / f"policies/{engine}/{name}.yaml" for name in of_engine(engine)}
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    return {name: (yaml.safe_load(text)["spec"]["matchConditions"], text) for name, text in texts.items()}


@pytest.mark.parametrize("engine", ["kyverno", "kubernetes"])
@pytest.mark.parametrize("setting", ["dryRun: skip", ""])
def test_dry_runs_are_let_through(tmp_path: Path, engine: str, setting: str) -> None:
    """With the reason in the policy; what would be stored, a mutation tells a dry run too."""
    for name, (found, text) in conditions(tmp_path, engine, setting).items():
        assert (found[0] == CONDITION, CONDITION in found) == (name != MUTATING, name != MUTATING), name
        said = "# Let through: dry runs (they store nothing; the real request is judged)"
        assert (said in text) == (name != MUTATING), name


@pytest.mark.parametrize("engine", ["kyverno", "kubernetes"])
def test_dry_runs_are_judged(tmp_path: Path, engine: str) -> None:
    """All else is the same text."""
    skipping, judging = (conditions(tmp_path, engine, f"dryRun: {how}") for how in ("skip", "judge"))
    for name, (found, text) in judging.items():
        assert (found, "dry" in text.partition("matchConditions")[2]) == (
            [one for one in skipping[name][0] if one != CONDITION],
            False,
        )
        assert text.partition("  variables:\n")[2] == skipping[name][1].partition("  variables:\n")[2]


def test_another_word_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fleet.yaml").write_text(FLEET.format(engine="kyverno", setting="dryRun: always", more=""), encoding="utf-8")
    assert cli.main(["render", "--quiet", "--fleet", str(tmp_path / "fleet.yaml")]) == 1
    said = capsys.readouterr()
    assert "unknown-choice" in said.out + said.err and "fleet.yaml:7:11" in said.out + said.err
