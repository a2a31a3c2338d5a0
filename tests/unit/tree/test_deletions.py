"""What a render would delete that somebody has to confirm, and that nothing is written until it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.tree.deletions import _secrets_of, unconfirmed
from tests.support.example import SMALL

CODE = "unconfirmed-deletion"
SECRET = "overlays/default/vision/access/secret-harbor-vision.yaml"
LIST = "imagePullSecrets: [{name: harbor-vision}]"
POD = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: vision}}
spec: {{{LIST}, containers: [{{name: c, image: nginx}}]}}
"""


def service(name: str, image: str = "nginx:1", more: str = "") -> str:
    pod = f"containers: [{{name: c, image: '{image}'}}]{more}"
    return f"- {{name: {name}, namespace: vision, spec: {{predictor: {{{pod}}}}}}}\n"


def fleet(*services: str, robots: int = 0, end: str = "") -> str:
    """A fleet of services in one namespace, and of so many robots that stand there for nobody."""
    head, _, _ = SMALL.partition("services:\n")
    more = "".join(f"- {{name: r{n}, project: p{n}, namespaces: [vision], expires: 2099-01-01}}\n" for n in range(robots))
    return (
        head.replace("namespaces:\n", more + "namespaces:\n") + ("services:\n" + "".join(services) if services else "") + end
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rendered(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((folder / "overlays").rglob("*")) if path.is_file()}


def render(folder: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> tuple[int, dict[str, Any]]:
    (folder / "fleet.yaml").write_text(text)
    code = cli.main(["render", "--format", "json", "--output", "result.json", *options])
    capsys.readouterr()
    return code, json.loads((folder / "result.json").read_text())


def asked(result: dict[str, Any]) -> list[tuple[str, int | None]]:
    return [(problem["file"], problem["line"]) for problem in result["problems"] if problem["code"] == CODE]


FOUR = [service(name) for name in "abcd"]
PULLS = service("a", "harbor.example.com/vision/a:1")
PLACED = service("a", more=f", {LIST}")
# (fleet before, fleet after, where it is asked)
STOPPED: list[Any] = [
    pytest.param(fleet(*FOUR), fleet(*FOUR[:2]), [("overlays/default", None)], id="half of the services"),
    pytest.param(fleet(*FOUR), fleet(), [("overlays/default", None)], id="all services"),
    pytest.param(fleet(FOUR[0], robots=4), fleet(FOUR[0], robots=2), [("overlays/default", None)], id="half of the Secrets"),
    pytest.param(fleet(*FOUR), fleet(*FOUR, end="environments: [{name: prod}]\n"), [("overlays/default", None)],
                 id="environments where there were none"),
    pytest.param(fleet(end="environments: [{name: a}, {name: b}]\n"), fleet(end="environments: [{name: a}]\n"),
                 [("overlays/b", None)], id="an environment less"),
    pytest.param(fleet(PULLS), fleet(PLACED), [("fleet.yaml", 14)], id="a Secret that its own pod still names"),
    pytest.param(fleet(PULLS), fleet(service("a", "harbor.other.example/vision/a:1", f", {LIST}")), [("fleet.yaml", 14)],
                 id="a misspelt host beside a name"),
    pytest.param(
        fleet(PULLS),
        fleet("- {name: a, namespace: vision, kind: ServiceAccount, apiVersion: v1, manifests: sa.yaml}\n"),
        [("sa.yaml", 4)], id="an account of kept manifests",
    ),
    pytest.param(
        fleet(PULLS), fleet("- {name: a, namespace: vision, manifests: job.yaml}\n"), [("job.yaml", 10)],
        id="a volume of kept manifests",
    ),
    pytest.param(fleet(PULLS), fleet(PULLS).replace("external-secrets", "external"), [("fleet.yaml", 14)],
                 id="a robot whose Secret is made elsewhere now"),
]  # fmt: skip
FREE: list[Any] = [
    pytest.param(fleet(*FOUR), fleet(*FOUR[:3]), 1, id="one of four services"),
    pytest.param(fleet(*FOUR[:1]), fleet(), 2, id="the only one"),
    pytest.param(fleet(*(service(f"s{n}") for n in range(8))), fleet(*(service(f"s{n}") for n in range(2, 8))), 2,
                 id="a quarter of eight"),
    pytest.param(fleet(PULLS), fleet(service("a")), 1, id="a Secret that nobody names"),
    pytest.param(fleet(PULLS), fleet(service("a", "harbor.example.com/vision/a:1")).replace("{name: vision, project",
                 "{name: vision, secretName: other, project"), 1, id="a Secret of another name"),
]  # fmt: skip
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner}\nimagePullSecrets: [{name: harbor-vision}]\n"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: build}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: kaniko, image: nginx}]
      volumes:
      - {name: docker, secret: {secretName: harbor-vision}}
"""


@pytest.mark.parametrize(("before", "after", "places"), STOPPED)
def test_nothing_is_deleted_unasked(
    repository: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, places: list[tuple[str, int | None]]
) -> None:
    (repository / "sa.yaml").write_text(ACCOUNT)
    (repository / "job.yaml").write_text(JOB)
    assert render(repository, capsys, before)[0] == 0
    whole = rendered(repository)
    code, result = render(repository, capsys, after)
    assert (code, asked(result)) == (1, places)
    assert rendered(repository) == whole
    assert result["deleted"] == [] and result["would_delete"] != []
    assert all("--allow-delete" in problem["hint"] for problem in result["problems"] if problem["code"] == CODE)
    # The same is a problem for `render --check` and for `check`, beside what would change.
    code, result = render(repository, capsys, after, "--check")
    assert (code, asked(result)) == (1, places) and rendered(repository) == whole
    assert cli.main(["check", "--format", "json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert asked(result) == places and "drift" in {problem["code"] for problem in result["problems"]}
    # Objects are printed for whoever asks: nothing is deleted by that.
    assert cli.main(["render", "--stdout", "-q"]) == 0
    assert CODE not in capsys.readouterr().err
    code, result = render(repository, capsys, after, "--allow-delete")
    assert (code, asked(result), result["would_delete"]) == (0, [], [])
    assert len(result["deleted"]) == result["summary"]["deleted"] > 0
    assert not any((repository / path).exists() for path in result["deleted"])


@pytest.mark.parametrize(("before", "after", "deleted"), FREE)
def test_few_that_nobody_names_are_deleted_and_named(
    repository: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, deleted: int
) -> None:
    assert render(repository, capsys, before)[0] == 0
    whole = rendered(repository)
    code, result = render(repository, capsys, after)
    assert (code, asked(result), len(result["deleted"])) == (0, [], deleted), result
    assert {str(repository / path) for path in result["deleted"]} == set(whole) - set(rendered(repository))


@pytest.mark.parametrize(
    ("path", "text", "is_asked"),
    [
        ("overlays/default/vision/extra.yaml", POD, True),
        ("overlays/default/vision/services/extra.yaml", POD.replace(", namespace: vision", ""), True),
        ("overlays/default/by-hand/pod.yaml", POD, True),
        ("overlays/default/by-hand/pod.yaml", POD.replace("namespace: vision", "namespace: other"), False),
        ("overlays/default/by-hand/pod.yaml", POD.replace(", namespace: vision", ""), True),
        ("overlays/default/vision/extra.yaml", POD.replace("harbor-vision", "harbor-visio"), False),
        ("overlays/default/vision/extra.yaml", POD + "  }\n", True),
        ("overlays/default/vision/extra.yaml", "{}\n---\n" + POD, True),
        ("overlays/default/vision/notes.md", POD, False),
    ],
)
def test_what_is_not_mooring_s_in_the_tree_counts(
    repository: Path, capsys: pytest.CaptureFixture[str], path: str, text: str, is_asked: bool
) -> None:
    assert render(repository, capsys, fleet(PULLS))[0] == 0
    (repository / path).parent.mkdir(exist_ok=True)
    (repository / path).write_text(text)
    code, result = render(repository, capsys, fleet(service("a")))
    assert (code, asked(result)) == ((1, [(path, None)]) if is_asked else (0, []))
    assert (repository / SECRET).exists() == is_asked


def test_a_comment_at_the_line_confirms_it(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(repository, capsys, fleet(PULLS))[0] == 0
    code, result = render(repository, capsys, fleet(PLACED.rstrip() + f"  # mooring: allow {CODE}: the cluster has it\n"))
    assert (code, result["deleted"], result["summary"]["silenced"]) == (0, [SECRET], 1)


def test_a_broken_fleet_is_asked_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a mistake leaves out is not to be deleted: the mistake is the problem."""
    assert render(repository, capsys, fleet(*FOUR))[0] == 0
    code, result = render(repository, capsys, fleet(FOUR[0]).replace("vision, spec", "visoin, spec"))
    assert (code, asked(result), result["would_delete"]) == (1, [], [])


def test_a_selection_is_guarded_too(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(repository, capsys, fleet(*FOUR))[0] == 0
    assert render(repository, capsys, fleet(FOUR[0]), "--namespace", "_cluster")[0] == 0
    code, result = render(repository, capsys, fleet(FOUR[0]), "--env", "default", "--namespace", "vision")
    assert (code, asked(result)) == (1, [("overlays/default", None)])


def test_text_names_what_goes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    end = "environments: [{name: a}, {name: b}]\n"
    assert render(repository, capsys, fleet(PULLS, *FOUR[1:], end=end))[0] == 0
    (repository / "fleet.yaml").write_text(fleet(*FOUR[1:], end="environments: [{name: a}]\n"))
    assert cli.main(["render"]) == 1
    captured = capsys.readouterr()
    assert (
        "environment `b` is no longer in the fleet: this render would delete all of its 12 files (4 services, 1 Secret)"
        in captured.err
    )
    lines = captured.out.splitlines()
    assert lines[:3] == [
        "would delete overlays/a/vision/access/secret-harbor-vision.yaml",
        "would delete overlays/a/vision/services/a.inferenceservice.yaml",
        "would delete overlays/b/ (12 files)",
    ]
    assert lines[3].startswith("nothing written: ")
    assert cli.main(["render", "--allow-delete"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "deleted overlays/b/ (12 files)"


def test_what_cannot_be_read_in_the_tree_stops_no_deletion(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link out of the repository is not followed, and names no Secret that anybody could see."""
    assert render(repository, capsys, fleet(PULLS))[0] == 0
    outside = repository.parent / f"{repository.name}-outside.yaml"
    outside.write_text(POD)
    (repository / "overlays/default/vision/linked.yaml").symlink_to(outside)
    code, result = render(repository, capsys, fleet(service("a")))
    assert (code, asked(result), result["deleted"]) == (0, [], [SECRET])


def test_what_cannot_be_read_in_the_tree_hides_no_file_behind_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(repository, capsys, fleet(PULLS))[0] == 0
    outside = repository.parent / f"{repository.name}-outside.yaml"
    outside.write_text(POD)
    (repository / "overlays/default/vision/a.yaml").symlink_to(outside)
    (repository / "overlays/default/vision/b.yaml").write_text(POD)
    code, result = render(repository, capsys, fleet(service("a")))
    assert (code, asked(result)) == (1, [("overlays/default/vision/b.yaml", None)])


def test_the_secrets_that_a_file_of_the_tree_makes(tmp_path: Path) -> None:
    """A file that has gone meanwhile, or is a link out of the repository, makes none that anybody could see."""
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n" + POD
    (tmp_path / "repository").mkdir()
    for name in ("repository/a.yaml", "repository/a.txt", "repository/kustomization.yaml", "outside.yaml"):
        (tmp_path / name).write_text(text)
    (tmp_path / "repository/link.yaml").symlink_to(tmp_path / "outside.yaml")
    made = {
        name: [*_secrets_of(tmp_path / "repository", name)]
        for name in ("a.yaml", "a.txt", "deep/kustomization.yaml", "gone.yaml", "link.yaml")
    }
    assert made == {"a.yaml": ["a"], "a.txt": [], "deep/kustomization.yaml": [], "gone.yaml": [], "link.yaml": []}


@pytest.mark.parametrize(("paths", "counted"), [
    (["_cluster/kustomization.yaml"], "1 file"),
    (["_cluster/kustomization.yaml", "kustomization.yaml"], "2 files"),
    (["vision/services/a.yaml"], "1 file (1 service)"),
    (["vision/services/a.yaml", "vision/services/b.yaml", "vision/access/secret-x.yaml"], "3 files (2 services, 1 Secret)"),
    (["vision/access/secret-x.yaml", "vision/access/secret-y.yaml"], "2 files (2 Secrets)"),
])  # fmt: skip
def test_what_goes_with_an_environment_is_counted(paths: list[str], counted: str, tmp_path: Path) -> None:
    [problem] = unconfirmed(tmp_path, [f"overlays/gone/{path}" for path in paths], (), {}, {})
    assert problem.message == (
        f"environment `gone` is no longer in the fleet: this render would delete all of its {counted}"
    )


def test_each_file_in_the_tree_is_asked(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first by name says nothing of the Secret, the second names it."""
    assert render(repository, capsys, fleet(PULLS))[0] == 0
    (repository / "overlays/default/vision/a.yaml").write_text(POD.replace("harbor-vision", "other"))
    (repository / "overlays/default/vision/b.yaml").write_text(POD)
    code, result = render(repository, capsys, fleet(service("a")))
    assert (code, asked(result)) == (1, [("overlays/default/vision/b.yaml", None)])
