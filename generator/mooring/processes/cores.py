"""No core dump of a process that has a credential: it would be a file with all of its memory."""

from __future__ import annotations


def dump_none() -> None:
    """This process, and what it starts, leave no core dump from now on.

    The limit is one byte, not zero: a program that takes cores from a pipe (`core_pattern`) gets none then either
    (https://github.com/torvalds/linux/blob/master/fs/coredump.c).
    """
    import resource  # for the few runs that have a credential

    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0 if most == 0 else 1, most))
