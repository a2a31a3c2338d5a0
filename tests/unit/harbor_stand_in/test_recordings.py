"""The stand-in is held to the recordings of Harbor v2.16.0: every request that mooring could send is sent again, in the
order of the recording, and must be answered with the same status, headers, errors and shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.harbor import HarborStandIn, tokens
from tests.support.harbor.client import Client
from tests.support.harbor.state import DATA, Access, Manifest, Permission, Robot

COMPARED = ("Www-Authenticate", "X-Total-Count", "Link", "Location", "Content-Type")
HOST = "harbor.example.com"


def recording() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    lines = (DATA / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    head, *rest = [json.loads(line) for line in lines]
    return head, rest


HEAD, STEPS = recording()


class Replay:
    """What goes from one step to the next: tokens, and which answer the next robot gets."""

    def __init__(self, harbor: HarborStandIn, client: Client) -> None:
        self.harbor, self.client, self.state = harbor, client, harbor.state
        self.tokens: dict[str, str] = {}
        self.secret = ""
        self.issued = self.state.clock.now()
        self.transcript = ""
        self.state.make_secret = lambda: self.secret
        for user, role in {"dave": 1, "erin": 4, "gina": 3, "lena": 5, "mallory": 0}.items():
            self.state.add_user(user, "Fake-User-Pw-1", {"vision": role} if role else {})

    def add_images(self) -> None:
        for repository, tag, described in HEAD["images"]:
            body = json.dumps(described, separators=(",", ":")).encode()
            self.state.add_manifest(repository, Manifest(described["mediaType"], body), tag)
            for layer in [described.get("config"), *described.get("layers", [])]:
                if layer:
                    self.state.blobs[layer["digest"]] = bytes(layer["size"])

    def set(self, values: dict[str, Any]) -> None:
        """What was done to Harbor between two requests, in its database or to its parts."""
        now = self.state.clock.now()
        if "robot" in values:
            changed: dict[str, Any] = {"expires_at": int(now.timestamp()) + values["expires_in"]}
            if "created_in" in values:
                changed["created"] = now + timedelta(seconds=values["created_in"])
            self.state.change(self.state.robots[values["robot"]], **changed)
        elif "legacy" in values:
            identity = values["legacy"]
            self.state.robots[identity] = Robot(
                identity, "robot$legacy1", "project", 2, 0, (), now, now, 4102444800, "", "old", creator=None, editable=False
            )
        elif "puller" in values:
            self.state.add_robot("puller", "vision", secret=values["puller"])
            self.state.change(self.state.add_robot("off", "vision", secret="Fake-Off-Secret-1"), disabled=True)
            self.state.add_robot("lister", "vision", secret="Fake-Lister-Secret-1", access=["repository:list"])
        elif "more" in values:  # robots of which there is no recording: they only count
            for number in range(values["number"]):
                project = self.state.project(values["more"])
                name = f"{values['more']}+zz-{now:%M%S}-{number}" if project else f"zz-{number}"
                self.state.make_robot(
                    name, "project" if project else "system", project, -1, (), "", ("local", 1), "Fake-Secret-1"
                )
        elif "many" in values:
            pull = (Permission("project", "empty", (Access("repository", "pull"),)),)
            for number in range(1, values["many"] + 1):
                self.state.make_robot(
                    f"empty+r-{number:03}",
                    "project",
                    self.state.project("empty"),
                    30,
                    pull,
                    "",
                    ("local", 1),
                    "Fake-Secret-1",
                )
        elif "offers_ca" in values:
            self.harbor.offers_ca = values["offers_ca"]
        else:
            for name, value in values.items():
                setattr(self.state, name, value)

    def send(self, step: dict[str, Any]) -> list[str]:
        """Sends it; what differs from the recording."""
        values = step.get("values", {})
        self.secret = values.get("secret", "Fake-Secret-1")
        if moment := values.get("issued_at") or (step["status"] == 201 and values.get("creation_time")):
            self.state.clock.set(datetime.fromisoformat(moment))
        if step["status"] == 201 and "id" in values:
            self.state.next_robot = values["id"]
        if "after" in step:
            self.state.clock.set(self.issued + timedelta(seconds=step["after"]))
        headers = {"Host": HOST, **step.get("headers", {})}
        if given := step.get("authorization"):
            mark = given.removeprefix("Bearer ")
            headers["Authorization"] = given.replace(mark, self.tokens.get(self.transcript + mark, mark))
        login = step.get("login")
        answer = self.client.ask(*step["send"], tuple(login) if login else None, step.get("body"), **headers)
        text = answer.data.decode(errors="replace")
        value = json.loads(text) if text[:1] in {"{", "["} else text or None
        if isinstance(value, dict) and "token" in value:
            self.tokens[self.transcript + values["token"]] = value["token"]
            self.issued = datetime.fromisoformat(value["issued_at"])
        return [
            f"{self.transcript}: {step['step']}: {fault}"
            for fault in differences(step, answer.status, answer.headers, value)
        ]


def shape(value: Any) -> Any:
    """The types of a value, by key; of a list, those of its first item."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def differences(step: dict[str, Any], status: int, headers: Any, value: Any) -> Iterator[str]:
    if status != step["status"]:
        yield f"status {status}, recorded {step['status']}"
    for name in COMPARED:
        if headers.get(name) != step.get("answered", {}).get(name):
            yield f"{name} {headers.get(name)!r}, recorded {step.get('answered', {}).get(name)!r}"
    if "errors" in step:
        if value != {"errors": step["errors"]}:
            yield f"{value}, recorded {step['errors']}"
        return
    recorded = HEAD["shapes"][step["shape"]] if "shape" in step else shape(None)
    if shape(value) != recorded:
        yield f"shape {shape(value)}, recorded {recorded}"
    names = step.get("names", [])
    if names and names != [one["name"] for one in value][: len(names)]:
        yield f"names {[one['name'] for one in value]}, recorded {names}"
    given = step.get("values", {})
    for key in ("id", "name", "secret", "disable", "editable", "duration", "description"):
        if key in given and given[key] != value[key]:
            yield f"{key} {value[key]}, recorded {given[key]}"
    if "expires_at" in given and abs(value["expires_at"] - given["expires_at"]) > 15:  # the replay is faster
        yield f"expires_at {value['expires_at']}, recorded {given['expires_at']}"
    if "claims" in step and isinstance(value, dict):
        claims = tokens.claims_of(value["token"])
        if {key: claims.get(key) for key in step["claims"]} != step["claims"]:
            yield f"claims {claims}, recorded {step['claims']}"


def test_every_recorded_request_is_answered_as_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent, faults = 0, []
    with HarborStandIn(tmp_path) as harbor, Client(harbor) as client:
        replay = Replay(harbor, client)
        for step in STEPS:
            if "transcript" in step:
                replay.transcript = step["transcript"]
                if replay.transcript.startswith("11"):
                    replay.add_images()
            elif "set" in step:
                replay.set(step["set"])
            else:
                sent += 1
                faults += replay.send(step)
    with capsys.disabled():
        print(f"\nrequests replayed: {sent}; left out: {HEAD['left out']}")
    assert not faults, "\n".join(faults)
    assert sent > 1000
