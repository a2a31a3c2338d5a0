"""Run inside a network namespace without a route: builds hostile roots, and counts what reached a server or a program.

`python -m tests.real.no_network KUSTOMIZE KUBECTL FOLDER` prints JSON. The loopback is up, with a server on it; git, docker,
helm and ssh are programs that record being started, and Kustomize is given them on its PATH.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mooring import files, kustomization
from mooring.programs import running
from tests.support.kustomizations import CM, PLACES, REMOTE, lay, plugin

# Each spelling in two places and each place with some spellings: `test_building` has all of them, with a builder that is
# never started.
SPELLINGS = [
    (entry, place)
    for entry in REMOTE
    for place in PLACES
    if place in ("resources", "configMapGenerator-keyed") or entry in (REMOTE[0], "git@host.example:org/repo", "base.GIT")
]
FAKES = ("git", "docker", "helm", "ssh", "podman")
FUNCTION = {"config.kubernetes.io/function": "container:\n  image: host.example/image:1\n"}
EXEC = {"config.kubernetes.io/function": "exec:\n  path: ./run.sh\n"}


def loopback_up() -> None:
    """What `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH14s", b"lo", 0x1 | 0x40, b""))


class Counting(BaseHTTPRequestHandler):
    """Answers every request with a manifest, and counts."""

    requests = 0

    def do_GET(self) -> None:
        type(self).requests += 1
        body = CM.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def fakes(folder: Path) -> Path:
    """A folder of programs that write down that they ran."""
    folder.mkdir()
    for name in FAKES:
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/log\nexit 1\n')
        (folder / name).chmod(0o755)
    return folder


def calls(folder: Path) -> list[str]:
    log = folder / "log"
    found = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return found


def hostile(root: Path) -> None:
    """What wants a program to be started: a chart, a plugin, functions in a container and as a program; committed ones."""
    chart = {"name": "x", "repo": "http://127.0.0.1:18099", "version": "1"}
    roots: dict[str, dict[str, object]] = {
        "charts": {"helmCharts": [chart]},
        "old-charts": {"helmChartInflationGenerator": [{"chartName": "x", "chartRepoUrl": chart["repo"]}]},
        "chart-plugin": {"generators": [plugin("HelmChartInflationGenerator", **chart)]},
        "plugin": {"transformers": [plugin("Plug").replace("builtin", "evil.example/v1")]},
    }
    for field in ("transformers", "generators", "validators"):
        for number, function in enumerate((FUNCTION, EXEC)):
            for version in ("evil.example/v1", "builtin"):
                text = plugin("LabelTransformer").replace('"p"', f'"p", "annotations": {json.dumps(function)}')
                content = {"resources": ["cm.yaml"], field: [text.replace("builtin", version)]}
                roots[f"{field}-{number}-{version[:4]}"] = content
    for name, content in roots.items():
        lay(root / name, content, {"run.sh": "#!/bin/sh\ntouch STARTED\n"})
    for option in ("--enable-helm", "--enable-alpha-plugins", "--enable-exec", "--network", "-o", "--helm-command=run.sh"):
        lay(root / option, {"resources": ["cm.yaml"]}, {})
    for name in ("kustomize", "kubectl", *FAKES):
        (root / name).write_text("#!/bin/sh\ntouch STARTED\n")
        (root / name).chmod(0o755)


def main() -> None:
    kustomize, kubectl, folder = (Path(argument) for argument in sys.argv[1:])
    loopback_up()
    server = ThreadingHTTPServer(("127.0.0.1", 18099), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    traps = fakes(folder / "fakes")
    running.search_path = lambda _: str(traps)  # type: ignore[assignment]
    (folder / "kubectl-only").mkdir()
    (folder / "kubectl-only" / "kubectl").symlink_to(kubectl)
    found: dict[str, object] = {"spellings": 0, "built": 0, "kustomize": [], "kubectl": []}

    # The traps work: Kustomize alone walks into both.
    control = folder / "control"
    for name, entry in (
        ("http", "http://127.0.0.1:18099/x.yaml"),
        ("git", "GitHub.com/org/repo"),
        ("git", "git@host.example:o/r"),
    ):
        lay(control, {"resources": [entry]}, {})
        environment = {"PATH": str(traps), "HOME": str(folder)}
        subprocess.run([kustomize, "build", control], capture_output=True, env=environment, check=False, timeout=60)
        found.setdefault(f"control-{name}", 0)
    found["control-http"], Counting.requests = Counting.requests, 0
    found["control-git"] = len(calls(traps))

    repository = folder / "repository"
    repository.mkdir()
    boundary = files.Boundary(repository)
    hostile(repository)
    os.chdir(repository)
    for builder, path in (("kustomize", kustomize.parent), ("kubectl", folder / "kubectl-only")):
        os.environ["PATH"] = f"{repository}:.:{traps}:{path}"
        for entry, place in SPELLINGS:
            root = repository / f"with-{builder}" / f"{REMOTE.index(entry)}-{place}"
            lay(root, *PLACES[place](entry.replace("127.0.0.1:9", "127.0.0.1:18099")))
            built = kustomization.build(root, boundary)
            if [problem.code for problem in built.problems] != ["not-at-hand"] or len(built.documents) > 1:
                found[builder] = [*found[builder], f"{place} {entry}"]  # type: ignore[misc]
            found["spellings"] += 1  # type: ignore[operator]
        for root in sorted(path.parent for path in repository.glob("*/kustomization.yaml")):
            found["built"] += len(kustomization.build(root, boundary).documents)  # type: ignore[operator]
    found["requests"], found["calls"] = Counting.requests, calls(traps)
    found["started"] = [str(path) for path in folder.rglob("STARTED")]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
