"""`check PATH…`: the decision table through files, one broken link at a time, and whatever a repository may hold."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.fleet.model import Namespace
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import plan_namespace
from mooring.plan.planned import Planned
from mooring.tree import run, unit
from tests.support.decisions import GOOD, OTHER, TABLE, Decision, made
from tests.support.example import copy
from tests.support.pull_world import NAMESPACE, SAMPLES, secret

SAMPLE = SAMPLES[0]
Captured = pytest.CaptureFixture[str]
Object = dict[str, Any]


def check(capsys: Captured, *arguments: str) -> tuple[int, Object]:
    code = cli.main(["check", *arguments, "--pulls", "--format", "json", "--as-of", "2026-11-25"])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, json.loads(captured.out)


pytestmark = pytest.mark.usefixtures("here")


def surroundings(decision: Decision) -> list[Object]:
    """The Secrets, grants and account that the row means."""
    grants = {SAMPLE.names[GOOD]: f"{SAMPLE.host}/{SAMPLE.project}", SAMPLE.names[OTHER]: f"{SAMPLE.host}/other"}
    metadata = {"namespace": NAMESPACE}
    return [
        *(secret(SAMPLE.names[symbol], SAMPLE.host) for symbol in (GOOD, OTHER)),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mooring-pull-grants", **metadata}, "data": grants},
        {
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", **metadata},
            "imagePullSecrets": [{"name": SAMPLE.names[name]} for name in decision.account],
        },
    ]  # fmt: skip


@pytest.mark.parametrize("decision", TABLE, ids=lambda decision: f"{decision.kind}-{decision.name}")
def test_the_decision_table_through_a_file(decision: Decision, here: Path, capsys: Captured) -> None:
    data, runtime = made(decision, SAMPLE, NAMESPACE)
    items = [*surroundings(decision), *([runtime] if runtime else [])]
    (here / "around.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    (here / "object.json").write_text(json.dumps(data, indent=1))
    _, result = check(capsys, "object.json", "around.json")
    image = SAMPLE.images[decision.image]
    found = [pull for pull in result["pulls"] if pull["image"] == image and pull["object"]["kind"] == data["kind"]]
    if decision.verdict == "public":
        assert found[0]["verdict"] == "secret-not-referenced", "without a fleet nobody says that a project is public"
        return
    assert [pull["verdict"] for pull in found] == [decision.verdict]
    mine = [problem for problem in result["problems"] if problem["file"] == "object.json" and problem["severity"] != "note"]
    said = [problem for problem in mine if problem["code"] != "invalid-service"]
    assert {problem["code"] for problem in said} == (
        {decision.verdict} if decision.verdict not in ("ok", "not-harbor") else set()
    )
    if decision.verdict not in ("ok", "not-harbor") and decision.kind != "runtime":
        line = (here / "object.json").read_text().split("\n")[said[0]["line"] - 1]
        assert (image if decision.place == "image" else "{") in line


Break = Callable[[Path, random.Random], tuple[str, dict[str, str]]]
"""Breaks one link of the rendered example; gives the code that is to be said, and by file what the line matches."""
SERVICE = "overlays/prod/vision/services/torch-grpc-transformer.inferenceservice.yaml"
LEGACY = "overlays/prod/vision/services/legacy/deployment.yaml"  # pulls with the same Secret
IRIS = "overlays/prod/vision/services/iris.inferenceservice.yaml"
RUNTIME = "overlays/prod/vision/services/sklearn-mirrored.servingruntime.yaml"
ACCESS = "overlays/prod/vision/access/"
SECRET = f"{ACCESS}secret-harbor-credential.yaml"
# A patch puts the reference before the one that stands in the file: its list is the place.
REFERENCES = {SERVICE: "- name: harbor-credential", LEGACY: "- name: other-registry"}


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text, f"{path} does not hold `{old}`"
    (root / path).write_text(text.replace(old, new, 1))


def drop_the_secret(root: Path, _: random.Random) -> tuple[str, dict[str, str]]:
    (root / SECRET).unlink()
    edit(root, f"{ACCESS}kustomization.yaml", "- secret-harbor-credential.yaml\n", "")
    return "secret-not-in-namespace", REFERENCES


def move_the_secret(root: Path, chance: random.Random) -> tuple[str, dict[str, str]]:
    elsewhere = chance.choice(["team-language", "default", "nobody-s"])
    edit(root, SECRET, "  namespace: vision", f"  namespace: {elsewhere}")
    return "secret-not-in-namespace", REFERENCES


def rename_the_secret(root: Path, chance: random.Random) -> tuple[str, dict[str, str]]:
    text = (root / SECRET).read_text()
    (root / SECRET).write_text(text.replace("name: harbor-credential", f"name: renamed-{chance.randrange(100)}"))
    return "secret-not-in-namespace", REFERENCES


def rename_the_reference(root: Path, chance: random.Random) -> tuple[str, dict[str, str]]:
    other = f"- name: other-{chance.randrange(100)}"
    edit(root, SERVICE, "- name: harbor-credential", other)
    return "secret-not-in-namespace", {SERVICE: other}


def another_port(root: Path, chance: random.Random) -> tuple[str, dict[str, str]]:
    host = "harbor.prod.example.com/onecloud-sol"
    other = host.replace("/", f":{chance.randrange(1000, 9999)}/", 1)
    edit(root, SERVICE, host, other)
    return "auth-host-mismatch", {SERVICE: f"image: {other}"}


def shrink_the_grant(root: Path, _: random.Random) -> tuple[str, dict[str, str]]:
    edit(root, f"{ACCESS}pull-grants.yaml", "/onecloud-sol", "/another")
    # A grant can be right, and the image another project's: the image's line is where one looks.
    return "robot-lacks-project", dict.fromkeys((SERVICE, LEGACY), "/onecloud-sol/")


def expire_the_robot(root: Path, chance: random.Random) -> tuple[str, dict[str, str]]:
    day = chance.choice(["2020-01-01", "2026-11-24", "2026-11-25"])  # invalid from that day on, 00:00 UTC
    edit(root, "fleet.yaml", "expires: 2027-02-01", f"expires: {day}")
    return "robot-expired", {"fleet.yaml": f"expires: {day}"}


def one_level_up(root: Path, _: random.Random) -> tuple[str, dict[str, str]]:
    text = (root / SERVICE).read_text()
    block = re.search(r"    imagePullSecrets:\n(?:    - .*\n)+", text[text.index("  transformer:") :])
    assert block is not None
    moved = text.replace(block[0], "").replace("spec:\n", "spec:\n" + block[0].replace("    ", "  "), 1)
    (root / SERVICE).write_text(moved)
    return "secret-misplaced", {SERVICE: "  imagePullSecrets:"}


def shadow_the_account(root: Path, _: random.Random) -> tuple[str, dict[str, str]]:
    edit(root, RUNTIME, "spec:\n", "spec:\n  imagePullSecrets:\n  - name: harbor-credential\n")
    return "secret-shadowed", {IRIS: "runtime: sklearn-mirrored|storageUri:"}  # its server, and what fetches its model


def account_brings_the_secret(root: Path) -> None:
    """The service and its runtime name no Secret, the account does: clean as well."""
    for path in (IRIS, RUNTIME):
        text = (root / path).read_text()
        (root / path).write_text(re.sub(r" +imagePullSecrets:\n +- .*\n", "", text))
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "vision"}}
    (root / f"{ACCESS}account.json").write_text(json.dumps({**account, "imagePullSecrets": [{"name": "harbor-mirror"}]}))
    edit(root, f"{ACCESS}kustomization.yaml", "resources:\n", "resources:\n- account.json\n")


BREAKS: tuple[Break, ...] = (
    drop_the_secret, move_the_secret, rename_the_secret, rename_the_reference, another_port, shrink_the_grant,
    expire_the_robot, one_level_up, shadow_the_account,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
def test_just_the_broken_link_is_reported(broken: Break, seed: int, here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    if broken is shadow_the_account:
        account_brings_the_secret(here)
    folder = "overlays/prod/vision/access"
    paths = [folder, "overlays/prod/vision/services", "overlays/prod/_cluster"]
    assert check(capsys, *paths)[1]["summary"]["problems"] == 0
    code, places = broken(here, random.Random(seed))
    status, result = check(capsys, *paths)
    said = [problem for problem in result["problems"] if problem["severity"] == "error"]
    assert {(problem["code"], problem["file"]) for problem in said} == {(code, place) for place in places}
    lines = [(here / problem["file"]).read_text().split("\n")[problem["line"] - 1] for problem in said]
    assert status == 1 and all(re.search(places[problem["file"]], line) for problem, line in zip(said, lines, strict=True))


def test_only_the_objects_namespaces_are_planned(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fleet may have thousands; the others are looked at where a Secret is missed."""
    copy(here, rendered=False)
    planned: list[str] = []

    def plan(resolved: ResolvedEnvironment, namespace: Namespace) -> Planned:
        planned.append(f"{resolved.name}/{namespace.name}")
        return plan_namespace(resolved, namespace)

    monkeypatch.setattr("mooring.plan.namespace.plan_namespace", plan)
    metadata = {"name": "a", "namespace": "vision"}
    image = "harbor.prod.example.com/onecloud-sol/a:1"  # of no private registry elsewhere
    for reference, namespaces in (("harbor-credential", 3), ("harbor-language-models", 5), ("harbor-credentials", 5)):
        planned.clear()
        spec = {"imagePullSecrets": [{"name": reference}], "containers": [{"name": "a", "image": image}]}
        (here / "pod.json").write_text(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}))
        _, result = check(capsys, "pod.json")
        said = [problem["message"] for problem in result["problems"] if problem["environment"] == "prod"]
        assert len(planned) == len(set(planned)) == namespaces, planned
        elsewhere = ": it stands in `team-language`" if reference == "harbor-language-models" else ""
        missing = f"Secret `{reference}` does not stand in namespace `vision`{elsewhere}"
        assert said == ([] if reference == "harbor-credential" else [missing])


