"""The charts of a kustomization that lie in the repository: Kustomize renders them with helm where somebody asks for it.

Nothing is fetched: Kustomize pulls a chart only where no folder stands at its place, and only one that was read to be
copied there is kept (`api/internal/builtins/HelmChartInflationGenerator.go`). An entry that says more than what is read
here, such as a template for the name, is left out with the reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mooring.kustomization.fields import Fields, folded, text_of, value_of
from mooring.kustomization.given import Closure
from mooring.kustomization.remote import is_remote
from mooring.problems.position import Route
from mooring.problems.problem import Problem

FIELD = "helmCharts"
# What helm is given as an argument of its own, or is a part of a path.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_VERSIONS = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_+-]*")
_TEXTS = {
    "name": _NAME, "releasename": _NAME, "namespace": _NAME, "version": _VERSION, "kubeversion": _VERSION,
    "valuesmerge": re.compile("merge|override|replace"),
}  # fmt: skip
_SWITCHES = ("includecrds", "skiphooks", "skiptests")
_READ = frozenset({*_TEXTS, *_SWITCHES, "repo", "valuesfile", "additionalvaluesfiles", "valuesinline", "apiversions"})


class Local(NamedTuple):
    """A chart's files (path from the repository's root → bytes) and those of its values, by route in the kustomization;
    `why` it is left out in words, where it is."""

    files: Mapping[str, bytes] = {}
    values: Mapping[Route, str] = {}
    why: str = ""


def local(closure: Closure, found: Fields, index: int, entry: Any, folder: Path) -> Local:
    """A chart of the kustomization in `folder`, where it is in the repository and is to be rendered, no more."""
    why = _unread(entry)
    if why:
        return Local(why=why)
    route = (found.keys[FIELD], index)
    values: dict[Route, str] = {}
    for name in ("valuesfile", "additionalvaluesfiles"):
        value = value_of(entry, name)
        for number, path in enumerate(value if isinstance(value, list) else [value] if value else ()):
            if is_remote(path) or path.startswith(("/", "-")):
                return Local(why="mooring does not fetch values from elsewhere")
            values[(*route, name, number)] = path
    place = _place(found, entry, folder)
    boundary = closure.boundary
    if place is None or not boundary.holds(place) or not boundary.is_folder(place):
        return Local(why="it is not in the repository, and mooring fetches nothing")
    if Path(boundary.real(place)) != place:
        return Local(why="its folder is a link")
    contents, refused = _contents(closure, place)
    if refused or f"{closure.relative(place)}/Chart.yaml" not in contents:
        return Local(why=refused or "its folder has no Chart.yaml")
    return Local(contents, values)


def _unread(entry: Any) -> str:
    """What of an entry helm is not to be given, in words; empty where there is nothing."""
    if not isinstance(entry, Mapping):
        return "it is not a mapping"
    for key, value in entry.items():
        name = folded(key)
        if name not in _READ:
            return "it has a field that mooring does not hand to helm"
        pattern = _TEXTS.get(name)
        if pattern is not None and not (isinstance(value, str) and (not value or pattern.fullmatch(value))):
            return "it has a name or a version that is none"
        if name == "apiversions" and not _are_texts(value, _VERSIONS.fullmatch):
            return "it has API versions that are none"
        if name == "additionalvaluesfiles" and not _are_texts(value, bool):
            return "it has names of files that are none"
    if not all(isinstance(value_of(entry, name), (str, type(None))) for name in ("valuesfile", "repo")):
        return "it has an address that is none"
    return "" if text_of(entry, "name") else "it has no name"


def _are_texts(value: Any, test: Callable[[str], object]) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and test(item) for item in value)


def _place(found: Fields, entry: Any, folder: Path) -> Path | None:
    """Where Kustomize looks for the chart before it would pull it; None for a place that is no path of the repository."""
    home = text_of(found.values.get("helmGlobals"), "charthome") or "charts"
    if home.startswith("/") or "\0" in home:
        return None
    name, version = text_of(entry, "name"), text_of(entry, "version")
    above = f"{name}-{version}" if version and text_of(entry, "repo") else ""
    return Path(os.path.normpath(folder / home / above / name))


def _contents(closure: Closure, place: Path) -> tuple[dict[str, bytes], str]:
    """The files of a chart, and why they cannot be had, in words; links are neither entered nor read."""
    contents: dict[str, bytes] = {}
    refused: list[str] = []
    problems = len(closure.problems)
    for below in closure.boundary.walk(place, lambda error: refused.append(f"a file of it {error.why}")):
        for name in below.files:
            raw = closure.read(below.path / name, Problem("bad-path", "a file of a chart"))
            if raw is not None:
                contents[closure.relative(below.path / name)] = raw
    if len(closure.problems) > problems:
        refused += [problem.message for problem in closure.problems[problems:]]
        del closure.problems[problems:]
    return contents, refused[0] if refused else ""


def without_home(written: Any) -> Any:
    """`helmGlobals` as Kustomize is given it: no folder of helm's own settings, which could hold plugins."""
    return (
        {key: value for key, value in written.items() if folded(key) == "charthome"} if isinstance(written, Mapping) else {}
    )
