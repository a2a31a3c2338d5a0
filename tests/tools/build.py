"""Builds the real programs that the tests compare mooring with, each from a Go module whose go.sum is committed.

`python tests/tools/build.py [NAME…]` builds what is not yet in the cache (all tools without a name); `--path NAME`
prints where a tool is, `--list` what there is, `--built NAME…` says which of them are not built. The cache is
`$MOORING_TOOLS_CACHE`, else `mooring/tools` in the user's cache folder; a tool's place in it is named by its version and by
everything its build is made from, so that no stale build is ever taken for a new one. It needs only Python and Go.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
# -mod=readonly: only what go.mod and go.sum pin; -trimpath: the same program from whatever folder it is built in
GOFLAGS = "-mod=readonly -buildvcs=false -trimpath"
TICK = 30.0  # seconds between two signs of life of one build


class Tool(NamedTuple):
    """One program: the folder of its Go module, and the package in it. Its version stands in that folder's go.mod.
    `linked` is how it is linked, where that is not Go's own way."""

    module: str
    package: str
    linked: str = ""


STRIPPED = "-s -w"  # without symbols: what only runs is smaller and sooner linked


TOOLS: Mapping[str, Tool] = {
    "yamlread": Tool("yamlread", "."),
    "registryread": Tool("registryread", "."),
    "imageupdate": Tool("imageupdate", "."),
    "kustomize": Tool("kustomize", "sigs.k8s.io/kustomize/kustomize/v5"),
    "kubeconform": Tool("kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform"),
    "kube-apiserver": Tool("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": Tool("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kubectl": Tool("kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
    "kyverno": Tool("kyverno", "github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno"),
    "esoctl": Tool("external-secrets", "github.com/external-secrets/external-secrets/cmd/esoctl"),
    "external-secrets": Tool("external-secrets", "github.com/external-secrets/external-secrets"),
    "kyverno-admission": Tool("kyverno", "github.com/kyverno/kyverno/cmd/kyverno"),
    "kserve-manager": Tool("kserve", "github.com/kserve/kserve/cmd/manager"),
    "kserve-llmisvc": Tool("kserve", "github.com/kserve/kserve/cmd/llmisvc"),
    "sops": Tool("sops", "github.com/getsops/sops/v3/cmd/sops"),
    "age": Tool("sops", "filippo.io/age/cmd/age"),
    "age-keygen": Tool("sops", "filippo.io/age/cmd/age-keygen"),
    "argocd": Tool("argocd", ".", STRIPPED),
    "source-controller": Tool("flux/source-controller", "github.com/fluxcd/source-controller", STRIPPED),
    "kustomize-controller": Tool("flux/kustomize-controller", "github.com/fluxcd/kustomize-controller", STRIPPED),
    "crane": Tool("crane", "github.com/google/go-containerregistry/cmd/crane", STRIPPED),
    "kubeseal": Tool("kubeseal", "github.com/bitnami-labs/sealed-secrets/cmd/kubeseal"),
    "helm": Tool("helm", "helm.sh/helm/v3/cmd/helm", STRIPPED),
    "vault-server": Tool("vault", ".", STRIPPED),
}


def version(tool: Tool) -> str:
    """The version of the required module that holds the package; a program of our own is always `local`."""
    text = (HERE / tool.module / "go.mod").read_text(encoding="utf-8")
    for module, number in re.findall(r"^\s*(?:require\s+)?([^\s/]+\.[^\s]+) (v\S+)", text, re.MULTILINE):
        if f"{tool.package}/".startswith(f"{module}/"):
            return str(number)
    return "local"


def fingerprint(tool: Tool) -> str:
    """Twelve hex digits over all that the program is built from."""
    digest = hashlib.sha256(f"{tool.package}{tool.linked}".encode())
    for file in sorted((HERE / tool.module).iterdir()):
        if file.suffix in {".go", ".mod", ".sum"}:
            digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def cache() -> Path:
    if chosen := os.environ.get("MOORING_TOOLS_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mooring" / "tools"


def path(name: str) -> Path:
    """Where the tool is, or will be once it is built."""
    tool = TOOLS[name]
    return cache() / name / f"{version(tool)}-{fingerprint(tool)}" / name


def compile_to(target: Path, tool: Tool, label: str) -> bool:
    """Builds one tool beside its place and renames it there, so that a killed build leaves nothing that looks whole."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    env = {**os.environ, "GOFLAGS": GOFLAGS, "GOWORK": "off"}
    start = shown = time.monotonic()
    with tempfile.TemporaryFile() as log:
        linked = ["-ldflags", tool.linked] if tool.linked else []
        command = ["go", "build", *linked, "-o", str(unfinished), tool.package]
        process = subprocess.Popen(command, cwd=HERE / tool.module, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                time.sleep(0.2)
                if time.monotonic() - shown > TICK:
                    shown = time.monotonic()
                    print(f"{label} … {shown - start:.0f} s", flush=True)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            unfinished.unlink(missing_ok=True)
            log.seek(0)
            print(log.read().decode(errors="replace")[-6000:], file=sys.stderr)
            print(f"{label} failed after {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            return False
    unfinished.replace(target)
    print(f"{label} built in {time.monotonic() - start:.1f} s", flush=True)
    return True


def build(names: Sequence[str]) -> bool:
    """Builds what is missing, in the given order; two runs at once build each tool once."""
    missing = [name for name in names if not path(name).is_file()]
    if missing and not shutil.which("go"):
        print(f"cannot build {', '.join(missing)}: no `go` on PATH (https://go.dev/dl)", file=sys.stderr)
        return False
    good = True
    for number, name in enumerate(missing, 1):
        target = path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        label = f"[{number}/{len(missing)}] {name} {version(TOOLS[name])}"
        print(f"{label} …", flush=True)
        with (target.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            good &= target.is_file() or compile_to(target, TOOLS[name], label)
    return good


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="tools to build; default: all")
    parser.add_argument("--list", action="store_true", help="print each tool, its version and whether it is built")
    parser.add_argument(
        "--built", action="store_true", help="build nothing: name what is not built; exit 1 where there is any"
    )
    parser.add_argument("--path", metavar="NAME", help="print where a built tool is; exit 1 where it is not built")
    options = parser.parse_args(arguments)
    if unknown := [name for name in (*options.names, options.path) if name and name not in TOOLS]:
        parser.error(f"no tool {', '.join(f'`{name}`' for name in unknown)}; there are {', '.join(TOOLS)}")
    if options.path:
        print(path(options.path))
        return 0 if path(options.path).is_file() else 1
    if options.list:
        for name, tool in TOOLS.items():
            print(f"{name:18} {version(tool):10} {'built' if path(name).is_file() else 'not built'}")
        return 0
    if options.built:
        missing = [name for name in options.names or TOOLS if not path(name).is_file()]
        for name in missing:
            print(f"not built: {name} {version(TOOLS[name])}", file=sys.stderr)
        return 1 if missing else 0
    return 0 if build(options.names or list(TOOLS)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
