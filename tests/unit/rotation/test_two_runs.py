"""Two runs at once: the other one comes to its end while a request of this one is on its way. One stops, nothing is lost."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from mooring import cli
from tests.support.rotation_world import BASE, MARK, RECORD, Strike, World, words, world
from tests.support.vault import TOKEN


@pytest.fixture(scope="module", name="there")
def _there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder), world(folder) as made:
        for name in ("VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"):
            patch.delenv(name, raising=False)
        yield made


@pytest.mark.parametrize(
    ("server", "when", "skip", "is_after", "codes", "said"),
    [
        ("harbor", "POST /api/v2.0/robots", 0, False, (0, 1), "`robot$vision+ci-b` was created meanwhile"),
        ("harbor", "POST /api/v2.0/robots", 0, True, (0, 1), "it has deleted what this one made"),
        # Read before it is written: Vault's own check alone would let this one's secret through, of a robot that is gone.
        ("vault", f"GET {RECORD}", 3, False, (0, 1), "somebody else has changed the record meanwhile"),
        ("vault", f"POST {RECORD}", 0, False, (0, 1), "somebody else has changed the record meanwhile"),
        ("vault", f"POST {RECORD}", 0, True, (0, 0), "disabled `robot$vision+ci`"),
        ("harbor", "PUT /api/v2.0/robots", 0, False, (0, 1), "Harbor has no such thing"),
        ("harbor", "DELETE /api/v2.0/robots", 0, False, (0, 0), "deleted `robot$vision+ci`"),
    ],
)
def test_one_stops(
    server: str, when: str, skip: int, is_after: bool, codes: tuple[int, int], said: str, there: World,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    there.begin()
    other: list[int] = []

    def run_the_other() -> None:
        command = [sys.executable, "-m", "mooring", *words(there)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        print(ended.stdout.decode())
        other.append(ended.returncode)

    there.meanwhile = (Strike(server, when, "500", skip), is_after, run_the_other)
    with there.pulling():
        own = cli.main(words(there))
        told = capsys.readouterr().out
        assert ((*other, own), said in told) == (codes, True), told
        assert cli.main(words(there)) == 0
    assert (there.gaps, there.robots(), there.shown()) == ([], {f"{BASE}-b": "on"}, {f"{BASE}-b"})


def test_whoever_made_a_lost_robot_cannot_deliver_it_any_more(there: World) -> None:
    """A run that had made the successor wakes up when another has replaced it: its record is one version too late."""
    there.begin()
    state = there.harbor.state
    state.change(state.add_robot("ci-b", "vision", duration=30), description=MARK)
    late: list[int] = []

    def wake_up() -> None:
        data = {"username": f"{BASE}-b", "password": "of-a-robot-that-is-gone"}
        status, _ = there.vault.answer("POST", RECORD, TOKEN, None, {"options": {"cas": 1}, "data": data})
        late.append(status)

    there.meanwhile = (Strike("harbor", "POST /api/v2.0/robots", "500"), False, wake_up)
    with there.pulling():
        assert cli.main(words(there)) == 0
    assert (late, there.gaps, there.robots()) == ([400], [], {f"{BASE}-b": "on"})
