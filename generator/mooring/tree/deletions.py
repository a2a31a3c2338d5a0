"""What a render would delete that somebody should have asked for: an environment, much of one, or a Secret in use.

A name that is misspelt in the fleet file looks as if its services and Secrets were wanted no more, and whatever syncs the
tree takes them out of the cluster. `--allow-delete` says that it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mooring.files import Boundary, Unreadable, display_path
from mooring.files.comparing import stale as own_files
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_namespace
from mooring.plan.naming import made, names_in, secret_made, users
from mooring.plan.services import file_name
from mooring.problems.collecting import finish
from mooring.problems.problem import Problem
from mooring.problems.routes import as_text, get
from mooring.redaction import listed, quote
from mooring.templating.artifact import Artifact
from mooring.yaml.document import read_manifests

CODE = "unconfirmed-deletion"
# More than one in so many of an environment's services, or of its Secrets, is much; a single one never is.
_MUCH, _LEAST = 4, 2
_FILE = re.compile(r"overlays/([^/]+)/([^/]+)/(?:(access|services)/)?([^/]+)(/.*)?")
_HINT = "if that is meant, run `mooring render --allow-delete`"
_MANIFEST = (".yaml", ".yml", ".json")


def unconfirmed(
    root: Path,
    stale: Collection[str],
    kept: Collection[str],
    found: Mapping[str, ResolvedEnvironment],
    planned: Mapping[str, Collection[str]],
) -> list[Problem]:
    """What of the deletion of the `stale` files somebody has to confirm; `kept` are the files that are rendered.

    Where other cells delete too, `planned` are the files and folders of all services that the environment is to have: how
    many services go is then counted over all of them.
    """
    problems: list[Problem] = []
    by_environment: dict[str, list[str]] = {}
    for path in stale:
        if path.startswith("overlays/") and path.count("/") > 1:
            by_environment.setdefault(path.split("/", 2)[1], []).append(path)
    for name, paths in sorted(by_environment.items()):
        if name not in found:
            problems += [finish(problem, None) for problem in _environment(root, name, paths)]
            continue
        of_environment = [*_much(root, name, paths, kept, planned.get(name)), *_in_use(root, found[name], paths, kept)]
        problems += [finish(problem, name) for problem in of_environment]
    return problems


def planned_services(resolved: ResolvedEnvironment, extra: Iterable[Artifact]) -> set[str]:
    """The files and folders that the environment's services are to have; beside them in `_cluster`, `extra` policies."""
    top = f"overlays/{resolved.name}"
    planned = {artifact.path for artifact in extra}
    for where, services in resolved.services.items():
        folder = f"{top}/{CLUSTER}" if where == CLUSTER else f"{top}/{where}/services"
        planned.update(f"{folder}/{file_name(service)}" for service in services)
    return planned


def _environment(root: Path, name: str, paths: Sequence[str]) -> Iterator[Problem]:
    """The problem that an environment of the tree, with all that it has, is none of the fleet any more."""
    counts = [(len(_units(paths, what)), what) for what in ("service", "Secret")]
    inside = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
    if not inside and f"overlays/{name}/{CLUSTER}/kustomization.yaml" not in paths:
        return  # no environment that was ever rendered
    message = (
        f"environment {quote(name, 'name')} is no longer in the fleet: this render would delete all of its "
        f"{len(paths)} file{'' if len(paths) == 1 else 's'}" + (f" ({inside})" if inside else "")
    )
    hint = _HINT
    if name == "default":
        hint = f"a fleet without `environments:` has one named `default`; add `- name: default` to keep it, or {_HINT}"
    yield Problem(CODE, message, file=display_path(root / "overlays" / name), hint=hint)


def _units(paths: Collection[str], what: str) -> set[tuple[str, str]]:
    """The services, or Secrets, that files of the tree belong to: each the namespace and a file or folder of its own."""
    found = set()
    for path in paths:
        match = _FILE.fullmatch(path)
        if match is None:
            continue
        _, namespace, part, first, _ = match.groups()
        is_secret = part == "access" and first.startswith("secret-")
        is_service = (part == "services" or namespace == CLUSTER) and first != "kustomization.yaml"
        if is_secret if what == "Secret" else is_service:
            found.add((namespace, first))
    return found


