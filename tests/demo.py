"""`make demo`: renders the example fleet from scratch into a temporary copy, and shows what was written and proved."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHOWN = ("vision/torch-grpc-transformer", "vision/iris", "team-language/translator", "team-language/assistant")
INPUTS = ("fleet.yaml", "teams", "services")


def mooring(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mooring", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def image(reference: str) -> str:
    return reference.rpartition("://")[2].split("/", 1)[-1][:52]


def table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    print(f"\n{title}")
    for row in (head, tuple("─" * width for width in widths), *rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for entry in INPUTS:
            copy = shutil.copytree if (ROOT / entry).is_dir() else shutil.copy
            copy(ROOT / entry, folder / entry)
        summary = json.loads(mooring(folder, "render", "--format", "json"))["summary"]
        written: Counter[tuple[str, str]] = Counter()
        for path in sorted(folder.glob("overlays/*/*/**/*.yaml")):
            environment, namespace = path.relative_to(folder / "overlays").parts[:2]
            written[environment, namespace] += 1
        rows = [(env, namespace, str(count)) for (env, namespace), count in sorted(written.items())]
        table("What was written", ("environment", "namespace", "files"), rows)
        pulls: list[tuple[str, ...]] = []
        for service in SHOWN:
            explained = json.loads(mooring(folder, "explain", service, "--env", "prod", "--format", "json"))
            for pull in explained["pulls"]:
                shown = image(pull["image"] or "not at hand")
                secret, robot = str(pull["secret"] or "–"), str(pull["robot"] or "–")
                pulls.append((service.split("/")[1], pull["component"], shown, secret, robot, pull["verdict"]))
        table("Some pulls of prod", ("service", "pod", "image", "Secret", "robot", "verdict"), pulls)
        mooring(folder, "render", "--check")
        classes = ("proved", "public", "other", "unknown", "broken")
        counted = ", ".join(f"{summary[name]} {name}" for name in classes if summary[name])
        print(
            f"\n{summary['services']} services, {summary['pulls']} pulls ({counted}),\n"
            f"{summary['documents']} documents checked against the real schemas, {summary['written']} files written in"
            f" {summary['seconds']:.2f} s;\nrendering again changes nothing."
        )


if __name__ == "__main__":
    main()
