"""Runs the real kubeconform over the schemas that this repository ships, as an independent judge of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.schema.catalog import Catalog

# Kubeconform's own words for a schema's place; `.Group` of `v1` is `v1`
TEMPLATE = "{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"


@dataclass(frozen=True)
class Verdict:
    """What kubeconform says of one object; `status` is `statusValid`, `statusInvalid`, `statusSkipped` or `statusError`."""

    kind: str
    name: str
    status: str
    message: str

    @property
    def accepted(self) -> bool:
        return self.status == "statusValid"


@dataclass(frozen=True)
class Kubeconform:
    program: Path
    schemas: Path

    def judge(self, *paths: Path) -> Mapping[str, list[Verdict]]:
        """The verdict on each object, by file name; a kind without a schema is an error, never passed over."""
        flags = ["-strict", "-verbose", "-output", "json", "-n", "2", "-schema-location", str(self.schemas / TEMPLATE)]
        run = subprocess.run([self.program, *flags, *paths], capture_output=True, text=True, check=False, timeout=300)
        if not run.stdout.startswith("{"):
            raise RuntimeError(f"kubeconform did not answer: {run.stderr.strip()}")
        judged: dict[str, list[Verdict]] = {}
        for entry in json.loads(run.stdout)["resources"]:
            verdict = Verdict(entry["kind"], entry["name"], entry["status"], entry["msg"])
            judged.setdefault(Path(entry["filename"]).name, []).append(verdict)
        return judged


def over(program: Path, catalog: Catalog, folder: Path) -> Kubeconform:
    """Kubeconform over a catalog's schemas, laid out by group in an empty folder: two groups may share a kind's name."""
    for info in catalog.all_kinds():
        group, _, version = info.api_version.rpartition("/")
        place = folder / (group or version) / f"{info.kind.lower()}_{version}.json"
        place.parent.mkdir(exist_ok=True)
        shutil.copy(info.schema_path, place)
    return Kubeconform(program, folder)
