"""A robot whose credential stands sealed in the repository: created, and rotated over a commit, by the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mooring import cli
from tests.support.rotation_world import BASE, SECRET, World, words, world
from tests.support.sealing import SealingKey, opened, sealing_key

STORE = "external-secrets\n  store: {kind: ClusterSecretStore, name: vault}"


@pytest.fixture(scope="module")
def key() -> SealingKey:
    return sealing_key()


@pytest.fixture
def there(here: Path, key: SealingKey) -> Iterator[World]:
    """The robot `ci`, whose fleet is kept in Sealed Secrets; nothing is synced from Vault."""
    with world(here) as made:
        made.synced = False
        made.fleet(", expires: never")
        fleet = here / "fleet.yaml"
        text = fleet.read_text().replace(STORE, "sealed-secrets\n  certificate: sealed.pem")
        fleet.write_text(text.replace(", secret: {key: harbor/ci}", ""))
        (here / "sealed.pem").write_bytes(key.certificate)
        yield made


def entry(folder: Path, namespace: str, key: SealingKey) -> dict[str, str]:
    """Login and secret in the ciphertext of a namespace, as the controller opens it."""
    data = yaml.safe_load((folder / f"secrets/default/{namespace}/harbor-ci.yaml").read_text())
    value = data["spec"]["encryptedData"][".dockerconfigjson"]
    config = json.loads(opened(key, value, f"{namespace}/harbor-ci"))
    (found,) = config["auths"].values()
    assert data["metadata"]["annotations"]["mooring.dev/login"] == found["username"]
    return {"username": found["username"], "password": found["password"]}


def committed(there: World, key: SealingKey) -> None:
    """What comes of a commit: the controller opens every file."""
    for namespace in there.secrets:
        there.secrets[namespace] = entry(there.folder, namespace, key)


def test_apply_creates_a_robot_into_its_files(
    there: World, key: SealingKey, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    there.harbor.state.robots.clear()
    assert cli.main(["robots", "apply", "--credentials", "admin"]) == 0
    (robot,) = there.harbor.state.robots.values()
    for namespace in ("vision", "speech"):
        assert entry(there.folder, namespace, key) == {"username": BASE, "password": robot.secret}
    assert cli.main(["robots", "plan", "--credentials", "admin", "--detailed-exitcode"]) == 0
    assert cli.main(["render", "-q"]) == 0
    said = "".join(capsys.readouterr())
    assert "next: run `mooring render`, then commit `secrets/` and `overlays/`\n" in said and robot.secret not in said


def test_apply_creates_no_robot_that_could_not_be_written(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    there.harbor.state.robots.clear()
    (there.folder / "sealed.pem").write_text("")
    assert cli.main(["robots", "apply", "--credentials", "admin"]) == 1
    assert "sealing certificate `sealed.pem` holds no certificate that can be read" in capsys.readouterr().out
    assert there.harbor.state.robots == {}


def test_a_rotation_goes_over_a_commit(there: World, key: SealingKey, capsys: pytest.CaptureFixture[str]) -> None:
    (there.folder / "secret").write_text(SECRET)
    (there.folder / "secret").chmod(0o600)
    assert cli.main(["secret", "set", "ci", "--secret-file", "secret"]) == 0
    committed(there, key)
    capsys.readouterr()
    with there.pulling():
        assert cli.main(words(there, "--wait", "0s")) == 4
        said = capsys.readouterr().out
        assert "wrote `robot$vision+ci-b` to the back end of `default`" in said
        assert "hint: run `mooring render`, commit and push `secrets/` and `overlays/`, then run again\n" in said
        assert {entry(there.folder, namespace, key)["username"] for namespace in there.secrets} == {f"{BASE}-b"}
        assert (there.robots(), there.shown()) == ({BASE: "on", f"{BASE}-b": "on"}, {BASE})
        committed(there, key)
        assert cli.main(words(there)) == 0
    assert (there.robots(), there.shown(), there.gaps) == ({f"{BASE}-b": "on"}, {f"{BASE}-b"}, [])
    assert cli.main(["render", "-q"]) == 0