@pytest.mark.parametrize(("host", "verdict"), [("ghcr.io", "not-harbor"), ("harbor.example.com", "secret-not-referenced")])
def test_a_login_at_a_public_registry_makes_no_image_private(host: str, verdict: str, here: Path, capsys: Captured) -> None:
    target = {"template": {"type": "kubernetes.io/dockerconfigjson", "data": {
        ".dockerconfigjson": json.dumps({"auths": {host: {"auth": "{{ .auth }}"}}})}}}  # fmt: skip
    metadata = {"name": "a", "namespace": NAMESPACE}
    external = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": metadata,
        "spec": {"target": target, "data": [{"secretKey": "auth", "remoteRef": {"key": "harbor"}}]},
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
           "spec": {"containers": [{"name": "a", "image": f"{host}/team/a:1"}]}}  # fmt: skip
    (here / "external.json").write_text(json.dumps(external))
    (here / "pod.json").write_text(json.dumps(pod))
    assert [pull["verdict"] for pull in check(capsys, "pod.json", "external.json")[1]["pulls"]] == [verdict]


BAD: dict[str, bytes] = {
    "no-kind.yaml": b"apiVersion: v1\nmetadata: {name: a}\n",
    "no-metadata.yaml": b"apiVersion: v1\nkind: Pod\nspec: {}\n",
    "null-lists.yaml": b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: null, imagePullSecrets: null}\n",
    "list-for-map.yaml": b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: [1, 2]\n",
    "metadata-list.yaml": b"apiVersion: v1\nkind: Pod\nmetadata: [a]\n",
    "annotations-list.yaml":
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: [a]}\nspec: {containers: [1, null]}\n",
    "cyclic.yaml": b"a: &a [*a]\n",
    "binary.yaml": bytes(range(256)),
    "utf-16.yaml": "a: b".encode("utf-16"),
    "image-is-no-reference.yaml":
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: a, image: 'A b:://'}]}\n",
    "auth-is-no-base64.yaml":
        b"apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ntype: kubernetes.io/dockerconfigjson\n"
        b"data: {.dockerconfigjson: '***'}\n",
    "config-is-no-json.yaml":
        b"apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ntype: kubernetes.io/dockerconfigjson\n"
        b"stringData: {.dockerconfigjson: 'hunter2'}\n",
    "data-is-a-list.yaml":
        b"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerconfigjson\ndata: [1]\n",
    "numbers.yaml": b"apiVersion: 1\nkind: 2\nmetadata: {name: 3}\n",
    "scalar.yaml": b"just text\n",
    "deep.json": b"[" * 5000,
    "empty.yaml": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_problem_with_a_place_or_skipped(name: str, here: Path, capsys: Captured) -> None:
    (here / name).write_bytes(BAD[name])
    (here / "good.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: good, namespace: b}\nspec: {containers: [{name: a, image: nginx}]}\n"
    )
    for paths in ([name, "good.yaml"], ["."]):
        status, result = check(capsys, *paths, "--registry", "harbor.example.com")
        mine = [problem for problem in result["problems"] if problem["file"] == name]
        assert status in (0, 1)
        assert "hunter2" not in json.dumps(result)
        good = [pull for pull in result["pulls"] if pull["object"]["name"] == "good"]
        assert len(good) == 1, "one bad file hides the next"
        if not mine:
            clean = {"null-lists.yaml", "image-is-no-reference.yaml", "empty.yaml"}
            assert result["summary"]["skipped"] == 1 or name in clean


