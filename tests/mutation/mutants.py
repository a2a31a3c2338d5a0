"""Every single change that Cosmic Ray can make to a module of mooring, and a seeded sample of them.

A place in the source is drawn first and one of its changes second; otherwise the places that can be changed in eleven
ways (`+`) would be most of a sample.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import parso.tree
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

Position = tuple[int, int]
"""Line, counted from 1, and column."""

# Changes that raise a TypeError wherever the line runs, or that cannot be told from the original (`==` to `is` between
# interned texts), say nothing of the tests: of each operator only the changes that give another value are drawn.
_ORDER = {"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"}
_IDENTITY = {"Is", "IsNot"}
_ARITHMETIC = {
    "Add": {"Sub"}, "Sub": {"Add", "BitAnd", "BitOr"}, "Mul": {"Add", "FloorDiv"}, "Div": {"Mul"}, "Pow": {"Mul"},
    "FloorDiv": {"Mul", "Mod"}, "Mod": {"FloorDiv"}, "LShift": {"RShift"}, "RShift": {"LShift"},
    "BitOr": {"BitAnd", "Sub", "BitXor"}, "BitAnd": {"BitOr", "Sub"}, "BitXor": {"BitOr", "BitAnd"},
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the module's path in the package, Cosmic Ray's operator and its count in the module, and where."""

    module: str
    operator: str
    occurrence: int
    start: Position
    end: Position


class Identity(NamedTuple):
    """What a mutant is known by where line numbers move: the changed line before and after, and its function."""

    module: str
    function: str
    operator: str
    line: str
    becomes: str


class Changed(NamedTuple):
    """A mutant that compiles, with the text that the module would have."""

    mutant: Mutant
    identity: Identity
    text: str


def _useful(name: str) -> bool:
    """Whether an operator's change gives another value, by its name (`…Operator_Add_Sub`)."""
    kind, _, change = name.rpartition("/")[2].partition("_")
    before, _, after = change.partition("_")
    if kind == "ReplaceComparisonOperator":
        return {before, after} <= _ORDER or {before, after} <= _IDENTITY
    if kind == "ReplaceBinaryOperator":
        return after in _ARITHMETIC[before]
    return True


@cache
def operators() -> tuple[tuple[str, Operator], ...]:
    """The operators drawn from, by name; those that need arguments are left out, as Cosmic Ray itself does."""
    classes = [(name, get_operator(name)) for name in operator_names() if _useful(name)]
    return tuple((name, operator()) for name, operator in classes if not operator.arguments())


_CACHE = re.compile(r"@(functools\.)?(cache|lru_cache)\b")
_DATACLASS = re.compile(r"@(dataclasses\.)?dataclass\(")
_TYPE_ALIAS = re.compile(r"_?[A-Z][a-z]\w*")


def _code(node: parso.tree.NodeOrLeaf) -> str:
    return str(node.get_code(include_prefix=False))


def _is_type(node: parso.tree.NodeOrLeaf) -> bool:
    """Whether the node is an annotation, or the value of a type alias at the top of a module."""
    parent = node.parent
    if parent.type in ("annassign", "tfpdef"):
        return bool(node is parent.children[2 if parent.type == "tfpdef" else 1])
    if parent.type == "expr_stmt":
        return parent.parent.parent.type == "file_input" and bool(_TYPE_ALIAS.fullmatch(_code(parent.children[0])))
    return parent.type == "funcdef" and node is parent.annotation


def _no_behaviour(node: parso.tree.NodeOrLeaf) -> bool:
    """Whether a change of the node changes no result: a type, a type checker's import, a cache, a dataclass's options."""
    options = False
    while node.parent is not None:
        if node.type == "decorator" and (_CACHE.match(_code(node)) or (options and _DATACLASS.match(_code(node)))):
            return True
        if node.type == "if_stmt" and _code(node.children[1]) == "TYPE_CHECKING":
            return True
        if _is_type(node):
            return True
        node, options = node.parent, True
    return False


