"""What a builder says is told without the headers of a log, times, numbers of processes and what is deprecated."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import files, kustomization
from mooring.kustomization.said import reworded

WARNING = "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update.\n"
HEADER = "E1126 13:12:14.117366   30155 run.go:72] "
UNKNOWN = "accumulating resources: the kustomization root cannot be read"


@pytest.mark.parametrize(("said", "told"), [
    ("Error: " + UNKNOWN, UNKNOWN.replace(":", "")),
    (WARNING + WARNING + "Error: " + UNKNOWN, UNKNOWN.replace(":", "")),
    (f'{WARNING}{HEADER}"command failed" err="{UNKNOWN}"\n', UNKNOWN.replace(":", "")),
    (f'{HEADER}"command failed" err="first line\\nin the \\"same\\" line"\n', "*** line in the same line"),
    (f'{HEADER}"command failed" err="fieldPath `data.q` is missing for replacement source ConfigMap"',
     "the field of a replacement's source does not exist"),
    ("2026/11/26 13:12:14 well-defined vars that were never replaced: X\nError: " + UNKNOWN, UNKNOWN.replace(":", "")),
    ("W1126 13:12:14.117366   30155 x.go:7] a warning of a library\nError: " + UNKNOWN, UNKNOWN.replace(":", "")),
    (WARNING, "it does not say why"),
    ("Error: no matches for Id ConfigMap.[noVer].[noGrp]/two.[noNs]; failed", "a patch finds no object"),
    ("Error: no matches for Id ConfigMap.[noVer].[noGrp]/one.[noNs]; failed", "a patch finds no ConfigMap `one`"),
    ("Error: var '{X Service.v1.[noGrp] {metadata.name}}' cannot be mapped to a field in the set",
     "a variable names no field of an object that exists"),
])  # fmt: skip
def test_the_message_itself_is_told(said: str, told: str, tmp_path: Path) -> None:
    root = tmp_path / "k"
    root.mkdir()
    (root / "kustomization.yaml").write_text("resources: [one.yaml]\n")
    (root / "one.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    assert reworded(said, kustomization.gather(root, files.Boundary(tmp_path))) == told
