"""A field of the fleet file, with its help, its key and its schema; a named thing is what is written of it, wherever."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest

from mooring.fleet.setting import Item, Place, setting
from mooring.yaml.document import read_fleet


@dataclass(frozen=True)
class Example:
    required: str = setting("What must be there.")
    optional: int | None = setting("What may be left out.", default=None, named="maybe", minimum=1)
    mapping: dict[str, Any] = setting("More.", default={"a": 1}, items={"type": "string"})  # noqa: RUF009 - as the model has it


REQUIRED, OPTIONAL, MAPPING = dataclasses.fields(Example)


@pytest.mark.parametrize(("field", "description", "key", "schema"), [
    (REQUIRED, "What must be there.", None, {}),
    (OPTIONAL, "What may be left out.", "maybe", {"minimum": 1}),
    (MAPPING, "More.", None, {"items": {"type": "string"}}),
])  # fmt: skip
def test_what_a_field_says_of_itself(field: Any, description: str, key: str | None, schema: dict[str, Any]) -> None:
    assert dict(field.metadata) == {"description": description, "key": key, "schema": schema}


def test_what_a_field_is_where_nothing_is_written() -> None:
    assert REQUIRED.default is REQUIRED.default_factory is dataclasses.MISSING
    one, other = Example("a"), Example("a")
    assert (one.optional, one.mapping) == (None, {})
    assert one.mapping is not other.mapping, "each has a mapping of its own"
    with pytest.raises(TypeError, match="'required'"):
        Example()  # type: ignore[call-arg]


def test_a_thing_is_the_same_wherever_it_was_written() -> None:
    source, _ = read_fleet("robots:\n- {name: hunter2}\n", "fleet.yaml")
    assert source is not None
    there = Item(place=Place(source, ("robots", 0)), raw={"name": "hunter2"})
    assert there == Item() and (Item().place, Item().raw) == (None, {})
    assert repr(there) == "Item()", "neither the text nor the place"


def test_a_problem_stands_in_the_thing_that_it_is_about() -> None:
    document, _ = read_fleet(b"a:\n- b: c\n", "fleet.yaml")
    assert document is not None
    placed = Item(place=Place(document, ("a", 0))).problem("bad-name", "m", "b", hint="h").located()
    assert (placed.code, placed.message, placed.hint, placed.line, placed.column) == ("bad-name", "m", "h", 2, 6)
    nowhere = Item().problem("bad-name", "m", "b")
    assert (nowhere.source, nowhere.route) == (None, ())
