"""Signals that end a run: they unwind it, so that nothing unfinished stays, and give the exit code that shells expect."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal that ends the run; `code` is 128 and its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


_arrived: list[int] = []


def _raise(number: int, _frame: object) -> None:
    ignore()  # cleaning up is not interrupted a second time
    _arrived.append(number)
    raise Interrupted(number)


def _again(number: int) -> None:
    """Raises the interrupt once more, at once: where it came up first, Python could do nothing with it."""

    def repeat(_number: int, _frame: object) -> None:
        raise Interrupted(number)

    signal.signal(signal.SIGALRM, repeat)
    signal.setitimer(signal.ITIMER_REAL, 0.001)


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """An interrupt inside a finalizer or a weak reference's callback is printed by Python, and the run would go on."""
    if isinstance(lost.exc_value, Interrupted):
        _again(lost.exc_value.code - 128)
    else:
        sys.__unraisablehook__(lost)


def code() -> int | None:
    """The exit code of the signal that ended the run; None while none has.

    Python before 3.12 makes a RuntimeError of whatever is raised while a class is made, an interrupt too
    (https://docs.python.org/3/whatsnew/3.12.html, `__set_name__`): the exception's type alone does not tell.
    """
    return 128 + _arrived[0] if _arrived else None


def install() -> None:
    """Makes the ending signals raise `Interrupted`; one that is ignored (`nohup`, a background job) stays ignored."""
    sys.unraisablehook = _unraisable
    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def ignore() -> None:
    """Leaves this process to those who wait for it: the ending signals do nothing any more."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def default() -> None:
    """Gives the signals that only a terminal sends to all processes nothing to do; the others end the process at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Ending signals wait until the block is through: for what is short and must not be left half done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def release() -> None:
    """Lets signals that `held` kept back, in a process that was forked meanwhile, arrive."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
