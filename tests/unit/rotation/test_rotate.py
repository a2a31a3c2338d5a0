"""`mooring robots rotate`, from end to end: one robot of two namespaces, with Harbor, Vault and a cluster as stand-ins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring import cli
from tests.support.rotation_world import BASE, SECRET, World, words, world


@pytest.fixture(name="there")
def _there(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"):
        monkeypatch.delenv(name, raising=False)
    with world(here) as made:
        yield made


def test_a_rotation_in_one_run(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    with there.pulling():
        assert cli.main(words(there)) == 0
    said = capsys.readouterr().out
    assert said == (
        "robot `ci` in `default`: done\n"
        "  created `robot$vision+ci-b`\n"
        "  wrote `robot$vision+ci-b` to the back end of `default`\n"
        "  pulled with `robot$vision+ci-b`, as every namespace has it\n"
        "  disabled `robot$vision+ci`\n"
        "      tokens that were given out before pull on for 31 minutes, by Harbor's default\n"
        "  deleted `robot$vision+ci`\n"
        "  every namespace has `robot$vision+ci-b`\n"
    )
    assert (there.robots(), there.shown(), there.gaps) == ({f"{BASE}-b": "on"}, {f"{BASE}-b"}, [])
    assert there.record() | {"password": ""} == {"username": f"{BASE}-b", "password": "", "note": "kept"}
    assert there.record()["password"] != SECRET and there.pulled > 2
