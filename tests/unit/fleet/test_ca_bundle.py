"""The file of a registry's `caBundle`: what is refused of it, in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.files import Boundary, Unreadable
from mooring.fleet.ca_bundle import faults

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize(("written", "content", "found"), [
    ("ca.pem", CERTIFICATE, []),
    ("deep/ca.pem", "# ours\n" + CERTIFICATE, []),
    ("ca.pem", "", []),
    ("ca.pem", " \n", []),
    ("ca.pem", "MIIB\n", [("bad-path", "`ca.pem` holds no certificate")]),
    ("ca.pem", CERTIFICATE + KEY, [("plaintext-credential", "`ca.pem` holds a private key")]),
    ("no.pem", None, [("bad-path", "`no.pem` does not exist")]),
    ("../ca.pem", CERTIFICATE, [("bad-path", "`../ca.pem` leaves the repository")]),
    ("../no.pem", None, [("bad-path", "`../no.pem` leaves the repository")]),
])  # fmt: skip
def test_what_is_wrong_with_the_file(
    written: str, content: str | None, found: list[tuple[str, str]], tmp_path: Path
) -> None:  # fmt: skip
    root = tmp_path / "repository"
    root.mkdir()
    if content is not None:
        (root / written).parent.mkdir(exist_ok=True)
        (root / written).write_text(content)
    assert [(code, message) for code, message, _ in faults(written, Boundary(root))] == found


def test_a_folder_and_a_file_that_is_too_large_are_no_bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "ca.pem").write_text(CERTIFICATE)
    assert [message for _, message, _ in faults("folder", Boundary(tmp_path))] == ["`folder` does not exist"]

    def refuse(*_: object) -> bytes:
        raise Unreadable(tmp_path / "ca.pem", "is too large", "name a smaller one")

    monkeypatch.setattr(Boundary, "read", refuse)
    assert [*faults("ca.pem", Boundary(tmp_path))] == [("bad-path", "`ca.pem` is too large", "name a smaller one")]
