"""The step that says what a pull request changes in meaning: one comment, which each later run replaces.

Where the comment cannot be written, as with the token of a fork, the page of the run and annotations say it. The page has
the whole as text in any case, a comment no more than GitHub takes. The step never fails the run: `check` does that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import comments
import runner

LONGEST = 65_536
LOUD = ("loosened", "widened")


@dataclass(frozen=True)
class Said:
    """What `mooring diff` says: in Markdown, as text, and its changes."""

    markdown: str
    text: str
    changes: list[dict[str, Any]]


def main() -> int:
    """Compares and comments; gives 0."""
    base = os.environ["GITHUB_BASE_REF"]
    began = subprocess.run(["git", "merge-base", f"origin/{base}", "HEAD"], capture_output=True, text=True, check=False)
    if began.returncode != 0:
        runner.annotate("warning", f"the history of `{base}` is not here: check out with `fetch-depth: 0`")
        return 0
    said = compare(began.stdout.strip())
    if said is None:
        comments.put(f"{comments.MARKER}\n### mooring diff: nothing was compared\n{foot()}", only_update=True)
        return 0
    runner.summarize(f"### mooring diff\n\n{runner.fenced(said.text)}" if said.changes else said.markdown)
    body = within(said.markdown, foot())
    refused = comments.put(body, only_update=not said.changes)
    if refused:
        runner.annotate("notice", f"{refused}: what changed in meaning is on the page of this run")
        for change in said.changes:
            if change["level"] in LOUD:
                runner.annotate("warning", f"{change['environment']}/{change['namespace']}: {change['message']}")
    return 0


def compare(revision: str) -> Said | None:
    """What changed since the revision; none where that cannot be said, which an annotation says."""
    place = Path(os.environ["RUNNER_TEMP"])
    files = [place / name for name in ("mooring-diff.md", "mooring-diff.json", "mooring-diff.txt")]
    targets = [
        part
        for form, file in zip(("markdown", "json", "text"), files, strict=True)
        for part in ("--format", form, "--output", str(file))
    ]
    done = subprocess.run(
        runner.mooring("diff", *targets, revision), env=runner.environment(), stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        runner.annotate("warning", f"cannot say what changed in meaning: {done.stderr.strip()}")
        runner.summarize(f"### mooring diff: nothing was compared\n\n{runner.fenced(done.stderr)}")
        return None
    markdown, data, text = (file.read_text(encoding="utf-8") for file in files)
    return Said(markdown, text, json.loads(data)["changes"])


def foot() -> str:
    """The comment's last line: where the whole is, and of which commit."""
    values = {name: os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")}
    page = "/".join([values["GITHUB_SERVER_URL"], values["GITHUB_REPOSITORY"], "actions/runs", values["GITHUB_RUN_ID"]])
    return f"\nThe whole of it is in the [summary of this run]({page}).\n"


def within(markdown: str, last: str) -> str:
    """The comment, cut at the end of a line where GitHub would not take it whole."""
    if len(markdown) + len(last) > LONGEST:
        closing = "\n</details>\n\nThe rest does not fit into a comment.\n"
        markdown = markdown[: LONGEST - len(last) - len(closing)].rpartition("\n")[0]
        is_open = markdown.count("<details>") > markdown.count("</details>")
        markdown += closing if is_open else closing.replace("</details>", "")
    return markdown + last


if __name__ == "__main__":
    sys.exit(main())
