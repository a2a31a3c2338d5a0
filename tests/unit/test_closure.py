"""The conventions hold: a folder or a name is all that adds a rule, a template or a case, so none may be half there."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring import backends, cli, rules
from mooring.commands.schema import schema_text
from mooring.fleet.policy_names import KYVERNO_ONLY, OPTIONAL, POLICIES
from mooring.problems.problem import Problem
from tests.support.example import ROOT, copy

PACKAGE = ROOT / "generator" / "mooring"
MODULES = {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(text) for name, text in MODULES.items()}
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path.read_text() for path in (ROOT / "templates").rglob("*.j2")
}
CASES = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/*/*/fleet.yaml"))
MANIFESTS = sorted(path for path in (ROOT / "tests" / "manifests").glob("*/*") if path.is_dir())
UNIT = {path.name: path.read_text() for path in Path(__file__).parent.rglob("test_*.py") if path != Path(__file__)}

LATER: dict[str, str] = {}
ELSEWHERE = {
    "certificate-expires": ("test_ciphertexts.py", "judged by `check`, never by render"),
    "drift": ("test_cli.py", "`check` compares; render writes"),
    "exemption-expired": ("test_expiry.py", "judged by `check`, never by render"),
    "exemption-expires-soon": ("test_expiry.py", "judged by `check`, never by render"),
    "expiry-unknown": ("test_expiry.py", "judged by `check`, never by render"),
    "robot-differs": ("test_robot_plan.py", "says what Harbor has; never render"),
    "robot-expired": ("test_cli.py", "expiry is judged by `check`, never by render"),
    "robot-expires-soon": ("test_cli.py", "expiry is judged by `check`, never by render"),
    "robot-too-broad": ("test_warnings.py", "a warning of `check`"),
    "robot-unused": ("test_warnings.py", "a warning of `check`"),
    "sops-rules-differ": ("test_sops.py", "a warning of `check`"),
    "unused-ciphertext": ("test_ciphertexts.py", "a warning of `check`"),
    "unlabelled-namespace": ("test_warnings.py", "a warning of `check`"),
}
NO_CASE = {
    "doctor/job.yaml.j2": "printed by `doctor`, in no tree: tests/unit/doctor/test_from_node.py and tests/real judge it",
    "policy/kubernetes-mutating.yaml.j2": "tests/real and tests/unit/plan/test_policies.py judge what it writes",
}
# Names of cases that are neither a code, a template nor a back end.
OTHER_CASES = {"several": "several codes at once", "overlay": "all that a namespace comes to"}
HEAVY = {
    "ruamel": {"yaml/exact.py"}, "ryaml": {"yaml/document.py"}, "jinja2": {"templating/render.py"},
    "jsonschema": {"schema/validation.py"}, "jsonschema_rs": {"schema/validation.py"}, "yaml": {"yaml/marked.py"},
    "shtab": {"commands/completion.py"}, "kubernetes": {"cluster/reading.py"}, "urllib3": {"network/client.py"},
    "cryptography": {"backends/sealed.py", "network/stages.py"},
    "hvac": {"delivery/vault.py"}, "requests": {"delivery/vault.py"},
}  # fmt: skip
_CODE = re.compile(r"[a-z]+(-[a-z]+)*")
_MAKERS = {"Problem", "problem", "_problem", "service_problem", "Fault", "fault", "_format"}


def constants() -> dict[str, set[str]]:
    """Every string constant outside the rules → the modules that have it."""
    found: dict[str, set[str]] = {}
    for name, tree in TREES.items():
        for node in ast.walk(tree) if not name.startswith("rules/") else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.setdefault(node.value, set()).add(name)
    return found


def given_codes() -> Iterator[tuple[str, str]]:
    """(module, code) wherever a problem is made with its code written out."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if called in _MAKERS and texts and _CODE.fullmatch(texts[0]):
                yield name, texts[0]


def test_every_code_that_is_given_has_a_rule() -> None:
    given = list(given_codes())
    assert len(given) > 40
    assert [pair for pair in given if pair[1] not in rules.codes()] == []


@pytest.mark.parametrize("code", rules.codes())
def test_every_rule_has_its_page(code: str) -> None:
    page = rules.page(code)
    assert (page.severity, page.family) in {(s, f) for s in ("error", "warning", "note") for f in rules.FAMILIES}
    assert page.summary.endswith(".")
    assert all(len(text) > 8 for text in (page.what, page.why, page.example, page.instead))
    assert page.example != page.instead


def test_a_rule_module_without_code_does_not_load() -> None:
    assert [code for code in rules.codes() if not hasattr(rules.load(code), "SEVERITY")] == []
    with pytest.raises(ModuleNotFoundError):
        rules.severity(Problem("no-such-code", "").code)


