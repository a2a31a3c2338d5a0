"""What a server shows before HTTP is spoken: its certificates, asked for where they were refused, so that they can be shown.

Nothing is sent over such a connection, whose certificate nobody has verified.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Any

from mooring.network.address import Address


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of itself: whose it is, who signed it, from and until when it is valid (UTC), its names."""

    subject: str
    issuer: str
    start: str
    end: str
    names: tuple[str, ...] = ()


def presented(address: Address, seconds: float = 10.0) -> tuple[Certificate, ...]:
    """The certificates that a server presents, its own first; none where that ends without any."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host = address.host.strip("[]")
    try:
        with (
            socket.create_connection((host, address.port), seconds) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            return tuple(map(_certificate, _chain(secure)))
    except (OSError, ValueError):
        return ()


def _chain(secure: ssl.SSLSocket) -> list[bytes]:
    """The certificates as DER: all where Python tells (3.13 has a method; before, its own object), else the first."""
    # https://docs.python.org/3/library/ssl.html#ssl.SSLSocket.get_unverified_chain
    ask: Any = getattr(secure, "get_unverified_chain", None)
    if ask is not None:
        return list(ask())
    inner: Any = getattr(secure, "_sslobj", None)
    if hasattr(inner, "get_unverified_chain"):
        return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain() or ()]
    first = secure.getpeercert(binary_form=True)
    return [first] if first else []


def _certificate(der: bytes) -> Certificate:
    from cryptography import x509

    found = x509.load_der_x509_certificate(der)
    try:
        alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*alternative.get_values_for_type(x509.DNSName)]
        names += map(str, alternative.get_values_for_type(x509.IPAddress))
    except (x509.ExtensionNotFound, ValueError):
        names = []
    start, end = (day.strftime("%Y-%m-%d %H:%M") for day in (found.not_valid_before_utc, found.not_valid_after_utc))
    return Certificate(found.subject.rfc4514_string(), found.issuer.rfc4514_string(), start, end, tuple(names))
