"""What is imported by a short run, whose time is mostly that: a hook or an editor waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Libraries of ours, and modules of Python's own that bring many more (`tempfile`: archives and random numbers).
HEAVY = {
    "asyncio", "concurrent.futures", "cryptography", "fractions", "hmac", "http.client", "hvac", "importlib.metadata",
    "jinja2", "jsonschema", "kubernetes", "logging", "multiprocessing", "requests", "ruamel.yaml", "shtab", "shutil", "ssl",
    "subprocess", "tempfile", "traceback", "urllib.request", "urllib3", "xml.etree.ElementTree", "yaml",
}  # fmt: skip
# Parts of mooring that a good manifest without Kustomize does not need.
UNUSED = {
    "mooring.adoption", "mooring.changes", "mooring.kustomization.building", "mooring.network", "mooring.plan",
    "mooring.policies", "mooring.programs", "mooring.report.json", "mooring.schema.refusal", "mooring.templating",
    "mooring.tree", "mooring.yaml.exact",
}  # fmt: skip
JUDGES = {"jsonschema_rs", "ryaml", "mooring.check.objects"}
GOOD = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: detector
  namespace: vision
spec:
  predictor:
    imagePullSecrets:
      - name: harbor
    containers:
      - name: kserve-container
        image: harbor.example.com/vision/detector:1.0
"""


def imported(arguments: list[str], folder: Path, ends_with: int = 0) -> set[str]:
    """The modules of a process that ran a command to its end."""
    program = (
        "import sys\nfrom mooring.__main__ import run\ntry:\n    run(sys.argv[1:])\n"
        "except SystemExit as end:\n    print(*sys.modules, end.code or 0, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    *modules, code = done.stderr.split()
    assert int(code) == ends_with, done.stderr + done.stdout
    return set(modules)


@pytest.mark.parametrize(
    ("arguments", "needed", "unused"),
    [
        (["check", "service.yaml"], JUDGES, HEAVY | UNUSED),
        (["check", "several.yaml"], JUDGES, HEAVY | UNUSED),
        (["check", "--changed", "service.yaml", "second.yaml"], JUDGES, HEAVY | UNUSED),
        (["explain", "no-robot"], {"mooring.rules.no_robot"}, HEAVY | UNUSED | JUDGES),
        (["--version"], {"mooring.cli"}, HEAVY | UNUSED | JUDGES),
        (["--help"], {"mooring.cli"}, HEAVY | UNUSED | JUDGES),
    ],
)
def test_a_short_run_imports_what_it_needs(
    arguments: list[str], needed: set[str], unused: set[str], tmp_path: Path
) -> None:  # fmt: skip
    for name in ("service.yaml", "second.yaml"):
        (tmp_path / name).write_text(GOOD.replace("detector", name.removesuffix(".yaml")))
    (tmp_path / "several.yaml").write_text(GOOD + "---\n" + GOOD.replace("detector", "second"))
    modules = imported(arguments, tmp_path)
    assert needed - modules == set()
    assert unused & modules == set()


def test_a_refusal_imports_what_explains_it(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text(GOOD.replace("image:", "imag:"))
    modules = imported(["check", "service.yaml"], tmp_path, ends_with=1)
    assert {"jsonschema", "yaml", "mooring.schema.refusal", "mooring.yaml.marked"} - modules == set()
    assert {"ruamel.yaml", "mooring.yaml.exact"} & modules == set()