@pytest.mark.parametrize("code", rules.codes())
def test_every_code_has_a_case_or_a_reason_for_none(code: str) -> None:
    cased = any(f"[{code}]" in (case / "expected.txt").read_text() for case in (*CASES, *MANIFESTS))
    emitted = constants().get(code, set())
    if code in LATER:
        assert (cased, emitted) == (False, set()), "it is there now: take it off the list"
    elif code in ELSEWHERE:
        assert not cased, "it has a case now: take it off the list"
        assert emitted, "nothing says it: it belongs into LATER"
        assert f'"{code}"' in (UNIT | MODULES)[ELSEWHERE[code][0]]
    else:
        assert cased
        assert emitted
    assert {*LATER, *ELSEWHERE} <= set(rules.codes())


def test_every_policy_is_a_module_and_a_case_renders_it() -> None:
    modules = {path.stem.replace("_", "-") for path in (PACKAGE / "policies" / "texts").glob("[a-z]*.py")}
    assert modules == set(POLICIES)
    for policy in POLICIES:
        for engine in ("kyverno", "kubernetes") if policy not in {*KYVERNO_ONLY, *OPTIONAL} else ("kyverno",):
            assert any((case / "expected/policies" / engine / f"{policy}.yaml").is_file() for case in CASES), policy


def test_every_case_is_named_by_what_it_shows() -> None:
    templates = {name.rpartition("/")[2].partition(".")[0] for name in TEMPLATES}
    stores = {path.stem.replace("_", "-") for path in Path(backends.__file__).parent.glob("[a-z]*.py")}
    known = {*rules.codes(), *templates, *stores, *POLICIES, *OTHER_CASES}
    assert [case for case in CASES if case.parts[-2] not in known] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_says_what_it_writes_and_a_case_holds_it(name: str) -> None:
    """What a template writes for render to read is an `input`: it stands in a case's own folder. Another template may write
    to such a path too, so that the file must have every line of the template that is the same for all."""
    head = re.match(r"\{# summary: (\S.*)\n   (output|input): (\S+) #\}\n", TEMPLATES[name])
    assert head, "no header"
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(head[3])).replace(r"\*\*", ".+")
    fixed = {line.strip() for line in fixed_lines(TEMPLATES[name])}  # sops indents anew
    texts = [pair for case in CASES for pair in (written(case) if head[2] == "output" else read_in(case))]
    held = any(re.fullmatch(pattern, path) and fixed <= set(map(str.strip, text.splitlines())) for path, text in texts)
    assert held == (name not in NO_CASE)


def read_in(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of YAML below a folder: path and text."""
    for path in folder.rglob("*.yaml"):
        yield path.relative_to(folder).as_posix(), path.read_text(errors="replace")


def written(case: Path) -> Iterator[tuple[str, str]]:
    """What a case expects to be written: whole files, and what its differences add to them."""
    yield from read_in(case / "expected")
    difference = case / "expected.diff"
    parts = re.split(r"^\+\+\+ (.*)\n", difference.read_text(), flags=re.MULTILINE) if difference.is_file() else []
    for path, text in zip(parts[1::2], parts[2::2], strict=True):
        yield path, "\n".join(line[1:] for line in text.splitlines() if line.startswith("+"))


def fixed_lines(text: str) -> Iterator[str]:
    """The lines of a template that stand in every file it writes, whatever the values."""
    optional = 0
    for line in re.sub(r"\{#.*?#\}\n", "", text, flags=re.DOTALL).splitlines():
        optional += len(re.findall(r"\{% (?:if|for) ", line)) - len(re.findall(r"\{% end(?:if|for) ", line))
        if line and not optional and "{%" not in line and "{{" not in line:
            yield line


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_expression_of_a_template_is_a_whole_value(name: str) -> None:
    for line in re.sub(r"\{#.*?#\}", "", TEMPLATES[name], flags=re.DOTALL).split("\n"):
        if "{{" in line or "{%" in line:
            scalar = re.fullmatch(r" *(- )?[\w./-]+: \{\{ [\w.]+ \}\}| *- \{\{ \w+ \}\}", line)
            block = re.fullmatch(r"( *)[\w.]+:\{\{ [\w.]+ \| (?:block|fields|sections)\((\d+)\) \}\}", line)
            flow = re.fullmatch(r"( *)[\w.]+: \{\{ [\w.]+ \| flow\((\d+)\) \}\}", line)
            logic = re.fullmatch(r"\{% (if [\w.]+ is defined|else|endif|for object in objects|endfor) %\}", line)
            assert scalar or logic or block or flow, line
            # A list stands at its key's own column, what a mapping holds two further in.
            assert not block or int(block[2]) - len(block[1]) in (0, 2), line
            assert not flow or int(flow[2]) - len(flow[1]) == 2, line


def test_a_loop_is_over_whole_objects() -> None:
    looping = [name for name, text in TEMPLATES.items() if "{% for" in text]
    assert sorted(looping) == ["policy/kubernetes-bindings.yaml.j2", "policy/suite-resources.yaml.j2"]


def test_each_heavy_library_has_one_importer() -> None:
    found: dict[str, set[str]] = {library: set() for library in HEAVY}
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for library in {item.partition(".")[0] for item in names} & set(HEAVY):
                found[library].add(name)
    assert found == HEAVY


def imports(name: str) -> Iterator[str]:
    """The modules of mooring that a module imports, wherever in it: `fleet/model.py` → `fleet/setting.py`, …"""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mooring":
            folder = "/".join(str(node.module).split(".")[1:])
            for alias in node.names:
                module, package = f"{folder}/{alias.name}".lstrip("/"), folder
                yield next(
                    path
                    for wanted in (module, package)
                    for path in (f"{wanted}.py", f"{wanted}/__init__.py".lstrip("/"))
                    if path in TREES
                )


def test_each_package_imports_only_those_above_it() -> None:
    """In the table of ARCHITECTURE.md; a package's own `__init__` counts as a module of it."""
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("Around it:")[0]
    order = ["__init__.py", *re.findall(r"^\| `([a-z_]+(?:/|\.py))` \|", table, re.MULTILINE)]
    packages = {name: f"{name.partition('/')[0]}/" if "/" in name else name for name in TREES}
    assert sorted(order) == sorted(set(packages.values()))
    upwards = [
        f"{name} imports {other}"
        for name in TREES
        for other in imports(name)
        if packages[name] != packages[other] and order.index(packages[name]) < order.index(packages[other])
    ]
    assert upwards == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {name: {other for other in imports(name) if other != name} for name in TREES}
    while leaves := {name for name, others in left.items() if not others & set(left)}:
        left = {name: others for name, others in left.items() if name not in leaves}
    assert sorted(left) == []


def test_no_test_module_imports_a_test_module() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), node.module)
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"tests\..*\btest_\w+", node.module or "")
    ]
    assert found == [], "what two of them need stands in tests/support or tests/real"


