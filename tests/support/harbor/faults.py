"""Faults on the wire, for the next requests that match: the connection cut, another status, half an answer, slowness,
or an error that repeats the request, its credential included."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.support.harbor.messages import Request

How = Literal["cut-before", "cut-after", "500", "500-after", "502", "429", "half", "slow", "html", "echo"]
BEFORE = {"cut-before", "500", "502", "429", "html", "echo"}  # the request takes no effect


@dataclass
class Fault:
    """`when` is a method and the beginning of a path (`PATCH /api/v2.0/robots`), a method alone, `*`, or a function.
    `skip` matching requests go through first, then `times` of them fail; `hits` have failed so far."""

    when: str | Callable[[Request], bool]
    how: How
    times: int = 1
    skip: int = 0
    seconds: float = 0.2
    hits: int = field(default=0, init=False)

    def matches(self, request: Request) -> bool:
        if callable(self.when):
            return self.when(request)
        method, _, path = self.when.partition(" ")
        return method in {"*", request.method} and bool(re.match(re.escape(path), request.path))

    def strikes(self, request: Request) -> bool:
        """Whether this request fails; counts it."""
        if self.hits >= self.times or not self.matches(request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.hits += 1
        return True
