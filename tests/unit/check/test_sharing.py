"""Several processes say what one says, byte for byte, whatever the files: problems, counts, every pull, what was read."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mooring import cli
from mooring.check import sharing
from mooring.check.judging import Asked
from mooring.manifests.paths import find
from mooring.problems.problem import Problem
from mooring.yaml.document import read_manifests
from tests.support.decisions import GOOD, OTHER, TABLE, made
from tests.support.example import copy
from tests.support.pull_world import NAMESPACE, SAMPLES, secret
from tests.support.spoilt import OBJECTS

CASES = Path(__file__).parents[2] / "manifests"
AS_OF = ("--as-of", "2026-11-25")
ALL = ("--format", "json", "--output", "a.json", "--format", "sarif", "--output", "a.sarif", "--format", "text", "--pulls")
SAMPLE = SAMPLES[0]
SECONDS = re.compile(r"( ·|\"seconds\":) [\d.]+(?: s$)?", re.MULTILINE)
# Each has what others hang on: a text of one document, or of several.
DECIDED = [json.dumps(one) for decision in TABLE for one in filter(None, made(decision, SAMPLE, NAMESPACE))] + [
    json.dumps(secret(SAMPLE.names[symbol], SAMPLE.host)) for symbol in (GOOD, OTHER)
]
WRITTEN = [*OBJECTS.split("\n---\n"), *DECIDED]
ODD = ("a: [", "a: 1\n", "", "# nothing\n", "- a\n", "\ufeffa: 1\n", '{"a": 1}{"b": 2}', "a: &x 1\nb: *x\n", "x: !y 1\n")
# A Secret of a name that is like one which is asked for, and more of them than a run seeks names for.
SLIPS = """\
apiVersion: v1
kind: Pod
metadata: {name: pod-NUMBER, namespace: slips}
spec:
  imagePullSecrets: [{name: harbor-pul-NUMBER}]
  containers: [{name: a, image: harbor.example.com/vision/a:1}]
"""


def outcome(folder: Path, jobs: int, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    """The exit code of `check`, and all that it printed and wrote."""
    code = cli.main(["check", ".", "-v", "--jobs", str(jobs), *AS_OF, *ALL, *more])
    out, err = capsys.readouterr()
    files = [Path(name).read_text() for name in ("a.json", "a.sarif")]
    for name in ("a.json", "a.sarif"):
        Path(name).unlink()
    if any(Path().rglob("kustomization.yaml")):  # roots are built by threads, in any order
        err = "\n".join(sorted(err.split("\n")))
    return code, [SECONDS.sub(r"\1 0", text) for text in (out, err, *files)]


def is_said_by_all(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        alone = outcome(folder, 1, capsys, *more)
        for jobs in (2, 3):
            assert outcome(folder, jobs, capsys, *more) == alone
    finally:
        os.chdir(before)
    return alone


@pytest.mark.parametrize("code", sorted(path.name for path in CASES.iterdir()))
def test_cases_side_by_side(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All cases of a code as one tree: with Secrets of one name in many files, and roots."""
    shutil.copytree(CASES / code, tmp_path / "all", ignore=shutil.ignore_patterns("expected.txt"))
    _, (out, *_) = is_said_by_all(tmp_path / "all", capsys, "--registry", "harbor.example.com")
    assert "document" in out


@settings(max_examples=25, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(st.sampled_from([*range(len(WRITTEN))]), min_size=1, max_size=4)
        | st.sampled_from([-1 - index for index in range(len(ODD))]).map(lambda index: [index]),
        min_size=1, max_size=9,
    ),
    st.booleans(),
)  # fmt: skip
def test_any_tree(capsys: pytest.CaptureFixture[str], files: list[list[int]], named: bool) -> None:
    """Files of any of the objects that tests have, an odd one here and there, in any order."""
    with tempfile.TemporaryDirectory() as name:
        for number, chosen in enumerate(files):
            texts = [WRITTEN[index] if index >= 0 else ODD[-1 - index] for index in chosen]
            (Path(name) / f"{number}.yaml").write_text("\n---\n".join(texts))
        is_said_by_all(Path(name), capsys, *(("--registry", SAMPLE.host) if named else ()))


def test_a_rendered_tree_with_its_fleet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy(tmp_path, rendered=True)
    code, (out, *_) = is_said_by_all(tmp_path, capsys)
    assert code == 0 and "service" in out


