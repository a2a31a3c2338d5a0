"""A rotation under faults: each request that counts goes wrong in each way while every namespace pulls all the time, and
then it is run again. The table in docs/rotation.md is what came of it.

All of it takes minutes: `MOORING_FAULTS=all` asks for that. Else each request goes wrong in one way, and each way occurs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from mooring import cli
from tests.support.example import ROOT
from tests.support.rotation_world import BASE, HOWS, MARK, RECORD, SECRET, How, World, words, world
from tests.support.vault import TOKEN

ROBOTS = "/api/v2.0/robots"


class Point(NamedTuple):
    """A request of a rotation; `lost` begins where a run was killed before it had written the successor's secret."""

    server: str
    when: str
    skip: int = 0
    lost: bool = False


POINTS = {
    "create": Point("harbor", f"POST {ROBOTS}"),
    "look after create": Point("harbor", f"GET {ROBOTS}", 4),
    "read the record": Point("vault", f"GET {RECORD}", 3),
    "write the record": Point("vault", f"POST {RECORD}"),
    "look after delivery": Point("harbor", f"GET {ROBOTS}", 6),
    "read a namespace": Point("cluster", "GET /api/v1/namespaces/speech", 2),
    "prove: token": Point("harbor", "GET /service/token"),
    "prove: manifest": Point("harbor", "HEAD /v2/vision/app"),
    "look after proof": Point("harbor", f"GET {ROBOTS}", 8),
    "disable": Point("harbor", f"PUT {ROBOTS}"),
    "look after disabling": Point("harbor", f"GET {ROBOTS}", 10),
    "delete": Point("harbor", f"DELETE {ROBOTS}"),
    "claim the record": Point("vault", f"POST {RECORD}", lost=True),
    "delete a lost one": Point("harbor", f"DELETE {ROBOTS}", lost=True),
    "create it again": Point("harbor", f"POST {ROBOTS}", lost=True),
}


@pytest.fixture(scope="module", name="there")
def _there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("rotation")
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder), world(folder) as made:
        for name in ("VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"):
            patch.delenv(name, raising=False)
        yield made


def run(there: World) -> str:
    """The exit code, or `killed`."""
    if there.strike is None or not there.strike.how.startswith("kill") or there.strike.hits:
        return str(cli.main(words(there)))
    with subprocess.Popen(
        [sys.executable, "-m", "mooring", *words(there)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        there.strike.victim = started.pid
        for text in started.communicate(timeout=120):
            print(text.decode())
    return "killed" if started.returncode == -9 else str(started.returncode)


def table() -> dict[tuple[str, str], str]:
    """What docs/rotation.md says: the exit codes by request and fault."""
    text = (ROOT / "docs/rotation.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    wide = [row for row in rows if len(row) == len(HOWS) + 1]
    assert wide[0] == ["request", *HOWS]
    return {(row[0], how): cell for row in wide[1:] for how, cell in zip(HOWS, row[1:], strict=True)}


TABLE = table()
CHOSEN = [
    (point, how)
    for number, point in enumerate(POINTS)
    for at, how in enumerate(HOWS)
    if number % len(HOWS) == at or os.environ.get("MOORING_FAULTS") == "all"
]


@pytest.mark.parametrize(("point", "how"), CHOSEN)
def test_what_goes_wrong_is_made_good(
    point: str, how: How, there: World, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    there.begin()
    server, when, skip, lost = POINTS[point]
    if lost:
        made = there.harbor.state.add_robot("ci-b", "vision", duration=30)
        there.harbor.state.change(made, description=MARK)
    strike = there.fail(server, when, how, skip)
    with there.pulling():
        codes = [run(there)]
        while codes[-1] != "0" and len(codes) < 4:
            codes.append(run(there))
    assert strike.hits == 1, "the request was never sent"
    assert (there.gaps, there.robots(), there.shown()) == ([], {f"{BASE}-b": "on"}, {f"{BASE}-b"})
    assert all(there.pull(record) for record in there.secrets.values())
    said = ", ".join(codes)
    shown = "".join(capsys.readouterr())
    secrets = {SECRET, TOKEN, there.harbor.admin.password, *(one["password"] for one in there.secrets.values())}
    assert not [secret for secret in secrets if secret in shown]
    print(f"\n@ {point} | {how} | {said}")
    assert TABLE[point, how] == said


def test_the_table_is_whole() -> None:
    assert list(TABLE) == [(point, how) for point in POINTS for how in HOWS]
    assert {codes for (_, how), codes in TABLE.items() if how.startswith("kill")} == {"killed, 0"}
    assert {codes for (_, how), codes in TABLE.items() if not how.startswith("kill")} == {"0", "1, 0"}
    assert {point for point, _ in CHOSEN} == {*POINTS} and {how for _, how in CHOSEN} == {*HOWS}
