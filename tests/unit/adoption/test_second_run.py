"""`init --from` where a fleet is: it adds what is new, changes nothing that is there, and says what it left."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import cli
from mooring.yaml.document import read_fleet
from tests.support.adopted import (
    DEV,
    NAMED,
    OTHER,
    PROD,
    Case,
    by_identity,
    deployment,
    pulled,
    rendered,
    without_nulls,
    written,
)  # fmt: skip

Captured = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED.keys())
def test_a_second_run_changes_nothing(here: Path, capsys: Captured, case: Case) -> None:
    words = written(here, case.by_environment)
    assert cli.main(words) == 0
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "kept     fleet.yaml: nothing is new\n" in said and "added" not in said and "note" not in said
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


# What an override of a service that is there already cannot say, is said.
NOT_TO_BE_SAID = {"one container less there", "another container there", "labels"}


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED.keys())
def test_an_environment_is_added(here: Path, capsys: Captured, case: Case) -> None:
    first = next(iter(case.by_environment))
    assert cli.main(written(here, {first: case.by_environment[first]})) == 0
    before = (here / "fleet.yaml").read_text()
    capsys.readouterr()
    assert cli.main(written(here, case.by_environment)) == 0
    said, after = capsys.readouterr().out, (here / "fleet.yaml").read_text()
    lines = iter(after.split("\n"))
    assert all(line in lines for line in before.split("\n"))
    name = next(name for name, one in NAMED.items() if one is case)
    cli.main(["render"])
    errors = capsys.readouterr().err
    if "note     " in said or "share Secret" in errors:
        return
    assert name not in NOT_TO_BE_SAID and "error[" not in errors, errors
    for environment, objects in case.by_environment.items():
        there = by_identity(rendered(here, environment), without_nulls)
        assert there == by_identity(objects, without_nulls), after
        assert [*map(pulled, there.values())] and there


HAND = f"""\
# ours
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: shop}}   # the shop
registries:
  - name: main     # indented
    host: {DEV}

secrets: {{backend: external}}
robots: [{{name: shop, registry: main, projects: [vision], secretName: harbor, namespaces: [vision], expires: never}}]
namespaces: [{{name: vision, manage: false}}]  # all
services:
  # the first one
  - name: viewer
    namespace: vision
    kind: Deployment
    robots: [shop]
    spec:   # by hand
      replicas: 7
      selector: {{matchLabels: {{app: viewer}}}}
      template:
        metadata: {{labels: {{app: viewer}}}}
        spec:
          imagePullSecrets: [{{name: harbor}}]
          containers: [{{name: c0, image: "{DEV}/vision/v:1"}}]
    # nothing more of it

  # an end
