"""The scheduled rotation of docs/rotation.md: a CronJob that mooring finds nothing in, a workflow that is one, and both of
their commands, run against the stand-ins."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mooring import cli
from tests.support.example import ROOT
from tests.support.rotation_world import BASE, world
from tests.support.vault import ROLE_ID, SECRET_ID

BIN = Path(sys.executable).parent
YAML = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/rotation.md").read_text(), re.MULTILINE | re.DOTALL)
(CRONJOB,) = (block for block in YAML if "kind: CronJob" in block)
(WORKFLOW,) = (block for block in YAML if "runs-on:" in block)
LET_PASS = "[ $? -eq 4 ]"


def commands() -> list[list[str]]:
    """What mooring is given by the CronJob and by the workflow; its 4 ends neither as a failure."""
    (container,) = yaml.safe_load(CRONJOB)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["sh", "-c", f'mooring "$@" || {LET_PASS}', "mooring"]
    steps = yaml.safe_load(WORKFLOW)["jobs"]["rotation"]["steps"]
    (run,) = (step["run"] for step in steps if step.get("run", "").startswith("mooring "))
    command, _, after = run.strip().partition(" || ")
    assert after == LET_PASS
    return [container["args"], shlex.split(command)[1:]]


@pytest.mark.parametrize("command", commands(), ids=["cronjob", "workflow"])
def test_the_command_rotates_what_is_due(command: list[str], here: Path) -> None:
    with world(here) as there:
        for name, text in (("role-id", ROLE_ID), ("secret-id", SECRET_ID)):
            Path(name).write_text(text)
        text = "\n".join(command).replace("https://vault.example.com", there.vault.url)
        given = re.sub(r"/(?:given|etc/rotation)/", "", text).replace("harbor", "admin").split("\n")
        assert cli.main([*given, "--grace", "0s", "--settle", "0s", "--within", "60d"]) == 0
        assert there.robots() == {f"{BASE}-b": "on"}


@pytest.mark.parametrize(("old", "new", "code"), [("", "", 0), ("restartPolicy: Never", "restartPolicy: [Never]", 1)])
def test_mooring_finds_nothing_in_the_cronjob_and_can(old: str, new: str, code: int, here: Path) -> None:
    (here / "cronjob.yaml").write_text(CRONJOB.replace(old, new))
    assert cli.main(["check", "cronjob.yaml", "--registry", "harbor.example.com"]) == code


def test_the_workflow_is_one_and_zizmor_finds_nothing(here: Path) -> None:
    workflow = here / ".github/workflows/rotation.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(WORKFLOW)
    zizmor = ["zizmor", "--offline", "--no-progress"]
    for command in (["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], zizmor):
        done = subprocess.run([BIN / command[0], *command[1:], workflow], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