def _much(
    root: Path, name: str, paths: Sequence[str], kept: Collection[str], planned: Collection[str] | None
) -> Iterator[Problem]:
    """The problems that a large part of an environment's services, or Secrets, would go."""
    folder = f"overlays/{name}"
    rendered = [path for path in kept if path.startswith(f"{folder}/")]
    for what in ("service", "Secret"):
        gone = _units(paths, what) - _units(rendered, what)
        own = list(own_files(root, [folder], ())) if gone else []
        if gone and what == "service" and planned is not None:
            gone = _units(own, what) - _units(planned, what)
        if len(gone) < _LEAST:
            continue
        standing = len(_units(own, what))
        if len(gone) * _MUCH > standing:
            message = (
                f"this render would delete {len(gone)} of the {standing} {what}s that environment {quote(name, 'name')} "
                f"has in the tree: {listed(_named(gone, what))}"
            )
            yield Problem(CODE, message, file=display_path(root / folder), hint=_HINT)


def _named(units: Collection[tuple[str, str]], what: str) -> list[str]:
    """The units as people know them, in backticks."""
    names = []
    for namespace, first in sorted(units):
        stem = first.rsplit(".", 1)[0] if "." in first else first
        stem = stem.removeprefix("secret-") if what == "Secret" else stem.rsplit(".", 1)[0]
        names.append(quote(stem if namespace == CLUSTER else f"{namespace}/{stem}", "file"))
    return names


def _in_use(root: Path, resolved: ResolvedEnvironment, paths: Sequence[str], kept: Collection[str]) -> Iterator[Problem]:
    """The problems of Secrets that would be deleted while something that stays names them."""
    gone: dict[str, dict[str, str]] = {}
    for path in paths:
        for name in _secrets_of(root, path):
            gone.setdefault(path.split("/")[2], {}).setdefault(name, path)
    for where, secrets in sorted(gone.items()):
        left = secrets
        if where in resolved.namespaces:
            planned = plan_namespace(resolved, resolved.namespaces[where])
            staying = made(planned)
            named = users(planned)
            for name in sorted((secrets.keys() - staying) & named.keys()):
                (user, route), *others = named[name]
                about = user.original
                message = _still_named(secrets[name], name, f"`{about.info.kind}` {quote(about.name, 'name')}", len(others))
                yield about.problem(CODE, message, route, hint=_hint(name))
            left = {name: path for name, path in secrets.items() if name not in staying and name not in named}
        if left:
            yield from _in_use_by_others(root, resolved, where, left, kept)


def _hint(name: str) -> str:
    return f"a robot whose `namespaces:` has this one keeps Secret {quote(name, 'name')}; {_HINT}"


def _still_named(path: str, name: str, user: str, others: int) -> str:
    more = f" (and {others} more)" if others else ""
    return f"this render would delete {quote(path, 'file')}, and {user}{more} still names its Secret {quote(name, 'name')}"


def _in_use_by_others(
    root: Path, resolved: ResolvedEnvironment, where: str, secrets: Mapping[str, str], kept: Collection[str]
) -> Iterator[Problem]:
    """The problems of Secrets of a namespace that files name which stand in the tree and are not the fleet's."""
    for path, content in _others(root, resolved, where, kept):
        text = content.decode("utf-8", "replace")
        if not any(name in text for name in secrets):
            continue
        documents, broken = read_manifests(content, path)
        objects = [document.data for document in documents if isinstance(document.data, Mapping)]
        named = {name for data in objects if _is_of(data, where) for name, _ in names_in(data)}
        for name in sorted(secrets):
            # What cannot be read may name it.
            if name in named or (broken and name in text):
                message = _still_named(secrets[name], name, quote(path, "file"), 0)
                yield Problem(CODE, message, file=display_path(root / path), hint=_hint(name))


def _is_of(data: Mapping[str, object], where: str) -> bool:
    return as_text(get(data, ("metadata", "namespace"))) in ("", where)


def _others(root: Path, resolved: ResolvedEnvironment, where: str, kept: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The manifests in an environment's folder that are not mooring's: (path, content); other namespaces left out."""
    boundary = Boundary(root)
    top = root / "overlays" / resolved.name
    own = set(own_files(root, [f"overlays/{resolved.name}"], ()))
    for folder in boundary.walk(top):
        if folder.path == top:
            folder.folders[:] = [name for name in folder.folders if name == where or name not in resolved.namespaces]
        for name in folder.files:
            path = (folder.path / name).relative_to(root).as_posix()
            if name.endswith(_MANIFEST) and path not in own and path not in kept:
                try:
                    yield path, boundary.read(folder.path / name)
                except Unreadable:
                    continue


def _secrets_of(root: Path, path: str) -> Iterator[str]:
    """The Secrets that a file of the tree makes."""
    if not path.endswith(_MANIFEST) or path.endswith("/kustomization.yaml"):
        return
    try:
        content = Boundary(root).read(root / path)
    except Unreadable:
        return
    if b"Secret" in content:
        documents, _ = read_manifests(content, path)
        objects = (document.data for document in documents if isinstance(document.data, Mapping))
        yield from (name for data in objects if (name := secret_made(data)) is not None)
