"""The table of mutants that no test can tell from the original, `equivalents.toml`, each with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.mutation.mutants import Identity

TABLE = Path(__file__).parent / "equivalents.toml"


def read(path: Path = TABLE) -> dict[Identity, str]:
    """The reason of each."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])
    return {Identity(**{field: row[field] for field in Identity._fields}): row["reason"] for row in rows}


def stale(table: Iterable[Identity], texts: Mapping[str, str]) -> list[Identity]:
    """The rows whose line is no longer in the module."""
    squeezed = {module: " ".join(text.split()) for module, text in texts.items()}
    return [row for row in table if row.line not in squeezed.get(row.module, "")]


def as_row(identity: Identity) -> str:
    """A row of the table, for its reason to be filled in; literal strings, since source text is full of quotes."""
    fields = "\n".join(f"{name} = '''{value}'''" for name, value in identity._asdict().items())
    return f"[[equivalent]]\n{fields}\nreason = ''\n"
