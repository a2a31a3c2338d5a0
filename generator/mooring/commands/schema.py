"""`mooring schema`: the fleet file's JSON Schema, for editors and other tools."""

from __future__ import annotations

import argparse
import json
import sys

from mooring import report
from mooring.commands.arguments import common
from mooring.fleet.schema import editor_schema


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ("json",))
    parser.add_argument("what", choices=("fleet", "fleetpart"), help="which schema to print")


def schema_text(what: str, *, bundled: bool = True) -> str:
    """The schema as a file that stands for itself; with `bundled=False` as it stands beside the kinds' own."""
    kind = {"fleet": "Fleet", "fleetpart": "FleetPart"}[what]
    schema = editor_schema(kind, bundled=bundled)
    return json.dumps(schema, indent=None if bundled else 1, ensure_ascii=False) + "\n"


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    for _, path in arguments.targets:
        report.put(schema_text(arguments.what), path, sys.stdout)
    return 0