policies: {{action: Audit}}
# the end
"""
NEW = [
    deployment(f"{DEV}/vision/v:1"), OTHER,
    deployment(f"{DEV}/lab/x:1", name="x", namespace="lab", secret="lab"),
    deployment(f"{PROD}/vision/y:1", name="y", secret="far"),
]  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [
    HAND,
    HAND.replace("# the end\n", ""),
    HAND.rstrip("\n"),
    "\ufeff" + HAND,
    HAND.replace("namespaces: [{name: vision, manage: false}]", "namespaces: [{name: vision, manage: false,} ,\n ]"),
    HAND.replace("services:\n", "services:  # these\n"),
    HAND.replace(f"  - name: main     # indented\n    host: {DEV}\n", f"- {{name: main, host: {DEV}}}\n"),
])  # fmt: skip
def test_hand_edits_stay(here: Path, capsys: Captured, text: str, ends: str) -> None:
    before = text.replace("\n", ends).encode()
    (here / "fleet.yaml").write_bytes(before)
    words = [word.replace("default=", "") for word in written(here, {"default": NEW})]
    assert cli.main(words) == 0
    said, after = capsys.readouterr().out, (here / "fleet.yaml").read_bytes()
    for line in (
        "added    registries: `harbor`\n", "added    robots: `lab-main`\n", "added    robots: `far-harbor`\n",
        "added    namespaces: `lab`\n", "added    services: `other`\n", "added    services: `x`\n",
        "added    services: `y`\n",
        "note     Deployment `viewer` is in the fleet already and differs from the manifests: the fleet's stays\n",
        "kept     service `vision/viewer`: in the fleet already\n",
    ):  # fmt: skip
        assert line in said, said
    flow = (b"robots: [", b"namespaces: [", b" ]")
    rest = iter(after.replace(b"\r", b"").split(b"\n"))
    assert all(line.startswith(flow) or line in rest for line in before.replace(b"\r", b"").split(b"\n"))
    assert after.count(b"\r\n") == (after.count(b"\n") if ends == "\r\n" else 0)
    fleet = read_fleet(after, "fleet.yaml")[0]
    assert fleet is not None and fleet.data["services"][0]["spec"]["replicas"] == 7
    assert [one["name"] for one in fleet.data["services"]] == ["viewer", "other", "x", "y"]
    assert fleet.data["services"][1]["robots"] == ["shop"]
    assert cli.main(["render"]) == 0, capsys.readouterr().err
    assert cli.main(words) == 0
    assert (here / "fleet.yaml").read_bytes() == after


@pytest.mark.parametrize(("lists", "wanted"), [
    ("", ["viewer", "other"]),
    ("services:\n", ["viewer", "other"]),
    ("services: []  # none yet\n", ["viewer", "other"]),
    ("services: null\n", None),
    ("services: # none\nrobots: []\nnamespaces: []\n", ["viewer", "other"]),
])  # fmt: skip
def test_lists_that_are_empty(here: Path, capsys: Captured, lists: str, wanted: list[str] | None) -> None:
    head = HAND.partition("robots:")[0]
    (here / "fleet.yaml").write_text(head + lists)
    code = cli.main([word.replace("default=", "") for word in written(here, {"default": NEW[:2]})])
    fleet = read_fleet((here / "fleet.yaml").read_bytes(), "fleet.yaml")[0]
    assert fleet is not None
    if code:  # `services:` of nothing is a problem of the fleet, which is to be mended first
        assert "fleet.yaml` has problems" in capsys.readouterr().err
        assert (here / "fleet.yaml").read_text() == head + lists
    else:
        assert [one["name"] for one in fleet.data["services"]] == wanted
        assert ("# none" in lists) == ("# none" in (here / "fleet.yaml").read_text())
        assert cli.main(["render"]) == 0, capsys.readouterr().err


def test_a_part_counts_for_what_is_there(here: Path, capsys: Captured) -> None:
    (here / "teams").mkdir()
    head, _, lists = HAND.partition("robots:")
    part = "apiVersion: mooring.dev/v1\nkind: FleetPart\nrobots:" + lists.partition("policies:")[0]
    (here / "teams/vision.yaml").write_text(part)
    (here / "fleet.yaml").write_text(head + "include: [teams/*.yaml]\n")
    assert cli.main([word.replace("default=", "") for word in written(here, {"default": NEW[:2]})]) == 0
    fleet = (here / "fleet.yaml").read_text()
    assert "name: other\n" in fleet and "name: viewer" not in fleet and "robots:\n  - shop\n" in fleet
    assert (here / "teams/vision.yaml").read_text() == part
    assert cli.main(["render"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(("text", "environment", "message"), [
    (HAND, "prod", "`fleet.yaml` has no `environments:`"),
    (HAND + "environments: [{name: dev}]\n", "", "`fleet.yaml` has `environments:`"),
    (HAND + "robot: 1\n", "", "`fleet.yaml` has problems"),
    (HAND + "a: [\n", "", "`fleet.yaml` has problems"),
    (HAND.replace("# ours\n", "# ours\r\n"), "", "`fleet.yaml` has line ends of two kinds"),
])  # fmt: skip
def test_what_nothing_can_be_added_to(here: Path, capsys: Captured, text: str, environment: str, message: str) -> None:
    (here / "fleet.yaml").write_bytes(text.encode())
    words = [word.replace("x=x", f"{environment}=x" if environment else "x") for word in written(here, {"x": NEW})]
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err
    assert (here / "fleet.yaml").read_bytes() == text.encode() and not (here / ".mooring").exists()


def test_what_a_robot_of_the_fleet_lacks_is_said(here: Path, capsys: Captured) -> None:
    (here / "fleet.yaml").write_text(HAND)
    more = [deployment(f"{DEV}/lab/x:1", name="x", namespace="lab")]
    assert cli.main([word.replace("default=", "") for word in written(here, {"default": more})]) == 0
    said = capsys.readouterr().out
    assert "note     robot `shop` is in the fleet already, without `lab` under `projects`\n" in said
    assert "note     robot `shop` is in the fleet already, without `lab` under `namespaces`\n" in said
    assert cli.main(["render"]) == 1
