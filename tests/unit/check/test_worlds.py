"""Each Kustomize root is a cluster of its own: what stands in one never serves another."""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.support.example import SMALL, copy

Captured = pytest.CaptureFixture[str]
Files = dict[str, str]
HOST = "harbor.example.com"


pytestmark = pytest.mark.usefixtures("here")


def lay(folder: Path, files: Files) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def pod(name: str, secret: str = "regcred", image: str = f"{HOST}/vision/a:1", namespace: str = "vision") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n"
        f"  imagePullSecrets:\n  - name: {secret}\n  containers:\n  - {{name: a, image: '{image}'}}\n"
    )


def secret(name: str = "regcred", host: str = HOST, namespace: str = "vision", login: str = "user") -> str:
    auth = base64.b64encode(f"{login}:password".encode()).decode()
    config = json.dumps({"auths": {host: {"auth": auth}}})
    data = base64.b64encode(config.encode()).decode()
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"type: kubernetes.io/dockerconfigjson\ndata: {{.dockerconfigjson: {data}}}\n"
    )


def root(*resources: str, **more: Any) -> str:
    return json.dumps({"resources": list(resources), **more}) + "\n"


def check(capsys: Captured, *arguments: str) -> dict[str, Any]:
    cli.main(["check", *arguments, "--pulls", "--format", "json", "--as-of", "2026-11-25"])
    captured = capsys.readouterr()
    assert captured.err == ""
    result: dict[str, Any] = json.loads(captured.out)
    return result


def said(result: dict[str, Any]) -> list[tuple[str, str | None, int | None, list[str]]]:
    found = (problem for problem in result["problems"] if problem["code"] != "plaintext-credential")
    return [(p["code"], p["file"], p["line"], p["roots"]) for p in found]


def verdicts(result: dict[str, Any]) -> dict[tuple[str | None, str], str]:
    return {(pull["root"], pull["object"]["name"]): pull["verdict"] for pull in result["pulls"]}


BASE = {"base/kustomization.yaml": root("pod.yaml"), "base/pod.yaml": pod("a")}
TWO = {
    **BASE,
    "envs/dev/kustomization.yaml": root("../../base", "secret.yaml"),
    "envs/dev/secret.yaml": secret(),
    "envs/prod/kustomization.yaml": root("../../base"),
}  # fmt: skip
MISSING = "secret-not-in-namespace"
PROD = [(MISSING, "base/pod.yaml", 6, ["envs/prod"])]


