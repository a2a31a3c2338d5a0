"""The token service: what a scope becomes, tokens signed as Harbor signs them, and what a token that comes back allows.

The key is named as docker-registry names it, so that a real docker-registry that trusts `certificate()` takes the tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.support.harbor.certificates import HOUR, YEAR, named
from tests.support.harbor.messages import ERROR_JSON, Answer, Request
from tests.support.harbor.rights import Caller, may
from tests.support.harbor.state import State, new_secret

ISSUER = "harbor-token-issuer"
SERVICE = "harbor-registry"
LEEWAY = 60  # seconds that a token counts beyond its end
ACTIONS = ("pull", "push", "delete")


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    """What docker-registry trusts (`auth.token.rootcertbundle`)."""
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(named("Harbor tokens"))
        .issuer_name(named("Harbor tokens"))
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(now - HOUR)
        .not_valid_after(now + YEAR)
        .sign(key(), hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.PEM)


@cache
def key_id() -> str:
    """libtrust's name of a key: 30 bytes of the hash of its DER, base32 in groups of four."""
    der = key().public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = base64.b32encode(hashlib.sha256(der).digest()[:30]).decode()
    return ":".join(text[i : i + 4] for i in range(0, len(text), 4))


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(login: str, access: list[dict[str, Any]] | None, now: datetime, minutes: float) -> str:
    begins = int(now.timestamp())
    claims: dict[str, Any] = {"iss": ISSUER, "sub": login, "aud": SERVICE, "exp": begins + int(minutes * 60)}
    claims |= {"nbf": begins, "iat": begins, "jti": new_secret()[:16], "access": access}
    if not login:
        del claims["sub"]
    header = {"alg": "RS256", "kid": key_id(), "typ": "JWT"}
    signed = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{encode(key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def claims_of(token: str) -> dict[str, Any]:
    """The claims, unverified."""
    return dict(json.loads(decode(token.split(".")[1])))


def bearer(state: State, token: str) -> Caller:
    """Who bears a token of ours that still counts; nobody for any other."""
    signed, _, signature = token.rpartition(".")
    try:
        key().public_key().verify(decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        claims = claims_of(token)
    except (InvalidSignature, ValueError, IndexError):
        return Caller()
    if claims["exp"] + LEEWAY <= state.clock.now().timestamp():
        return Caller()
    access = tuple((one["name"], tuple(one["actions"])) for one in claims["access"] or [] if one["type"] == "repository")
    return Caller(name=claims.get("sub", ""), token=access)


def respond(state: State, caller: Caller, request: Request) -> Answer:
    """`/service/token`: 401 with an empty body only where no scope is asked for. With one, a caller who may do
    nothing, or whose login failed, gets a token without actions."""
    if request.method != "GET":
        return Answer(405, {"Content-Type": "text/plain; charset=utf-8"}, b"Method Not Allowed\n")
    service = request.parameter("service") or ""
    if service != SERVICE:
        return Answer(400, {"Content-Type": "text/plain; charset=utf-8"}, f"Unable to handle service: {service}".encode())
    scopes = [scope for name, value in request.parameters if name == "scope" for scope in value.split(" ") if scope]
    if not scopes and not caller.known:
        return Answer(401)
    minutes = float(state.configuration["token_expiration"])
    now = state.clock.now()
    token = sign(caller.name, [granted(state, caller, scope) for scope in scopes] or None, now, minutes)
    issued = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    body = {
        "token": token,
        "access_token": "",
        "expires_in": int(timedelta(minutes=minutes).total_seconds()),
        "issued_at": issued,
    }
    return Answer(200, {"Content-Type": ERROR_JSON}, json.dumps(body).encode())


def granted(state: State, caller: Caller, scope: str) -> dict[str, Any]:
    """One entry of a token's `access`: what the caller may do in the project, not what was asked for."""
    kind, _, rest = scope.partition(":")
    name = rest.rpartition(":")[0] or rest
    entry: dict[str, Any] = {"type": kind, "name": name, "actions": []}
    if kind == "registry" and name == "catalog":
        entry["actions"] = ["*"] if may(caller, None, "catalog", "read", system=True) else []
    if kind == "repository" and not state.database_down:
        project = state.project(name.split("/")[0])
        if project:
            entry["actions"] = [action for action in ACTIONS if may(caller, project, "repository", action)]
    return entry
