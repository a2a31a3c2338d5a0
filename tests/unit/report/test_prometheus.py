"""The metrics for Prometheus, as its own client reads them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mooring import cli, report
from mooring.check.dates import RobotExpiry
from mooring.report import Report, Terminal, Total
from mooring.report.prometheus import METRICS

MARCH = datetime.date(2027, 3, 1)
AT_MARCH = datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC).timestamp()
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots:
- {name: dated, project: a, expires: 2027-03-01, rotateBefore: 45d, namespaces: [team]}
- {name: endless, project: b, expires: never, namespaces: [team]}
- {name: unsaid, project: c, namespaces: [team]}
namespaces: [{name: team}]
environments:
- name: dev
- name: prod
  registries: [{name: harbor, host: "harbor.prod.example.com:8443"}]
  robots: [{name: dated, expires: 2027-02-01}, {name: unsaid, expires: never}]
"""


def text(*robots: RobotExpiry, totals: tuple[Total, ...] = ()) -> str:
    return report.render("prometheus", Report(robots=robots, totals=totals), Terminal())


def samples(said: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Each metric's samples by the values of their labels; none of them is there twice."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(said):
        assert family.type == "gauge" and family.documentation
        values = {tuple(sample.labels.values()): sample.value for sample in family.samples}
        assert len(values) == len(family.samples) and family.name not in found
        found[family.name] = values
    return found


def robot(name: str = "vision", known: bool = True, expires: datetime.date | None = MARCH) -> RobotExpiry:
    return RobotExpiry("prod", name, "harbor.example.com", known, expires, 30)


def test_a_robot_that_expires_one_that_never_does_and_one_that_nobody_knows_of() -> None:
    found = samples(text(robot("a"), robot("b", expires=None), robot("c", known=False, expires=None)))
    a, b, c = (("prod", "harbor.example.com", name) for name in "abc")
    assert found == {
        "mooring_robot_expiry_known": {a: 1, b: 1, c: 0},
        "mooring_robot_expiry_timestamp_seconds": {a: AT_MARCH},
        "mooring_robot_rotate_before_seconds": {a: 30 * 86400},
        "mooring_problems": {("error",): 0, ("warning",): 0, ("note",): 0},
    }


def test_the_declared_metrics_are_those_that_are_printed() -> None:
    assert list(samples(text(robot()))) == [metric.name for metric in METRICS]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ('a"} 1\nevil{x="', 'a"} 1\\nevil{x="'),
        ("a\\", "a\\"),
        ("a\\n", "a\\n"),
        ('\\"', '\\"'),
        ("a\r\nb", "a\\r\\nb"),
        ("é 日本", "é 日本"),
        ("\x1b[31m\u202e\udc80", "\\x1b[31m\\u202e\\udc80"),
        ("a,b={}#", "a,b={}#"),
        ("", ""),
    ],
)
def test_a_hostile_name_stays_one_label(name: str, read: str) -> None:
    found = samples(text(robot(name)))
    assert list(found["mooring_robot_expiry_timestamp_seconds"]) == [("prod", "harbor.example.com", read)]
    text(robot(name)).encode()


@pytest.mark.parametrize(
    ("first", "second", "known", "expires"),
    [
        (robot(), robot(expires=datetime.date(2027, 1, 1)), 1, [AT_MARCH - 59 * 86400]),
        (robot(), robot(known=False, expires=None), 0, []),
        (robot(), robot(expires=None), 1, [AT_MARCH]),
    ],
)
def test_of_two_that_look_alike_the_worse_one_is_told(
    first: RobotExpiry, second: RobotExpiry, known: int, expires: list[float]
) -> None:
    for pair in ((first, second), (second, first)):
        found = samples(text(*pair))
        assert list(found["mooring_robot_expiry_known"].values()) == [known]
        assert list(found.get("mooring_robot_expiry_timestamp_seconds", {}).values()) == expires


