"""An interrupt ends a run as the shell expects it, whatever Python has made of it on its way up."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.example import ROOT

pytestmark = pytest.mark.usefixtures("interruptible")

BECOMES_ANOTHER = """
import signal
from mooring import {module}

class Attribute:
    def __set_name__(self, owner, name):
        try:
            signal.raise_signal(signal.{signal})
        except BaseException as interrupted:
            raise RuntimeError("made of an interrupt, as Python 3.11 does") from interrupted

def load(*_arguments):
    class Made:
        attribute = Attribute()

{run}
"""
IN_A_COMMAND = """
from mooring.processes import interruption
interruption.install()
cli.load = load
raise SystemExit(cli.main(["check"]))
"""
IN_AN_IMPORT = """
import sys
class Finder:
    def find_spec(self, name, *_more):
        if name == "mooring.cli":
            load()
sys.meta_path.insert(0, Finder())
__main__.run()
"""


@pytest.mark.parametrize(("module", "run"), [("cli", IN_A_COMMAND), ("__main__", IN_AN_IMPORT)])
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupt_that_became_another_exception(module: str, run: str, name: str, code: int) -> None:
    program = BECOMES_ANOTHER.format(module=module, signal=name, run=run)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


IN_A_CALLBACK = """
import signal, time, weakref
from mooring import __main__, cli

class Thing: pass

def load(*_arguments):
    thing = Thing()
    reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
    del thing
    time.sleep(20)

cli.load = load
import sys
sys.argv = ["mooring", "check"]
__main__.run()
"""


def test_an_interrupt_that_python_would_ignore() -> None:
    """What is raised in a weak reference's callback ends there, with a traceback on stderr."""
    done = subprocess.run([sys.executable, "-c", IN_A_CALLBACK], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")


def test_an_exception_without_an_interrupt_is_raised() -> None:
    run = IN_AN_IMPORT.replace("load()", "raise RuntimeError('of its own')")
    program = BECOMES_ANOTHER.format(module="__main__", signal="SIGINT", run=run)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "of its own" in done.stderr


IGNORED = """
import signal
from mooring.processes import interruption
signal.signal(signal.{signal}, signal.SIG_IGN)
interruption.install()
signal.raise_signal(signal.{signal})
print("goes on")
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_that_is_ignored_stays_ignored(name: str) -> None:
    """As `nohup` and a shell's background job have it."""
    program = IGNORED.format(signal=name)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "goes on\n", "")


def test_a_background_job_runs_these_tests_too() -> None:
    """Its children inherit that SIGINT is ignored; the tests that send one ask for the fixture `interruptible`."""
    test = f"{__file__}::{test_an_interrupt_that_became_another_exception.__name__}"
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.returncode == 0, done.stdout
