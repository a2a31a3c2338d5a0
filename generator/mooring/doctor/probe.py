"""Asks a registry for an image's manifest as a kubelet does: the challenge, the token, HEAD, and GET where its body decides.

A credential is sent once to see whether it is accepted, and no more where it is not: Harbor delays and briefly locks a login
that fails, and answers a refused one as it answers nobody.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote as encoded
from urllib.parse import urlsplit

from mooring.doctor.observations import Observations, Reply
from mooring.doctor.refusal import form_of
from mooring.network import Answer, Client, Failure, Headers, Login, Patience
from mooring.network.stages import presented
from mooring.redaction import Credential
from mooring.registry.credentials import AuthEntry
from mooring.registry.reference import Reference

ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json", "*/*",
    )
)  # fmt: skip
# https://github.com/distribution/reference/blob/v0.6.0/normalize.go names it so, and it is served elsewhere.
_SERVERS = {"docker.io": "registry-1.docker.io", "index.docker.io": "registry-1.docker.io"}
_PARAMETER = re.compile(r'([a-z]+)="([^"]*)"')
_ONCE = Patience(connect=10.0, read=15.0, whole=30.0, tries=1)


def server_of(reference: Reference) -> str:
    """Host and port that serve a reference's registry."""
    return _SERVERS.get(reference.host, reference.host)


