"""A verdict as it is shown: the causes in words, what was asked and answered, and the certificates that were refused.

The server's own texts are in none of it, and a login only as far as it looks like one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from mooring.doctor.causes import CAUSES, node_mend
from mooring.doctor.events import Heard
from mooring.doctor.observations import Observations
from mooring.doctor.refusal import REASONS
from mooring.network.failure import Cause, Failure
from mooring.pulls.said import described
from mooring.pulls.verdict import Pull
from mooring.redaction import printable, shown
from mooring.registry.reference import Reference, parse


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one pull; `details` are facts in our words, `seen` is None where the registry was not asked. `reasons`
    are those of `refusal.REASONS` that a refused credential can have. `pull` is what the fleet says of it, whose verdict may
    be among the causes; `is_pullable` says that the registry gave the manifest."""

    reference: Reference
    causes: tuple[str, ...]
    details: tuple[str, ...] = ()
    seen: Observations | None = None
    reasons: tuple[str, ...] = ()
    pull: Pull | None = None
    is_pullable: bool = False


def as_entry(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON data."""
    seen = verdict.seen
    return {
        "image": shown(verdict.reference.written, "image"),
        "login": shown(seen.login, "name") if seen and seen.login else None,
        "pullable": verdict.is_pullable,
        "causes": [_cause(verdict, code) for code in verdict.causes],
        "details": list(verdict.details),
        "asked": [
            {"request": printable(one.asked), "status": one.status, "seconds": one.seconds}
            for one in (seen.replies if seen else ())
        ],
        "chain": [
            {
                "subject": printable(one.subject), "issuer": printable(one.issuer), "from": one.start, "until": one.end,
                "names": [printable(name) for name in one.names],
            }
            for one in (seen.chain if seen else ())
        ],
    }  # fmt: skip


def _cause(verdict: Verdict, code: str) -> dict[str, Any]:
    """One cause in words; `oneOf` where the registry's answers fit several."""
    seen, reference = verdict.seen, verdict.reference
    more: dict[str, Any] = {"oneOf": [], "reasons": [], "nodes": list(node_mend(code, shown(reference.host, "host")))}
    if seen is not None and seen.failure is not None and code == seen.failure.cause:
        return {"code": code, "message": seen.failure.message, "mend": seen.failure.mend, **more}
    if code not in CAUSES and verdict.pull is not None:
        message, hint = described(verdict.pull)
        return {"code": code, "message": message, "mend": hint, **more}
    words = CAUSES[code]
    login = seen.login if seen else ""
    values = {
        "image": shown(reference.written, "image"), "host": shown(reference.host, "host"),
        "path": shown(reference.path, "image"), "project": shown(reference.project, "name"), "login": shown(login, "name"),
    }  # fmt: skip
    mend = words.mend.format(**values)
    if code in ("credential-refused", "credential-masked") and verdict.reasons:
        more |= {"oneOf": [REASONS[reason].said for reason in verdict.reasons], "reasons": list(verdict.reasons)}
        mend = REASONS[verdict.reasons[0]].mend if len(verdict.reasons) == 1 else mend
    return {"code": code, "message": words.said.format(**values), "mend": mend, **more}


def heard_entry(heard: Heard) -> dict[str, Any]:
    """What events said of an image, as JSON data of the same form: its causes are alternatives."""
    reference = parse(heard.image)
    values = {
        "image": shown(heard.image, "image") or "IMAGE", "host": shown(heard.host, "host") or "HOST",
        "path": "REPOSITORY", "project": "PROJECT",
    }  # fmt: skip
    if reference is not None:
        values |= {
            "host": shown(reference.host, "host"), "path": shown(reference.path, "image"),
            "project": shown(reference.project, "name"),
        }  # fmt: skip
    causes = [_heard_cause(code, values) for code in heard.causes or ("unknown",)]
    return {
        "image": values["image"] if heard.image else None, "host": shown(heard.host, "host") or None, "login": None,
        "pullable": False, "causes": causes,
        "details": list(heard.details), "asked": [], "chain": [],
    }  # fmt: skip


def _heard_cause(code: str, values: dict[str, str]) -> dict[str, Any]:
    """One cause in the probe's words, of a pull whose login nobody knows."""
    more: dict[str, Any] = {"oneOf": [], "reasons": [], "nodes": list(node_mend(code, values["host"]))}
    if code in CAUSES:
        said, mend = CAUSES[code].said.replace("`{login}`", "the pod"), CAUSES[code].mend
        return {"code": code, "message": said.format(**values), "mend": mend.format(**values), **more}
    failure = Failure(cast("Cause", code), values["host"])
    return {"code": code, "message": failure.message, "mend": failure.mend, **more}


def heard_text(heard: Heard) -> str:
    """What events said of an image, for people."""
    entry = heard_entry(heard)
    first, *others = lines({**entry, "image": entry["image"] or entry["host"] or "an image that no message names"})
    several = ["  one of several, which the message does not tell apart:"] if len(entry["causes"]) > 1 else []
    return "\n".join([first, *several, *others]) + "\n"


def as_text(verdict: Verdict) -> str:
    """The verdict for people."""
    return "\n".join(lines(as_entry(verdict))) + "\n"


def lines(entry: dict[str, Any]) -> Iterator[str]:
    """Line by line: the image, each cause and its mend, then what was asked."""
    yield f"{entry['image']}{' as ' + entry['login'] if entry['login'] else ''}"
    if not entry["causes"]:
        yield "  pullable: the registry gives the manifest"
    for cause in entry["causes"]:
        yield f"  {cause['code']}: {cause['message']}"
        reasons = cause["oneOf"]
        yield from ("    one of several, which look alike from outside:",) if len(reasons) > 1 else ()
        yield from (f"    - {reason}" for reason in reasons)
        yield from (f"    mend: {cause['mend']}",) if cause["mend"] else ()
        yield from (f"    {line}" for line in cause["nodes"])
    yield from (f"  {detail}" for detail in entry["details"])
    for one in entry["chain"]:
        names = f", for {', '.join(one['names'])}" if one["names"] else ""
        yield f"  certificate of {one['subject'] or 'nobody named'}{names}"
        yield f"    signed by {one['issuer'] or 'nobody named'}, valid from {one['from']} until {one['until']} UTC"
    if entry["asked"]:
        yield "  asked:"
        yield from (f"    {one['request']} → {one['status']}" for one in entry["asked"])
