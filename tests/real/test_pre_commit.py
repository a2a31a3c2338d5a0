"""The hooks through the real pre-commit, installed from a clone of this repository into a scratch repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mooring.yaml.document import read_manifests
from tests.support.example import ROOT, copy

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: vision}
spec: {containers: [{name: app, image: "harbor.ext.hp.com/onecloud-sol/app:1"}]}
"""
CONFIG = "repos: [{{repo: '{clone}', rev: '{revision}', hooks: [{{id: mooring-check}}, {{id: mooring-render}}]}}]\n"
MUST = ("app.yaml", "deploy/app.yml", "list.json", "overlays/prod/vision/services/a.yaml")
MUST_NOT = (
    ".pre-commit-config.yaml", ".github/workflows/ci.yaml", "README.md", "charts/a/values.yaml", "charts/a/values-prod.yml",
    "charts/a/Chart.yaml", "policies/kyverno/tests/a/resources.yaml", "policies/kyverno/tests/a/kyverno-test.yaml",
    "package.json", "main.py",
)  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Repository:
    """A scratch repository with the example fleet and both hooks."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    def run(self, hook: str, *files: str) -> tuple[int, str]:
        git(self.folder, "add", "--all")
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--color=never", "--files", *files]
        env = {**os.environ, "PRE_COMMIT_HOME": str(self.home), "PYTHONWARNINGS": ""}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False, timeout=300)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    clone = tmp_path_factory.mktemp("clone")
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").split("\n"):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "benchmarks/")):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    git(clone, "init", "--quiet")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "all")
    folder = tmp_path_factory.mktemp("repository")
    copy(folder, rendered=True)
    text = CONFIG.format(clone=clone, revision=git(clone, "rev-parse", "HEAD"))
    (folder / ".pre-commit-config.yaml").write_text(text)
    git(folder, "init", "--quiet")
    return Repository(folder, tmp_path_factory.mktemp("pre-commit"))


def test_check_finds_a_pull_without_a_secret(repository: Repository) -> None:
    app = repository.folder / "app.yaml"
    app.write_text(POD)
    code, said = repository.run("mooring-check", "app.yaml")
    assert code == 1 and "error[secret-not-referenced]" in said
    app.write_text(POD.replace("spec: {", "spec: {imagePullSecrets: [{name: harbor-credential}], "))
    assert repository.run("mooring-check", "app.yaml")[0] == 0
    app.unlink()


def test_check_skips_what_is_no_manifest(repository: Repository) -> None:
    (repository.folder / "mkdocs.yml").write_text("emoji: !!python/name:a.b\n")
    (repository.folder / "settings.yaml").write_text("a: 1\n")
    assert repository.run("mooring-check", "mkdocs.yml", "settings.yaml")[0] == 0
    (repository.folder / "mkdocs.yml").write_text("apiVersion: v1\nkind: Pod\nmetadata: !x {}\n")
    code, said = repository.run("mooring-check", "mkdocs.yml", "settings.yaml")
    assert code == 1 and "mkdocs.yml:3:11: error[syntax]" in said
    (repository.folder / "mkdocs.yml").unlink()
    (repository.folder / "settings.yaml").unlink()


def test_render_finds_a_stale_tree(repository: Repository) -> None:
    fleet = repository.folder / "fleet.yaml"
    text = fleet.read_text()
    assert repository.run("mooring-render", "fleet.yaml")[0] == 0
    fleet.write_text(text.replace("minReplicas: 2", "minReplicas: 3"))
    code, said = repository.run("mooring-render", "fleet.yaml")
    assert code == 1 and "minReplicas: 3" in said
    fleet.write_text(text)


def test_the_names_that_must_and_must_not_match() -> None:
    hooks = read_manifests((ROOT / ".pre-commit-hooks.yaml").read_bytes(), "hooks")[0][0].data
    check = next(hook for hook in hooks if hook["id"] == "mooring-check")

    def matched(name: str) -> bool:
        return bool(re.search(check["files"], name)) and not re.search(check["exclude"], name)

    assert [name for name in MUST if not matched(name)] == []
    assert [name for name in MUST_NOT if matched(name)] == []
