"""`mooring init`: a repository to start from, never over a file that is there."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common
from mooring.commands.check import registry
from mooring.commands.running import fail, today
from mooring.commands.schema import schema_text
from mooring.files import create
from mooring.redaction import shown

if TYPE_CHECKING:
    from mooring.check.adoption import Adopted
    from mooring.manifests.paths import Inputs

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
_EDITOR = """\
{
  "yaml.schemas": {".mooring/fleet.schema.json": ["fleet.yaml"], ".mooring/fleetpart.schema.json": ["teams/*.yaml"]}
}
"""


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ())
    parser.add_argument("directory", nargs="?", type=Path, default=Path(), metavar="DIR", help="where (default: here)")
    parser.add_argument(
        "--from", dest="adopted", action="append", default=[], metavar="PATH", help="adopt these manifests (repeatable)"
    )
    parser.add_argument(
        "--registry", action="append", default=[], type=registry, metavar="HOST",
        help="with --from: a private registry of the fleet (default: those of the images and Secrets)",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    root: Path = arguments.directory

    def say(text: str) -> None:
        if not arguments.quiet:
            report.emit(text)

    fleet = _FLEET
    adopted: Adopted | None = None
    if arguments.adopted:
        inputs, adopted = _adopt(arguments)
        if adopted is None:
            problem = inputs.problems[0].located()
            return fail(
                f"{shown(problem.file, 'file')}: {problem.message}", "`mooring check PATH` shows all that cannot be read"
            )
        fleet = adopted.text
    files = {
        "fleet.yaml": fleet,
        ".pre-commit-config.yaml": _PRE_COMMIT,
        ".vscode/settings.json": _EDITOR,
        ".mooring/fleet.schema.json": schema_text("fleet"),
        ".mooring/fleetpart.schema.json": schema_text("fleetpart"),
    }
    for name, text in files.items():
        path = root / name
        place = shown(path.as_posix(), "file")
        written = create(root, name, text.encode())
        say(f"written  {place}\n" if written else f"kept     {place}: it is there already\n")
    if adopted is not None:
        for host, images in adopted.registries.items():
            say(f"found    registry {shown(host, 'host')}: {images} image{'' if images == 1 else 's'}\n")
        for line in adopted.lost:
            say(f"left     {line}\n")
        broken = _check(inputs, adopted)
        say(f"Next: `mooring render`. It says which of the {broken} above the fleet does not mend.\n" if broken else _NEXT)
        return 0
    say(_NEXT)
    return 0


_NEXT = "Next: put your names into fleet.yaml, then `mooring render`.\n"


def _adopt(arguments: argparse.Namespace) -> tuple[Inputs, Adopted | None]:
    """The manifests, and the fleet of them where all of them could be read."""
    from mooring.check.adoption import adopt
    from mooring.manifests.paths import read
    from mooring.schema.catalog import Catalog

    inputs = read(arguments.adopted)
    unread = any(problem.severity == "error" for problem in inputs.problems)
    return inputs, None if unread else adopt(inputs.found, Catalog(), arguments.registry)


def _check(inputs: Inputs, adopted: Adopted) -> str:
    """Prints what `check` says of the manifests: it holds for the fleet too. Gives the number of errors in words."""
    from mooring.check.objects import check_objects
    from mooring.registry.registries import Registry
    from mooring.report.text import problems as block

    private = [Registry(host, (host,)) for host in adopted.registries]
    problems = check_objects(inputs, private, {}, today()).problems
    live = tuple(problem for problem in problems if problem.silenced is None and problem.code != "plaintext-credential")
    report.emit(block(report.Report(live), report.terminal_of(sys.stderr, report.no_colour())), sys.stderr)
    errors = sum(problem.count for problem in live if problem.severity == "error")
    return f"{errors:,} error{'' if errors == 1 else 's'}" if errors else ""
