"""What is installed works without the checkout: templates and schemas travel inside the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.example import ROOT, copy

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "generator", "templates", "schemas")


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "MOORING"))}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a virtual environment in which the wheel is installed, beside this one's dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, source / name)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    run(*pip, "install", "--no-deps", "--target", target, wheel, cwd=folder)
    return target


def test_an_installed_wheel_renders_what_the_checkout_renders(installed: Path, tmp_path: Path) -> None:
    copy(tmp_path, rendered=False)
    # Without the checkout on the path: `-I` ignores the environment, and the editable install is put out of the way.
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); sys.meta_path[:] = [f for f in sys.meta_path if 'editable'"
        " not in type(f).__module__.lower()]; import mooring.cli; assert mooring.cli.__file__.startswith(sys.path[0]);"
        " sys.exit(mooring.cli.main(sys.argv[1:]))"
    )
    run(sys.executable, "-I", "-c", program, "render", cwd=tmp_path)
    for top in ("overlays", "policies"):
        rendered = {path.relative_to(tmp_path): path.read_bytes() for path in (tmp_path / top).rglob("*") if path.is_file()}
        committed = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / top).rglob("*") if path.is_file()}
        assert rendered == committed


def test_the_wheel_holds_every_template_and_schema(installed: Path) -> None:
    for top, pattern in (("templates", "*.j2"), ("schemas", "*.json")):
        there = {
            path.relative_to(installed / "mooring/_data" / top)
            for path in (installed / "mooring/_data" / top).rglob(pattern)
        }
        assert there == {path.relative_to(ROOT / top) for path in (ROOT / top).rglob(pattern)}
