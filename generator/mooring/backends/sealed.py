"""Sealing as `kubeseal` does it, for a cluster's sealing certificate: the only importer of `cryptography` for it.

A sealed value is the base64 of: the length of the encrypted key in two bytes, the encrypted key (RSA-OAEP with SHA-256
over a random AES key), and the plaintext under that key (AES-256-GCM, its nonce all zeros because no key is used twice).
OAEP's label is `namespace/name` (scope strict): the controller opens the value under that name and no other.
https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/crypto/crypto.go
"""

from __future__ import annotations

import base64
import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from mooring.redaction import Credential

_NONCE = bytes(12)


class BadCertificate(ValueError):
    """Nothing can be sealed for it; the text says why, and holds nothing of the file."""


def seal(certificate_pem: bytes, namespace: str, name: str, plaintext: Credential) -> str:
    """The sealed value, for `spec.encryptedData`; another one each time. `BadCertificate` where there is no key."""
    public = _public_key(_first(certificate_pem))
    key = os.urandom(32)
    encrypted_key = public.encrypt(key, OAEP(MGF1(SHA256()), SHA256(), f"{namespace}/{name}".encode()))
    encrypted = AESGCM(key).encrypt(_NONCE, plaintext.reveal().encode(), None)
    return base64.b64encode(len(encrypted_key).to_bytes(2, "big") + encrypted_key + encrypted).decode()


def valid_until(certificate_pem: bytes) -> datetime.datetime:
    """When the certificate expires, in UTC. `BadCertificate` where it is none that one can seal for."""
    certificate = _first(certificate_pem)
    _public_key(certificate)
    return certificate.not_valid_after_utc


def _first(pem: bytes) -> x509.Certificate:
    """The first certificate of the file: `kubeseal` takes that one too."""
    try:
        return x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        raise BadCertificate("holds no certificate that can be read") from None


def _public_key(certificate: x509.Certificate) -> RSAPublicKey:
    """The key to seal for: the controller knows RSA only."""
    try:
        public = certificate.public_key()
    except Exception:  # noqa: BLE001 - an unknown key type, an unknown curve: cryptography has several words for it
        public = None
    if not isinstance(public, RSAPublicKey):
        raise BadCertificate("is of no RSA key, and Sealed Secrets seals for no other")
    return public
