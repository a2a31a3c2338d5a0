"""One pull: what its pod brings, then what the registry answers, and the verdict of both."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace

from mooring.doctor.diagnosis import diagnose
from mooring.doctor.keyring import Keyring
from mooring.doctor.observations import Observations, Reply
from mooring.doctor.probe import probe
from mooring.doctor.refusal import Expected, why_refused
from mooring.doctor.verdict import Verdict
from mooring.pulls.verdict import Pull
from mooring.redaction import quote
from mooring.registry.credentials import AuthEntry
from mooring.registry.reference import Reference

_SKEW = 300  # seconds; Kubernetes' own parts and Harbor's tokens bear a minute


@dataclass(frozen=True, slots=True)
class Question:
    """An image, the credentials for it, and how its registry is reached; `expected` are the fleet's robots for it, `causes`
    what the fleet alone says of `pull`."""

    reference: Reference
    keyring: Keyring
    ca_bundle: bytes | None = field(default=None, repr=False)
    insecure: bool = False
    expected: tuple[Expected, ...] = ()
    causes: tuple[str, ...] = ()
    pull: Pull | None = None


class Session:
    """One run: the day, what has been asked, and the credentials that a host has refused in it, none of which is sent there
    a second time."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self._refused: dict[tuple[str, AuthEntry], Reply] = {}
        self._seen: dict[tuple[str, AuthEntry | None], Observations] = {}

    def ask(self, question: Question) -> Verdict:
        """The verdict: of the first credential that pulls, else of the first that the kubelet tries."""
        found = question.keyring
        if found.stops:
            causes = dict.fromkeys((*question.causes, *found.beside, *found.causes))
            return Verdict(question.reference, tuple(causes), found.details, pull=question.pull)
        credentials: list[AuthEntry | None] = [*found.tried(question.reference)]
        verdicts = []
        for credential in credentials or [None]:
            verdicts.append(self._judged(question, credential))
            if verdicts[-1].is_pullable:
                return verdicts[-1]
        return verdicts[0]

    def _judged(self, question: Question, credential: AuthEntry | None) -> Verdict:
        key = (question.reference.written, credential)
        if key not in self._seen:
            self._seen[key] = self._probe(question, credential)
        return _verdict(question, self._seen[key], self.today)

    def _probe(self, question: Question, credential: AuthEntry | None) -> Observations:
        """What the registry answers; a credential that it has refused is not sent again."""
        reference = question.reference
        named = (reference.host, replace(credential, key="")) if credential else None
        seen = probe(
            reference, reference.digest or reference.tag or "latest", credential, question.ca_bundle,
            insecure=question.insecure, refused=self._refused.get(named) if named else None,
        )  # fmt: skip
        if named and seen.is_refused and seen.signed_in is not None:
            self._refused[named] = seen.signed_in
        return seen


def _verdict(question: Question, seen: Observations, today: datetime.date) -> Verdict:
    """The verdict of one credential's answers, behind what the fleet and the cluster say."""
    keyring = question.keyring
    causes = diagnose(seen)
    is_pullable = not set(causes) - {"credential-masked"}
    if not seen.login and causes == ("credential-needed",):
        absent = ("no-auth-entry",) if keyring.keys else ("credential-not-given",) if not keyring.is_given else ()
        causes = keyring.causes or absent or causes
    elif not seen.login and causes:
        causes = (*keyring.causes, *causes)
    details = [*keyring.details]
    expected = _expected(question, seen.login)
    if expected is not None and seen.login and seen.login not in expected.logins and not seen.is_refused:
        causes = (*causes, "login-differs")
        details.append(f"robot {quote(expected.robot, 'name')} of the fleet logs in as {quote(expected.logins[0], 'name')}")
    if "no-auth-entry" in causes:
        details.append(f"there are entries for {keyring.said}")
    if (ahead := seen.clock) is not None and abs(ahead) > _SKEW:
        details.append(
            f"this machine's clock is {abs(ahead) // 60} minutes {'ahead of' if ahead > 0 else 'behind'} the server's"
        )
    refused = any(code in causes for code in ("credential-refused", "credential-masked"))
    reasons = why_refused(seen.login, seen.form, expected, today) if refused else ()
    merged = tuple(dict.fromkeys((*question.causes, *keyring.beside, *causes)))
    return Verdict(question.reference, merged, tuple(details), seen, reasons, question.pull, is_pullable)


def _expected(question: Question, login: str) -> Expected | None:
    """The fleet's robot that a login is of, else the first that the pull of a service should be made as."""
    first = question.expected[0] if question.expected and question.pull is not None else None
    return next((one for one in question.expected if login in one.logins), first)
