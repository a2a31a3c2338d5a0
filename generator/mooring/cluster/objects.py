"""A live object, or why it could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mooring.network.failure import Cause, Failure

Why = Literal["absent", "denied", "not-authenticated", "bad-kubeconfig", "refused-request"] | Cause


@dataclass(frozen=True, slots=True)
class Live:
    """An object as the API server holds it. It may be a Secret: its data is in no `repr`."""

    kind: str
    namespace: str
    name: str
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """Why something could not be read: `why` decides, `message` and `mend` are for people."""

    why: Why
    message: str
    mend: str = ""


def unanswered(failure: Failure) -> Unread:
    """Why the API server gave no answer."""
    return Unread(failure.cause, failure.message, failure.mend)
