"""Mutated JSON values: nodes replaced, removed, moved, named otherwise, and spliced between the values at hand.

A text with one changed byte is seldom the object that it was; a value with one changed node mostly is, so that what
judges objects sees them, and reads them in a fraction of the time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mooring.problems.position import Route
from tests.support.spoilt import ODD, nodes, replaced

ADOPTED, LARGEST = 300, 1000  # how many values are taken for seeds, and how long they may be as texts
_ROOT = ("apiVersion", "kind", "metadata")  # without these there is no object


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def thinned(value: Any, largest: int, chance: random.Random) -> Any:
    """A copy that has lost parts until its text is short; an object stays one."""
    while len(json.dumps(value)) > largest:
        inside = [route for route in nodes(value) if len(route) > 1 and not set(route[:1]) & set(_ROOT)]
        if not inside:
            return value
        value = _without(value, chance.choice(inside))
    return value


def _at(value: Any, route: Route) -> Any:
    for step in route:
        value = value[step]
    return value


def _without(value: Any, route: Route) -> Any:
    parent = _at(value, route[:-1]).copy()
    del parent[route[-1]]
    return replaced(value, route[:-1], parent)


class Shaper:
    """An endless stream of inputs, the same for the same random numbers."""

    def __init__(self, chance: random.Random, values: Sequence[Any], words: Sequence[str]) -> None:
        self.chance = chance
        self.values = list(values)
        self.adopted: list[Any] = []
        self.words = list(words) or [""]
        self.pieces: dict[str, list[Any]] = {}  # what stands behind each key
        for value in values:
            for key, piece in _pairs(value):
                self.pieces.setdefault(key, []).append(piece)
        self.keys = list(self.pieces)
        self.ways: tuple[Callable[[Any], Any], ...] = (
            self._odd, self._odd, self._twin, self._twin, self._piece, self._remove, self._rename, self._add, self._repeat,
            self._wrap, self._text, self._text, self._text,
        )  # fmt: skip

    def next(self) -> bytes:
        """A value as a JSON text."""
        value = self.chance.choice(self.adopted if self.adopted and self.chance.random() < 0.3 else self.values)
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 4, 8))):
            value = self.chance.choice(self.ways)(value)
        text = written(value)
        if len(text) <= LARGEST and isinstance(value, dict) and self.chance.random() < 0.02:
            at = self.chance.randrange(ADOPTED)
            self.adopted[at : at + 1] = [value]
        return text

    def _route(self, value: Any) -> Route:
        """Some node's, those deep inside as probable as those near the root."""
        route: Route = ()
        while isinstance(value, (dict, list)) and value and not (route and self.chance.random() < 0.2):
            step: Any = self.chance.choice(list(value)) if isinstance(value, dict) else self.chance.randrange(len(value))
            route, value = (*route, step), value[step]
        return route

    def _odd(self, value: Any) -> Any:
        return replaced(value, self._route(value), self.chance.choice(ODD))

    def _twin(self, value: Any) -> Any:
        """What stands behind the same key elsewhere."""
        route = self._route(value)
        key = next((step for step in reversed(route) if isinstance(step, str)), "")
        return replaced(value, route, self.chance.choice(self.pieces.get(key) or ODD))

    def _piece(self, value: Any) -> Any:
        return replaced(value, self._route(value), self._any_piece())

    def _any_piece(self) -> Any:
        return self.chance.choice(self.pieces[self.chance.choice(self.keys)]) if self.keys else None

    def _remove(self, value: Any) -> Any:
        route = self._route(value)
        return _without(value, route) if len(route) > 1 else value

    def _rename(self, value: Any) -> Any:
        """Another key for a value, in its place."""
        route = self._route(value)
        if not route or not isinstance(route[-1], str) or not self.keys:
            return value
        other = self.chance.choice(self.keys)
        parent = {other if key == route[-1] else key: inner for key, inner in _at(value, route[:-1]).items()}
        return replaced(value, route[:-1], parent)

    def _add(self, value: Any) -> Any:
        """A key more, with what stands behind it elsewhere, beside some node."""
        route = self._route(value)[:-1]
        parent = _at(value, route)
        if not isinstance(parent, dict) or not self.keys:
            return value
        key = self.chance.choice(self.keys)
        return replaced(value, route, {**parent, key: self.chance.choice(self.pieces[key])})

    def _repeat(self, value: Any) -> Any:
        """An item more in some list, like one that is there or like none."""
        route = self._route(value)
        lists = [index for index, step in enumerate(route) if isinstance(step, int)]
        if not lists:
            return value
        route = route[: self.chance.choice(lists)]
        items = _at(value, route)
        more = self.chance.choice(items) if items and self.chance.random() < 0.7 else self._any_piece()
        return replaced(value, route, [*items, more])

    def _wrap(self, value: Any) -> Any:
        route = self._route(value)
        inner = _at(value, route)
        return replaced(value, route, [inner] if self.chance.random() < 0.5 else {self.chance.choice(self.words): inner})

    def _text(self, value: Any) -> Any:
        """A word in a text, or in its place, or less of it."""
        route = self._route(value)
        text = _at(value, route)
        if not isinstance(text, str):
            return replaced(value, route, self.chance.choice(self.words))
        begin = self.chance.randint(0, len(text))
        end = self.chance.choice((begin, begin, begin + 1, self.chance.randint(begin, len(text)), len(text)))
        return replaced(value, route, text[:begin] + self.chance.choice(("", *self.words)) + text[end:])


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a value with what stands behind it, at any depth."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(key, str):
            yield key, inner
        yield from _pairs(inner)
