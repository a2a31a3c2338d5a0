"""Sealing: the format of a sealed value, who can open it, and certificates that nothing can be sealed for."""

from __future__ import annotations

import base64
import datetime

import pytest
from cryptography.exceptions import InvalidTag

from mooring.backends.sealed import BadCertificate, seal, valid_until
from mooring.redaction import Credential
from tests.support.sealing import SealingKey, opened, sealing_key

PLAINTEXT = Credential('{"auths":{"h.example.com":{"password":"a$b\\"c€"}}}')


@pytest.fixture(scope="module")
def key() -> SealingKey:
    return sealing_key(until=datetime.date(2027, 3, 1))


def test_a_value_opens_under_its_own_namespace_and_name(key: SealingKey) -> None:
    value = seal(key.certificate, "vision", "harbor-a", PLAINTEXT)
    assert opened(key, value, "vision/harbor-a") == PLAINTEXT.reveal().encode()
    for other in ("vision/harbor-b", "shop/harbor-a", "vision", ""):
        with pytest.raises(ValueError, match="Decryption failed"):
            opened(key, value, other)


def test_no_value_is_like_another(key: SealingKey) -> None:
    values = [base64.b64decode(seal(key.certificate, "n", "s", PLAINTEXT)) for _ in range(3)]
    assert len({value[:258] for value in values}) == len({value[258:] for value in values}) == 3
    changed = values[0][:-1] + bytes([values[0][-1] ^ 1])
    with pytest.raises(InvalidTag):
        opened(key, base64.b64encode(changed).decode(), "n/s")


def test_the_first_certificate_of_a_file_counts(key: SealingKey) -> None:
    both = key.certificate + sealing_key().certificate
    assert opened(key, seal(both, "n", "s", Credential("x")), "n/s") == b"x"
    assert valid_until(both) == datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("pem", [b"", b"hunter2", b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused_and_not_shown(pem: bytes) -> None:
    for use in (valid_until, lambda pem: seal(pem, "n", "s", Credential("x"))):
        with pytest.raises(BadCertificate) as refused:
            use(pem)
        assert str(refused.value) == "holds no certificate that can be read"
        assert refused.value.__cause__ is None and refused.value.__suppress_context__


def test_a_certificate_of_another_kind_of_key_is_refused() -> None:
    with pytest.raises(BadCertificate, match="is of no RSA key, and Sealed Secrets seals for no other"):
        seal(sealing_key(elliptic=True).certificate, "n", "s", Credential("x"))
