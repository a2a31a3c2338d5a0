"""The one door to other programs: finds them outside of the repository, and runs them with nothing of the caller's.

A program gets its arguments, an empty folder of its own as home and working directory, and the system's folders as PATH:
no token, no proxy, no `GIT_*`, no `KUBECONFIG`, no plugin folder, no input but what it is given. It may run for so long and
say so much.
"""

from __future__ import annotations

from mooring.programs.finding import Program, find, outside_of
from mooring.programs.running import Failed, Finished, Limits, end_all, run

__all__ = ["Failed", "Finished", "Limits", "Program", "end_all", "find", "outside_of", "run"]
