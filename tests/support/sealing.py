"""A cluster's sealing key and certificate, made for one run."""

from __future__ import annotations

import base64
import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sealed-secrets")])
EARLIEST = datetime.date(2026, 1, 1)


class SealingKey(NamedTuple):
    """The private key that a controller has, and the certificate that everybody may have; both PEM."""

    private: bytes
    certificate: bytes


def sealing_key(*, until: datetime.date = datetime.date(2036, 1, 1), elliptic: bool = False) -> SealingKey:
    """A key, valid from 2026 until a day at 00:00 UTC."""
    key = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)
    at = datetime.datetime.combine
    builder = x509.CertificateBuilder(_NAME, _NAME, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(at(EARLIEST, datetime.time())).not_valid_after(at(until, datetime.time()))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return SealingKey(private, builder.sign(key, SHA256()).public_bytes(pem))


def opened(key: SealingKey, value: str, label: str) -> bytes:
    """What is sealed in a value, as the controller opens it under `NAMESPACE/NAME`."""
    private = serialization.load_pem_private_key(key.private, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    raw = base64.b64decode(value, validate=True)
    length = int.from_bytes(raw[:2], "big")
    inner = private.decrypt(raw[2 : 2 + length], OAEP(MGF1(SHA256()), SHA256(), label.encode()))
    return AESGCM(inner).decrypt(bytes(12), raw[2 + length :], None)
