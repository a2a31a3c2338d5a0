"""A credential in a broken file reaches no output of any command, in any format, and no file that is written.

`CANARY=all` runs every case once instead of a sample.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mooring import cli, report
from tests.support.canary import CANARIES, KEYS, PLACES, SHAPES, SPOILS, Case, cases, leaks

RUNS = 5200
PARTS = 8
FORMS = {canary: leaks(canary) for canary in CANARIES}
FLEET = PLACES["fleet"].partition("§")[0].rstrip() + "\n"
FORMATS = [[], *(["--format", form] for form in report.formats())]
LOUDNESS = [[], ["-q"], ["-v"]]
IN_MANIFESTS = [
    ["check", "PATH"], ["check", "."], ["check", "-"], ["check", "PATH", "--registry", "harbor.example.com"],
    ["explain", "app", "PATH"], ["init", "new", "--from", "PATH"], ["check", "PATH", "--strict", "--fleet", "other.yaml"],
]  # fmt: skip
IN_FLEETS = [
    ["check"], ["render"], ["render", "--check"], ["render", "--stdout"], ["explain", "vision/app"], ["check", "app.yaml"],
]  # fmt: skip


def arguments(case: Case, choose: random.Random) -> list[str]:
    """A command line for the case."""
    if case.place == "kustomization":
        command = choose.choice([["check", "."], ["render"], ["render", "--check"], ["check"]])
    else:
        command = choose.choice(IN_FLEETS if "fleet" in case.place or case.place == "include" else IN_MANIFESTS)
    name = choose.choice(["app.yaml", "app.json"])
    extra = ["--pulls"] if command[0] == "check" and choose.random() < 0.3 else []
    return [
        *(name if word == "PATH" else word for word in command),
        *choose.choice(FORMATS),
        *choose.choice(LOUDNESS),
        *extra,
    ]


def write(case: Case, folder: Path) -> None:
    """The files of the case: the broken one, and a fleet or a manifest beside it."""
    text = case.text
    if case.place == "kustomization":
        (folder / "kustomization.yaml").write_bytes(text)
        (folder / "app.yaml").write_text(PLACES["pod"].partition("§")[0].rstrip() + "\n")
        manifests = "services:\n- {name: app, namespace: vision, manifests: .}\n"
        (folder / "fleet.yaml").write_text(FLEET + manifests)
        return
    in_fleet = "fleet" in case.place or case.place == "include"
    for name in ("fleet.yaml",) if in_fleet else ("app.yaml", "app.json"):
        (folder / name).write_bytes(text)
    if in_fleet:
        (folder / "app.yaml").write_text(
            PLACES["pod"].partition("§")[0].rstrip() + "\n    image: harbor.example.com/a/b:1\n"
        )
    (folder / "other.yaml").write_text(FLEET)


def run(given: Sequence[str], stdin: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """The exit code and both streams of a command."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patched.setattr(sys, "stdout", streams[0])
        patched.setattr(sys, "stderr", streams[1])
        try:
            code = cli.main(given)
        except SystemExit as error:
            code = int(error.code or 0)
    out, err = (stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
    return code, out, err


def shown(case: Case, given: Sequence[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """All that a run shows: its streams, and what it wrote; a crash too."""
    code, out, err = run(given, case.text, monkeypatch)
    # What is rendered of a service, or adopted from it, holds its values: that is what it is for.
    made = code == 0 and given[0] in ("render", "init")
    yield err
    if not made or "--check" in given:
        yield out
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("app.yaml", "app.json", "fleet.yaml", "kustomization.yaml") and not made:
            yield path.read_text(errors="replace")


def chosen() -> list[Case]:
    every = list(cases())
    choose = random.Random(20260101)
    if os.environ.get("CANARY") == "all":
        return every
    # Each place with each shape and each fault, and the rest by chance.
    sample = [
        Case(place, shape, choose.choice(KEYS), choose.choice(list(SPOILS)), choose.choice(CANARIES))
        for place in PLACES
        for shape in SHAPES
    ]
    sample += [
        Case(place, choose.choice(list(SHAPES)), key, spoil, choose.choice(CANARIES))
        for place in PLACES
        for spoil in SPOILS
        for key in choose.sample(KEYS, 3)
    ]
    return sample + choose.sample(every, RUNS - len(sample))


def test_there_are_as_many_ways_as_are_promised() -> None:
    assert len(SHAPES) >= 61 and len(SPOILS) >= 25 and RUNS > 5000
    assert {*KEYS} > {"password", "token", "secret", "auth", "apiKey", "credentials", ".dockerconfigjson"}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_run_shows_it(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = random.Random(part)
    found: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    for number, case in enumerate(chosen()[part::PARTS]):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(case, folder)
        given = arguments(case, choose)
        monkeypatch.chdir(folder)
        for text in shown(case, given, folder, monkeypatch):
            low = text.lower()
            found += [f"{case} {' '.join(given)}: {form}\n{text[:2000]}" for form in FORMS[case.canary] if form in low][:1]
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder)
    assert found == [], f"{len(found)} leaks, the first:\n{found[0]}"