# Files, the paths that are given, and what is said: code, file, line and roots.
CASES: dict[str, tuple[Files, list[str], list[tuple[str, str | None, int | None, list[str]]]]] = {
    "a Secret of dev alone": (TWO, ["envs"], PROD),
    "the roots one by one, and their base": (TWO, ["envs/prod", "base", "envs/dev"], PROD),
    "from above": (TWO, ["."], PROD),
    "twice": (TWO, [".", "envs/prod", "envs"], PROD),
    "a file that a root takes in, named as well": (TWO, ["envs", "base/pod.yaml", "envs/dev/secret.yaml"], PROD),
    "the root that has it, alone": (TWO, ["envs/dev"], []),
    "a base that nothing given takes in": (TWO, ["base"], []),
    "one fault through three roots": (
        {
            **TWO,
            "envs/test/kustomization.yaml": root("../../base"),
            "envs/stage/kustomization.yaml": root("../../base"),
        },
        ["envs"],
        [(MISSING, "base/pod.yaml", 6, ["envs/prod", "envs/stage", "envs/test"])],
    ),
    "a root that takes in another one given": (
        {**TWO, "envs/prod/kustomization.yaml": root("../dev")},
        ["envs"],
        [],
    ),
    "a root below another, which does not take it in": (
        {**TWO, "envs/kustomization.yaml": root("dev")},
        ["envs"],
        PROD,
    ),
    "a base that is taken in twice": (
        {
            "base/kustomization.yaml": root("pod.yaml"), "base/pod.yaml": pod("a"),
            "one/kustomization.yaml": root("../base", namePrefix="x-"),
            "two/kustomization.yaml": root("../base", namePrefix="y-"),
            "all/kustomization.yaml": root("../one", "../two", "secret.yaml"), "all/secret.yaml": secret(),
        },
        ["."],
        [],
    ),
    "a component that brings the Secret": (
        {
            **TWO,
            "parts/pull/kustomization.yaml": root("secret.yaml", kind="Component"), "parts/pull/secret.yaml": secret(),
            "envs/dev/kustomization.yaml": root("../../base", components=["../../parts/pull"]),
        },
        ["."],
        PROD,
    ),
    "each root with an object of its own of one name": (
        {
            "dev/kustomization.yaml": root("pod.yaml", "secret.yaml"), "dev/pod.yaml": pod("a"), "dev/secret.yaml": secret(),
            "prod/kustomization.yaml": root("pod.yaml"), "prod/pod.yaml": "# of prod\n" + pod("a"),
        },
        ["."],
        [(MISSING, "prod/pod.yaml", 7, ["prod"])],
    ),
    "loose files beside a root, which has the Secret": (
        {**TWO, "jobs/pod.yaml": pod("job")},
        ["envs/dev", "jobs"],
        [(MISSING, "jobs/pod.yaml", 6, [])],
    ),
    "a loose Secret does not serve a root": (
        {**TWO, "extra.yaml": secret()},
        ["envs/prod", "extra.yaml"],
        PROD,
    ),
    "loose files together": (
        {"one/pod.yaml": pod("a"), "two/secret.yaml": secret()},
        ["one", "two/secret.yaml"],
        [],
    ),
    "the same Secret for another host": (
        {**TWO, "envs/prod/kustomization.yaml": root("../../base", "secret.yaml"),
         "envs/prod/secret.yaml": secret(host=f"{HOST}:8443")},
        ["envs"],
        [("auth-host-mismatch", "base/pod.yaml", 8, ["envs/prod"])],
    ),
    "texts that differ are two problems": (
        {
            **BASE,
            "one/kustomization.yaml": root("../base", "secret.yaml"), "one/secret.yaml": secret(namespace="red"),
            "two/kustomization.yaml": root("../base", "secret.yaml"), "two/secret.yaml": secret(namespace="blue"),
        },
        ["."],
        [(MISSING, "base/pod.yaml", 6, ["two"]), (MISSING, "base/pod.yaml", 6, ["one"])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_several_clusters(case: str, here: Path, capsys: Captured) -> None:
    files, paths, expected = CASES[case]
    lay(here, files)
    assert sorted(said(check(capsys, *paths))) == sorted(expected)


def test_a_missing_secret_names_the_cluster_that_has_it(here: Path, capsys: Captured) -> None:
    lay(here, TWO)
    result = check(capsys, ".")
    assert verdicts(result) == {("envs/dev", "a"): "ok", ("envs/prod", "a"): MISSING}
    (problem,) = (problem for problem in result["problems"] if problem["code"] == MISSING)
    assert problem["message"] == (
        "Secret `regcred` does not stand in namespace `vision`: it stands in root `envs/dev`, another cluster"
    )
    assert (problem["root"], problem["environment"], problem["object"]["name"]) == ("envs/prod", None, "a")
    cli.main(["check", "."])
    assert "another cluster (root envs/prod)\n" in capsys.readouterr().out


def test_a_file_that_a_root_takes_in_is_judged_there_alone(here: Path, capsys: Captured) -> None:
    """A hook names the files that were changed beside the folders that it always checks."""
    lay(here, TWO)
    result = check(capsys, "envs", "base/pod.yaml", "base")
    assert verdicts(result) == {("envs/dev", "a"): "ok", ("envs/prod", "a"): MISSING}
    assert result["summary"]["documents"] == 3


def test_a_service_is_explained_for_each_root(here: Path, capsys: Captured) -> None:
    lay(here, TWO)
    assert cli.main(["explain", "vision/a", ".", "--format", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [(entry["root"], [pull["verdict"] for pull in entry["pulls"]]) for entry in entries] == [
        ("envs/dev", ["ok"]),
        ("envs/prod", [MISSING]),
    ]
    assert cli.main(["explain", "vision/a", "."]) == 0
    said = capsys.readouterr().out
    assert "Pod vision/a, built from envs/dev\n" in said and "Pod vision/a, built from envs/prod\n" in said


def kept(result: dict[str, Any]) -> list[tuple[str, str | None, list[str]]]:
    """What is said of the pulls, notes left out."""
    return [(p["code"], p["file"], p["environments"]) for p in result["problems"] if p["severity"] != "note"]


FOLDERS = {
    "its overlays": ("", ["overlays"]),
    "the repository": ("", ["."]),
    "inside one of them": ("overlays/prod", ["."]),
    "inside one, another": ("overlays/prod", ["../dev"]),
    "inside its overlays": ("overlays", [".", "dev"]),
    "a namespace's folders": ("overlays/prod", ["vision/access", "vision/services", "_cluster"]),
}


@pytest.mark.parametrize("fleet", ["beside", "named", "absent"])
@pytest.mark.parametrize("place", FOLDERS)
def test_the_rendered_tree_is_clean_from_any_folder(
    place: str, fleet: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    copy(here, rendered=True)
    folder, paths = FOLDERS[place]
    more = ["--fleet", str(here / "fleet.yaml")] if fleet == "named" else []
    if fleet == "absent":
        (here / "fleet.yaml").unlink()
        (here / ".git").mkdir()
    monkeypatch.chdir(here / folder)
    result = check(capsys, *paths, *more)
    assert kept(result) == []
    assert result["pulls"]


def test_a_secret_of_one_environment_serves_no_other(here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    access = here / "overlays/prod/vision/access"
    (access / "secret-harbor-credential.yaml").unlink()
    text = (access / "kustomization.yaml").read_text()
    (access / "kustomization.yaml").write_text(text.replace("- secret-harbor-credential.yaml\n", ""))
    for paths in (["overlays"], ["."], ["overlays/prod"], ["overlays/prod", "overlays/dev"]):
        found = kept(check(capsys, *paths))
        assert {(code, environments[0]) for code, _, environments in found} == {(MISSING, "prod")}, paths
        assert all(str(file).startswith("overlays/prod/vision/") for _, file, _ in found)
    (here / "fleet.yaml").unlink()
    result = check(capsys, "overlays")
    assert {(p["code"], p["root"]) for p in result["problems"] if p["severity"] == "error"} == {(MISSING, "overlays/prod")}


IN_NO_FLEET = {
    "the pod alone": ({"pod.yaml": pod("a", "harbor-vision")}, {}),
    "beside a Secret of another name": ({"pod.yaml": pod("a", "harbor-vision"), "more.yaml": secret("more")}, {}),
    "beside a Secret of the same name": (
        {"pod.yaml": pod("a", "harbor-vision"), "more.yaml": secret("harbor-vision", login="robot$vision+vision")}, {},
    ),
    "a Secret of its own": ({"pod.yaml": pod("a", "more"), "more.yaml": secret("more")}, {}),
    "in a root": (
        {"k/kustomization.yaml": root("pod.yaml", "more.yaml"), "k/pod.yaml": pod("a", "harbor-vision"),
         "k/more.yaml": secret("more")},
        {},
    ),
    "two roots, one with a Secret of its own": (
        {"k/kustomization.yaml": root("pod.yaml", "more.yaml"), "k/pod.yaml": pod("a", "more"),
         "k/more.yaml": secret("more"), "l/kustomization.yaml": root("pod.yaml"), "l/pod.yaml": pod("a", "more")},
        {"l": MISSING},
    ),
    "a Secret of a loose file does not serve a root": (
        {"l/kustomization.yaml": root("pod.yaml"), "l/pod.yaml": pod("a", "more"), "more.yaml": secret("more")},
        {"l": MISSING},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_NO_FLEET)
def test_manifests_beside_a_fleet(case: str, here: Path, capsys: Captured) -> None:
    """Its Secrets stand in each cluster, beside those of the files."""
    files, broken = IN_NO_FLEET[case]
    lay(here, {"fleet.yaml": SMALL, **files})
    result = check(capsys, ".")
    found = {pull["root"]: pull["verdict"] for pull in result["pulls"]}
    assert found == {place: broken.get(place, "ok") for place in found}
    assert all("stands in `vision`" not in problem["message"] for problem in result["problems"])


def test_a_secret_that_is_made_outside_of_git_is_no_file_of_the_tree(here: Path, capsys: Captured) -> None:
    external = SMALL.replace("secret: {key: harbor/vision}}", "backend: external}") + (
        "- {name: other, namespace: vision, robots: [other], kind: Deployment, spec: {selector: {matchLabels: {a: b}},\n"
        "   template: {metadata: {labels: {a: b}}, spec: {containers: [\n"
        "   {name: a, image: 'harbor.example.com/other/a:1'}]}}}}\n"
    )
    external = external.replace(
        "namespaces:\n", "- {name: other, project: other, expires: never, secret: {key: b}}\nnamespaces:\n"
    )
    lay(here, {"fleet.yaml": external})
    assert cli.main(["render"]) == 0
    capsys.readouterr()
    assert kept(check(capsys, "overlays")) == []
    access = here / "overlays/default/vision/access"
    (access / "secret-other.yaml").unlink(missing_ok=True)
    (access / "secret-harbor-other.yaml").unlink(missing_ok=True)
    text = re.sub(r"- secret-.*\n", "", (access / "kustomization.yaml").read_text())
    (access / "kustomization.yaml").write_text(text)
    assert [code for code, *_ in kept(check(capsys, "overlays"))] == [MISSING], "the other one's file was deleted"


def test_many_roots_take_time_as_their_number(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are counted, not seconds: of each step as many as there are roots."""
    files = dict(TWO)
    for number in range(60):
        files |= {
            f"many/{number}/kustomization.yaml": root("../../base", "secret.yaml"),
            f"many/{number}/secret.yaml": secret(),
        }
    lay(here, files)
    monkeypatch.setenv("PATH", str(here / "none"))
    counts = {}
    for paths in (["envs", *(f"many/{n}" for n in range(20))], ["envs", *(f"many/{n}" for n in range(60))]):
        calls = 0

        def count(frame: Any, event: str, _: Any) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            result = check(capsys, *paths)
        finally:
            sys.setprofile(None)
        assert said(result) == PROD
        counts[len(paths)] = calls
    assert counts[61] < 3.2 * counts[21]
