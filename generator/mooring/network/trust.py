"""Whom a connection trusts: the system's CAs, and beside them those of the registry's `caBundle`.

Beside and not instead, because that is what a node does (containerd's `ca` in `hosts.toml` and Docker's `certs.d` are added
to the system's pool): mooring must not refuse a certificate with which every pull works, as when a Harbor moves from a
private CA to a public one before the fleet's bundle is taken out.
"""

from __future__ import annotations

import ssl

from mooring.network.failure import Failure


def context(ca_bundle: bytes | None, server: str) -> ssl.SSLContext | Failure:
    """The settings of TLS: certificate and name are always verified."""
    made = ssl.create_default_context()
    # Python 3.13 began to refuse what Go, and so every node, takes: a private CA without the key usage extension.
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    made.set_alpn_protocols(["http/1.1"])
    if ca_bundle is not None:
        try:
            made.load_verify_locations(cadata=ca_bundle.decode("ascii"))
        except (ssl.SSLError, ValueError):
            return Failure("bad-ca-bundle", server)
    return made
