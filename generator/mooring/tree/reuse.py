"""Namespaces that an earlier run has rendered and judged: left out, where nothing that they are made of differs.

What is kept of a namespace is the names of its files and one digest of what they hold, never their text; and its problems,
as they were said. It counts where the namespace's input is the same, its files stand as that digest says, and so do the
parts of the fleet that its problems quote; any other is rendered as if nothing were kept.
"""

from __future__ import annotations

import datetime
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mooring.files import Boundary, Unreadable
from mooring.files.cache import Cache, digest
from mooring.files.comparing import contents
from mooring.fleet import model
from mooring.fleet.load import Loaded
from mooring.fleet.reading import Readings
from mooring.plan.context import counts_elsewhere
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.problems.plain import as_plain, of_plain
from mooring.pulls.tally import Tally
from mooring.tree.findings import Counts, Findings
from mooring.tree.unit import Produced

_RENDERED, _CHECKED = "rendered", "checked"
_FORMAT = 2  # of `marshal`: the last one in which equal values always have equal bytes
_CIPHERTEXT = "ciphertext"


class Row(NamedTuple):
    """What is kept of a namespace: the digest of its input, its files, the digest of what they and the ciphertexts that they
    are copied from hold, what its findings were, and the digests of the fleet's files that its problems stand in."""

    key: str
    paths: list[str]
    held: str
    counts: list[int]
    hosts: list[str]
    used: list[list[str]]
    problems: list[dict[str, Any]]
    quoted: dict[str, str]


class Reuse:
    """What is kept of the namespaces of one fleet, by environment and name; of a check that of its day, `as_of`."""

    def __init__(
        self, cache: Cache, loaded: Loaded, found: Mapping[str, ResolvedEnvironment], as_of: datetime.date | None
    ) -> None:
        self._cache, self._root, self._found = cache, loaded.root, found
        self._name, self._day = (_CHECKED, as_of.isoformat()) if as_of is not None else (_RENDERED, "")
        # All of the fleet but its services, which are each namespace's.
        rest = [{key: value for key, value in one.data.items() if key != "services"} for one in loaded.documents]
        head = _bytes([loaded.path, rest])
        self._environments = {name: _digest_of_environment(head, resolved) for name, resolved in found.items()}
        self._digests: dict[str, str | None] = {}
        self._texts = {document.path: document.text for document in loaded.documents}
        kept = cache.load(self._name)
        self._kept: dict[str, Any] = kept if isinstance(kept, dict) else {}

    def around(self, work: Callable[[tuple[str, str]], Produced]) -> Callable[[tuple[str, str]], Produced]:
        """`work`, which is not called for a namespace whose files stand already as it would make them."""

        def reusing(task: tuple[str, str]) -> Produced:
            key = self._key(*task)
            if key is None:
                return work(task)
            known = self._known("/".join(task), key)
            if known is not None:
                return known
            produced = work(task)
            row = self._row(key, produced)
            if row is not None:
                produced.kept["/".join(task)] = row
            return produced

        return reusing

    def save(self, new: Mapping[str, Row], readings: Readings, *, is_clean: bool) -> None:
        """Keeps what was rendered anew, beside what is kept of other namespaces; and what the fleet's parts were read as,
        where it `is_clean`: no credential stands in any of them. Whatever else was kept of the fleet is dropped."""
        known = {f"{name}/{namespace}" for name, resolved in self._found.items() for namespace in resolved.namespaces}
        rows = {name: row for name, row in {**self._kept, **new}.items() if name in known}
        if rows != self._kept:
            self._cache.save(self._name, rows)
        if is_clean:
            readings.save()
        self._cache.drop({_RENDERED, _CHECKED, *readings.names})

    def _known(self, name: str, key: str) -> Produced | None:
        """What the namespace came to, where its files stand so; their texts are not there."""
        try:
            row = Row(*self._kept[name])
            if row.key != key or row.held != _held(self._root, row.paths, _origins(row.used)):
                return None
            if any(self._quoted(path) != text for path, text in row.quoted.items()):
                return None
            documents, services, proved, public, other, unknown, broken = row.counts
            pulls = Tally(proved, public, other, unknown, broken, frozenset(row.hosts))
            findings = Findings(
                [*map(of_plain, row.problems)], Counts(documents, services, pulls), set(map(tuple, row.used))
            )
            return Produced(findings=findings, unchanged=list(row.paths))
        except (AttributeError, KeyError, TypeError, ValueError):  # nothing is kept of it
            return None

    def _quoted(self, path: str) -> str | None:
        """The digest of a file of the fleet, by its path as it is shown."""
        if path not in self._digests:
            self._digests[path] = digest(self._texts[path].encode()) if path in self._texts else None
        return self._digests[path]

    def _row(self, key: str, produced: Produced) -> Row | None:
        """What is to be kept of a namespace; None where it cannot be told what it was made of."""
        findings, pulls = produced.findings, produced.findings.counts.pulls
        problems = [as_plain(problem) for problem in findings.problems]
        files = {
            file for problem in findings.problems for file in (problem.file, *(step.file for step in problem.flow)) if file
        }
        quoted = {file: self._quoted(file) for file in sorted(files)}
        used = sorted(list(one) for one in findings.used)
        paths = list(produced.files)
        held = _digest(paths, [text.encode() for text in produced.files.values()], self._root, _origins(used))
        if held is None or None in problems or None in quoted.values():
            return None
        classes = [pulls.proved, pulls.public, pulls.other, pulls.unknown, pulls.broken]
        numbers = [findings.counts.documents, findings.counts.services, *classes]
        return Row(key, paths, held, numbers, sorted(pulls.hosts), used, problems, quoted)  # type: ignore[arg-type]

    def _key(self, environment: str, name: str) -> str | None:
        """The digest of all that a namespace is made of; None where it is made of other files too, or is none."""
        outside = self._environments.get(environment)
        resolved = self._found.get(environment)
        if outside is None or resolved is None or name == CLUSTER or name not in resolved.namespaces:
            return None
        services = resolved.services.get(name, ())
        if any(service.manifests is not None for service in services):
            return None
        values = _values(services)
        return None if values is None else digest(outside.encode(), self._day.encode(), name.encode(), values)


