"""`init --from ENV=PATH`: each environment renders to the objects that it had, whatever differs between them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mooring import cli
from mooring.fleet.load import load
from mooring.plan.services import plan_services
from mooring.tree.run import resolve_all
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
    runtime,
    without_nulls,
    written,
)

Captured = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED.keys())
def test_each_environment_comes_back_as_it_is(here: Path, capsys: Captured, case: Case) -> None:
    assert cli.main(written(here, case.by_environment)) == 0
    said = capsys.readouterr().out
    assert said.count("note     ") == case.notes
    assert cli.main(["render"]) in (0, 1)
    errors = capsys.readouterr().err
    shared = "share Secret" in errors  # two robots of one Secret: `render` says what is missing
    assert "error[" not in errors or shared, errors
    for environment, objects in case.by_environment.items() if not shared else ():
        after = rendered(here, environment)
        assert by_identity(after, lambda o: [*pulled(o)]) == by_identity(objects, lambda o: [*pulled(o)])
        assert by_identity(after, without_nulls) == by_identity(objects, without_nulls)
    fleet = read_fleet((here / "fleet.yaml").read_text(), "fleet.yaml")[0]
    assert fleet is not None
    last = [*case.by_environment][-1]
    assert fleet.data["environments"][-1] == {"name": last, **case.expected}


def test_what_no_override_can_say_is_left_out_and_said(here: Path, capsys: Captured) -> None:
    odd = deployment(f"{DEV}/vision/v:1", name="../../../odd")
    words = written(here, {"dev": [OTHER, odd], "prod": [OTHER, runtime(f"{DEV}/vision/onnx:1")]})
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert (
        "note     Deployment `***` of `dev` is left out: its name is none that Kubernetes takes\n"
        "note     ClusterServingRuntime `onnx` of `prod` is left out: `dev` does not have it, and a fleet has "
    ) in said
    assert not (here / "services").exists() and not list(here.parent.glob("odd*"))
    assert cli.main(["render"]) == 0


@pytest.mark.parametrize(("words", "message"), [
    (["dev=dev.json", "dev.json"], "`--from` names no environment for `dev.json`"),
    (["Dev=dev.json"], "`Dev` is not the name of an environment"),
    (["_cluster=dev.json"], "`_cluster` is not the name of an environment"),
    (["dev="], "`--from` names no path for environment `dev`"),
    (["=dev.json"], "`` is not the name of an environment"),
    (["dev=nowhere.json"], "nowhere.json: `nowhere.json` does not exist"),
    (["dev=dev.json", "prod=bad.yaml"], "bad.yaml"),
])  # fmt: skip
def test_wrong_usage_writes_nothing(here: Path, capsys: Captured, words: list[str], message: str) -> None:
    written(here, {"dev": [OTHER]})
    (here / "bad.yaml").write_text("a: [\n")
    assert cli.main(["init", *(word for one in words for word in ("--from", one))]) == 2
    assert message in capsys.readouterr().err and not (here / "fleet.yaml").exists()


def test_a_file_with_an_equals_sign_is_a_path(here: Path, capsys: Captured) -> None:
    written(here, {"a=b": [OTHER]})
    assert cli.main(["init", "--from", "a=b.json"]) == 0
    assert "environments:" not in (here / "fleet.yaml").read_text()


def varied(random: Random, data: Any, key: str = "") -> Any:
    """The object with some of its values changed, dropped or doubled, as a schema takes them."""
    if isinstance(data, dict):
        kept = {name: varied(random, item, name) for name, item in data.items()}
        return {name: item for name, item in kept.items() if name not in ("env", "replicas") or random.random() < 0.7}
    if key == "containers":
        picked = [varied(random, item) for item in data if item["name"] == "c0" or random.random() < 0.7]
        return picked[::-1] if random.random() < 0.2 else picked
    if key == "image":
        host, _, rest = data.partition("/")
        name, _, tag = rest.rpartition(":")
        host = random.choice((host, host, DEV, PROD))
        return f"{host}/{random.choice((name, name, 'stable/v'))}:{random.choice((tag, tag, '7'))}"
    if key in ("replicas", "value"):
        return random.choice((data, type(data)(5)))
    return [varied(random, item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize("seed", range(8))
def test_any_difference_comes_back(here: Path, capsys: Captured, seed: int) -> None:
    """Whatever differs, each object is rendered as it was in each environment; Secrets may be listed that were missing."""
    random = Random(seed)
    base = [
        deployment(f"{DEV}/vision/v:1", "quay.io/org/log:1", f"{PROD}/lab/x:2", name=f"d{number}", replicas=2)
        for number in range(3)
    ]
    for data in base:
        data["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "A", "value": "x"}]
    by_environment = {
        name: [varied(random, data) for data in base if random.random() < 0.85] or base[:1]
        for name in ("dev", "test", "prod")
    }  # fmt: skip
    assert cli.main(written(here, by_environment)) == 0
    fleet = (here / "fleet.yaml").read_text()
    capsys.readouterr()
    # `render` refuses two robots of one Secret; the plan has the objects all the same.
    loaded = load(here / "fleet.yaml")
    assert loaded.problems == (), fleet
    for environment, resolved in resolve_all(loaded, []).items():
        objects = by_environment[environment]
        planned = [injected.data for injected in plan_services(resolved, "vision", "x").injected]
        assert by_identity(planned, lambda o: [*pulled(o)]) == by_identity(objects, lambda o: [*pulled(o)]), fleet
        assert by_identity(planned, without_nulls) == by_identity(objects, without_nulls), fleet


def test_another_file_is_not_taken_for_a_kept_one(here: Path, capsys: Captured) -> None:
    own = here / "services/dev/vision/viewer.deployment.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("# mine\n")
    words = written(here, {"dev": [OTHER, deployment(f"{DEV}/vision/v:1")], "prod": [OTHER]})
    assert cli.main(words) == 2
    assert "`services/dev/vision/viewer.deployment.yaml` is there already, and is another one" in capsys.readouterr().err
    assert own.read_text() == "# mine\n" and not (here / "fleet.yaml").exists()


def pull_secret(login: str) -> dict[str, Any]:
    config = {"auths": {DEV: {"username": login, "password": "Hunter2Hunter2"}}}
    return {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "harbor", "namespace": "vision"},
        "type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": json.dumps(config)},
    }  # fmt: skip


@pytest.mark.parametrize(("dev", "prod", "login", "override"), [
    ("robot$vision+dev", "robot$vision+prod", "robot$vision+dev", [{"name": "harbor", "login": "robot$vision+prod"}]),
    ("robot$vision+ci", "robot$vision+ci", "robot$vision+ci", None),
    ("{{ .username }}", "robot$vision+prod", None, [{"name": "harbor", "login": "robot$vision+prod"}]),
])  # fmt: skip
def test_logins_are_those_of_the_secrets_at_hand(
    here: Path, capsys: Captured, dev: str, prod: str, login: str | None, override: Any
) -> None:
    objects = {name: [OTHER, pull_secret(one)] for name, one in (("dev", dev), ("prod", prod))}
    assert cli.main(written(here, objects)) == 0
    said = capsys.readouterr()
    fleet = read_fleet((here / "fleet.yaml").read_text(), "fleet.yaml")[0]
    assert fleet is not None and fleet.data["robots"][0].get("login") == login
    assert fleet.data["environments"][1].get("robots") == override
    assert "Hunter2" not in said.out + said.err + fleet.text
    assert cli.main(["render"]) == 0
    for name in objects:
        capsys.readouterr()
        cli.main(["check", f"{name}.json", "--env", name])
        assert "login-mismatch" not in capsys.readouterr().out or "{{" in dev
