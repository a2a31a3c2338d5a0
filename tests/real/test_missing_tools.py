"""A missing program is a skip with its name and what brings it; with `MOORING_REAL=required` it is a failure.

Each test here runs pytest on a real test of this folder where no program can be found.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import build

HERE = Path(__file__).parent
ONE_TEST_OF = {
    "kustomize": "test_kustomize.py::test_a_root_is_built_into_objects",
    "kubeconform": "test_kubeconform.py::test_a_kind_without_a_schema_is_not_passed_over",
    "kyverno": "test_kyverno_cli.py::test_a_true_suite_is_proved_row_by_row",
    "esoctl": "test_esoctl.py::test_a_template_that_does_not_parse_is_refused",
    "etcd": "test_apiserver.py::test_each_text_is_stored_as_it_is",
    "go": "test_kserve_samples.py::test_each_sample_is_accepted_or_excused",
}


def run(folder: Path, tests: list[str], **environment: str) -> str:
    """What pytest says of the tests with an empty cache and an empty PATH."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-ra", "-q"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MOORING_", "PYTEST_", "COV_"))}
    env = {**kept, "PATH": str(folder), "MOORING_TOOLS_CACHE": str(folder), **environment}
    chosen = [str(HERE / test) for test in tests]
    said = subprocess.run(
        [*command, *chosen], cwd=HERE.parents[1], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    return said.stdout


def reason(name: str) -> str:
    mend = f"`python tests/tools/build.py {name}` builds it" if name in build.TOOLS else f"no `{name}` on PATH"
    return f"real tool `{name}` is missing: {mend}"


def test_a_missing_program_is_a_skip_that_says_so(tmp_path: Path) -> None:
    said = run(tmp_path, [*ONE_TEST_OF.values()])
    assert [name for name in ONE_TEST_OF if reason(name) not in said] == []
    assert re.findall(r"\d+ (?:passed|failed|error)", said) == []


def test_where_all_are_required_it_is_a_failure(tmp_path: Path) -> None:
    said = run(tmp_path, [*ONE_TEST_OF.values()], MOORING_REAL="required")
    assert [name for name in ONE_TEST_OF if reason(name) not in said] == []
    assert re.findall(r"\d+ (?:passed|skipped)", said) == []


@pytest.mark.parametrize(("required", "outcome"), [("", "1 failed"), ("required", "1 error")])
def test_only_the_pinned_build_counts_where_all_are_required(tmp_path: Path, required: str, outcome: str) -> None:
    """A program of that name on PATH is used (and, being none, fails the test), unless only ours may be."""
    for name in ("kustomize", "yamlread"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    said = run(tmp_path, [ONE_TEST_OF["kustomize"]], MOORING_REAL=required)
    assert outcome in said
    assert (reason("kustomize") in said) == bool(required)


def test_what_is_not_built_is_named_and_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOORING_TOOLS_CACHE", str(tmp_path))
    there = build.path("kustomize")
    there.parent.mkdir(parents=True)
    there.touch()
    assert build.main(["--built", "kustomize"]) == 0
    assert build.main(["--built", "kustomize", "yamlread"]) == 1
    assert capsys.readouterr() == ("", "not built: yamlread local\n")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [there]