def _digest_of_environment(head: bytes | None, resolved: ResolvedEnvironment) -> str | None:
    """The digest of all that counts in every namespace of an environment: `head`, the fleet without its services, and those
    of them that count for others' pods. None where files count, which the fleet only names."""
    services = resolved.fleet.services
    elsewhere = [service for service in services if counts_elsewhere(service)]
    if any(service.manifests is not None for service in elsewhere):
        return None
    has_manifests = any(service.manifests is not None for service in services)
    own, values = f"{resolved.name} {has_manifests}".encode(), _values(elsewhere)
    return None if head is None or values is None else digest(head, own, values)


def _values(services: Iterable[model.Service]) -> bytes | None:
    """The services as bytes, as they are written: what an environment makes of them stands in the rest of the fleet."""
    return _bytes([one.raw for one in services])


def _bytes(value: Any) -> bytes | None:
    """Plain data as bytes, in a third of the time that JSON takes; None for what is not plain."""
    try:
        return marshal.dumps(value, _FORMAT)
    except ValueError:
        return None


def _origins(used: Iterable[Sequence[str]]) -> list[str]:
    return [one[1] for one in used if one[0] == _CIPHERTEXT]


def _held(root: Path, paths: Sequence[str], origins: Iterable[str]) -> str | None:
    """The digest of what stands at the paths; None where something else than files does."""
    found = contents(root, paths)
    return None if found is None else _digest(paths, found, root, origins)


def _digest(paths: Sequence[str], texts: Iterable[bytes], root: Path, origins: Iterable[str]) -> str | None:
    """One digest of files, and of the ciphertexts that they are copied from; None where one of these cannot be read."""
    boundary = Boundary(root)
    try:
        return digest(*(path.encode() for path in paths), *texts, *(boundary.read(root / origin) for origin in origins))
    except (Unreadable, UnicodeError):
        return None
