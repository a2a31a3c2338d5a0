"""Harbor's lists: how they are asked for, page by page.

`q` is unescaped twice by the server, so that a `+` of a robot's name must be escaped twice; `Link` headers lose one of the
two, so that pages are counted; a page of more than 100 is refused with 422, and a key that is not known is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

PAGE = 100


def pages_path(path: str, page: int, q: Mapping[str, str] | None = None, **more: str) -> str:
    """The path of one page of a list, in the order of ids, in which nothing moves to an earlier page by being added."""
    found = ",".join(f"{key}={quote(quote(value, safe=''), safe='')}" for key, value in (q or {}).items())
    query = {**more, "page": str(page), "page_size": str(PAGE), "sort": "id"}
    parts = [*([f"q={found}"] if found else []), *(f"{key}={quote(value, safe='')}" for key, value in query.items())]
    return f"{path}?{'&'.join(parts)}"


def of_project(number: int, name: str = "") -> dict[str, str]:
    """The query for a project's robots: without both keys in this very spelling Harbor lists the system's robots instead."""
    return {"Level": "project", "ProjectID": str(number), **({"name": name} if name else {})}
