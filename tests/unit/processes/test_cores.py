"""A process that has been given a credential leaves no core dump, nor does what it starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

GIVEN = """
import sys
from mooring.commands.credential_input import read_credential, read_login, text_of_variable
{call}
import resource, subprocess
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
print(subprocess.run("ulimit -c", shell=True, capture_output=True, text=True).stdout)
"""


@pytest.mark.parametrize(("call", "given"), [
    ("read_credential(None, 'it')", "x"), ("read_login(None, 'it')", "a\nx"), ("text_of_variable('V', 'x', 'it', 9)", ""),
])  # fmt: skip
def test_no_core_is_dumped(call: str, given: str) -> None:
    limited = f'ulimit -S -c 1000; exec {sys.executable} -c "$CODE"'
    code = GIVEN.replace("{call}", call)
    done = subprocess.run(
        ["/bin/sh", "-c", limited], input=given, capture_output=True, text=True, check=True, timeout=60, env={"CODE": code}
    )
    assert done.stdout.split() == ["1", "0"]