def test_links_that_lead_nowhere_and_large_files(here: Path, capsys: Captured) -> None:
    (here / "nowhere.yaml").symlink_to("missing")
    with (here / "large.yaml").open("wb") as file:
        file.truncate(50_000_000)
    status, result = check(capsys, ".")
    assert status == 1
    assert {(problem["code"], problem["file"]) for problem in result["problems"]} == {
        ("bad-path", "nowhere.yaml"), ("bad-path", "large.yaml")
    }  # fmt: skip


@pytest.mark.parametrize("path", ["nowhere.yaml", "missing.yaml", "below/missing"])
def test_a_path_that_does_not_exist_is_wrong_usage(path: str, here: Path, capsys: Captured) -> None:
    (here / "nowhere.yaml").symlink_to("missing")
    status, result = check(capsys, path)
    assert (status, [(p["code"], p["file"]) for p in result["problems"]]) == (2, [("bad-path", path)])
    assert cli.main(["explain", "a", path]) == 2
    what = "is a link to nothing" if path == "nowhere.yaml" else "does not exist"
    assert f"`{path}` {what}" in capsys.readouterr().err


def test_a_file_below_a_directory_that_may_not_be_read(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "below").mkdir()
    (here / "below/closed.yaml").write_text("a: b\n")
    opening = os.open

    def refusing(path: str, *arguments: Any, **more: Any) -> int:
        if str(path).endswith("closed.yaml"):
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refusing)
    status, result = check(capsys, "below")
    assert (status, [(p["code"], p["file"]) for p in result["problems"]]) == (1, [("bad-path", "below/closed.yaml")])


