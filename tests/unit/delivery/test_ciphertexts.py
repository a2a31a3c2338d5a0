"""A credential into ciphertexts: one file for each namespace that has the robot's Secret, all of them or none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from mooring.delivery import Delivery, Fault, Written
from mooring.redaction import Credential
from tests.support.canary import CANARIES, leaks
from tests.support.fleet_files import REGISTRY, environments
from tests.support.sealing import SealingKey, opened, sealing_key

SECRET = CANARIES[1]
FLEET = (
    REGISTRY
    + """\
secrets: {backend: sealed-secrets}
robots:
- {name: a, project: a, namespaces: [shop, "v*"]}
- {name: b, project: b}
- {name: c, project: c, namespaces: [shop], backend: external}
namespaces: [{name: vision}, {name: shop}, {name: video}]
environments:
- {name: dev, secrets: {certificate: certs/dev.pem}, namespaces: [vision]}
- {name: prod, secrets: {certificate: certs/prod.pem}}
"""
)
FILES = [
    "secrets/dev/vision/harbor-a.yaml",
    "secrets/prod/shop/harbor-a.yaml",
    "secrets/prod/video/harbor-a.yaml",
    "secrets/prod/vision/harbor-a.yaml",
]


@pytest.fixture(scope="module")
def keys() -> dict[str, SealingKey]:
    return {"dev": sealing_key(), "prod": sealing_key()}


@pytest.fixture
def repository(here: Path, keys: dict[str, SealingKey]) -> Path:
    (here / "certs").mkdir()
    for name, key in keys.items():
        (here / "certs" / f"{name}.pem").write_bytes(key.certificate)
    return here


def written(
    folder: Path, robot: str = "a", only: Sequence[str] = ("dev", "prod"), fleet: str = FLEET
) -> tuple[tuple[Written, ...], tuple[Fault, ...]]:
    """What comes of writing the robot's credential in the environments."""
    found = environments(folder, fleet)
    return Delivery().write_all(robot, [found[name] for name in only], Credential(SECRET))


def secrets(folder: Path) -> list[str]:
    """The files below `secrets/`, and its empty folders."""
    found = (folder / "secrets").rglob("*")
    return sorted(path.relative_to(folder).as_posix() for path in found if not path.is_dir() or not any(path.iterdir()))


def config_in(path: Path, key: SealingKey) -> str:
    """The docker configuration that is sealed in a file, as the controller opens it."""
    data = yaml.safe_load(path.read_text())
    meta = data["metadata"]
    return opened(key, data["spec"]["encryptedData"][".dockerconfigjson"], f"{meta['namespace']}/{meta['name']}").decode()


def test_every_namespace_of_every_environment_has_its_file(repository: Path, keys: dict[str, SealingKey]) -> None:
    done = written(repository)
    assert done == (
        tuple(Written((path.split("/")[1],), "sealed-secrets", path, changed=True) for path in done_order()), (),
    )  # fmt: skip
    assert secrets(repository) == FILES
    for path in FILES:
        entry = f'"username":"robot$a+a","password":"{SECRET}"'
        assert entry in config_in(repository / path, keys[path.split("/")[1]])
        text = (repository / path).read_text()
        assert "mooring.dev/login: robot$a+a" in text
        assert not [leak for leak in leaks(SECRET) if leak in text.lower()]


def done_order() -> list[str]:
    """The files by environment, then in the fleet's order of namespaces."""
    return [FILES[0], FILES[3], FILES[1], FILES[2]]


def test_what_stands_there_is_replaced(repository: Path) -> None:
    written(repository)
    before = {path: (repository / path).read_text() for path in FILES}
    (repository / FILES[0]).chmod(0o640)
    assert len(written(repository, only=["dev"])[0]) == 1
    after = {path: (repository / path).read_text() for path in FILES}
    assert [path for path in FILES if before[path] != after[path]] == [FILES[0]]
    assert (repository / FILES[0]).stat().st_mode & 0o777 == 0o640
    assert secrets(repository) == FILES


def told(folder: Path, fleet: str = FLEET, robot: str = "a") -> tuple[tuple[str, ...], str]:
    """The environments and the message of the only fault; nothing was written."""
    done, (fault,) = written(folder, robot, fleet=fleet)
    assert done == ()
    return fault.environments, fault.message


@pytest.mark.parametrize(("certificate", "message"), [
    (None, "sealing certificate `certs/prod.pem` does not exist"),
    (b"x", "sealing certificate `certs/prod.pem` holds no certificate that can be read"),
    (sealing_key(elliptic=True).certificate,
     "sealing certificate `certs/prod.pem` is of no RSA key, and Sealed Secrets seals for no other"),
    (sealing_key(until=datetime.date(2026, 6, 1)).certificate,
     "sealing certificate `certs/prod.pem` has expired on 2026-06-01"),
], ids=["absent", "none", "elliptic", "expired"])  # fmt: skip
def test_without_a_certificate_to_seal_for_no_environment_is_written(
    repository: Path, certificate: bytes | None, message: str
) -> None:
    path = repository / "certs" / "prod.pem"
    found = environments(repository, FLEET)
    path.unlink()
    if certificate is not None:
        path.write_bytes(certificate)
    done, (fault,) = Delivery().write_all("a", list(found.values()), Credential(SECRET))
    assert (done, fault.environments, fault.message) == ((), ("prod",), message)
    assert not (repository / "secrets").exists()


def test_a_fleet_that_names_no_certificate(repository: Path) -> None:
    fleet = FLEET.replace(", secrets: {certificate: certs/prod.pem}", "")
    assert told(repository, fleet) == (
        ("prod",), "`secrets.certificate` is missing: there is no key to seal for",
    )  # fmt: skip
    assert not (repository / "secrets").exists()


def test_a_robot_that_no_namespace_has(repository: Path) -> None:
    done, faults = written(repository, "b")
    assert (done, [fault.environments for fault in faults]) == ((), [("dev",), ("prod",)])
    assert faults[0].message == "no namespace has the Secret of robot `b`: there is nothing to encrypt it for"


def test_what_somebody_else_makes(repository: Path) -> None:
    done, faults = written(repository, "c", ["prod"])
    assert (done, len(faults)) == ((), 1)
    assert "its Secret is made outside of mooring" in faults[0].message


@pytest.mark.parametrize("what", ["folder", "link", "link above"])
def test_where_one_file_cannot_be_written_none_is(repository: Path, what: str) -> None:
    other = repository / "elsewhere"
    other.mkdir()
    place = repository / FILES[3]
    if what == "link above":
        (repository / "secrets" / "prod").mkdir(parents=True)
        place.parent.symlink_to(other)
    else:
        place.parent.mkdir(parents=True)
        place.mkdir() if what == "folder" else place.symlink_to(other / "x.yaml")
    environments_of_fault, message = told(repository)
    assert environments_of_fault == ("dev", "prod")
    assert "`secrets/prod/vision" in message and "cannot be written: it " in message
    assert not [path for path in secrets(repository) if "dev" in path or "tmp" in path]
    assert list(other.iterdir()) == []


def test_a_disk_that_is_full_half_way_leaves_all_as_it_was(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    written(repository)
    before = {path: (repository / path).read_bytes() for path in FILES}
    calls: list[int] = []
    write = os.write

    def full(descriptor: int, content: bytes) -> int:
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    _, message = told(repository)
    assert "cannot be written: No space left on device" in message
    monkeypatch.undo()
    assert secrets(repository) == FILES
    assert {path: (repository / path).read_bytes() for path in FILES} == before
