"""`mooring doctor --events`: wordings that were seen, as text and as data, each with its source; hosts are replaced."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from mooring import cli
from tests.support.example import ROOT

ROWS = json.loads((ROOT / "tests/data/doctor/wordings.json").read_text(encoding="utf-8"))
IMAGE = "harbor.example.com/vision/app:1.0"
REFUSED = f'Failed to pull image "{IMAGE}": dial tcp 192.0.2.1:443: connect: connection refused'


def events(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli.main(["doctor", "--events", "--format", "json"]) == 1
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def short(entries: list[dict[str, Any]]) -> list[tuple[str | None, list[str]]]:
    return [(entry["image"], [cause["code"] for cause in entry["causes"]]) for entry in entries]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["source"].split("/", 3)[-1])
@pytest.mark.parametrize("form", ["text", "describe", "event", "condition"])
def test_a_wording_has_its_causes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], row: dict[str, Any], form: str
) -> None:
    message = row["message"]
    text = {
        "text": message,
        "describe": f"Events:\n  Warning  Failed  16m (x4 over 17m)  kubelet  {message}\n"
        "  Warning  Failed  16m  kubelet  Error: ErrImagePull\n  Warning  Failed  2m  kubelet  Error: ImagePullBackOff\n",
        "event": json.dumps(
            {"kind": "List", "items": [{"kind": "Event", "reason": "Failed", "message": message},
             {"kind": "Event", "reason": "Failed", "message": "Error: ErrImagePull"}]}
        ),
        "condition": f"kind: Revision\nstatus:\n  conditions:\n  - reason: Missing\n    message: {json.dumps(message)}\n",
    }[form]  # fmt: skip
    found = events(monkeypatch, capsys, text)
    assert short(found) == [(row["image"], row["causes"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(None, ["unknown"])]),
        ("all is well\n", [(None, ["unknown"])]),
        ("Readiness probe failed: dial tcp 192.0.2.1:80: connect: connection refused\n", [(None, ["unknown"])]),
        (f'Failed to pull image "{IMAGE}": the moon is full', [(IMAGE, ["unknown"])]),
        (f'Back-off pulling image "{IMAGE}"', [(IMAGE, ["unknown"])]),
        (f'{REFUSED}\nBack-off pulling image "{IMAGE}"\nError: ErrImagePull', [(IMAGE, ["refused"])]),
        # What a message quotes or names decides nothing.
        (
            'Failed to pull image "h.example.com/toomanyrequests/x:401": h.example.com/toomanyrequests/x:401: not found',
            [
                (
                    "h.example.com/toomanyrequests/x:401",
                    ["no-such-tag", "no-such-repository", "no-such-upstream-image"],
                )
            ],
        ),
        (
            f'{REFUSED}\nFailed to pull image "quay.io/a/b:1": dial tcp: lookup quay.io: no such host',
            [(IMAGE, ["refused"]), ("quay.io/a/b:1", ["name-not-resolved"])],
        ),
        ("  Warning  Failed  2m  kubelet  Error: InvalidImageName", [(None, ["invalid-image-name"])]),
        ("{", [(None, ["unknown"])]),
        (f'Failed to pull image "{IMAGE}": Head "https://proxyconnect.example.com/v2/": strange', [(IMAGE, ["unknown"])]),
        (
            'Failed to apply default image tag "h.example.com/A:1": invalid reference format\nError: InvalidImageName',
            [("h.example.com/A:1", ["invalid-image-name"])],
        ),
        # Text that begins like data and is none.
        (f"message: [\n{REFUSED}\n", [(IMAGE, ["refused"])]),
    ],
)
def test_no_cause_is_guessed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    expected: list[tuple[str | None, list[str]]],
) -> None:
    assert short(events(monkeypatch, capsys, text)) == expected


def test_nothing_but_the_image_and_secret_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "FailedToRetrieveImagePullSecret  kubelet  Unable to retrieve some image pull secrets (harbor-pull); attempting to "
        "pull the image may not succeed. Canary-9c41"
    )
    (entry,) = events(monkeypatch, capsys, text)
    assert short([entry]) == [(None, ["secret-absent"])]
    assert entry["details"] == ["the pod names Secret `harbor-pull`"]
    assert "Canary" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--events", IMAGE], "`--events` asks no registry"),
        (["--events", "--secret", "a/b"], "`--events` asks no registry"),
        (["--events", "--from-node", IMAGE], "`--events` asks no registry"),
        ([], "neither SERVICE, IMAGE nor `--events` is given"),
    ],
)
def test_events_go_alone(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", *arguments]) == 2
    assert said in capsys.readouterr().err
