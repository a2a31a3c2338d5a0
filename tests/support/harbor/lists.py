"""Lists as Harbor gives them: `q`, `sort`, `page`, `page_size`, `X-Total-Count` and `Link`.

`q` is unescaped a second time, and its Link holds it decoded once: who follows the Link of a query with `%252B`
finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from tests.support.harbor.messages import Answer, Request, answer, bad_request, invalid


class Page(NamedTuple):
    number: int
    size: int


def page(request: Request) -> Page | Answer:
    """The page asked for, or what is wrong with it."""
    numbers = {}
    for name, default in (("page", 1), ("page_size", 10)):
        text = request.parameter(name)
        try:
            numbers[name] = default if text is None else int(text)
        except ValueError:
            return invalid(f'{name} in query must be of type int64: "{text}"')
    if numbers["page_size"] > 100:
        return invalid("page_size in query should be less than or equal to 100")
    return Page(numbers["page"], numbers["page_size"])


def conditions(request: Request) -> dict[str, str] | Answer:
    """The keys and patterns of `q`, unescaped for the second time."""
    text = request.parameter("q")
    if not text:
        return {}
    found = {}
    for part in unquote_plus(text).split(","):
        key, equals, pattern = part.partition("=")
        if not (key and equals and pattern):
            return bad_request('the query string must contain "=" and the key/value cannot be empty')
        found[key] = pattern
    return found


def matches(pattern: str, value: Any) -> bool:
    """Whether a value is what a pattern says: exact, `~part`, `{one other}`, `[from~to]`."""
    if pattern.startswith("~"):
        return pattern[1:] in str(value)
    if pattern.startswith("{"):
        return str(value) in pattern.strip("{}").split(" ")
    if pattern.startswith("["):
        low, _, high = pattern.strip("[]").partition("~")
        return (not low or value >= int(low)) and (not high or value <= int(high))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return pattern == text


def select(items: Sequence[Any], wanted: Mapping[str, str], keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """The items that match; a key that Harbor does not know is ignored."""
    known = {key: pattern for key, pattern in wanted.items() if key in keys}
    return [item for item in items if all(matches(pattern, keys[key](item)) for key, pattern in known.items())]


def ordered(items: Sequence[Any], sort: str | None, default: str, keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    key = (sort or "").lstrip("-")
    if key not in keys:
        key, sort = default, default
    return sorted(items, key=keys[key], reverse=(sort or "").startswith("-"))


def paged(request: Request, asked: Page, items: Sequence[Any]) -> Answer:
    """One page, how many there are, and the links; a size of 0 or less is all of them."""
    number, size = asked
    start = max(0, (number - 1) * size)
    shown = list(items) if size <= 0 else list(items[start : start + size])
    links = []
    if number > 1 and (number - 1) * size < len(items):
        links.append(link(request, number - 1, size, "prev"))
    if size and number * size < len(items):
        links.append(link(request, number + 1, size, "next"))
    headers = {"X-Total-Count": str(len(items))}
    if links:
        headers["Link"] = " , ".join(links)
    return answer(200, shown, **headers)


def link(request: Request, number: int, size: int, relation: str) -> str:
    rest = [(key, value) for key, value in request.parameters if key not in {"page", "page_size"}]
    query = "&".join(f"{key}={value}" for key, value in sorted([("page", number), ("page_size", size), *rest]))
    return f'<{request.path.rstrip("/")}?{query}>; rel="{relation}"'


def moment(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"