class Asking:
    """One pull: the registry, and what has been seen of it."""

    def __init__(
        self, reference: Reference, target: str, credential: AuthEntry | None, ca_bundle: bytes | None, patience: Patience,
        insecure: bool, refused: Reply | None,
    ) -> None:  # fmt: skip
        login, secret = (credential.username, credential.password) if credential else ("", "")
        self._login = Login(login, secret) if credential else None
        self._target, self._ca_bundle, self._patience, self._insecure = target, ca_bundle, patience, insecure
        self._refused = refused
        self._client = self._to(f"{'http' if insecure else 'https'}://{server_of(reference)}")
        self.seen = Observations(reference, login, form_of(login, secret) if credential else "")

    def _to(self, url: str) -> Client:
        return Client(url, ca_bundle=self._ca_bundle, insecure=self._insecure, timeout=self._patience, limit=4_000_000)

    def ask(self, client: Client, method: str, path: str, whom: str, headers: Headers) -> tuple[Reply, Any] | Failure:
        """One request; what came back, and the data of its body."""
        start = time.monotonic()
        answer = client.request(method, path, headers=headers, tries=1)
        if isinstance(answer, Failure):
            return answer
        return _reply(f"{method} {path.partition('?')[0]} {whom}", answer, time.monotonic() - start), answer.data

    def run(self) -> Observations:
        """All that is asked, until something ends it."""
        found = self.ask(self._client, "GET", "/v2/", "without a credential", {})
        if isinstance(found, Failure):
            is_certificate = found.cause.startswith("certificate")
            return replace(self.seen, failure=found, chain=presented(self._client.address) if is_certificate else ())
        self.seen = replace(self.seen, ping=found[0])
        if found[0].is_html or found[0].status not in (200, 401):
            return self._manifest({}) if found[0].status in (502, 503) and not found[0].is_html else self.seen
        challenge = dict(_PARAMETER.findall(found[0].challenge or ""))
        is_harbor = challenge.get("service") == "harbor-registry"
        if is_harbor:
            self._harbor()
        who = None if self.seen.failure or self.seen.is_refused else self._login
        if self.seen.failure is not None:
            return self.seen
        if "realm" not in challenge or (found[0].challenge or "").lower().startswith("basic"):
            return self._manifest({"Authorization": who.header} if who else {})
        token = self._token(challenge, who)
        if isinstance(token, Failure):
            return replace(self.seen, failure=token)
        self._manifest(token)
        reply = self.seen.manifest
        if is_harbor and who is not None and reply is not None and reply.status == 401 and reply.challenge:
            self._without_credential(challenge)
        return self.seen

    def _harbor(self) -> None:
        """Harbor's own signs: its API without a credential, and whether it accepts the one given."""
        path = f"/api/v2.0/projects/{encoded(self.seen.reference.project, safe='')}"
        found = self.ask(self._client, "GET", path, "without a credential", {"X-Is-Resource-Name": "true"})
        if not isinstance(found, Failure):
            self.seen = replace(self.seen, project=found[0])
        if self._refused is not None:
            self.seen = replace(self.seen, signed_in=self._refused)
        elif self._login is not None:
            signed_in = self.ask(self._client, "GET", "/v2/", "with the credential", {"Authorization": self._login.header})
            if isinstance(signed_in, Failure):
                self.seen = replace(self.seen, failure=signed_in)
            else:
                self.seen = replace(self.seen, signed_in=signed_in[0])

    def _token(self, challenge: dict[str, str], who: Login | None) -> Headers | Failure:
        """The header with a token to pull the image with; none where no token is given."""
        realm = urlsplit(challenge["realm"])
        same = (realm.scheme, realm.netloc) == (self._client.address.scheme, self._client.address.netloc)
        client = self._client if same else self._to(f"{realm.scheme}://{realm.netloc}")
        scope = f"repository:{self.seen.reference.path}:pull"
        query = f"service={encoded(challenge.get('service', ''), safe='')}&scope={encoded(scope, safe='')}"
        headers = {"Authorization": who.header} if who else {}
        whom = "with the credential" if who else "without a credential"
        found = self.ask(client, "GET", f"{realm.path}?{query}", whom, headers)
        if isinstance(found, Failure):
            return found
        reply, data = found
        token = str(data.get("token") or data.get("access_token") or "") if isinstance(data, dict) else ""
        self.seen = replace(self.seen, token=reply)
        return {"Authorization": Credential(f"Bearer {token}")} if token else {}

    def _manifest(self, headers: Headers) -> Observations:
        """HEAD, which leaves no trace in Harbor; then GET, where a body tells the cause."""
        path = f"/v2/{self.seen.reference.path}/manifests/{self._target}"
        found: tuple[Reply, Any] | Failure = Failure("no-answer", "")
        for method in ("HEAD", "GET"):
            found = self.ask(self._client, method, path, "as a kubelet", {**headers, "Accept": ACCEPT})
            if isinstance(found, Failure) or found[0].status == 200:
                break
        if isinstance(found, Failure):
            self.seen = replace(self.seen, failure=found)
        else:
            self.seen = replace(self.seen, manifest=found[0])
        return self.seen

    def _without_credential(self, challenge: dict[str, str]) -> None:
        """Whether anybody may pull what a good credential may not."""
        kept = self.seen
        token = self._token(challenge, None)
        if token and not isinstance(token, Failure):
            self._manifest(token)
        self.seen = replace(kept, anonymous=self.seen.manifest)


def _reply(asked: str, answer: Answer, seconds: float) -> Reply:
    errors = answer.data.get("errors") if isinstance(answer.data, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return Reply(
        asked, answer.status, answer.headers.get("www-authenticate"), str(first.get("code", "")),
        str(first.get("message", "")), answer.is_html, seconds=round(seconds, 2), ahead=_ahead(answer.headers.get("date")),
    )  # fmt: skip


def _ahead(date: str | None) -> int | None:
    """By how many seconds this machine's clock is ahead of the date of an answer."""
    try:
        return round(time.time() - parsedate_to_datetime(date or "").timestamp())
    except (TypeError, ValueError):
        return None


def probe(
    reference: Reference,
    target: str,
    credential: AuthEntry | None,
    ca_bundle: bytes | None,
    patience: Patience = _ONCE,
    *,
    insecure: bool = False,
    refused: Reply | None = None,
) -> Observations:
    """What the registry answers; `target` is the tag or digest. With `insecure` plain HTTP is spoken; `refused` is what the
    registry answered when the credential was sent to it before."""
    return Asking(reference, target, credential, ca_bundle, patience, insecure, refused).run()
