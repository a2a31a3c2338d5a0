"""`mooring init`: a repository to start from, never over a file that is there."""

from __future__ import annotations

import argparse
from pathlib import Path

from mooring import report
from mooring.commands.arguments import common
from mooring.commands.running import fail
from mooring.commands.schema import schema_text
from mooring.files import create
from mooring.redaction import shown

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


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    root: Path = arguments.directory

    def say(text: str) -> None:
        if not arguments.quiet:
            report.emit(text)

    fleet = _FLEET
    lost: list[str] = []
    if arguments.adopted:
        from mooring.check.adoption import adopt
        from mooring.manifests.paths import read
        from mooring.schema.catalog import Catalog

        inputs = read(arguments.adopted)
        if inputs.problems:
            problem = inputs.problems[0].located()
            return fail(
                f"{shown(problem.file, 'file')}: {problem.message}", "`mooring check PATH` shows all that cannot be read"
            )
        adopted = adopt(inputs.found, Catalog())
        fleet, lost = adopted.text, adopted.lost
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
    for line in lost:
        say(f"left     {line}\n")
    say("Next: put your names into fleet.yaml, then `mooring render`.\n")
    return 0
