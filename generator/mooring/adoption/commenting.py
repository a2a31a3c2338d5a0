"""The comments that the manifests have, beside what the fleet file or a kept manifest has of their objects."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from mooring.adoption.survey import AdoptedService
from mooring.fleet.credentials import may_hold_credential
from mooring.problems.position import Route
from mooring.yaml.comments import Comment, commented, comments
from mooring.yaml.document import Document, read_fleet, read_manifests
from mooring.yaml.scalar import is_harmless

# What mooring itself would take for something else than a comment.
_OWN = re.compile(r"mooring:|yaml-language-server|^# not found:")

_comments = functools.lru_cache(maxsize=64)(comments)


def of_entry(service: AdoptedService) -> list[Comment]:
    """The comments of an object, at the routes that its values have in an entry of `services:`."""
    found = []
    for one in of_object(service):
        route = _in_entry(one)
        if route is not None:
            found.append(one._replace(route=route))
    return found


def _in_entry(comment: Comment) -> Route | None:
    """Where the entry has the value; None where it has not."""
    route = comment.route
    if route[:1] == ("spec",):
        return route
    if route in ((), ("apiVersion",), ("metadata",)):
        return ("name",) if comment.is_trailing else ()
    if route == ("kind",):
        return route
    if route[:1] == ("metadata",) and route[1] in ("name", "namespace", "labels", "annotations"):
        return route[1:]
    return None


def of_object(service: AdoptedService) -> list[Comment]:
    """The comments of an object that may go along, at its own routes."""
    return [one for one in _all(service) if _is_fit(one.text)]


def has_unfit(service: AdoptedService) -> bool:
    """Whether a comment of the object stays behind: it may hold a credential, hides something or means something else."""
    return any(not _is_fit(one.text) for one in _all(service))


def _all(service: AdoptedService) -> list[Comment]:
    source, base = service.item.source, service.item.base
    found = _comments(source) if isinstance(source, Document) else []
    return [one._replace(route=one.route[len(base) :]) for one in found if one.route[: len(base)] == base]


def _is_fit(text: str) -> bool:
    return is_harmless(text) and _OWN.search(text) is None and not may_hold_credential(text)


def in_entry(text: str, wanted: Sequence[Comment]) -> str:
    """An entry of a list of the fleet file, with its comments."""
    return commented(text, [one._replace(route=(0, *one.route)) for one in wanted], lambda text: read_fleet(text, "")[0])


def in_manifest(text: str, wanted: Sequence[Comment]) -> str:
    """A manifest of one object, with its comments."""
    return commented(text, wanted, _only)


def _only(text: str) -> Document | None:
    documents, problems = read_manifests(text, "")
    return documents[0] if len(documents) == 1 and not problems else None
