"""`mooring doctor SERVICE`: the fleet's verdict of each image, then the registry's, asked with the credential that its
Secret has; against the stand-in for Harbor."""

from __future__ import annotations

import base64
import json
from http.server import BaseHTTPRequestHandler

import pytest

from mooring import cli
from tests.support.doctored import SECRET, World, causes
from tests.support.harbor.state import Robot
from tests.support.http_server import serving


def test_each_image_of_a_service_is_asked_for(world: World, puller: Robot) -> None:
    code, entry = world.doctor("detector", "--credentials", world.credentials("robot$vision+puller"))
    assert (code, entry["environment"], entry["object"]["name"]) == (1, "default", "detector")
    assert causes(entry) == [[], ["no-such-tag"], []]
    assert [one["pullable"] for one in entry["pulls"]] == [True, False, True]
    assert [one["pull"]["verdict"] for one in entry["pulls"]] == ["ok", "ok", "public"]
    assert [one["login"] for one in entry["pulls"]] == ["robot$vision+puller"] * 3


def test_without_a_credential_it_says_what_it_could_not_ask(world: World, puller: Robot) -> None:
    code, entry = world.doctor("vision/detector")
    assert (code, causes(entry)) == (1, [["credential-not-given"], ["credential-not-given"], []])
    assert world.harbor.state.login(puller) not in {one.login for one in world.harbor.seen}


def test_a_refused_credential_is_sent_once_for_all_images(world: World, puller: Robot) -> None:
    code, entry = world.doctor("detector", "--credentials", world.credentials("robot$vision+puller", "Wrong-Secret-1"))
    assert (code, causes(entry)) == (1, [["credential-refused"], ["credential-refused"], ["credential-masked"]])
    assert entry["pulls"][0]["causes"][0]["reasons"] == ["wrong", "disabled", "deleted", "renamed", "expired"]
    assert [one.path for one in world.harbor.seen if one.login] == ["/v2/"]


@pytest.mark.parametrize(
    ("login", "reasons"),
    [
        ("robot+puller", ["eaten"]),
        ("robot$$vision+puller", ["escaped"]),
        ("ROBOT$vision+puller", ["case"]),
        ("vision+puller", ["prefix"]),
        ("robot$vision+puller-b", ["wrong", "disabled", "deleted", "renamed", "expired"]),
        ("robot$vision+other", ["other-login", "wrong", "expired", "disabled", "deleted", "renamed"]),
        ("robot$vision+pullér", ["non-ascii", "other-login", "wrong", "expired", "disabled", "deleted", "renamed"]),
    ],
)
def test_what_a_spoilt_login_tells(world: World, puller: Robot, login: str, reasons: list[str]) -> None:
    _, entry = world.doctor("detector", "--credentials", world.credentials(login))
    (cause,) = entry["pulls"][0]["causes"]
    assert (cause["code"], cause["reasons"], len(cause["oneOf"])) == ("credential-refused", reasons, len(reasons))


@pytest.mark.parametrize(
    ("secret", "first", "count"), [("", "empty", 1), ("x\n", "line-break", 6), (" x", "blank", 6), ("é", "non-ascii", 6)]
)
def test_what_a_docker_configuration_tells(world: World, puller: Robot, secret: str, first: str, count: int) -> None:
    config = world.folder / "config.json"
    auth = base64.b64encode(f"robot$vision+puller:{secret}".encode()).decode()
    config.write_text(json.dumps({"auths": {world.harbor.host: {"auth": auth}}}))
    _, entry = world.doctor("detector", "--docker-config", config)
    (cause,) = entry["pulls"][0]["causes"]
    assert (cause["code"], cause["reasons"][0], len(cause["reasons"])) == ("credential-refused", first, count)


