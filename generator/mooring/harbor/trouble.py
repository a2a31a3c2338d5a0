"""What Harbor's answers say when they are no success, in our words; the message of an answer is never shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mooring.network import Answer, Failure


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is none to what was asked: its status, Harbor's own code for it, and what that means."""

    status: int
    code: str
    message: str
    mend: str = ""

    @property
    def took_effect(self) -> bool:
        """Whether the request may have been carried out all the same."""
        return self.status >= 500


Trouble = Failure | Refusal


def said(answer: Answer) -> tuple[str, str]:
    """Harbor's code and message of an answer; empty where it has none."""
    errors = answer.data.get("errors") if isinstance(answer.data, Mapping) else None
    first: Any = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, Mapping):
        return "", ""
    return str(first.get("code", "")), str(first.get("message", ""))


def refusal(answer: Answer, server: str, what: str) -> Refusal:
    """What an answer without success means for `what` was asked, which begins a sentence."""
    status, (code, message) = answer.status, said(answer)
    if 300 <= status < 400:
        return Refusal(status, code, f"`{server}` is not Harbor's API: it leads elsewhere", "set `api` of the registry")
    if answer.is_html and status < 500:
        return Refusal(
            status, code, f"`{server}` answers with a page for people, not as Harbor's API does",
            "set `api` of the registry to Harbor itself; a portal or a proxy may stand in between",
        )  # fmt: skip
    if status == 403 and code == "DENIED" and "read only" in message:
        return Refusal(status, code, "Harbor is in read-only mode", "wait for its end; pulls go on meanwhile")
    if status == 403 and code == "DENIED" and "legacy" in message:
        return Refusal(status, code, f"{what}: Harbor does not change a legacy robot", "replace it by a new one")
    if status == 403 and code == "DENIED" and "permission scope" in message:
        return Refusal(status, code, f"{what}: the caller cannot grant what it has not itself")
    words = {
        400: (f"{what}: Harbor calls the request wrong", ""),
        401: ("Harbor refuses the credential", "check login and secret; a disabled or expired robot is refused alike"),
        403: (f"{what}: Harbor does not let this caller do it", "ask with the credential of an administrator"),
        404: (f"{what}: Harbor has no such thing", ""),
        409: (f"{what}: Harbor has one of that name", "run `mooring robots plan` again"),
        412: (f"{what}: Harbor says that it is not possible now", ""),
        422: (f"{what}: Harbor cannot read the request", "this Harbor may be of another version than 2.x"),
        429: (f"{what}: Harbor is asked too often", "wait, then run again"),
        500: (f"{what}: Harbor failed", "look at its core's log; its database may be down"),
    }
    if status in words:
        return Refusal(status, code, *words[status])
    if status in (502, 503, 504):
        return Refusal(status, code, f"`{server}` cannot reach Harbor's core, or does not get its answer", "look at Harbor")
    return Refusal(status, code, f"{what}: unexpected status {status} from `{server}`", "check that it is Harbor")
