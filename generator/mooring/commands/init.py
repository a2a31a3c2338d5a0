"""`mooring init`: a repository to start from. What is the user's is never written over; what is mooring's own is renewed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common
from mooring.commands.registries import registries
from mooring.commands.running import Refused
from mooring.commands.schema import schema_text
from mooring.files import Unreadable, amend, create, exists, repository_of
from mooring.redaction import quote, shown

if TYPE_CHECKING:
    from mooring.commands.adoption import Adoption

_FLEET = """\
# yaml-language-server: $schema=.mooring/fleet.schema.json
# One fleet file: `mooring render` writes overlays/ and policies/ from it, `mooring check` tells what would not be pulled.
apiVersion: mooring.dev/v1
kind: Fleet
metadata:
  name: fleet

registries:
- name: harbor
  host: harbor.example.com            # as images write it: host or host:port, no scheme

secrets:
  backend: external-secrets           # Secrets are made in the cluster from a store; no credential is ever written here
  store: {kind: ClusterSecretStore, name: vault}

robots:
- name: vision                        # one robot account for each service, with the projects it needs and no others
  project: vision
  expires: 2099-01-01                 # what Harbor shows; `mooring check --fail-within 30d` warns before
  secret: {key: harbor/vision}        # the store's record, with properties `username` and `password`

namespaces:
- name: vision

services:
- name: detector
  namespace: vision
  spec:                               # the kind's own spec; imagePullSecrets are written for you
    predictor:
      containers:
      - name: kserve-container
        image: harbor.example.com/vision/detector:1.0
"""
_PRE_COMMIT = """\
repos:
- repo: local
  hooks:
  - id: mooring-render
    name: the rendered tree is fresh
    entry: mooring render --check
    language: system
    pass_filenames: false
    files: ^(fleet\\.yaml|teams/|services/|overlays/|policies/)
"""
# Products are reviewed by what makes them: reviewers' tools fold them.
_BEGIN, _END = "# mooring: products of `mooring render` (`mooring init` keeps this block)", "# mooring: end"
_PRODUCTS = ("overlays", "policies", "gitops")
_EDITOR = """\
{
  "yaml.schemas": {".mooring/fleet.schema.json": ["fleet.yaml"], ".mooring/fleetpart.schema.json": ["teams/*.yaml"]}
}
"""


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ())
    parser.add_argument("directory", nargs="?", type=Path, default=Path(), metavar="DIR", help="where (default: here)")
    parser.add_argument(
        "--from", dest="adopted", action="append", default=[], metavar="[ENV=]PATH",
        help="adopt these manifests; with ENV= as those of that environment (repeatable)",
    )  # fmt: skip
    registries(parser, "with --from: a private registry of the fleet (default: those of the images and Secrets)", "HOST")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""

    def say(text: str) -> None:
        if not arguments.quiet:
            report.emit(text)

    root: Path = arguments.directory
    adoption = _adoption(arguments)
    adopted = adoption.fleet(root / "fleet.yaml") if adoption is not None else None
    is_addition = adopted is not None and exists(root / "fleet.yaml")
    if adopted is not None:
        _refuse_others(root, adopted.draft.files)
        # What the fleet file names stands before it does.
        for path, text in adopted.draft.files.items():
            say(_created(root, path, text.encode()))
    for line in _written(root, adopted.text if adopted is not None else _FLEET.encode(), amended=is_addition):
        say(line)
    if rules := _rules(root):
        say(_created(root, ".sops.yaml", rules.encode()))
    broken = ""
    if adoption is not None and adopted is not None:
        for line in (*adoption.words(adopted.draft, is_addition=is_addition), *adopted.kept):
            say(line)
        broken = adoption.check()
    say(f"Next: `mooring render`. It says which of the {broken} above the fleet does not mend.\n" if broken else _NEXT)
    return 0


def _adoption(arguments: argparse.Namespace) -> Adoption | None:
    """The manifests to adopt; None where none are."""
    if not arguments.adopted:
        return None
    from mooring.commands.adoption import read

    return read(arguments.adopted, arguments.registry)


def _refuse_others(root: Path, files: Mapping[str, str]) -> None:
    """Raises `Refused` where another file stands under the name of one that the fleet is to take in."""
    for name, text in files.items():
        if exists(root / name) and repository_of(root).read(root / name) != text.encode():
            hint = "move it: the object of an environment is to be kept under this name"
            raise Refused(f"{quote(root / name, 'file')} is there already, and is another one", hint)


def _written(root: Path, fleet: bytes, *, amended: bool) -> Iterator[str]:
    """Writes what is not there, and mooring's own files anew; says of each what became of it."""
    if amended:
        written = amend(root, "fleet.yaml", lambda _: fleet)
        yield f"{'written' if written else 'kept   '}  {_place(root, 'fleet.yaml')}{'' if written else ': nothing is new'}\n"
    for name, text in {
        **({} if amended else {"fleet.yaml": fleet}),
        ".pre-commit-config.yaml": _PRE_COMMIT.encode(),
        ".vscode/settings.json": _EDITOR.encode(),
    }.items():
        yield _created(root, name, text)
    for name, change in _OWN.items():
        written = amend(root, name, change)
        yield f"written  {_place(root, name)}\n" if written else f"kept     {_place(root, name)}: it is up to date\n"


def _rules(root: Path) -> str:
    """The rules of sops for the fleet that stands there now; empty where it is not kept with sops, or cannot be read."""
    try:
        if b"sops" not in repository_of(root).read(root / "fleet.yaml"):
            return ""
    except Unreadable:
        return ""
    from mooring.backends.sops import rules
    from mooring.fleet.load import load
    from mooring.tree.run import resolve_all

    environments = resolve_all(load(root / "fleet.yaml"), []).values()
    kept = {
        one.name: one.fleet.secrets.recipients
        for one in environments
        if one.fleet.secrets.recipients and any(one.fleet.backend_of(robot) == "sops" for robot in one.fleet.robots)
    }
    return rules(kept) if kept else ""


def _created(root: Path, name: str, text: bytes) -> str:
    """Writes a file where none is; says what became of it."""
    written = create(root, name, text)
    return f"written  {_place(root, name)}\n" if written else f"kept     {_place(root, name)}: it is there already\n"


_NEXT = "Next: put your names into fleet.yaml, then `mooring render`.\n"


def _place(root: Path, name: str) -> str:
    return shown((root / name).as_posix(), "file")


def _marked_as_generated(before: bytes | None) -> bytes:
    """A `.gitattributes` with mooring's block, which stands first, so that the user's own lines win."""
    text = before or b""
    end = b"\r\n" if b"\r\n" in text else b"\n"
    lines = [_BEGIN, *(f"/{folder}/** linguist-generated" for folder in _PRODUCTS), _END]
    block = end.join(line.encode() for line in lines) + end
    first, last = _BEGIN.encode(), _END.encode()
    head, found, rest = text.partition(first)
    _, closed, tail = rest.partition(last)
    if not found:
        return block + text
    # A block that somebody cut: what follows may be the user's own.
    return head + block + (tail.removeprefix(end) if closed else rest.partition(end)[2])


_OWN: Mapping[str, Callable[[bytes | None], bytes]] = {
    ".gitattributes": _marked_as_generated,
    ".mooring/fleet.schema.json": lambda _: schema_text("fleet").encode(),
    ".mooring/fleetpart.schema.json": lambda _: schema_text("fleetpart").encode(),
}
