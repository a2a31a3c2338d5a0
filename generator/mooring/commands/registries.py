"""The option `--registry`, which several commands have, and what is said where no private registry is known."""

from __future__ import annotations

import argparse

from mooring.redaction import quote
from mooring.registry.reference import is_path
from mooring.registry.registries import Registry
from mooring.report import Summary

_NOTHING_PROVED = (
    "no private registry is known, so no pull could be proved: name one with `--registry HOST`, or give the pull Secrets too"
)


def registries(parser: argparse.ArgumentParser, text: str, metavar: str = "HOST[/PROJECT]") -> None:
    """`--registry`, as often as there are private registries; `text` is its help."""
    parser.add_argument("--registry", action="append", default=[], type=registry, metavar=metavar, help=text)


def registry(text: str) -> Registry:
    """A private registry: `host[:port]`, or with a path, where only what is below it is private. `ArgumentTypeError` for
    what is none."""
    from mooring.fleet.formats import FORMATS

    host, slash, path = text.partition("/")
    if not FORMATS["host"].test(host) or (slash and not is_path(path)):
        known = "write host or host:port, without a scheme, and a project behind a `/` where only its images are private"
        raise argparse.ArgumentTypeError(f"{quote(text, 'host')} is not a registry: {known}")
    return Registry(host, (host,), within=(path,) if slash else ())


def remark(summary: Summary) -> str:
    """That nothing could be proved, where that is so although there are pulls."""
    return "" if summary.private_registries or not summary.pulls else _NOTHING_PROVED