def of_module(module: str, text: str) -> Iterator[Mutant]:
    """Every mutant of a module's text."""
    nodes = list(ast_nodes(get_ast(text)))
    for name, operator in operators():
        places = ((node, *span) for node in nodes for span in operator.mutation_positions(node))
        for occurrence, (node, start, end) in enumerate(places):
            if not _no_behaviour(node):
                yield Mutant(module, name, occurrence, start, end)


def _function(text: str, line: int) -> str:
    """The dotted name of the innermost function or class that holds a line, empty at the top of a module."""
    names: list[str] = []
    body: Sequence[ast.AST] = ast.parse(text).body
    while True:
        inside = [
            node
            for top in body
            for node in ast.walk(top)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and min([node.lineno, *(item.lineno for item in node.decorator_list)]) <= line <= (node.end_lineno or 0)
        ]
        if not inside:
            return ".".join(names)
        outer = min(inside, key=lambda node: node.lineno)
        names.append(outer.name)
        body = outer.body


def _one_line(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def _lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ between two texts, each side as one line."""
    old, new = before.splitlines(), after.splitlines()
    blocks = [
        block for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if block[0] != "equal"
    ]
    return _one_line(old[blocks[0][1] : blocks[-1][2]]), _one_line(new[blocks[0][3] : blocks[-1][4]])


def change(mutant: Mutant, text: str) -> Changed | None:
    """The mutant with its text; nothing where it is the same program or none at all."""
    try:
        after = mutate_code(text, get_operator(mutant.operator)(), mutant.occurrence)
    except AttributeError:  # Cosmic Ray replaces no dotted name in a tuple: `except (re.error, OverflowError):`
        return None
    try:
        if after is None or ast.dump(ast.parse(after)) == ast.dump(ast.parse(text)):
            return None
    except SyntaxError:
        return None
    line, becomes = _lines(text, after)
    return Changed(mutant, Identity(mutant.module, _function(text, mutant.start[0]), mutant.operator, line, becomes), after)


def _places(module: str, text: str) -> dict[tuple[str, ...], list[Mutant]]:
    """The mutants at each place of a module, by what the place is known by wherever it stands in the module.

    That is the module, the kind of operator, the line without its indentation, the column in it, and which one it is of
    those that are alike.
    """
    lines = text.splitlines()
    mutants: dict[tuple[str, Position, Position], list[Mutant]] = {}
    for mutant in of_module(module, text):
        mutants.setdefault((mutant.operator.partition("_")[0], mutant.start, mutant.end), []).append(mutant)
    alike: Counter[tuple[str, ...]] = Counter()
    found: dict[tuple[str, ...], list[Mutant]] = {}
    for (kind, (number, column), _), each in sorted(mutants.items()):
        line = lines[number - 1]
        place = (module, kind, line.strip(), str(column - len(line) + len(line.lstrip())))
        found[(*place, str(alike[place]))] = each
        alike[place] += 1
    return found


def _order(seed: int, *words: str) -> bytes:
    """A number in place of a random one: a module that is changed leaves the draw from the others as it was."""
    return hashlib.sha256("\0".join((str(seed), *words)).encode()).digest()


def sample(package: Path, modules: Iterable[str], size: int, seed: int) -> list[Changed]:
    """At most `size` mutants of these modules, no two of one kind at one place, in an order that the seed decides."""
    texts = {module: (package / module).read_text(encoding="utf-8") for module in modules}
    places = [item for module, text in texts.items() for item in _places(module, text).items()]
    places.sort(key=lambda item: _order(seed, *item[0]))
    found: list[Changed] = []
    for place, alternatives in places:
        if len(found) == size:
            break
        order = [_order(seed, *place, mutant.operator, str(number)) for number, mutant in enumerate(alternatives)]
        made = change(alternatives[order.index(min(order))], texts[place[0]])
        if made is not None:
            found.append(made)
    return found


def modules_of(package: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """The modules of each package by its name; of a single module of that name where there is no such package."""
    found: dict[str, list[str]] = {}
    for name in names:
        files = [package / f"{name}.py"] if (package / f"{name}.py").is_file() else sorted((package / name).rglob("*.py"))
        if not files:
            raise SystemExit(f"{name}: no package or module of that name in {package}")
        found[name] = [path.relative_to(package).as_posix() for path in files]
    return found
