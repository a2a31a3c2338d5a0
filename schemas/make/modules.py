"""Go modules as sources: downloaded and verified by `go`, read from their zip without unpacking."""

from __future__ import annotations

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """A downloaded module; `sum` is go's checksum of it, which its checksum database has confirmed."""

    path: str
    version: str
    sum: str
    zip: Path

    def files(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """The files whose path in the module begins with `prefix`, in order."""
        root = f"{self.path}@{self.version}/"
        with zipfile.ZipFile(self.zip) as archive:
            for name in sorted(archive.namelist()):
                if name.startswith(root + prefix) and not name.endswith("/"):
                    yield name.removeprefix(root), archive.read(name)


def download(path: str, version: str, expected: str | None) -> Module:
    """Downloads `path@version`. SystemExit where go refuses it, or where its checksum is not the committed one."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "go.mod").write_text("module schemas\n")
        done = subprocess.run(
            ["go", "mod", "download", "-json", f"{path}@{version}"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    facts = json.loads(done.stdout or "{}")
    # A module that asks for a newer go is downloaded and verified all the same: only its files are wanted here.
    if "Sum" not in facts:
        raise SystemExit(f"go refuses {path}@{version}: {done.stdout.strip() or done.stderr.strip()}")
    if expected is not None and facts["Sum"] != expected:
        raise SystemExit(f"{path}@{version} has checksum {facts['Sum']}, and {expected} is committed")
    return Module(path, version, facts["Sum"], Path(facts["Zip"]))
