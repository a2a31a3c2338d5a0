"""What a Kustomize root takes in is read before Kustomize is: what leads out of the repository never reaches it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from mooring import files, kustomization, programs
from mooring.kustomization.refusals import refusals
from mooring.kustomization.remote import is_remote
from mooring.kustomization.said import reworded
from mooring.manifests import paths
from tests.support.kustomizations import CM, LOCAL, PLACES, REMOTE, URL, lay, plugin
from tests.support.refused_roots import REFUSED


def build(root: Path) -> kustomization.Built:
    repository = next(folder for folder in root.parents if folder.name == "repository")
    return kustomization.build(root, files.Boundary(repository))


def said(root: Path) -> list[tuple[str, str, str]]:
    return [(p.code, p.shown_route, p.message) for p in build(root).problems]


@pytest.mark.parametrize("entry", REMOTE)
def test_a_remote_spelling_is_remote(entry: str) -> None:
    assert is_remote(entry)


@pytest.mark.parametrize("entry", LOCAL)
def test_a_local_path_is_not_remote(entry: str) -> None:
    assert not is_remote(entry)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_remote_reaches_the_builder(root: Path, started: list[list[str]], given: dict[str, str], place: str) -> None:
    """Whatever the field and the spelling, a local file of that name notwithstanding."""
    for number, entry in enumerate(REMOTE):
        here = root / str(number)
        lay(here, *PLACES[place](entry))
        if not entry.startswith(" ") and "://" not in entry:
            lay(here / entry, {"resources": ["cm.yaml"]}, {})
        built = build(here)
        assert [p.code for p in built.problems] == ["not-at-hand"], entry
        assert "mooring does not fetch" in built.problems[0].message
        assert entry not in built.problems[0].message
        assert built.gaps and not any(json.dumps(entry)[1:-1] in text or entry in text for text in given.values())
    assert len(started) == len(REMOTE)


@pytest.mark.parametrize("place", PLACES)
def test_a_local_file_in_each_place_reaches_the_builder(root: Path, started: list[list[str]], place: str) -> None:
    """What the test above refuses is refused for being remote."""
    lay(root, *PLACES[place]("other"))
    for folder in (root, root / "base", root / "c", root / "t"):
        if folder.is_dir():
            inside = folder / "other"
            if place in ("components", "below-a-component"):
                kind = "Component" if place == "components" else "Kustomization"
                inside.mkdir()
                (inside / "kustomization.yaml").write_text(f"kind: {kind}\nnamePrefix: a-\n")
            else:
                inside.write_text(plugin("PrefixTransformer") if "ormers" in place or "ors" in place else CM)
    built = build(root)
    assert [(p.code, p.message) for p in built.problems] == []
    assert len(started) == 1 and started[0][:3] == ["kustomize", "build", "k"]
    assert any(name.rsplit("/", 1)[-1] == "other" or "/other/" in name for name in started[0])


def test_the_builder_is_given_the_closure_and_nothing_else(root: Path, started: list[list[str]]) -> None:
    more = {
        "p.yaml": CM, "a/b.env": "A=b\n", "unused.yaml": CM, "secret.pem": "KEY", ".git/config": "x",
        "../base/kustomization.yml": "resources: [cm.yaml]\n", "../base/cm.yaml": CM, "../base/unused": "x",
    }  # fmt: skip
    generator = [{"name": "x", "envs": ["a/b.env"]}]
    lay(root, {"resources": ["cm.yaml", "../base"], "patches": [{"path": "p.yaml"}], "configMapGenerator": generator}, more)
    assert said(root) == []
    assert started == [
        [
            "kustomize",
            "build",
            "k",
            "base/cm.yaml",
            "base/kustomization.yml",
            "k/a/b.env",
            "k/cm.yaml",
            "k/kustomization.yaml",
            "k/p.yaml",
        ]
    ]


@pytest.mark.parametrize("folder", ["--output=x", "-o", "--enable-helm", "--load-restrictor=LoadRestrictionsNone"])
def test_a_folder_that_looks_like_an_option(root: Path, started: list[list[str]], folder: str) -> None:
    lay(root / folder, {"resources": ["cm.yaml"]}, {})
    kustomization.build(Path("k") / folder, files.Boundary(root.parent))
    assert started[-1][:3] == ["kustomize", "build", f"k/{folder}"]


@pytest.mark.parametrize("case", REFUSED)
def test_what_kustomize_would_refuse_is_refused_before_it_starts(root: Path, started: list[list[str]], case: str) -> None:
    content, more, route, message = REFUSED[case]
    lay(root, content, more)
    assert [(r, m) for _, r, m in said(root)][:1] == [(route, message)]
    assert started == []


LINK_OUT = "this kustomization is a link out of its folder, and Kustomize does not follow it"


@pytest.mark.parametrize(
    ("link", "to", "message"),
    [
        ("cm.yaml", "/proc/self/environ", "this entry is a link out of the repository"),
        ("cm.yaml", "../../outside.yaml", "this entry is a link out of the repository"),
        ("cm.yaml", "../x.yaml", "this entry names a file outside of this folder"),
        ("cm.yaml", "nowhere", "this entry is a link to nothing"),
        ("cm.yaml", "cm.yaml", "this entry is a link that leads back to itself"),
        ("kustomization.yaml", "/proc/self/environ", "`k/kustomization.yaml` is a link out of the repository"),
        ("kustomization.yaml", "../x.yaml", LINK_OUT),
        ("kustomization.yaml", "nowhere", "`k/kustomization.yaml` is a link to nothing"),
    ],
)
def test_links_that_leave(root: Path, started: list[list[str]], link: str, to: str, message: str) -> None:
    lay(root, {"resources": ["cm.yaml"]}, {"../x.yaml": CM, "../../outside.yaml": CM})
    (root / link).unlink()
    (root / link).symlink_to(to)
    assert [m for _, _, m in said(root)] == [message]
    assert started == []


def test_a_pipe_does_not_block(root: Path, started: list[list[str]]) -> None:
    lay(root, {"resources": ["pipe"]}, {})
    os.mkfifo(root / "pipe")
    assert [m for _, _, m in said(root)] == ["this entry is a pipe, a socket or a device, not a regular file"]
    (root / "kustomization.yaml").unlink()
    os.mkfifo(root / "kustomization.yaml")
    assert [m for _, _, m in said(root)] == ["`k/kustomization.yaml` is a pipe, a socket or a device, not a regular file"]


def test_links_inside_are_copied_as_files(root: Path, started: list[list[str]]) -> None:
    lay(
        root,
        {"resources": ["link.yaml", "base"]},
        {"sub/x.yaml": CM, "../shared/base/kustomization.yaml": "resources: [y.yaml]\n", "../shared/base/y.yaml": CM},
    )
    (root / "link.yaml").symlink_to("sub/x.yaml")
    (root / "base").symlink_to("../shared/base")
    assert said(root) == []
    assert started[0][3:] == ["k/kustomization.yaml", "k/link.yaml", "shared/base/kustomization.yaml", "shared/base/y.yaml"]


def test_bases_are_found_whatever_the_case_of_the_field(root: Path) -> None:
    more = {f"{name}/kustomization.yaml": "resources: []\n" for name in ("a", "b", "c", "d")}
    lay(root, {"RESOURCES": ["a", "cm.yaml", URL], "Bases": ["b"], "components": ["c"], "transformers": ["d"]}, more)
    assert kustomization.bases(root, files.Boundary(root.parent)) == {root / name for name in "abcd"}


def test_too_much_is_refused(root: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mooring.kustomization.given._MOST_FILES", 3)
    lay(root, {"resources": [f"{n}.yaml" for n in range(5)]}, {f"{n}.yaml": CM for n in range(5)})
    assert said(root)[0][2] == "this root includes more than 3 files or 100 MB"
    monkeypatch.setattr("mooring.kustomization.given._MOST_FILES", 100)
    monkeypatch.setattr("mooring.kustomization.given._MOST_BYTES", 200)
    assert said(root)[0][2] == "this root includes more than 100 files or 0 MB"
    assert started == []


def test_bases_as_deep_as_anybody_likes(root: Path, started: list[list[str]]) -> None:
    more = {f"../b{n}/kustomization.yaml": f"resources: [../b{n + 1}]\n" for n in range(300)}
    lay(root, {"resources": ["../b0"]}, more)
    assert [m for _, _, m in said(root)] == ["this entry names a base below 100 others"]


def test_bases_that_double_at_each_level_are_read_once(root: Path, started: list[list[str]]) -> None:
    """2^60 ways lead to the last one."""
    more = {f"../b{n}/kustomization.yaml": f"resources: [../b{n + 1}, ../c{n + 1}]\n" for n in range(60)}
    more |= {f"../c{n}/kustomization.yaml": f"resources: [../b{n + 1}, ../c{n + 1}]\n" for n in range(60)}
    more |= {f"../{n}60/kustomization.yaml": "resources: []\n" for n in "bc"}
    lay(root, {"resources": ["../b0", "../c0"]}, more)
    assert said(root) == [] and len(started[0]) == 3 + 1 + 2 * 61


def test_without_a_builder_local_objects_are_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    local = "  annotations: {config.kubernetes.io/local-config: '%s'}\n"
    texts = [f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{local % value}" for name, value in
             (("a", "true"), ("b", "false"), ("c", ""), ("d", "False"))]  # fmt: skip
    lay(root, {"resources": ["x.yaml", "cm.yaml"]}, {"x.yaml": "---\n".join(texts)})
    assert [document.data["metadata"]["name"] for document in build(root).documents] == ["b", "one"]


@pytest.mark.parametrize(
    ("content", "second", "count"),
    [
        ({"resources": ["cm.yaml", "x.yaml"]}, CM, 1),
        ({"resources": ["cm.yaml", "cm.yaml"]}, CM, 1),
        ({"resources": ["cm.yaml", "x.yaml"]}, CM.replace("name: one", "name: one, namespace: other"), 0),
        ({"resources": ["cm.yaml", "x.yaml"]}, CM.replace("name: one", "name: one, namespace: default"), 1),
        (
            {"resources": ["cm.yaml", "x.yaml"], "namespace": "team"},
            CM.replace("name: one", "name: one, namespace: other"),
            1,
        ),
        (
            {"resources": ["x.yaml"]},
            json.dumps({"kind": "List", "items": [{"kind": "A", "metadata": {"name": "a"}}] * 2}),
            1,
        ),
    ],
)
def test_without_a_builder_an_object_stands_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, content: dict[str, Any], second: str, count: int
) -> None:
    monkeypatch.setenv("PATH", "")
    lay(root, content, {"x.yaml": second})
    assert [m for _, _, m in said(root)] == count * ["this root has this object twice, and Kustomize refuses that"]


def test_without_a_builder_broken_files_are_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    lay(root, {"resources": ["x.yaml"]}, {"x.yaml": "a: [\n"})
    assert [code for code, _, _ in said(root)] == ["syntax"]


@pytest.mark.parametrize(
    "failure", [programs.Failed("`kustomize` does not end within 1 s"), OSError(28, "No space left on device")]
)
def test_a_builder_that_fails_is_a_problem(
    root: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def run(*_: Any) -> programs.Finished:
        raise failure

    monkeypatch.setattr(programs, "run", run)
    lay(root, {"resources": ["cm.yaml"]}, {})
    (problem,) = build(root).problems
    assert (problem.code, problem.file) == ("unsupported-kustomization", "k/kustomization.yaml")
    assert problem.message in (
        "cannot build this root: `kustomize` does not end within 1 s",
        "cannot copy this root into a temporary folder: No space left on device",
    )


@pytest.mark.parametrize("text", ["metadata: {}\n", "resources: [cm.yaml]\nlabels: {}\n", "transformers: [t.yaml]\n"])
def test_a_document_as_deep_as_anybody_likes(root: Path, started: list[list[str]], text: str) -> None:
    deep = "[" * 300 + "]" * 300
    lay(root, text.replace("{}", deep), {"t.yaml": plugin("LabelTransformer").replace('"p"', f'"p", "x": {deep}')})
    assert [m for _, _, m in said(root)][:1] == ["values are nested more than 100 deep"]
    assert started == []


def test_a_scratch_folder_takes_no_path_outside(tmp_path: Path) -> None:
    for name in ("../x", "/etc/x", "a/../../x"):
        with pytest.raises(ValueError, match="outside"):
            files.lay_out(tmp_path / name.replace("/", "-"), {name: b""})


def test_a_deep_object_is_searched_for_what_does_not_survive() -> None:
    data: Any = "a\x7fb"
    for _ in range(50_000):
        data = [data]
    assert [(code, len(route)) for code, route, *_ in refusals({"data": data}, None)] == [("syntax", 50_001)]


@pytest.mark.parametrize("text", ["Error: " * 100_000, "with config: `" * 50_000, "fieldPath " * 50_000, "a/" * 200_000])
def test_a_message_of_any_length_is_one_short_line(text: str) -> None:
    closure = kustomization.Closure(files.Boundary(Path("/nowhere")), {f"{n}/a.yaml": b"" for n in range(1000)})
    assert len(reworded(text, closure)) <= 300


@pytest.mark.parametrize("name", ["github.com/org/repo", "gh:org/repo", "https:/host.example/x.git", "a\n{b}"])
def test_a_link_is_rewritten_to_no_address(root: Path, started: list[list[str]], name: str) -> None:
    """Kustomize is given the folder behind a link by its own name, which it must take for a folder: `./` or not at all."""
    lay(root, {"resources": ["base"]}, {f"{name}/kustomization.yaml": "resources: [cm.yaml]\n", f"{name}/cm.yaml": CM})
    (root / "base").symlink_to(name)
    closure = kustomization.gather(root, files.Boundary(root.parent))
    written = closure.files["k/kustomization.yaml"].decode()
    if name in ("github.com/org/repo", "gh:org/repo"):
        assert f"./{name}" in written and closure.problems == []
    else:
        message = "this entry names a link to a folder whose name Kustomize would read as something else"
        assert [problem.message for problem in closure.problems] == [message]


HIDDEN = 'apiVersion: builtin{0}kind: ConfigMapGenerator{0}metadata: {{name: p}}{0}files: ["http:\\x2f\\x2fhost/x"]'


@pytest.mark.parametrize(
    "entry",
    ["!a/b {" + HIDDEN.format(", ") + "}", *("#/" + end + HIDDEN.format(end) for end in ("\r", "\x85", "\u2028", "\u2029"))],
)
def test_a_file_whose_name_is_a_plugin_is_not_taken_for_a_path(root: Path, started: list[list[str]], entry: str) -> None:
    """Kustomize reads an entry as YAML before it looks for a file: the file that has this name would hide the address."""
    lay(root, {"resources": ["cm.yaml"], "generators": [entry]}, {entry: plugin("ConfigMapGenerator", literals=["a=b"])})
    build(root)
    assert started == []


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ({"resources": [".", "cm.yaml"]}, {}),
        ({"resources": ["../b"]}, {"../b/kustomization.yaml": "resources: [../k]\n"}),
        (
            {"resources": ["../b"]},
            {"../b/kustomization.yaml": "bases: [../c]\n", "../c/kustomization.yaml": "bases: [../b]\n"},
        ),
    ],
)
def test_roots_that_go_in_circles_are_not_passed_over(
    root: Path, started: list[list[str]], content: dict[str, Any], more: dict[str, str]
) -> None:
    """Each is taken in by another, so that no one of them is outermost."""
    lay(root, content, more)
    (root.parent / ".git").mkdir()
    messages = [problem.message for problem in paths.read([str(root.parent)]).problems]
    assert messages == ["this entry names a folder that contains this kustomization, or one that includes it"]


def test_no_folder_for_temporary_files_is_a_problem(
    root: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tempfile` has no error number for it: it was a crash."""

    def gettempdir() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", gettempdir)
    lay(root, {"resources": ["cm.yaml"]}, {})
    assert [message.partition(":")[0] for _, _, message in said(root)] == ["cannot copy this root into a temporary folder"]
