"""The API server's audit log as a witness: who wrote what, in which order, as a dry run or not, and what was refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DRY = "dryRun="


@dataclass(frozen=True)
class Write:
    """One request that would change something, as it was answered. `said` is why, where it was refused."""

    number: int
    at: str
    user: str
    verb: str
    resource: str
    namespace: str
    name: str
    code: int
    dry_run: bool
    said: str

    @property
    def refused(self) -> bool:
        return self.code >= 400

    @property
    def place(self) -> str:
        """`resource/namespace/name`, or `resource/name` where it stands in none; a subresource behind the resource."""
        return "/".join(part for part in (self.resource, self.namespace, self.name) if part)

    def __str__(self) -> str:
        dry = " (dry run)" if self.dry_run else ""
        return f"{self.at} {self.user} {self.verb}{dry} {self.place} {self.code} {self.said}".rstrip()


@dataclass(frozen=True)
class Audit:
    """The log of one server, from a place in it onwards, or to another one."""

    log: Path
    since: int = 0
    until: int | None = None

    def ended(self) -> Audit:
        """What has been written so far."""
        return Audit(self.log, self.since, self.log.stat().st_size)

    def now(self) -> Audit:
        """What is written from now on."""
        return Audit(self.log, self.log.stat().st_size)

    def writes(self, *users: str) -> list[Write]:
        """All writes in their order, or those of users whose name ends so. A line that is still being written is none."""
        return [one for one in self._all() if not users or one.user.endswith(users)]

    def stored(self, *users: str) -> list[Write]:
        """What took effect."""
        return [one for one in self.writes(*users) if not one.refused and not one.dry_run]

    def denials(self, *users: str) -> list[Write]:
        """What admission refused: a policy, or a webhook."""
        return [one for one in self.writes(*users) if one.refused and is_denial(one.said)]

    def first(self, meant: Callable[[Write], bool], *users: str) -> int:
        """The place in the log of the first such write that took effect. LookupError where there is none."""
        for one in self.stored(*users):
            if meant(one):
                return one.number
        raise LookupError("no such write took effect")

    def _all(self) -> Iterator[Write]:
        with self.log.open("rb") as file:
            file.seek(self.since)
            text = file.read(-1 if self.until is None else self.until - self.since)
        for number, line in enumerate(io.BytesIO(text)):
            if line.endswith(b"\n"):
                yield _write(number, json.loads(line))


def is_denial(said: str) -> bool:
    """Whether these are the words of admission, and not of storage, of a schema or of missing rights."""
    return "admission webhook" in said or "ValidatingAdmissionPolicy" in said or "failed calling webhook" in said


def unhealed(denials: Iterable[Write], stored: Iterable[Write]) -> list[Write]:
    """The denials behind which no write of the same object took effect: what never healed."""
    last: dict[str, int] = {}
    for one in stored:
        last[one.place] = one.number
    return [one for one in denials if last.get(one.place, -1) < one.number]


def _write(number: int, event: dict[str, Any]) -> Write:
    about, answer = event.get("objectRef", {}), event.get("responseStatus", {})
    who = event.get("impersonatedUser") or event["user"]
    below = f"/{about['subresource']}" if about.get("subresource") else ""
    return Write(
        number=number,
        at=event["requestReceivedTimestamp"][11:23],
        user=who.get("username", ""),
        verb=event["verb"],
        resource=about.get("resource", "") + below,
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
        code=answer.get("code", 0),
        dry_run=DRY in event["requestURI"],
        said=answer.get("message", "") if answer.get("code", 0) >= 300 else "",
    )
