"""What the commands print, where they print it, and the exit codes that hooks and pipelines rely on."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mooring import cli, rules
from mooring.commands import load
from tests.support.example import ROOT, copy

BROKEN = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries: [{name: harbor, host: "https://harbor.example.com"}]
"""
SUMMARY = {"documents", "services", "pulls", "problems", "silenced", "written", "unchanged", "deleted", "seconds"} | {
    "skipped",
    "not_listed",
    "proved",
    "public",
    "other",
    "unknown",
    "broken",
    "other_registries",
    "private_registries",
}
PROBLEM = {"code", "severity", "message", "file", "line", "column", "route", "hint", "object", "environment"} | {
    "environments",
    "root",
    "roots",
}
PULL = {"image", "route", "component", "origin", "secrets", "secret", "robot", "project", "expires", "verdict", "reason"}
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy(tmp_path, rendered=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fleet.yaml").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The problems of a run that are no notes."""
    return [problem for problem in result["problems"] if problem["severity"] != "note"]


def test_render_json_has_the_contracts_keys(broken: Path, capsys: Captured) -> None:
    assert cli.main(["render", "--format", "json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"problems", "summary", "deleted", "would_delete"} and set(result["summary"]) == SUMMARY
    (problem,) = faults(result)
    assert set(problem) == PROBLEM
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == ("bad-host", "fleet.yaml", 4, 35)
    assert (problem["route"], problem["object"], problem["environment"]) == ("registries[0].host", None, None)


def test_problems_go_to_stderr_and_the_result_to_stdout(broken: Path, capsys: Captured) -> None:
    cli.main(["render"])
    said = capsys.readouterr()
    assert "error[bad-host]" in said.err and said.out.startswith("nothing written: ")
    cli.main(["check"])
    assert "error[bad-host]" in capsys.readouterr().out


def test_formats_and_files_in_pairs(broken: Path, capsys: Captured) -> None:
    arguments = ["check", "--format", "json", "--output", "a.json", "--format", "text", "--output", "a.txt"]
    assert cli.main(arguments) == 1
    assert capsys.readouterr().out == ""
    assert json.loads((broken / "a.json").read_text())["problems"][0]["code"] == "bad-host"
    assert "error[bad-host]" in (broken / "a.txt").read_text()


def test_a_fleet_file_elsewhere_is_named_from_here(broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    (broken / "below").mkdir()
    (broken / "fleet.yaml").rename(broken / "below/other.yaml")
    for given in (["--fleet", "below/other.yaml"], []):
        if not given:
            monkeypatch.setenv("MOORING_FLEET", "below/other.yaml")
        assert cli.main(["check", *given, "--format", "json"]) == 1
        assert json.loads(capsys.readouterr().out)["problems"][0]["file"] == "below/other.yaml"


def test_render_check_prints_the_diff(example: Path, capsys: Captured) -> None:
    assert cli.main(["render", "--check"]) == 0
    assert capsys.readouterr().out == ""
    path = "overlays/prod/vision/access/pull-grants.yaml"
    file = example / path
    file.write_text(file.read_text().replace("onecloud-sol", "onecloud-old"))
    assert cli.main(["render", "--check"]) == 1
    said = capsys.readouterr()
    assert f"--- {path}\n+++ {path}\n" in said.out and '-  harbor-credential: "harbor' not in said.out.split("\n")[0]
    assert sorted(line[:2] for line in said.out.splitlines() if "  harbor-credential: " in line and line[0] != " ") == [
        "+ ", "- ",
    ]  # fmt: skip
    assert "drift: run `mooring render`" in said.err
    assert cli.main(["check", "--format", "json"]) == 1
    (problem,) = faults(json.loads(capsys.readouterr().out))
    assert (problem["code"], problem["file"]) == ("drift", path)


def test_stdout_prints_the_objects_and_writes_nothing(example: Path, capsys: Captured) -> None:
    shutil.rmtree(example / "overlays")
    assert cli.main(["render", "--stdout", "--env", "prod", "--namespace", "vision"]) == 0
    out = capsys.readouterr().out
    assert out.count("\nkind: InferenceService\n") == 2 and "kind: Kustomization" not in out
    assert not (example / "overlays").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["render", "--env", "prd"], "no environment is named `prd`\n        hint: did you mean `prod`?"),
        (["render", "--namespace", "visoin"], "no namespace is named `visoin`\n        hint: did you mean `vision`?"),
        (
            ["explain", "secret-shadwed"],
            "neither a problem code nor a service of `dev`\n        hint: did you mean the code",
        ),
        (["explain", "iriss"], "neither a problem code nor a service of `dev`\n        hint: did you mean `iris`?"),
        (["explain", "vision/iriss"], "a service of `dev`\n        hint: did you mean `vision/iris`?"),
        (["explain", "iriss", "overlays/prod"], "is named `iriss`\n        hint: did you mean `iris`?"),
        (["explain", "iris", "--env", "prd"], "no environment is named `prd`\n        hint: did you mean `prod`?"),
        (["explain", "iris", "--env", "nowhere"], "no environment is named `nowhere`\n        hint: there are `dev`"),
        (["render", "--fleet", "absent.yaml"], "`absent.yaml` does not exist"),
        (["check", "--fleet", "absent.yaml"], "`absent.yaml` does not exist"),
    ],
)
def test_wrong_usage_is_2_with_a_hint(example: Path, capsys: Captured, arguments: list[str], said: str) -> None:
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("mooring: ") and said in captured.err and captured.out == ""


@pytest.mark.parametrize("arguments", [[], ["rendr"], ["check", "--as-of", "soon"], ["check", "--fail-within", "month"]])
def test_arguments_that_are_none(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: mooring")


@pytest.mark.parametrize(
    ("arguments", "code", "found"),
    [
        (["--as-of", "2026-12-01"], 0, {}),
        (["--as-of", "2027-01-02"], 0, {"robot-expires-soon": "fleet.yaml:100"}),
        (["--as-of", "2027-01-02", "--strict"], 1, {"robot-expires-soon": "fleet.yaml:100"}),
        (["--as-of", "2026-12-01", "--fail-within", "60d"], 0, {}),
        (["--as-of", "2026-12-01", "--fail-within", "62d"], 1, {"robot-expires-soon": "fleet.yaml:100"}),
        (["--as-of", "2027-01-29"], 0, {"robot-expires-soon": "fleet.yaml:100"}),
        (["--as-of", "2027-02-01"], 1, {"robot-expired": "fleet.yaml:100", "robot-expires-soon": "fleet.yaml:29"}),
    ],
)
def test_expiry_by_the_day_it_is_judged_by(
    example: Path, capsys: Captured, arguments: list[str], code: int, found: dict[str, str]
) -> None:
    """prod's robot is invalid from 2027-02-01 00:00 UTC, the base's from 2027-03-01."""
    assert cli.main(["check", *arguments, "--format", "json"]) == code
    problems = faults(json.loads(capsys.readouterr().out))
    first = {problem["code"]: f"{problem['file']}:{problem['line']}" for problem in reversed(problems)}
    assert first == found


def test_explain_service_json_is_the_contracts(example: Path, capsys: Captured) -> None:
    arguments = ["explain", "vision/torch-grpc-transformer", "--env", "prod", "--as-of", "2026-12-01", "--format", "json"]
    assert cli.main(arguments) == 0
    explained = json.loads(capsys.readouterr().out)
    assert set(explained) == {"object", "environment", "pulls"}
    assert all(set(pull) == PULL for pull in explained["pulls"])
    transformer = next(pull for pull in explained["pulls"] if pull["component"] == "transformer")
    assert transformer == {
        "image": "harbor.prod.example.com/onecloud-sol/infra-demo-itg:image-transformer-1.0",
        "route": "spec.transformer.containers[0].image",
        "component": "transformer",
        "origin": "spec",
        "secrets": ["harbor-credential"],
        "secret": "harbor-credential",
        "robot": "infra-demo",
        "project": "onecloud-sol",
        "expires": "2027-02-01",
        "verdict": "ok",
        "reason": None,
    }


@pytest.mark.parametrize("code", rules.codes())
def test_explain_code_prints_its_page(code: str, capsys: Captured) -> None:
    assert cli.main(["explain", code]) == 0
    out = capsys.readouterr().out
    page = rules.page(code)
    assert out.startswith(f"{code} ({page.severity}, {page.family})\n{page.summary}\n")
    assert all(part in out for part in (page.what, page.why, "Example:", "Instead:"))
    assert cli.main(["explain", code, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == dataclasses.asdict(page)


@pytest.mark.parametrize("what", [["no-robot"], ["iris"], ["iris", "overlays/prod"]])
def test_explain_writes_each_format_to_its_file(example: Path, capsys: Captured, what: list[str]) -> None:
    said = []
    for form in ("json", "text"):
        assert cli.main(["explain", *what, "--as-of", "2026-12-01", "--format", form]) == 0
        said.append(capsys.readouterr().out)
    files = ["--format", "json", "--output", "a.json", "--format", "text", "--output", "a.txt"]
    assert cli.main(["explain", *what, "--as-of", "2026-12-01", *files]) == 0
    assert capsys.readouterr().out == "" and json.loads(said[0])
    assert [(example / name).read_text() for name in ("a.json", "a.txt")] == said
    assert cli.main(["explain", *what, "--output", "no/where"]) == 2
    assert "`no/where` cannot be written" in capsys.readouterr().err


def test_a_schema_goes_to_a_file(tmp_path: Path, capsys: Captured) -> None:
    assert cli.main(["schema", "fleet", "--output", str(tmp_path / "a.json")]) == 0
    assert capsys.readouterr().out == "" and json.loads((tmp_path / "a.json").read_text())["$schema"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["schema", "fleet", "--format", "text"], "argument --format: invalid choice: `***` (choose from 'json')"),
        (["explain", "schema", "--format", "txt"], "argument --format: invalid choice: `txt` (choose from 'json', 'text')"),
        (["init", "x", "--format", "json"], "unrecognized arguments: --format ***"),
        (["init", "x", "--output", "y"], "unrecognized arguments: --output ***"),
    ],
)
def test_a_format_that_a_command_does_not_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    hint = "\n        hint: did you mean `text`?" if "txt" in arguments else ""
    assert capsys.readouterr().err.endswith(f"error: {said}{hint}\n") and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("action", ["", "true"])
def test_a_schema_is_json_wherever_it_is_printed(action: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", action)
    said = []
    for given in ([], ["--format", "json"]):
        assert cli.main(["schema", "fleetpart", *given]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] and json.loads(said[0])["$schema"]


@pytest.mark.parametrize(
    ("command", "form"),
    [
        ("check", "github"),
        ("render", "github"),
        ("diff", "text"),
        ("robots", "text"),
        ("secret", "text"),
        ("doctor", "text"),
    ],
)
def test_only_what_lists_problems_prints_a_runners_commands(
    command: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action, expected in (("true", form), ("", "text")):
        monkeypatch.setenv("GITHUB_ACTIONS", action)
        parser = argparse.ArgumentParser()
        load(command).options(parser)
        assert parser.get_default("default_format") == expected


def test_schema_fleet_accepts_the_example(example: Path, capsys: Captured) -> None:
    from mooring.yaml.document import read_fleet

    for what, name in (("fleet", "fleet.yaml"), ("fleetpart", "teams/language.yaml")):
        assert cli.main(["schema", what]) == 0
        schema = json.loads(capsys.readouterr().out)
        document, _ = read_fleet((example / name).read_bytes(), name)
        assert document is not None
        judge = jsonschema.Draft202012Validator(schema)
        judge.validate(document.data)
        assert not judge.is_valid({**document.data, "robts": []})
        service = document.data["services"][0]
        misspelt = {**service, "spec": {**service["spec"], "predictr": {}}}
        assert not judge.is_valid({**document.data, "services": [misspelt]}), "the kind's own schema stands under `spec`"


def test_init_starts_a_repository_that_renders_and_writes_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert cli.main(["init", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "fleet.yaml\n" in said and ".pre-commit-config.yaml: it is there already" in said
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    monkeypatch.chdir(tmp_path)
    assert cli.main(["render"]) == 0
    assert cli.main(["check"]) == 0
    assert cli.main(["init"]) == 0
    assert "written" not in capsys.readouterr().out.split("Next:")[0].split("rendered")[-1].split("clean")[-1]


def test_a_bug_is_3_and_quotes_no_value(example: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr("mooring.commands.render._run", fails)
    assert cli.main(["render"]) == 3
    said = capsys.readouterr().err
    assert "this is a bug in mooring" in said and "RuntimeError" in said and "hunter2" not in said


def test_a_reader_that_has_seen_enough() -> None:
    command = f"{sys.executable} -m mooring schema fleet | head -c 10"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == "" and done.stdout == '{"$schema"'


@pytest.mark.parametrize(
    "arguments", ["render --stdout", "render", "check", "check . --pulls --format json", "explain no-robot"]
)
def test_a_closed_pipe_ends_a_run_as_sigpipe_does(arguments: str, example: Path) -> None:
    command = f"{sys.executable} -m mooring {arguments} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=example, capture_output=True, text=True, check=False)
    assert done.stdout == "141\n"
    assert "Traceback" not in done.stderr and "mooring: " not in done.stderr