def test_modules_are_short_and_say_what_they_are_for() -> None:
    lengths = {name: text.count("\n") for name, text in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
    assert statistics.median(lengths.values()) < 120
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_nothing_is_left_to_do() -> None:
    mark = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")
    folders = ("generator", "templates", "tests", "schemas/make", "docs", "benchmarks")
    files = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".j2", ".md", ".yaml")
    ]
    assert [path for path in files if mark.search(path.read_text(errors="replace"))] == []


@pytest.mark.parametrize("what", ["fleet", "fleetpart"])
def test_the_fleet_s_schema_is_fresh(what: str) -> None:
    assert (ROOT / "schemas" / f"{what}.schema.json").read_text() == schema_text(what, bundled=False), "run `make docs`"


def test_the_example_fleet_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy(tmp_path, rendered=True)
    monkeypatch.chdir(tmp_path)
    code = cli.main(["render", "--check"])
    assert (code, capsys.readouterr().out) == (0, "")
    (tmp_path / "overlays" / "prod" / "kustomization.yaml").write_text("# Rendered by mooring from fleet.yaml\n")
    assert cli.main(["render", "--check"]) == 1


# What opens, lists, changes or starts something: only the two doors may.
_DOORS = {"files/": {"os", "tempfile", "fcntl", "Path"}, "programs/": {"subprocess", "os"}}
_FORBIDDEN_MODULES = {"subprocess", "tempfile", "shutil", "glob", "fcntl", "pty", "mmap", "fileinput", "linecache"}
_FORBIDDEN_CALLS = {
    "open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "glob", "iglob", "rglob", "iterdir", "walk",
    "scandir", "listdir", "unlink", "rmdir", "mkdir", "makedirs", "rename", "replace_file", "removedirs", "symlink",
    "symlink_to", "hardlink_to", "readlink", "resolve", "realpath", "stat", "lstat", "exists", "lexists", "is_file",
    "is_dir", "is_symlink", "isfile", "isdir", "islink", "touch", "chmod", "system", "popen", "execv", "execvp", "spawnl",
    "spawnv", "posix_spawn", "fork", "getsize", "samefile",
}  # fmt: skip
# Methods of the doors themselves, and what has such a name and touches no file.
_OWN = {"boundary", "files", "self", "re", "catalog"}


def _touches(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of everything in a module that could reach the file system or start a program."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from ((node.lineno, name) for name in names if name.split(".")[0] in _FORBIDDEN_MODULES)
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id == "open":
                yield node.lineno, function.id
            elif isinstance(function, ast.Attribute) and function.attr in _FORBIDDEN_CALLS:
                owner = function.value
                name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if name.strip("_") not in _OWN:
                    yield node.lineno, f"{name}.{function.attr}"


def test_only_the_doors_reach_the_file_system_and_other_programs() -> None:
    found = {
        f"{name}:{line}": what
        for name, tree in TREES.items()
        if not name.startswith(tuple(_DOORS))
        for line, what in _touches(tree)
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "open('x')", "Path('x').read_text()", "import subprocess", "from glob import glob", "os.walk('x')",
        "path.resolve()", "os.path.realpath(x)", "import tempfile", "import shutil", "path.is_file()", "os.open('x', 0)",
    ],
)  # fmt: skip
def test_the_guard_of_the_doors_sees(line: str) -> None:
    assert list(_touches(ast.parse(line)))
