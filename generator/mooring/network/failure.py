"""Why there is no answer, in our words: a cause by which others decide, and what a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "bad-address", "insecure", "bad-ca-bundle", "name-not-resolved", "refused", "unreachable", "timed-out", "cut",
    "certificate-unknown", "certificate-expired", "certificate-not-yet-valid", "certificate-wrong-name",
    "certificate-refused", "http-instead-of-https", "https-instead-of-http", "tls", "proxy", "redirected", "too-large",
    "no-answer",
]  # fmt: skip

_SAID: dict[Cause, tuple[str, str]] = {
    "bad-address": ("the server's address is not a URL that can be asked", ""),
    "insecure": ("{server} would be asked over plain HTTP, which shows the credential to everybody on the way", ""),
    "bad-ca-bundle": ("the CA bundle for {server} holds no certificate that can be read", "write PEM into `caBundle`"),
    "name-not-resolved": ("the name in {server} cannot be resolved", "check the host's spelling, and this machine's DNS"),
    "refused": ("{server} refuses the connection", "check the port, and whether the server runs"),
    "unreachable": ("no route leads to {server}", "check this machine's network, and the proxy settings"),
    "timed-out": ("{server} did not answer in time", "a firewall may drop the packets, or the server hangs"),
    "cut": ("{server} cut the connection before its answer was complete", "run again"),
    "certificate-unknown": (
        "the certificate of {server} is signed by a CA that is not trusted here",
        "name the CA's PEM file as `caBundle` of the registry",
    ),
    "certificate-expired": ("the certificate of {server}, or one that signed it, has expired", "have it renewed"),
    "certificate-not-yet-valid": (
        "the certificate of {server} is not yet valid",
        "check this machine's clock, then the certificate's dates",
    ),
    "certificate-wrong-name": (
        "the certificate of {server} is for another name",
        "use a name that the certificate has, or have it issued for this one",
    ),
    "certificate-refused": ("the certificate of {server} cannot be trusted", ""),
    "http-instead-of-https": (
        "{server} speaks plain HTTP where HTTPS was expected",
        "check the port; for plain HTTP write `api: http://…` and `insecure: true`",
    ),
    "https-instead-of-http": ("{server} speaks HTTPS where plain HTTP was expected", "write `https://` in `api`"),
    "tls": ("no TLS connection can be agreed on with {server}", "something in between may end TLS, or the versions differ"),
    "proxy": ("the proxy on the way to {server} did not pass the request on", "check HTTPS_PROXY and NO_PROXY"),
    "redirected": ("{server} sends the request to another address, which is not followed", ""),
    "too-large": ("the answer of {server} is larger than any that it should give", "check that it is Harbor"),
    "no-answer": ("{server} gave no answer that can be read as HTTP", "check the port"),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A request without an answer. `server` is shown as it is; `took_effect` says whether the request may have been carried
    out all the same; `detail` is one more fact, in our words."""

    cause: Cause
    server: str
    detail: str = ""
    hint: str = ""
    took_effect: bool = False

    @property
    def message(self) -> str:
        said = _SAID[self.cause][0].format(server=f"`{self.server}`")
        return f"{said} ({self.detail})" if self.detail else said

    @property
    def mend(self) -> str:
        """What to do about it; empty where nothing is known."""
        return self.hint or _SAID[self.cause][1]