def test_names_are_sought_in_the_order_of_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run seeks names for fifty misspelt ones: the first of all, whoever has read them."""
    for number in range(70):
        (tmp_path / f"{number:02}.yaml").write_text(SLIPS.replace("NUMBER", str(number)))
        there = {**secret(f"harbor-pull-{number}", "harbor.example.com")}
        there["metadata"]["namespace"] = "slips"
        (tmp_path / f"s{number:02}.json").write_text(json.dumps(there))
    _, (_, _, written, _) = is_said_by_all(tmp_path, capsys)
    hints = [one["hint"] for one in json.loads(written)["problems"] if one.get("hint")]
    assert sum(hint.startswith("did you mean `harbor-pull-") for hint in hints) == 50


def test_a_document_crosses_with_its_lines_alone() -> None:
    """The places and excerpts of what another process has read are those of the file."""
    for text in (
        "a: 1\n---\nb: {c: name}\n---\nd: 1\n", "a: 1\n---\nb:\n- c: 'x'\n-", "a: 1\n---\n{b: {c: 1}}",
        '{"b": {}}{"b":\n1}\n', "a: 1\n---\n\n# c\nb: &x [c]\nd: *x\n---\n",
    ):  # fmt: skip
        for document in read_manifests(text, "a.yaml")[0]:
            far = pickle.loads(pickle.dumps(document))
            assert far.text.count("\n") <= text.count("\n") and far.data == document.data
            for route in ((), ("b",), ("b", "c"), ("b", 0), ("b", 0, "c"), ("d",), ("e", "f")):
                for at_key in (False, True):
                    here, there = (Problem("schema", "m", one, route, at_key).located() for one in (document, far))
                    assert here == there
                assert far.has(route) == document.has(route)
                assert far.hidden(route) == document.hidden(route)


def test_work_is_shared_out_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process has to earn its start; more than there is work for are not started."""
    monkeypatch.chdir(tmp_path)
    asked = Asked((), {}, datetime.date(2026, 11, 25))
    for number, length in enumerate((10, 400_000, 100_000, 300_000)):
        Path(f"{number}.yaml").write_text("#" * length)
    inputs, files = find(["."], changed=False, exclude=(), helm=False)
    for processors, jobs, given_files, shares in (
        (1, None, files, [[0, 1, 2, 3]]), (2, None, files, [[0, 1], [2, 3]]), (2, None, files[:1], [[0]]),
        (2, 1, files, [[0, 1, 2, 3]]), (1, 3, files, [[1], [3], [0, 2]]), (2, 99, files[:2], [[1], [0]]), (2, 2, [], [[]]),
    ):  # fmt: skip
        monkeypatch.setattr(sharing.processors, "count", lambda processors=processors: processors)
        found = sharing.parts(asked, inputs.found, given_files, jobs)
        assert [[*part._files] for part in found] == shares


def test_a_worker_that_fails_or_is_killed_is_told_as_render_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        Path(f"{name}.yaml").write_text(SLIPS.replace("NUMBER", name))
    own = os.getpid()

    def fails(*_: object) -> Any:
        raise KeyError("canary-in-a-message") if os.getpid() != own else sharing.judge

    real = sharing.judge
    monkeypatch.setattr(sharing, "judge", lambda *given: real(*given) if os.getpid() == own else fails())
    assert cli.main(["check", ".", "--jobs", "2"]) == 3
    out, err = capfd.readouterr()
    assert "KeyError" in err and "canary" not in out + err
    monkeypatch.setattr(sharing, "judge", lambda *given: real(*given) if os.getpid() == own else os.kill(os.getpid(), 9))
    assert cli.main(["check", ".", "--jobs", "2"]) == 2
    assert "a worker process was killed" in capfd.readouterr().err


@pytest.mark.usefixtures("interruptible")
def test_no_worker_outlives_an_interrupt(tmp_path: Path) -> None:
    """The leader is stopped while a worker judges: both are gone, and nothing was said."""
    for number in range(2):
        (tmp_path / f"{number}.yaml").write_text(SLIPS.replace("NUMBER", str(number)))
    program = (
        "import os, sys, time\nfrom mooring.check import sharing\nfrom mooring.__main__ import run\n"
        # One write, so that no line of one process gets into a line of the other.
        "sharing.judge = lambda *_: (os.write(1, b'judging\\n'), time.sleep(60))\nrun(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", program, "check", ".", "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(2)] == ["judging\n"] * 2
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)  # ends once no process has the pipe open
            assert (process.returncode, out, err) == (130, "", "")
        finally:
            with contextlib.suppress(ProcessLookupError):  # the worker is of the same group
                os.killpg(process.pid, signal.SIGKILL)


SLIP = """\
apiVersion: v1
kind: Pod
metadata: {name: pod-NUMBER, namespace: slips}
spec: {imag: x, containers: [{name: a, image: b}]}
"""


def test_a_line_is_cut_out_where_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """People see the first of many alike; JUnit has them all."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("---\n".join(SLIP.replace("NUMBER", str(number)) for number in range(4)))
    assert cli.main(["check", "a.yaml"]) == 1
    assert capsys.readouterr().out.count("spec: {imag: ***") == 1
    assert cli.main(["check", "a.yaml", "--format", "junit"]) == 1
    assert capsys.readouterr().out.count("spec: {imag: ***") == 4
