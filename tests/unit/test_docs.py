"""What the documentation shows is true: each command block runs, prints what it says, and each page that is derived from
the code is what the code says now.

In a `console` block, lines after `$ ` are commands (continued on lines after `> `) and what follows is their output: a
line `…` stands for any lines, `# s` for seconds, `[exit code N]` for a code other than 0.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.example import ROOT, copy

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is run elsewhere: a target by the gate, the installation by tests/unit/test_wheel.py.
LEFT = frozenset({"make demo", "make test"})
# Those of other programs: the test that runs them reads the same page.
ELSEWHERE = {"secrets.md": "tests/real/test_docs_secrets.py"}


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block and the lines of its output."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
        else:
            found[-1][1].append(line)
    return found


def run(command: str, folder: Path) -> str:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "400"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )  # fmt: skip
    said = re.sub(r"\d+\.\d\d s$", "# s", done.stdout, flags=re.MULTILINE)
    return said + (f"[exit code {done.returncode}]\n" if done.returncode else "")


def pattern(lines: list[str]) -> str:
    return "".join("(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in lines)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")], ids=lambda page: page.name)
def test_commands_say_what_the_page_says(page: Path, tmp_path: Path) -> None:
    copy(tmp_path, rendered=True)
    for block in blocks(page, "console"):
        for command, expected in steps(block):
            said = run(command, tmp_path)
            assert re.fullmatch(pattern(expected), said), f"$ {command}\n{said}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_block_of_shell_is_run_somewhere(page: Path) -> None:
    lines = [line.split("#")[0].strip() for block in blocks(page, "sh") for line in block.splitlines()]
    if elsewhere := ELSEWHERE.get(page.name):
        assert f'"{page.name}"' in (ROOT / elsewhere).read_text(encoding="utf-8")
    else:
        assert {line for line in lines if line} <= LEFT
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8"))
    assert set(named) <= set(targets)


def test_the_gate_runs_what_the_readme_names() -> None:
    gate = (ROOT / ".ci/run").read_text()
    (loop,) = re.findall(r"^for target in (.*); do$", gate, re.MULTILINE)
    assert {"lint", "demo", "test", "test-real"} <= set(loop.split())


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub and GitLab link to them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            there = page.parent / path if path else page
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), target


def test_the_readmes_yaml_is_the_examples() -> None:
    """What the README shows of the fleet file stands in it."""
    (block,) = blocks(ROOT / "README.md", "yaml")
    fleet = re.sub(r"^#.*\n", "", (ROOT / "fleet.yaml").read_text(), flags=re.MULTILINE)
    for part in block.split("\n\n"):
        assert part.partition("\n")[2].strip("\n") in fleet


@pytest.mark.parametrize("name", ["argo-cd", "flux"])
def test_the_yaml_of_what_syncs_is_rendered(name: str) -> None:
    """What the page shows stands in a golden tree, but for its first block, which stands in a fleet file."""
    setting, *shown = blocks(ROOT / "docs" / f"{name}.md", "yaml")
    cases = ROOT / "tests" / "cases" / "gitops"
    assert any(setting in path.read_text() for path in cases.glob("*/*/fleet.yaml"))
    rendered = [path.read_text() for path in cases.glob(f"*/*/expected/gitops/{name}/**/*.yaml")]
    assert shown
    for block in shown:
        assert any(block in text for text in rendered), block


def test_derived_pages_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs/make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = [path for path, text in module.products().items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"
