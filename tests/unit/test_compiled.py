"""Which modules a wheel may have compiled: those of which mypyc makes something that behaves as interpreted.

Of a frozen dataclass it makes a class whose objects can be neither pickled nor copied, and problems pass between processes.
Whether what is compiled does the same is shown by `make test-compiled` and by `test_wheel.py`.
"""

from __future__ import annotations

import ast
import importlib
import os
import tomllib

import pytest

from tests.support.example import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HOOK = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]
BASES = {"NamedTuple", "Protocol", "Exception"}


def unfit(source: str) -> list[str]:
    """What of a module's source mypyc would make something else of."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        found += [f"{node.name}: a dataclass" for one in node.decorator_list if "dataclass" in ast.unparse(one)]
        found += [f"{node.name}: of {base}" for one in node.bases if (base := ast.unparse(one)) not in BASES]
        found += [f"{node.name}: a cached property" for inner in ast.walk(node) if "cached_property" in ast.dump(inner)][:1]
    return found


@pytest.mark.parametrize("name", HOOK["include"])
def test_what_is_compiled_behaves_as_interpreted(name: str) -> None:
    assert unfit((ROOT / name.removeprefix("/")).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class Pull(NamedTuple):\n    image: str\n", []),
        ("@dataclass(frozen=True)\nclass Pull:\n    image: str\n", ["Pull: a dataclass"]),
        ("@dataclasses.dataclass\nclass Pull:\n    image: str\n", ["Pull: a dataclass"]),
        ("class Members(list[int]):\n    pass\n", ["Members: of list[int]"]),
        ("class Scope:\n    @functools.cached_property\n    def x(self) -> int: ...\n", ["Scope: a cached property"]),
    ],
)
def test_what_does_not_is_found(source: str, found: list[str]) -> None:
    assert unfit(source) == found


def test_these_tests_run_on_what_they_are_meant_for() -> None:
    """`make test-compiled` sets the variable; whoever does not runs the sources."""
    names = [name.removeprefix("/generator/").removesuffix(".py").replace("/", ".") for name in HOOK["include"]]
    files = [str(importlib.import_module(name).__file__) for name in names]
    assert [file for file in files if file.endswith(".py") is ("TEST_COMPILED" in os.environ)] == []


def test_only_who_asks_for_it_gets_a_compiled_wheel() -> None:
    assert HOOK["enable-by-default"] is False


def test_nothing_compiled_stands_beside_the_sources() -> None:
    """It would be imported instead of them, and be of an older state; `make clean` deletes it."""
    compiled = {".so", ".pyd"}
    assert [path for path in (ROOT / "generator").rglob("*") if path.suffix in compiled] == []
