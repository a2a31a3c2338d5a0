"""The same work by the programs that people have for it today: rendering by Helm and Kapitan, and what each of Kustomize,
check-jsonschema and Kyverno's CLI says of the rendered tree.

Each does a part of what mooring does in one run. What a peer put out is compared first, on the very tree that is measured:
no time of a run counts whose objects are not mooring's, or that would not notice a broken one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from measure import Run, median, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.tools import build

ROOT = Path(__file__).resolve().parents[1]
Object = dict[str, Any]
Command = Sequence[str | Path]
KAPITAN = "0.36.3"
MOORING = (sys.executable, "-m", "mooring")
SCHEMA = ROOT / "schemas/kserve/0.20/inferenceservice_v1beta1.json"
POLICY = "policies/kyverno/require-pull-secret.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Peer:
    """One program's medians: wall and processor seconds, the MiB of its largest process, and its wall time by mooring's."""

    work: str
    program: str
    seconds: float
    cpu: float
    memory: float
    times: float


def kapitan() -> Path:
    """Where Kapitan is, or will be once it is installed."""
    return build.cache() / "kapitan" / KAPITAN / "bin" / "kapitan"


def install() -> int:
    """Installs Kapitan once, beside the tools that are built; gives the exit code."""
    home = kapitan().parents[1]
    if kapitan().is_file():
        return 0
    venv.create(home, with_pip=True)
    command = (home / "bin" / "python", "-m", "pip", "install", "--quiet", f"kapitan=={KAPITAN}")
    code = subprocess.run(command, check=False).returncode
    if code:
        shutil.rmtree(home)
    return code


def missing() -> str:
    """The peers that are not there; empty where all are."""
    lacking = [name for name in ("helm", "kustomize", "kyverno") if not build.path(name).is_file()]
    return ", ".join(sorted(lacking + ([] if kapitan().is_file() else ["kapitan"])))


def compared(root: Path, services: int, runs: int, say: Callable[[str], None]) -> Iterator[Peer]:
    """All programs that are there, in turns, on the fleet that stands at `root`."""
    run([*MOORING, "render"], root)
    files = sorted(root.glob("overlays/default/*/services/*.inferenceservice.yaml"))
    objects = {_name(found): found for file in files for found in _objects(file.read_text())}
    if len(objects) != services:
        raise SystemExit(f"{len(objects)} services were rendered, not {services}")
    yield from _measured("render", "mooring render", _renderers(root, objects), runs, say)
    yield from _measured("check", "mooring check", _checkers(root, files, objects), runs, say)


def _measured(
    work: str, first: str, programs: Mapping[str, Callable[[], Run]], runs: int, say: Callable[[str], None]
) -> Iterator[Peer]:
    """Each program's medians; the first is what the others are compared with."""
    taken: dict[str, list[Run]] = {name: [] for name in programs}
    for number in range(runs):
        for name, measure in programs.items():
            say(f"{work}, round {number + 1} of {runs}: {name}")
            taken[name].append(measure())
    for name, each in taken.items():
        cpu, memory = sorted(one.cpu for one in each)[runs // 2], max(one.largest for one in each)
        yield Peer(work, name, median(each), cpu, memory / 2**20, median(each) / median(taken[first]))


def _renderers(root: Path, objects: Mapping[str, Object]) -> dict[str, Callable[[], Run]]:
    """What renders the services: mooring all of the tree, the others its InferenceServices from one template."""
    name, namespace = "NAME", "NAMESPACE"
    some = next(iter(objects.values()))
    text = yaml.safe_dump(some).replace(some["metadata"]["name"], name).replace(some["metadata"]["namespace"], namespace)
    placed = [{"name": one["metadata"]["name"], "namespace": one["metadata"]["namespace"]} for one in objects.values()]

    def mooring() -> Run:
        for folder in ("overlays", "policies"):
            shutil.rmtree(root / folder)
        return run([*MOORING, "render"], root)

    def helm() -> Run:
        done = run([build.path("helm"), "template", chart], root)
        return _same("helm template", done, _objects(done.output), objects)

    def kapitan_compile() -> Run:
        shutil.rmtree(inventory / "compiled", ignore_errors=True)
        done = run([program, "compile"], inventory)
        written = [one for file in inventory.glob("compiled/*/*.yml") for one in _objects(file.read_text())]
        return _same("kapitan compile", done, written, objects)

    renderers: dict[str, Callable[[], Run]] = {"mooring render": mooring}
    if build.path("helm").is_file():
        chart = _chart(
            root / ".peers" / "chart", text.replace(namespace, "{{ .namespace }}").replace(name, "{{ .name }}"), placed
        )
        renderers["helm template"] = helm
    if (program := kapitan()).is_file():
        inventory = _inventory(root / ".peers" / "kapitan", text, placed)
        renderers["kapitan compile"] = kapitan_compile
    return renderers


def _chart(folder: Path, text: str, placed: Sequence[Object]) -> Path:
    """A chart whose values list the services."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: services\nversion: 1.0.0\n")
    (folder / "values.yaml").write_text(yaml.safe_dump({"services": list(placed)}))
    (folder / "templates/services.yaml").write_text(f"{{{{- range .Values.services }}}}\n---\n{text}{{{{- end }}}}\n")
    return folder


def _inventory(folder: Path, text: str, placed: Sequence[Object]) -> Path:
    """An inventory with a target for each namespace, and the template that they share."""
    place = "{{ inventory.parameters.namespace }}"
    body = text.replace("NAMESPACE", place).replace("NAME", "{{ name }}")
    for name in ("inventory/classes", "inventory/targets"):
        (folder / name).mkdir(parents=True)
    (folder / "templates").mkdir()
    (folder / "templates/services.yml").write_text(
        f"{{% for name in inventory.parameters.services %}}\n---\n{body}{{% endfor %}}\n"
    )
    compiled = {"input_type": "jinja2", "input_paths": ["templates/services.yml"], "output_path": "."}
    for namespace in sorted({one["namespace"] for one in placed}):
        names = [one["name"] for one in placed if one["namespace"] == namespace]
        kapitan_of = {"vars": {"target": namespace}, "compile": [compiled]}
        own = {"namespace": namespace, "services": names, "kapitan": kapitan_of}
        (folder / f"inventory/targets/{namespace}.yml").write_text(yaml.safe_dump({"parameters": own}))
    return folder


def _checkers(root: Path, files: Sequence[Path], objects: Mapping[str, Object]) -> dict[str, Callable[[], Run]]:
    """What judges the tree: mooring builds its roots, checks schemas and follows every pull; the others do one of these."""
    environment = root / "overlays/default"
    flat = root / ".peers" / "flat"
    flat.mkdir(parents=True)
    for file in files:
        shutil.copy(file, flat)
    broken = root / ".peers" / "broken.yaml"
    broken.write_text(files[0].read_text().replace("containers:", "container:", 1))
    context = _context(root / ".peers" / "context.yaml", environment)
    kyverno, kustomize = build.path("kyverno"), build.path("kustomize")
    validate: Command = (Path(sys.executable).with_name("check-jsonschema"), "--schemafile", SCHEMA)

    def mooring() -> Run:
        done = run([*MOORING, "check", environment], root)
        return _said("mooring check", done, f"clean: {len(files):,} services")

    def build_all() -> Run:
        done = run([kustomize, "build", environment], root)
        found = [one for one in _objects(done.output) if one["kind"] == "InferenceService"]
        return _same("kustomize build", done, found, objects)

    def jsonschema() -> Run:
        return _said("check-jsonschema", run([*validate, *sorted(flat.iterdir())], root), "ok -- validation done")

    def kyverno_apply() -> Run:
        done = run([kyverno, "apply", root / POLICY, "--resource", flat, "--context-file", context], root)
        return _said("kyverno apply", done, f"pass: {len(files)}, fail: 0, warn: 0, error: 0, skip: 0")

    checkers: dict[str, Callable[[], Run]] = {"mooring check": mooring}
    if kustomize.is_file():
        checkers["kustomize build"] = build_all
    if Path(validate[0]).is_file():
        if not subprocess.run([*validate, broken], capture_output=True, check=False).returncode:
            raise SystemExit("check-jsonschema finds nothing wrong with a service that is")
        checkers["check-jsonschema"] = jsonschema
    if kyverno.is_file():
        checkers["kyverno apply"] = kyverno_apply
    return checkers


def _context(file: Path, environment: Path) -> Path:
    """The grants, where Kyverno's CLI has no cluster to ask for them."""
    grants = [one for path in sorted(environment.glob("*/access/pull-grants.yaml")) for one in _objects(path.read_text())]
    context = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Context", "metadata": {"name": "grants"}}
    file.write_text(yaml.safe_dump({**context, "spec": {"resources": grants}}))
    return file


def _objects(text: str) -> list[Object]:
    return [found for found in yaml.load_all(text, _LOADER) if found]


def _name(found: Object) -> str:
    return f"{found['metadata']['namespace']}/{found['metadata']['name']}"


def _same(program: str, done: Run, found: Sequence[Object], expected: Mapping[str, Object]) -> Run:
    """The run, where it gave the very objects. SystemExit otherwise."""
    if {_name(one): one for one in found} != expected or len(found) != len(expected):
        raise SystemExit(f"{program} did not give the {len(expected)} services that mooring renders")
    return done


def _said(program: str, done: Run, expected: str) -> Run:
    """The run, where it said what it does when all is well. SystemExit otherwise."""
    if expected not in done.output:
        raise SystemExit(f"{program} did not say `{expected}`:\n{done.output[-2000:]}")
    return done


def table(peers: Sequence[Peer]) -> str:
    """The programs below each other, by work."""
    lines = [("work", "program", "wall", "CPU", "memory", "× mooring's wall")]
    lines += [
        (one.work, one.program, f"{one.seconds:.2f} s", f"{one.cpu:.2f} s", f"{one.memory:.0f} MiB", f"{one.times:.2f} ×")
        for one in peers
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    form = "{:{}}  {:{}}  " + "  ".join(["{:>{}}"] * (len(widths) - 2)) + "\n"
    return "".join(form.format(*(value for pair in zip(line, widths, strict=True) for value in pair)) for line in lines)


if __name__ == "__main__":
    sys.exit(install())
