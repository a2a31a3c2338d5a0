"""`check` judges what ends by the day: exemptions from the policies, and comments that silence what it says."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots:
- name: vision
  project: vision
  expires: 2027-01-10%s
namespaces: [{name: team}]
services:
- name: web
  namespace: team
  kind: Deployment
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: web, image: "harbor.example.com/vision/web:1"}]}
policies:
  exempt:
  - namespace: kube-system
    policies: [require-pull-secret]
    reason: it comes with the nodes
    until: 2026-11-25%s
environments: [{name: dev}, {name: prod, policies: {action: Deny}}]
"""
ROBOT, EXEMPTION = 9, 25
ENDED = {"exemption-expired": EXEMPTION}
Captured = pytest.CaptureFixture[str]


def check(capsys: Captured, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["check", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Path:
    """The fleet and its tree: render knows no calendar, and exempts all the same."""
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET % ("", ""))
    monkeypatch.chdir(tmp_path)
    assert (cli.main(["render"]), "expire" in capsys.readouterr().err) == (0, False)
    return path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--as-of", "2026-10-25"], 0, {}),
        (["--as-of", "2026-10-26"], 0, {"exemption-expires-soon": EXEMPTION}),
        (["--as-of", "2026-10-26", "--strict"], 1, {"exemption-expires-soon": EXEMPTION}),
        (["--as-of", "2026-10-26", "--fail-within", "29d"], 0, {}),
        (["--as-of", "2026-10-26", "--fail-within", "30d"], 1, {"exemption-expires-soon": EXEMPTION}),
        (["--as-of", "2026-11-24"], 0, {"exemption-expires-soon": EXEMPTION}),
        (["--as-of", "2026-11-25"], 1, ENDED),
        (["--as-of", "2026-11-25", "--fail-within", "1d"], 1, ENDED),
        (["--as-of", "2026-12-11"], 1, {**ENDED, "robot-expires-soon": ROBOT}),
    ],
)
def test_an_exemption_ends_on_its_day(
    arguments: list[str], code: int, said: dict[str, int], rendered: Path, capsys: Captured
) -> None:
    status, result = check(capsys, *arguments)
    assert status == code
    assert {problem["code"]: problem["line"] for problem in result["problems"]} == said
    # Once, because all environments have it; the column is that of the date.
    assert all((problem["environment"], problem["column"]) == (None, 12) for problem in result["problems"])


def test_today_is_utc_s(rendered: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mooring.commands.check.today", lambda: datetime.date(2026, 11, 25))
    assert check(capsys)[0] == 1


def test_a_comment_silences_what_ends(rendered: Path, capsys: Captured) -> None:
    comments = ("  # mooring: allow robot-expires-soon: it goes", "  # mooring: allow exemption-expired: next week")
    rendered.write_text(FLEET % comments)
    status, result = check(capsys, "--as-of", "2026-12-20", "--strict")
    assert (status, result["summary"]["problems"], result["summary"]["silenced"]) == (0, 0, 2)
    rendered.write_text(FLEET % ("  # mooring: allow robot-expired: it goes", ""))
    for path in ([], ["overlays"]):
        _, result = check(capsys, *path, "--as-of", "2027-01-10")
        assert result["summary"]["silenced"] == 1


UNKNOWN = FLEET.replace("  expires: 2027-01-10%s\n", "").replace("%s", "")
PROD = "environments: [{name: dev}, {name: prod, robots: [{name: vision, expires: 2099-01-01}]}]\n"


@pytest.mark.parametrize(
    ("text", "paths", "environments"),
    [
        (UNKNOWN, [], [None]),
        (UNKNOWN, ["overlays"], [None]),
        # An environment of its own may say it.
        (UNKNOWN.partition("environments:")[0] + PROD, [], ["dev"]),
        (UNKNOWN.replace("  project: vision\n", "  project: vision\n  expires: never\n"), [], []),
        (UNKNOWN.replace("  project: vision\n", "  project: vision\n  expires: never\n"), ["overlays"], []),
        (UNKNOWN.replace("  project: vision\n", "  project: vision\n  expires: 2099-01-01\n"), [], []),
        # One that serves nothing of what is given is not asked for.
        (UNKNOWN, ["other.yaml"], []),
    ],
)
def test_an_expiry_that_nobody_wrote_down(
    text: str,
    paths: list[str],
    environments: list[str | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert (cli.main(["render"]), "expir" in capsys.readouterr().err) == (0, False)
    for more in ([], ["--fail-within", "30d"]):
        status, result = check(capsys, *paths, "--as-of", "2026-06-01", *more)
        assert status == 0, "no day is known that would be within"
        found = [problem for problem in result["problems"] if problem["code"] == "expiry-unknown"]
        assert [(one["environment"], one["severity"], one["line"], one["column"]) for one in found] == [
            (environment, "warning", 7, 9) for environment in environments
        ]


def test_an_exemption_may_be_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text((FLEET % ("", "")).replace("until: 2026-11-25", "until: never"))
    assert cli.main(["render"]) == 0
    page = (tmp_path / "policies/kyverno/require-pull-secret.yaml").read_text()
    assert "kube-system for good: it comes with the nodes" in page
    capsys.readouterr()
    _, result = check(capsys, "--as-of", "2098-01-01", "--fail-within", "9999d")
    assert not [problem for problem in result["problems"] if problem["code"].startswith("exemption")]
