"""`mooring`, `mooring-fn` and `python -m mooring`: signals first, the command line then, an exit as the shell expects it."""

from __future__ import annotations

# Built in, and there at once: until handlers are installed, an interrupt ends the process without a traceback.
import _signal  # type: ignore[import-not-found]

if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import gc
import os
import signal
import sys

from mooring.processes import interruption

PIPE = 141


def run_function() -> None:
    """Runs the KRM function: tools that run functions give it no arguments."""
    run(["fn", *sys.argv[1:]])


def run(argv: list[str] | None = None) -> None:
    """Runs the command line and ends the process."""
    interruption.install()
    try:
        # Imported once signals are in hand: an interrupt in the first half second is no traceback.
        from mooring.cli import main

        code = main(argv)
    except BaseException as error:
        # Whatever an interrupt has become on its way up: `interruption.code` says when that happens.
        signalled = 130 if isinstance(error, KeyboardInterrupt) else interruption.code()
        if signalled is None:
            raise
        code = signalled
    if code == PIPE:
        # A closed pipe ends a run like any other program, whatever its result would have been.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    # The system takes the memory back at once; a search for circles in all of it takes a seventh of a short run.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
