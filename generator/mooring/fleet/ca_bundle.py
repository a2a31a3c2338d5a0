"""A file of certificates that a fleet names: in the repository, and nothing that is secret."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.files import Boundary, Unreadable
from mooring.redaction import quote


def faults(written: str, boundary: Boundary, key: str = "caBundle") -> Iterator[tuple[str, str, str]]:
    """What is wrong with the file that `key` names: code, message and hint. An empty one is yet to be filled."""
    path, name = boundary.root / written, quote(written, "path")
    if not boundary.holds(path):
        yield "bad-path", f"{name} leaves the repository", ""
    elif not boundary.is_file(path):
        yield "bad-path", f"{name} does not exist", ""
    else:
        try:
            content = boundary.read(path)
        except Unreadable as error:
            yield "bad-path", f"{name} {error.why}", error.hint
            return
        if b"PRIVATE KEY-----" in content:
            hint = "keep the certificate alone in it; if the key was real, have the CA replaced"
            yield "plaintext-credential", f"{name} holds a private key", hint
        elif content.strip() and b"-----BEGIN CERTIFICATE-----" not in content:
            yield "bad-path", f"{name} holds no certificate", f"`{key}` names a PEM file: `-----BEGIN CERTIFICATE-----` …"
