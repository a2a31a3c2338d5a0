"""Checked data → the model's frozen values, field by field as the model declares them."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args, get_origin

from mooring.fleet import model
from mooring.fleet.schema import OVERRIDES, bare, keys
from mooring.problems.position import Route
from mooring.problems.problem import Source

T = TypeVar("T")
_Make = Callable[[Any, Source | None, Route], Any]


def _as_is(value: Any, _source: Source | None, _route: Route) -> Any:
    return value


@functools.cache
def _maker(hint: Any) -> _Make:
    """What makes a value of an annotated type: a dataclass, a tuple, the policies' rules; any other is taken as it is."""
    hint = bare(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value, source, route: build(hint, value, source, route)
    if origin is tuple:
        make = _maker(arguments[0])
        if make is _as_is:
            return lambda value, _source, _route: tuple(value)
        return lambda value, source, route: tuple(make(item, source, (*route, index)) for index, item in enumerate(value))
    if origin is not None and arguments and arguments[-1] is model.RulePolicy:
        return lambda value, source, route: {
            name: build(model.RulePolicy, entry, source, (*route, name)) for name, entry in value.items()
        }
    return _as_is


@functools.cache
def _makers(cls: Any) -> tuple[tuple[str, str, _Make], ...]:
    # An environment's entries for named things are partial: they stay raw, and `environments` merges them.
    return tuple(
        (key.name, key.attribute, _maker(key.type))
        for key in keys(cls)
        if not (cls is model.Environment and _part(key.type) in OVERRIDES)
    )


def _part(hint: Any) -> Any:
    hint = bare(hint)
    return get_args(hint)[0] if get_origin(hint) is tuple else hint


def build(cls: type[T], data: Mapping[str, Any], source: Source | None = None, route: Route = ()) -> T:
    """One value of a model class from data that its schema accepts; `source` and `route` say where it was written."""
    hashable: Any = cls
    values = {
        attribute: make(data[name], source, (*route, name)) for name, attribute, make in _makers(hashable) if name in data
    }
    if issubclass(cls, model.Item):
        values["raw"] = data
        values["place"] = model.Place(source, route) if source is not None else None
    return cls(**values)
