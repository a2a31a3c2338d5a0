"""What ships for robots that expire: the rules for Prometheus against the metrics that are printed, and the scheduled checks
of the page, judged by the tools of their field."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from mooring import cli, report
from mooring.check.dates import RobotExpiry
from mooring.report import Report, Terminal
from tests.support.example import ROOT

BIN = Path(sys.executable).parent
RULES = ROOT / "ci" / "prometheus" / "mooring.rules.yaml"
PAGE = (ROOT / "docs" / "expiry.md").read_text(encoding="utf-8")
YAML = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(CRONJOB,) = (block for block in YAML if "kind: CronJob" in block)
(WORKFLOW,) = (block for block in YAML if "runs-on:" in block)
# How old a file, or what was pushed, is: of node_exporter and of a Pushgateway.
OF_OTHERS = {"node_textfile_mtime_seconds": {"file"}, "push_time_seconds": {"job"}}
ROBOT = RobotExpiry("prod", "vision", "harbor.example.com", True, datetime.date(2027, 3, 1), 30)


def printed() -> dict[str, set[str]]:
    """Each metric that the exporter prints, and its labels."""
    text = report.render("prometheus", Report(robots=(ROBOT,)), Terminal())
    return {
        family.name: {label for sample in family.samples for label in sample.labels}
        for family in text_string_to_metric_families(text)
    }


def selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """The metrics that an expression reads."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr"):
        if hasattr(node, name):
            yield from selectors(getattr(node, name))
    for each in getattr(node, "args", ()):
        yield from selectors(each)


def wrong(text: str) -> list[str]:
    """What is wrong with a file of rules: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/."""
    known, found, names = printed() | OF_OTHERS, [], set()
    content = yaml.safe_load(text)
    for group in content["groups"]:
        found += [f"group: {key}" for key in {*content, *group} - {"groups", "name", "rules"}]
        for rule in group["rules"]:
            name = rule["alert"]
            found += [f"{name}: {key}" for key in rule.keys() - {"alert", "expr", "for", "labels", "annotations"}]
            found += [f"{name}: twice"] if name in names else []
            names.add(name)
            if not re.fullmatch(r"\d+[smhd]", rule.get("for", "0s")) or not re.fullmatch(r"Mooring[A-Za-z]+", name):
                found.append(f"{name}: name or duration")
            if rule["labels"].keys() != {"severity"} or rule["annotations"].keys() != {"summary", "description"}:
                found.append(f"{name}: labels or annotations")
            try:
                read = list(selectors(promql_parser.parse(rule["expr"])))
            except ValueError:
                found.append(f"{name}: no PromQL")
                continue
            if strange := [f"{name}: {each.name}" for each in read if each.name not in known]:
                found += strange
                continue
            of_metrics = set[str]().union(*(known[str(each.name)] for each in read))
            matched = {matcher.name for each in read for matcher in each.matchers.matchers}
            said = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
            found += [f"{name}: label {label}" for label in sorted((said | matched) - of_metrics)]
    return found


def test_the_rules_read_the_metrics_that_are_printed() -> None:
    text = RULES.read_text()
    assert wrong(text) == []
    rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    read = {each.name for rule in rules for each in selectors(promql_parser.parse(rule["expr"]))}
    assert read == printed().keys() | OF_OTHERS.keys()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("_timestamp_seconds <= time()", "_seconds <= time()", "MooringRobotExpired: mooring_robot_expiry_seconds"),
        ("<= mooring_robot_rotate_before_seconds", "<= mooring_rotate", "MooringRobotExpiresSoon: mooring_rotate"),
        ("absent(mooring_robot_expiry_known)", "absent(mooring_robots)", "MooringRobotsAbsent: mooring_robots"),
        ('{severity="error"}', '{level="error"}', "MooringCheckErrors: label level"),
        ("Robot {{ $labels.robot }}", "Robot {{ $labels.login }}", "MooringRobotExpired: label login"),
        ("expiry_known == 0", "expiry_known = 0", "MooringRobotExpiryUnknown: no PromQL"),
        ("<= time()", "<= times()", "MooringRobotExpired: no PromQL"),
        ("for: 1h", "for: an hour", "MooringRobotsAbsent: name or duration"),
        ("    annotations:", "    annotation: {}\n    annotations:", "MooringRobotExpired: annotation"),
        ("MooringRobotExpiresSoon", "MooringRobotExpired", "MooringRobotExpired: twice"),
        ("      severity: critical", "      level: critical", "MooringRobotExpired: labels or annotations"),
        ("- name: mooring\n", "- name: mooring\n  rule: []\n", "group: rule"),
    ],
)
def test_the_judge_of_rules_can_fail(old: str, new: str, said: str) -> None:
    text = RULES.read_text()
    assert old in text
    assert wrong(text.replace(old, new, 1)) == [said]


def test_the_page_names_each_alert_and_each_metric() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    rows = re.findall(r"^\| `(Mooring\w+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert rows == [(rule["alert"], rule["labels"]["severity"]) for rule in rules]
    assert re.findall(r"^\| `(mooring_\w+)` \|", PAGE, re.MULTILINE) == list(printed())


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", 0),
        ("concurrencyPolicy", "concurrency", 1),
        ("restartPolicy: Never", "restartPolicy: [Never]", 1),
        ("          imagePullSecrets:\n          - name: harbor-tools\n", "", 1),
    ],
)
def test_mooring_finds_nothing_in_the_cronjob_and_can(
    old: str, new: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in CRONJOB
    Path("cronjob.yaml").write_text(CRONJOB.replace(old, new))
    assert cli.main(["check", "cronjob.yaml", "--registry", "harbor.example.com"]) == code, capsys.readouterr().out


def test_the_workflow_is_one_and_zizmor_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    workflow = tmp_path / ".github/workflows/expiry.yml"
    workflow.write_text(WORKFLOW)
    zizmor = ["zizmor", "--offline", "--no-progress", "--persona", "pedantic"]
    for command in (["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], zizmor):
        done = subprocess.run([BIN / command[0], *command[1:], workflow], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def commands() -> list[list[str]]:
    """How the CronJob and the workflow call mooring."""
    pod = yaml.safe_load(CRONJOB)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    steps = yaml.safe_load(WORKFLOW)["jobs"]["expiry"]["steps"]
    (run,) = (step["run"].split() for step in steps if step.get("run", "").startswith("mooring "))
    return [pod["containers"][0]["command"], run]


FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision, expires: DAY, namespaces: [team]}]
namespaces: [{name: team}]
environments: [{name: prod}]
"""


@pytest.mark.parametrize("command", commands(), ids=["cronjob", "workflow"])
@pytest.mark.parametrize(("left", "code"), [(20, 1), (400, 0)])
def test_what_is_scheduled_fails_in_time_and_writes_the_metrics(
    command: list[str], left: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository, textfile = tmp_path / "repository", tmp_path / "textfile"
    for folder in (repository / ".git", textfile):
        folder.mkdir(parents=True)
    expires = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(left)
    (repository / "fleet.yaml").write_text(FLEET.replace("DAY", str(expires)))
    monkeypatch.chdir(repository)
    assert cli.main(["render", "-q"]) == 0
    name, *options = (word.replace("/textfile", str(textfile)) for word in command)
    assert (name, cli.main(options)) == ("mooring", code)
    (written,) = (*repository.glob("*.prom"), *textfile.iterdir())
    assert '{environment="prod",registry="harbor.example.com",robot="vision"} 1\n' in written.read_text()