def test_the_order_is_not_that_of_the_fleet() -> None:
    robots = [robot(name) for name in "cab"]
    assert text(*robots) == text(*sorted(robots)) == text(*reversed(robots))


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date(1969, 12, 31), datetime.date.max])
def test_days_far_away(day: datetime.date) -> None:
    (at,) = samples(text(robot(expires=day)))["mooring_robot_expiry_timestamp_seconds"].values()
    assert at == (day - datetime.date(1970, 1, 1)).days * 86400


def test_problems_by_severity() -> None:
    totals = (Total(3, "error", "no-robot"), Total(2, "error", "schema"), Total(1, "note", "not-at-hand"))
    assert samples(text(totals=totals)) == {"mooring_problems": {("error",): 5, ("warning",): 0, ("note",): 1}}


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "fleet.yaml").write_text(FLEET)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["render", "-q"]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_fleet_with_a_robot_changed_by_an_environment(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--as-of", "2026-12-01", "--format", "prometheus"]) == 0
    found = samples(capsys.readouterr().out)
    dev, prod = ("dev", "harbor.example.com"), ("prod", "harbor.prod.example.com:8443")
    assert found["mooring_robot_expiry_known"] == {
        (*dev, "dated"): 1, (*dev, "endless"): 1, (*dev, "unsaid"): 0,
        (*prod, "dated"): 1, (*prod, "endless"): 1, (*prod, "unsaid"): 1,
    }  # fmt: skip
    assert found["mooring_robot_expiry_timestamp_seconds"] == {
        (*dev, "dated"): AT_MARCH, (*prod, "dated"): AT_MARCH - 28 * 86400,
    }  # fmt: skip
    assert set(found["mooring_robot_rotate_before_seconds"].values()) == {45 * 86400}
    assert found["mooring_problems"] == {("error",): 0, ("warning",): 1, ("note",): 0}


def test_only_the_environments_that_are_asked_for(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--env", "prod", "--as-of", "2026-12-01", "--format", "prometheus"]) == 0
    assert {labels[0] for labels in samples(capsys.readouterr().out)["mooring_robot_expiry_known"]} == {"prod"}


def test_the_file_is_written_where_the_check_fails(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--fail-within` fails the job, and what is read of the file is told all the same; no day of the run is in it."""
    said = []
    for day in ("2027-01-20", "2027-01-25"):
        asked = ["check", "--fail-within", "30d", "--as-of", day, "--format", "prometheus", "--output", "m.prom"]
        assert cli.main([*asked, "--format", "json"]) == 1
        said.append((fleet / "m.prom").read_text())
        assert json.loads(capsys.readouterr().out)["summary"]["problems"] > 0
    assert said[0] == said[1]
    assert samples(said[0])["mooring_problems"]["error",] == 1


def test_of_a_broken_fleet_what_was_refused_is_not_told(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A robot whose day or name is refused is left out; the errors say that something is."""
    broken = FLEET.replace("2027-03-01", "2027-02-30").replace("name: endless", 'name: "End less"')
    (fleet / "fleet.yaml").write_text(broken)
    assert cli.main(["check", "--env", "dev", "--format", "prometheus"]) == 1
    found = samples(capsys.readouterr().out)
    dev = ("dev", "harbor.example.com")
    assert found["mooring_robot_expiry_known"] == {(*dev, "unsaid"): 0}
    assert "mooring_robot_expiry_timestamp_seconds" not in found
    assert found["mooring_problems"]["error",] >= 2


def test_a_fleet_that_cannot_be_read_has_no_robots(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (fleet / "fleet.yaml").write_text("a: [\n")
    assert cli.main(["check", "--format", "prometheus"]) == 1
    found = samples(capsys.readouterr().out)
    assert found == {"mooring_problems": {("error",): 1, ("warning",): 0, ("note",): 0}}


@pytest.mark.parametrize("options", [["--format", "prometheus"], ["--format", "text", "--format", "prometheus"]])
def test_given_manifests_are_refused(options: list[str], fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "overlays", *options, "--output", "m.prom"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == (
        "mooring: `--format prometheus` is about the robots of a fleet, not about given manifests"
    )
    assert not (fleet / "m.prom").exists()


def test_render_does_not_know_the_format(fleet: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["render", "--format", "prometheus"])
