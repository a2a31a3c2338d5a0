"""A rotation whose back end is files: it writes them, says what to commit, and goes on when the clusters have them."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mooring import cli
from mooring.commands.rotation import WAITING
from mooring.commands.running import repository
from tests.support.rotation_world import BASE, SECRET, World, words, world
from tests.support.sealing import SealingKey, opened, sealing_key

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: small}}
registries:
- {{name: harbor, host: "{host}", caBundle: ca.pem}}
secrets: {{backend: sealed-secrets, certificate: sealing.pem}}
robots:
- {{name: ci, project: vision, namespaces: [vision, speech]}}
namespaces:
- name: vision
- name: speech
"""
FILES = {namespace: f"secrets/default/{namespace}/harbor-ci.yaml" for namespace in ("vision", "speech")}


@pytest.fixture(scope="module", name="key")
def _key() -> SealingKey:
    return sealing_key()


@pytest.fixture(name="there")
def _there(here: Path, key: SealingKey, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("VAULT_ADDR", "VAULT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with world(here) as made:
        made.synced = False
        (here / "fleet.yaml").write_text(FLEET.format(host=made.harbor.host))
        (here / "sealing.pem").write_bytes(key.certificate)
        (here / "first").write_text(SECRET)
        (here / "first").chmod(0o600)
        assert cli.main(["secret", "set", "ci", "--secret-file", "first"]) == 0
        yield made


def given(there: World, *more: str) -> list[str]:
    """The command, which knows of no Vault."""
    found = words(there, *more)
    at = found.index("--vault-address")
    return [*found[:at], *found[at + 4 :]]


def commit(there: World, key: SealingKey) -> None:
    """What git, a syncer and the controller do: each namespace's Secret is what its file holds."""
    for namespace, file in FILES.items():
        sealed = yaml.safe_load(Path(file).read_text())["spec"]["encryptedData"][".dockerconfigjson"]
        (entry,) = json.loads(opened(key, sealed, f"{namespace}/harbor-ci"))["auths"].values()
        there.secrets[namespace] = {name: entry[name] for name in ("username", "password")}


def test_commit_then_run_again(there: World, key: SealingKey, capsys: pytest.CaptureFixture[str]) -> None:
    with there.pulling():
        assert cli.main(given(there)) == WAITING
        out, waited = capsys.readouterr()
        assert waited == ""
        assert out.endswith(
            "  created `robot$vision+ci-b`\n"
            "  wrote `robot$vision+ci-b` to the back end of `default`\n"
            "  . `robot$vision+ci-b` cannot be in `default/vision`, `default/speech` yet\n"
            "      hint: run `mooring render`, commit and push `secrets/` and `overlays/`, then run again\n"
        )
        assert cli.main(given(there, "--wait", "1s")) == WAITING
        assert there.robots() == {BASE: "on", f"{BASE}-b": "on"}
        commit(there, key)
        assert cli.main(given(there)) == 0
    assert (there.gaps, there.robots(), there.shown()) == ([], {f"{BASE}-b": "on"}, {f"{BASE}-b"})
    assert SECRET not in "".join(capsys.readouterr())


def test_files_are_written_alone(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that renders meanwhile would copy half of them."""
    held: list[bool] = []

    def holding(fleet: Path, *, write: bool, quiet: bool) -> contextlib.AbstractContextManager[None]:
        held.append(write)
        return repository(fleet, write=write, quiet=quiet)

    monkeypatch.setattr("mooring.commands.rotation.repository", holding)
    assert cli.main(given(there)) == WAITING and held == [True]


def test_the_files_may_be_in_another_clone(there: World, key: SealingKey, capsys: pytest.CaptureFixture[str]) -> None:
    """A change that is not merged yet holds the secret: whoever made another would break it."""
    assert cli.main(given(there)) == WAITING
    Path("secrets").rename("merged-later")
    assert cli.main(given(there)) == 1
    out = capsys.readouterr().out
    assert "no file here holds the login `robot$vision+ci-b`" in out
    assert "hint: merge that change; if there is none, delete `robot$vision+ci-b` in Harbor, and run again" in out
    Path("merged-later").rename("secrets")
    commit(there, key)
    assert cli.main(given(there)) == 0 and there.robots() == {f"{BASE}-b": "on"}


def test_one_file_is_lost(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of which some have the successor are as good as none: the old ones come from git."""
    shutil.copytree("secrets", "committed")
    assert cli.main(given(there)) == WAITING
    shutil.copy(Path("committed", *Path(FILES["speech"]).parts[1:]), FILES["speech"])
    assert cli.main(given(there)) == 1
    assert "no file here holds the login" in capsys.readouterr().out
    state = there.harbor.state
    del state.robots[next(number for number, one in state.robots.items() if one.name.endswith("-b"))]
    assert cli.main(given(there)) == 1
    assert "hint: restore the files under `secrets/` from git" in capsys.readouterr().out
    shutil.copytree("committed", "secrets", dirs_exist_ok=True)
    assert cli.main(given(there)) == WAITING and there.robots() == {BASE: "on", f"{BASE}-b": "on"}
