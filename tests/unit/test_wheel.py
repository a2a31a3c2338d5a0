"""What is installed works without the checkout: templates and schemas travel inside the wheel. So does a wheel with compiled
modules, which writes the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tests.support.example import ROOT, copy

pytestmark = pytest.mark.xdist_group("wheel")  # each wheel is built once
COMPILER = (sysconfig.get_config_var("CC") or "cc").split()[0]
WHEELS = {"pure": {}, "compiled": {"HATCH_BUILD_HOOKS_ENABLE": "1"}}
NEEDS = pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"no C compiler `{COMPILER}`, which compiles modules")
BUG = """\
from mooring.problems.routes import put_all
from mooring.processes.crash import Crash
try:
    put_all({}, {5: 'Harbor12345'})
except TypeError as error:
    crash = Crash.of(error)
print(crash.kind, crash.frames)
"""
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "generator", "templates", "schemas")


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    left = ("PYTHON", "COV", "MOORING", "HATCH")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left)} | more
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["pure", pytest.param("compiled", marks=NEEDS)])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def installed(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the wheel is installed; its dependencies are this interpreter's."""
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
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source, cwd=folder, **WHEELS[kind])
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    run(*pip, "install", "--no-deps", "--target", target, wheel, cwd=folder)
    return target


def run_installed(installed: Path, code: str, *arguments: str, cwd: Path) -> str:
    """Runs code without the checkout: `-I` ignores the environment, the editable install is put out of the way."""
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); sys.meta_path[:] = [f for f in sys.meta_path if 'editable'"
        " not in type(f).__module__.lower()]; import mooring.cli; assert mooring.cli.__file__.startswith(sys.path[0])\n"
    )
    return run(sys.executable, "-I", "-c", program + code, *arguments, cwd=cwd)


def test_an_installed_wheel_renders_what_the_checkout_renders(installed: Path, tmp_path: Path) -> None:
    copy(tmp_path, rendered=False)
    run_installed(installed, "sys.exit(mooring.cli.main(sys.argv[1:]))", "render", cwd=tmp_path)
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


def test_one_wheel_has_compiled_what_pyproject_names_and_the_other_nothing(kind: str, installed: Path) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]["include"]
    ending = sysconfig.get_config_var("EXT_SUFFIX")
    expected = {name.replace("/generator/", "").replace(".py", ending) for name in named}
    there = {path.relative_to(installed).as_posix() for path in installed.rglob(f"*{ending}")}
    assert there == (expected | {f"mooring__mypyc{ending}"} if kind == "compiled" else set())
    assert all((installed / name.replace(ending, ".py")).is_file() for name in expected)


def test_a_bug_is_told_by_where_it_is(installed: Path, tmp_path: Path) -> None:
    """A compiled function stands in a traceback as the file that it was built from."""
    told = run_installed(installed, BUG, cwd=tmp_path)
    assert re.fullmatch(r"TypeError \('problems/routes\.py:\d+ put_all',\)\n", told), told
