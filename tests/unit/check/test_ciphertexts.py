"""What `check` warns of: sealing certificates that end, and ciphertexts that no Secret is made of."""

from __future__ import annotations

import datetime
import io
import json
import sys
from pathlib import Path

import pytest

from mooring import cli
from tests.support.fleet_files import HEAD, REGISTRY
from tests.support.sealing import sealing_key

FLEET = (
    HEAD
    + REGISTRY
    + """\
secrets: {backend: sealed-secrets, certificate: sealed.pem}
robots: [{name: a, project: a, expires: never, namespaces: [vision]}]
namespaces: [{name: vision}]
environments:
- {name: dev}
- {name: prod, secrets: {certificate: prod.pem}}
"""
)


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str, str, int | None, str]]:
    """Code, severity, file, line and message of each problem."""
    capsys.readouterr()
    cli.main(["check", "--format", "json", *arguments])
    problems = json.loads(capsys.readouterr().out)["problems"]
    return [(one["code"], one["severity"], one["file"], one["line"], one["message"]) for one in problems]


@pytest.fixture
def written(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose ciphertexts are written and rendered; the certificate of `prod` is valid until 2027-03-01."""
    (here / "fleet.yaml").write_text(FLEET)
    (here / "sealed.pem").write_bytes(sealing_key().certificate)
    (here / "prod.pem").write_bytes(sealing_key(until=datetime.date(2027, 3, 1)).certificate)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hunter2")))
    assert cli.main(["secret", "set", "a"]) == 0
    assert cli.main(["render", "-q"]) == 0
    return here


@pytest.mark.parametrize(("day", "message"), [
    ("2027-01-29", None),
    ("2027-01-30", "sealing certificate `prod.pem` expires on 2027-03-01"),
    ("2027-02-28", "sealing certificate `prod.pem` expires on 2027-03-01"),
    ("2027-03-01", "sealing certificate `prod.pem` has expired on 2027-03-01"),
    ("2027-06-01", "sealing certificate `prod.pem` has expired on 2027-03-01"),
])  # fmt: skip
def test_a_certificate_that_ends(written: Path, capsys: pytest.CaptureFixture[str], day: str, message: str | None) -> None:
    found = [("certificate-expires", "warning", "fleet.yaml", 10, message)] if message else []
    assert checked(capsys, "--as-of", day) == found
    assert checked(capsys, "--as-of", day, "--env", "dev") == []


def test_the_fleet_s_own_certificate_is_said_once(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (written / "sealed.pem").write_bytes(sealing_key(until=datetime.date(2026, 6, 1)).certificate)
    (written / "fleet.yaml").write_text(FLEET.replace(", secrets: {certificate: prod.pem}", ""))
    assert checked(capsys, "--as-of", "2027-01-01") == [
        ("certificate-expires", "warning", "fleet.yaml", 5, "sealing certificate `sealed.pem` has expired on 2026-06-01")
    ]


@pytest.mark.parametrize(("pem", "found"), [
    (b"", []),  # yet to be filled
    (b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n",
     [("bad-path", "error", "fleet.yaml", 10, "sealing certificate `prod.pem` holds no certificate that can be read")]),
], ids=["empty", "broken"])  # fmt: skip
def test_what_is_no_certificate(
    written: Path, capsys: pytest.CaptureFixture[str], pem: bytes, found: list[tuple[str, str, str, int, str]]
) -> None:
    (written / "prod.pem").write_bytes(pem)
    assert checked(capsys, "--as-of", "2027-01-01") == found


def test_a_certificate_that_nobody_seals_for_is_not_read(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (written / "fleet.yaml").write_text(FLEET.replace("expires: never,", "expires: never, backend: external,"))
    codes = {one[0] for one in checked(capsys, "--as-of", "2028-01-01")}
    assert codes == {"drift", "unused-ciphertext"}


def test_ciphertexts_that_no_secret_is_made_of(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A namespace that is gone, another robot's, and what a killed run left; what is somebody else's is none."""
    secrets, text = written / "secrets", (written / "secrets/prod/vision/harbor-a.yaml").read_text()
    (secrets / "prod" / "old").mkdir()
    (secrets / "prod" / "old" / "harbor-a.yaml").write_text(text)
    (secrets / "prod" / "vision" / "harbor-b.yaml").write_text("a: [")
    temporary = f"secrets/prod/vision/.mooring-{'0' * 32}.tmp"
    (written / temporary).write_text("apiVersion")
    for name in ("README.md", "prod/vision/.gitkeep", "prod/db.yaml"):
        (secrets / name).write_text("kind: Secret\n")
    said = "no Secret of the fleet is made of"
    assert [(file, message) for code, _, file, _, message in checked(capsys, "--as-of", "2026-12-01")] == [
        ("secrets/prod/old/harbor-a.yaml", f"{said} `secrets/prod/old/harbor-a.yaml`, which holds login `robot$a+a`"),
        (temporary, f"{said} `{temporary}`"),
        ("secrets/prod/vision/harbor-b.yaml", f"{said} `secrets/prod/vision/harbor-b.yaml`"),
    ]
    assert checked(capsys, "--as-of", "2026-12-01", "--env", "dev") == []


def test_nothing_is_called_unused_where_an_error_may_hide_its_use(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written / "secrets/prod/vision/harbor-a.yaml"
    file.write_text(file.read_text().replace("kind: SealedSecret", "kind: Secret"))
    assert "unused-ciphertext" not in {one[0] for one in checked(capsys, "--as-of", "2026-12-01")}