def test_a_directory_that_may_not_be_read(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "closed").mkdir()
    scan = os.scandir

    def refusing(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root, as which tests may run, reads everything
    status, result = check(capsys, ".")
    assert (status, [problem["file"] for problem in result["problems"]]) == (1, ["closed"])


def test_a_chart_s_templates_and_a_suite_s_objects_are_skipped(here: Path, capsys: Captured) -> None:
    (here / "chart/templates").mkdir(parents=True)
    (here / "chart/Chart.yaml").write_text("name: a\n")
    (here / "chart/templates/pod.yaml").write_text("{{ if }}\n")
    (here / "suite").mkdir()
    (here / "suite/kyverno-test.yaml").write_text("a: b\n")
    (here / "suite/resources.yaml").write_text("kind: [\n")
    status, result = check(capsys, ".")
    assert (status, result["problems"], result["summary"]["skipped"]) == (0, [], 4)


def test_explain_a_service_of_manifests(here: Path, capsys: Captured) -> None:
    data, _ = made(TABLE[0], SAMPLE, NAMESPACE)
    (here / "pod.json").write_text(json.dumps(data))
    name = data["metadata"]["name"]
    assert cli.main(["explain", f"{NAMESPACE}/{name}", "pod.json", "--registry", SAMPLE.host]) == 0
    assert SAMPLE.names[GOOD] in capsys.readouterr().out
    assert cli.main(["explain", "nobody", "pod.json"]) == 2


@pytest.mark.parametrize("command", [["check"], ["explain", "iris"]], ids=["check", "explain"])
@pytest.mark.parametrize(("old", "new"), [("kind: Fleet", "kind: ["), ("  project: onecloud-sol", "  projekt: a")])
def test_nothing_is_judged_by_a_broken_fleet(command: list[str], old: str, new: str, here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    edit(here, "fleet.yaml", old, new)
    assert cli.main([*command, "overlays/prod/vision"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "mooring: `fleet.yaml` has problems" in said.err
    assert re.search(r"^fleet\.yaml:\d+:\d+: error\[", said.err), "which problems"


def test_a_problem_that_the_fleet_allows_breaks_nothing(here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    edit(here, "fleet.yaml", "expires: 2027-06-01", "expires: soon # mooring: allow bad-date: it is new")
    assert cli.main(["explain", "iris", "overlays/prod/vision", "--env", "prod"]) == 0


@pytest.mark.parametrize("fleet", ["there", "absent.yaml", "."])
def test_explain_in_manifests_takes_the_environments_of_the_fleet(
    fleet: str, here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(here, rendered=True)
    if fleet != "there":
        monkeypatch.setenv("MOORING_FLEET", fleet)
        assert cli.main(["explain", "iris", "overlays"]) == 2
        assert ("`absent.yaml` does not exist" if "absent" in fleet else "is a folder") in capsys.readouterr().err
        return
    assert cli.main(["explain", "iris", "overlays", "--env", "nope"]) == 2
    assert "no environment is named `nope`\n        hint: there are `dev`" in capsys.readouterr().err
    assert cli.main(["explain", "iris", "overlays", "--env", "prod", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["environment"] == "prod", "a tree of another environment is not its own"
    (here / "fleet.yaml").unlink()
    assert cli.main(["explain", "iris", "overlays", "--env", "prod"]) == 2
    assert "there is no fleet" in capsys.readouterr().err


SOON = ("robot-expires-soon", "fleet.yaml", 100)


@pytest.mark.parametrize(
    ("paths", "more", "status", "found"),
    [
        (["overlays/prod"], ["--as-of", "2027-01-15"], 0, {(*SOON, "warning")}),
        (["overlays/prod"], ["--as-of", "2027-01-15", "--strict"], 1, {(*SOON, "warning")}),
        (["overlays/prod"], ["--as-of", "2027-01-15", "--fail-within", "17d"], 1, {(*SOON, "error")}),
        (["overlays/prod"], ["--as-of", "2027-01-15", "--fail-within", "16d"], 0, set()),
        # prod's day is not dev's, and who pulls by another robot is not told of this one.
        (["overlays/dev"], ["--as-of", "2027-01-15", "--fail-within", "17d"], 0, set()),
        (["overlays/prod/vision/services/iris.inferenceservice.yaml"], ["--as-of", "2027-01-15"], 0, set()),
    ],
)
def test_robots_of_the_fleet_that_serve_the_manifests_expire_soon(
    paths: list[str], more: list[str], status: int, found: set[Any], here: Path, capsys: Captured
) -> None:
    copy(here, rendered=True)
    assert cli.main(["check", *paths, *more, "--format", "json"]) == status
    said = [p for p in json.loads(capsys.readouterr().out)["problems"] if p["severity"] != "note"]
    assert {(p["code"], p["file"], p["line"], p["severity"]) for p in said} == found
    assert len(said) == len(found) and all(p["environment"] == "prod" for p in said), "once, however many pulls"


@pytest.mark.parametrize("paths", [[], ["overlays/prod"]])
def test_a_robot_s_expiry_is_silenced_in_the_fleet_file(paths: list[str], here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    edit(here, "fleet.yaml", "sol/infra-demo}}\n", "sol/infra-demo}} # mooring: allow robot-expires-soon: known\n")
    assert cli.main(["check", *paths, "--as-of", "2027-01-15", "--fail-within", "17d", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["silenced"] == 1


def test_without_a_fleet_nobody_knows_when_robots_expire(here: Path, capsys: Captured) -> None:
    (here / "secret.json").write_text(json.dumps(secret("a", "harbor.example.com")))
    assert cli.main(["check", "secret.json", "--fail-within", "30d"]) == 2
    assert "`--fail-within` goes by a fleet's robots" in capsys.readouterr().err
    assert cli.main(["check", "secret.json", "--as-of", "2027-01-01"]) == 0


def test_the_fleet_s_pulls_are_followed_once(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(here, rendered=True)
    followed: list[str] = []
    follow = unit.follow_pulls

    def counting(resolved: Any, planned: Any, **more: Any) -> Any:
        followed.append(resolved.name)
        return follow(resolved, planned, **more)

    monkeypatch.setattr(unit, "follow_pulls", counting)
    _, result = check(capsys)
    assert len(followed) == len({(p["environment"], p["object"]["namespace"]) for p in result["pulls"]} | {
        (name, "") for name in ("dev", "staging", "prod")
    })  # fmt: skip
    order = [(["dev", "staging", "prod"].index(p["environment"]), p["object"]["namespace"]) for p in result["pulls"]]
    assert order == sorted(order)


def test_workers_hand_their_pulls_over(here: Path) -> None:
    copy(here, rendered=True)
    entries = []
    for jobs in (1, 3):
        with run.run(Path("fleet.yaml"), jobs=jobs, keep_pulls=True) as outcome:
            entries.append([pull.as_entry() for pull in outcome.findings.followed])
    assert entries[0] == entries[1] != []
    with run.run(Path("fleet.yaml"), jobs=1) as outcome:
        assert outcome.findings.followed == [] and outcome.findings.counts.pulls.pulls == len(entries[0])


def test_the_fleet_s_pulls(here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    status, result = check(capsys)
    assert status == 0 and len(result["pulls"]) == result["summary"]["pulls"] > 30
    assert {pull["environment"] for pull in result["pulls"]} == {"dev", "staging", "prod"}


def test_services_are_objects_not_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: vision}\nspec: {containers: [{name: a, image: nginx}]}\n"
    )
    (tmp_path / "two.yaml").write_text(f"{pod % 'one'}---\n{pod % 'two'}")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", ".", "two.yaml"]) == 0
    assert capsys.readouterr().out.startswith("clean: 2 services · 2 pulls: 2 other (docker.io) · 2 documents")
