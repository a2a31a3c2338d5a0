"""`mooring explain`: a problem code's page, or a service's pulls, image by image."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Collection, Iterator
from typing import Any

from mooring import report, rules
from mooring.commands.arguments import common, day, fleet_path
from mooring.commands.registries import registries
from mooring.commands.running import fail, today
from mooring.files import exists
from mooring.problems.suggestion import nearest, suggestion
from mooring.pulls import words
from mooring.redaction import as_json, quote


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ("json", "text"))
    parser.add_argument("what", metavar="CODE|SERVICE", help="a problem code, or NAME or NAMESPACE/NAME of a service")
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifests to look for the service in, instead of the fleet"
    )
    registries(parser, "a private registry (repeatable)")
    parser.add_argument("--env", metavar="E", help="the environment to explain the service in (default: the first)")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="judge expiry by this day (default: today, UTC)")


def page_text(page: rules.Page) -> str:
    """A code's page as text."""

    def code_block(text: str) -> str:
        return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))

    return (
        f"{page.code} ({page.severity}, {page.family})\n{page.summary}\n\n{page.what}\n\n"
        f"Why: {page.why}\n\nExample:\n\n{code_block(page.example)}\n\nInstead:\n\n{code_block(page.instead)}\n"
    )


def _put(arguments: argparse.Namespace, data: Any, text: str) -> None:
    """Writes what is explained to each target; `text` for people, and inside an Action too."""
    for form, path in arguments.targets:
        report.put(as_json(data) if form == "json" else text, path, sys.stdout)


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    if arguments.what in rules.codes():
        page = rules.page(arguments.what)
        _put(arguments, dataclasses.asdict(page), page_text(page))
        return 0
    if arguments.paths:
        return _in_manifests(arguments)
    path = fleet_path(arguments)
    if not exists(path):
        what = f"{quote(arguments.what, 'name')} is not a problem code"
        return fail(f"{what}, and there is no {quote(path, 'file')} to look for a service in", _hint(arguments.what, ()))
    return _service(arguments)


def _hint(what: str, services: Collection[str]) -> str:
    """The code or service that was probably meant; else what can be explained."""
    if near := nearest(what, rules.codes()):
        return f"did you mean the code `{near}`?"
    known = services if "/" in what else {name.rpartition("/")[2] for name in services}
    return suggestion(what, known) or "`mooring explain CODE` or `mooring explain NAMESPACE/NAME`"


def _service(arguments: argparse.Namespace) -> int:
    """The pulls of a service of the fleet; gives the exit code."""
    from mooring.commands.fleet import environment_of, environments
    from mooring.plan.service_pulls import service_names, service_pulls

    found, _ = environments(arguments)
    name = environment_of(arguments, found) or next(iter(found))
    objects = service_pulls(found[name], arguments.what, arguments.as_of or today())
    explained = [_entry(one.object, name, list(one.pulls)) for one in objects]
    if not explained:
        return fail(
            f"{quote(arguments.what, 'name')} is neither a problem code nor a service of {quote(name, 'name')}",
            _hint(arguments.what, service_names(found[name])),
        )
    _print(arguments, explained)
    return 0


def _in_manifests(arguments: argparse.Namespace) -> int:
    """The pulls of a service in manifests, with the fleet where there is one."""
    from mooring.check.objects import check_objects
    from mooring.commands.fleet import environment_of, environments
    from mooring.manifests import checking
    from mooring.manifests.paths import read

    found, _ = environments(arguments)
    chosen = environment_of(arguments, found)
    inputs = read(arguments.paths)
    if inputs.unreadable:
        return fail(next(problem.message for problem in inputs.problems if problem.source is None))
    judged = check_objects(inputs, arguments.registry, found, arguments.as_of or today())
    namespace, _, wanted = arguments.what.rpartition("/")
    own = [p for p in judged.pulls if p.object.name == wanted and namespace in ("", p.object.namespace)]
    own = [p for p in own if chosen in (None, p.environment)]
    if not own:
        return fail(
            f"no service of these manifests is named {quote(arguments.what, 'name')}",
            suggestion(wanted, {p.object.name for p in judged.pulls})
            or "`mooring check PATH… --pulls --format json` lists all",
        )
    groups: dict[tuple[Any, str | None, str | None], list[Any]] = {}
    for pull in own:
        groups.setdefault((pull.object, pull.environment, pull.root), []).append(pull)
    files = {checking.ref(item.data): item.source.path for item in reversed(inputs.found) if item.root is None}
    explained = [
        {**_entry(ref, name, pulls), "root": root, "file": files.get(ref) if root is None else None}
        for (ref, name, root), pulls in groups.items()
    ]
    _print(arguments, explained)
    return 0


def _print(arguments: argparse.Namespace, explained: list[dict[str, Any]]) -> None:
    text = "\n".join("\n".join(_tree(entry)) for entry in explained) + "\n"
    _put(arguments, explained[0] if len(explained) == 1 else explained, text)


def _entry(ref: Any, environment: str | None, pulls: list[Any]) -> dict[str, Any]:
    return {"object": ref.as_json(), "environment": environment, "pulls": [pull.as_json() for pull in pulls]}


def _tree(entry: dict[str, Any]) -> Iterator[str]:
    """The lines of one object's tree: each image, and the way to its robot."""
    yield words.title(entry)
    pulls = entry["pulls"]
    if not pulls:
        yield "└─ runs no pod"
    for index, pull in enumerate(pulls):
        last = index == len(pulls) - 1
        stem, bar = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield f"{stem}{pull['image'] or 'an image'}  {words.verdict(pull)}"
        *stations, end = words.way(pull)
        yield from (f"{bar}├─ {station}" for station in stations)
        yield f"{bar}└─ {end}"
