"""What a runner of GitHub takes from a step: annotations, outputs and the page that sums up a run.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from pathlib import Path

# A step's part of the page may have 1 MiB.
SUMMARY = 1_000_000


def annotate(level: str, message: str) -> None:
    """Prints an annotation (`notice`, `warning` or `error`) that stands at no line."""
    data = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=mooring::{data}", flush=True)


def put(name: str, value: str) -> None:
    """Sets an output of the step."""
    _append("GITHUB_OUTPUT", f"{name}={value}\n")


def summarize(text: str) -> None:
    """Adds to the page of the run, as much as it takes."""
    _append("GITHUB_STEP_SUMMARY", text.encode()[:SUMMARY].decode(errors="ignore") + "\n")


def _append(variable: str, text: str) -> None:
    if path := os.environ.get(variable):
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(text)


def fenced(text: str) -> str:
    """Text as a block of code, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def mooring(*arguments: str) -> list[str]:
    """The command that runs the installed mooring on the fleet of the inputs."""
    command = [str(Path(os.environ["RUNNER_TEMP"]) / "mooring" / "bin" / "mooring"), *arguments]
    return [*command, f"--fleet={os.environ['FLEET']}"] if os.environ.get("FLEET") else command


def environment() -> dict[str, str]:
    """The step's environment, without the token that it writes comments with."""
    return {name: value for name, value in os.environ.items() if name != "GH_TOKEN"}
