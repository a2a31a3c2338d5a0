"""A Go program that answers one JSON line for each JSON line, kept running between batches."""

from __future__ import annotations

import atexit
import json
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from tests.tools import build


class Missing(Exception):
    """The program is not built."""


class Judge:
    """Answers batches. `name` is a tool of `tests/tools/build.py`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ask(self, questions: Sequence[dict[str, Any]]) -> list[Any]:
        """One answer for each question, in order; after an interruption a new process is started."""
        process = self.process or self._start()
        self.process = process
        assert process.stdin is not None and process.stdout is not None
        lines = b"".join(json.dumps(question).encode() + b"\n" for question in questions)
        writer = threading.Thread(target=_write, args=(process, lines), daemon=True)
        writer.start()
        try:
            answers = [process.stdout.readline() for _ in questions]
            writer.join()
            return [json.loads(answer) for answer in answers]
        except BaseException:
            self.stop()
            raise

    def _start(self) -> subprocess.Popen[bytes]:
        program = build.path(self.name)
        if not program.is_file():
            raise Missing(f"`python tests/tools/build.py {self.name}` builds it")
        return subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _write(process: subprocess.Popen[bytes], lines: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(lines)
        process.stdin.flush()
    except (BrokenPipeError, ValueError):
        pass  # the reader sees the end of the answers
