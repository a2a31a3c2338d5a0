"""Runs the real kustomize, whose build is what `kubectl apply -k`, Argo CD and Flux put into a cluster."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.real.fleets import NEL

SEPARATOR = "\n---\n"  # what kustomize writes between two objects; inside one it would be indented


class BuildFailed(Exception):
    """Kustomize refused a root; the text is what it said."""


@dataclass(frozen=True)
class Kustomize:
    """`reader` is the program of `tests/tools/yamlread`, which reads what is built as kubectl does."""

    program: Path
    reader: Path

    def build(self, root: Path) -> list[dict[str, Any]]:
        """The root's objects, in the order in which kustomize prints them."""
        run = subprocess.run([self.program, "build", root], capture_output=True, text=True, check=False, timeout=120)
        if run.returncode != 0:
            raise BuildFailed(run.stderr.strip())
        return [thing for thing in self._read(run.stdout.split(SEPARATOR)) if thing is not None]

    def _read(self, texts: Sequence[str]) -> Iterator[dict[str, Any] | None]:
        asked = "".join(json.dumps({"id": number, "yaml": text}) for number, text in enumerate(texts))
        run = subprocess.run([self.reader], input=asked, capture_output=True, text=True, check=True, timeout=60)
        for answer in map(json.loads, run.stdout.splitlines()):
            if answer["strictError"]:
                raise BuildFailed(answer["strictError"])
            yield answer["strict"]


def in_order(objects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Objects as text that compares exactly: `1` is not `true`, nor `1.0`."""
    return sorted(json.dumps(thing, sort_keys=True, indent=1) for thing in objects)


def spaced(thing: Any) -> Any:
    """The object with a space for each NEL in it."""
    return json.loads(json.dumps(thing, ensure_ascii=False).replace(NEL, " "))
