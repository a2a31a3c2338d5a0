"""The command line: finds the commands, reads the common options, and turns what happens into an exit code.

0 clean · 1 problems or drift · 2 wrong usage or unreadable input · 3 a bug · 128 and its number for a signal that ended
the run. Each command is a module of `commands/` with `options(parser)` and `execute(arguments) -> int`, imported only
when it is the one that was asked for.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from mooring import __version__, files, report
from mooring.commands import COMMANDS, load
from mooring.commands.running import BUG, INTERRUPTED, PIPE, USAGE, Refused, fail, narrate
from mooring.commands.usage import parser
from mooring.files.reading import MEGABYTE
from mooring.files.writing import Unwritable
from mooring.problems import suggestion
from mooring.processes import interruption
from mooring.processes.crash import Crash, Crashed, Died
from mooring.processes.interruption import Interrupted
from mooring.redaction import quote


def _ended(crash: Crash) -> int:
    """Says why the run could not go on: what the system refused; else a report to paste, which says where the bug is and
    of what type, never its message, which may quote a value. Gives the exit code."""
    if crash.system:
        return fail(
            f"the system refused what the run needs: {crash.system}", "free some and run again; `--jobs 1` needs less"
        )
    lines = [
        "mooring: this is a bug in mooring. Please report these lines; they hold nothing of your files.",
        f"  mooring {__version__}, python {sys.version.split()[0]}, {sys.platform}",
        f"  {crash.kind}",
        *(f"  {frame}" for frame in crash.frames),
    ]
    report.emit("\n".join(lines) + "\n", sys.stderr)
    return BUG


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit code. SystemExit from argparse on wrong usage (2) and `--help` (0)."""
    try:
        files.stand_in()
        return _guarded(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what it has not seen may have been a failure
        # (https://docs.python.org/3/library/signal.html#note-on-sigpipe).
        _drop_output()
        return PIPE
    except Unwritable as error:
        # A file of `--output`, or the very stream that would have said why.
        _drop_output()
        with contextlib.suppress(OSError, Unwritable):
            fail(f"{quote(error.path, 'file')} cannot be written: {error.why}")
        return USAGE


def _guarded(argv: Sequence[str]) -> int:
    """One command; what stops it is said, and gives its exit code."""
    try:
        if not files.here():
            raise Refused("the working directory is not there any more", "change into a folder that is")
        _refuse_files_as_options(argv)
        chosen = next((word for word in argv if word in COMMANDS), None)
        arguments = parser(chosen or "", alone=chosen in argv[:1]).parse_args(argv)
        arguments.targets = getattr(arguments, "targets", None) or [(arguments.default_format, None)]
        files.set_limit(arguments.max_file_size * MEGABYTE)
        narrate(verbose=arguments.verbose > 0)
        suggestion.begin()
        code: int = load(arguments.command).execute(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Interrupted as interrupted:
        return interrupted.code
    except Refused as error:
        return fail(error.message, error.hint)
    except files.Unreadable as error:
        hint = error.hint or "`mooring init` writes a fleet file to start from"
        return fail(f"{quote(files.display_path(error.path), 'file')} {error.why}", hint)
    except Died:
        return fail("a worker process was killed", "the system may be out of memory: `--jobs 1` needs less")
    except Crashed as error:
        return _ended(error.crash)
    except (BrokenPipeError, Unwritable):
        raise  # what there is to say of it is said outside: it may be this stream
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback with values in it
        signalled = interruption.code()
        return _ended(Crash.of(error)) if signalled is None else signalled


def _refuse_files_as_options(argv: Sequence[str]) -> None:
    """`Refused` where a word is an option and a file: what a hook or a shell's pattern lists must not turn into options."""
    for word in argv[: argv.index("--")] if "--" in argv else argv:
        if word.startswith("-") and len(word) > 1 and files.exists(Path(word)):
            hint = "put `--` before the PATHs, or write `./` before this one"
            raise Refused("an argument begins with `-`, and a file of that name is here", hint)


def _drop_output() -> None:
    """Sends what is still buffered nowhere: Python would fail of it once more, with words of its own, at its end."""
    with contextlib.suppress(OSError, ValueError):
        files.silence(sys.stdout.fileno())