class Registry(BaseHTTPRequestHandler):
    """A registry over plain HTTP, which gives everybody everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"{}")

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(("insecure", "found"), [("true", [[], [], []]), ("false", [["http-instead-of-https"]] * 3)])
def test_plain_http_where_the_fleet_lets_it(world: World, insecure: str, found: list[list[str]]) -> None:
    with serving(Registry) as port:
        world.fleet(**{world.harbor.host: f"127.0.0.1:{port}", "caBundle: ca.pem": f"insecure: {insecure}"})
        code, entry = world.doctor("detector", "--credentials", world.credentials("robot$vision+puller"))
    assert (code, causes(entry)) == (int(insecure == "false"), found)


def two_registries(world: World) -> None:
    """A second registry, of which the second image is."""
    world.fleet(**{
        "publicProjects: [library]}]": 'publicProjects: [library]}, {name: other, host: other.invalid}]',
        "namespaces: [{name: vision}]": "- {name: mirror, registry: other, project: mirror, expires: never}\n"
        "namespaces: [{name: vision}]",
        f"{world.harbor.host}/vision/app:2.0": "other.invalid/mirror/app:2.0",
    })  # fmt: skip


def test_a_credential_is_for_its_robot_s_pulls_alone(world: World, puller: Robot) -> None:
    two_registries(world)
    _, entry = world.doctor("detector", "--credentials", world.credentials("robot$vision+puller"))
    assert causes(entry) == [[], ["name-not-resolved"], []]
    assert [one["login"] for one in entry["pulls"]] == ["robot$vision+puller", None, "robot$vision+puller"]


def test_of_two_robots_at_one_registry_only_the_other_s_pulls_are_unknown(world: World, puller: Robot) -> None:
    world.harbor.state.add_project("speech")
    world.harbor.state.add_image("speech/asr", "1.0")
    world.harbor.state.add_robot("reader", "speech", secret=SECRET)
    world.fleet(**{
        "namespaces: [{name: vision}]": "- {name: reader, project: speech, expires: never}\nnamespaces: [{name: vision}]",
        f"{world.harbor.host}/vision/app:2.0": f"{world.harbor.host}/speech/asr:1.0",
    })  # fmt: skip
    _, entry = world.doctor("detector", "--credentials", world.credentials("robot$speech+reader"))
    assert causes(entry) == [["credential-not-given"], [], []]
    assert [one["login"] for one in entry["pulls"]] == [None, "robot$speech+reader", "robot$speech+reader"]


def test_a_credential_of_no_robot_is_shown_to_one_registry_only(
    world: World, puller: Robot, capsys: pytest.CaptureFixture[str]
) -> None:
    two_registries(world)
    assert cli.main(["doctor", "detector", "--credentials", str(world.credentials("robot$vision+nobody"))]) == 2
    assert "a credential is shown to one" in capsys.readouterr().err
    assert [one for one in world.harbor.seen if one.login] == []


def test_the_fleet_s_date_tells_that_it_has_expired(world: World, puller: Robot) -> None:
    world.fleet(expires="2020-01-01")
    world.harbor.state.change(puller, expires_at=1)
    _, entry = world.doctor("detector", "--credentials", world.credentials("robot$vision+puller"))
    assert causes(entry)[0] == ["robot-expired", "credential-refused"]
    expired, refused = entry["pulls"][0]["causes"]
    assert "2020-01-01" in expired["message"]
    assert (refused["reasons"], refused["mend"]) == (["expired"], "give it a successor, or a longer duration in Harbor")


def test_the_way_is_said_as_explain_says_it(world: World, puller: Robot, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "detector", "--format", "text"]) == 0
    explained = [line.strip("├└─│ ") for line in capsys.readouterr().out.splitlines()]
    asked = [line.strip() for line in world.text("detector", "--credentials", world.credentials("robot$vision+puller"))]
    assert asked[0] == explained[0]
    assert [line for line in asked if "Secret" in line] == [line for line in explained if "Secret" in line] != []


def test_a_service_that_runs_no_pod(world: World) -> None:
    assert world.doctor("idle") == (0, {"object": {
        "apiVersion": "v1", "kind": "ConfigMap", "namespace": "vision", "name": "idle"}, "environment": "default",
        "pulls": []})  # fmt: skip


def test_an_image_has_the_fleet_s_robots(world: World, puller: Robot) -> None:
    world.fleet(expires="2020-01-01")
    world.harbor.state.change(puller, expires_at=1)
    image = f"{world.harbor.host}/vision/app:1.0"
    _, entry = world.doctor(image, "--credentials", world.credentials("robot$vision+puller"))
    assert [(cause["code"], cause["reasons"]) for cause in entry["causes"]] == [("credential-refused", ["expired"])]
    world.harbor.state.add_robot("other", "vision", secret=SECRET)
    assert world.doctor(image, "--credentials", world.credentials("robot$vision+other"))[0] == 0


def test_an_image_has_the_fleet_s_ca(world: World) -> None:
    code, entry = world.doctor(f"{world.harbor.host}/library/base:1")
    assert (code, entry["pullable"]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["detectr"], "did you mean `detector`?"),
        (["vision/detectr"], "did you mean `vision/detector`?"),
        (["detector", "--env", "prod"], "no environment is named `prod`"),
        (["detector", "--secret", "vision/x", "--kubeconfig", "k"], "leave out `--secret`"),
        (["detector", "--credentials", "f", "--kubeconfig", "k"], "from one place only"),
    ],
)
def test_wrong_usage(world: World, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert cli.main(["doctor", *arguments]) == 2
    assert said in capsys.readouterr().err
