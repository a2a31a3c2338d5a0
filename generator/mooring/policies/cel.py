"""CEL, in pieces: literals, and fields that may be missing.

Only what both engines' CEL has is used: optional fields, macros over lists and maps, strings; no image library (a host is
split off the text, which is safer) and no flattening, so that each place makes one list and the lists are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mooring.schema.catalog import Pattern
from mooring.yaml.scalar import HIDDEN

# A literal ends at a quote and may hold no line break, `\r` among them; what is hidden is left to nobody's eye
# (https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values).
_ESCAPED = re.compile(f"[\\\\'\t\n\r{HIDDEN}]")
WIDTH = 114
"""Of an expression: it stands six further in."""


def string(value: str) -> str:
    """A CEL string literal."""

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if match[0] in "\\'":
            return f"\\{match[0]}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return f"'{_ESCAPED.sub(escape, value)}'"


def texts(values: Iterable[str]) -> str:
    """A CEL list of strings."""
    return "[" + ", ".join(string(value) for value in values) + "]"


def lines(items: Sequence[str]) -> str:
    """A CEL list of expressions: on one line, or on as few as they take."""
    one = f"[{', '.join(items)}]"
    return one if len(one) <= WIDTH - 14 else f"[{filled(items, 1, WIDTH - 14).lstrip()}]"


def filled(items: Sequence[str], indent: int, width: int = WIDTH) -> str:
    """Expressions with commas between them, on lines of the width of a policy."""
    found = [""]
    for item in items:
        more = f"{found[-1]}, {item}" if found[-1] else item
        if found[-1] and len(more) + indent > width:
            found[-1] += ","
            found.append(item)
        else:
            found[-1] = more
    return "\n".join(" " * indent + line for line in found)


def optional(base: str, pattern: Pattern) -> str:
    """What stands at a pattern without `*`, as an optional value: none where it is missing; a number is an item."""
    return base + "".join(f"[?{key}]" if key.isdigit() else f".?{key}" for key in pattern)


def differs(fields: str) -> str:
    """Whether an update changes this expression over `o`."""
    return f"[[object, oldObject].map(o, {fields})]\n.exists(both, both[0] != both[1])"


def resource_rule(
    group: str, versions: Iterable[str], plurals: Iterable[str], operations: Sequence[str]
) -> dict[str, object]:
    """One of `matchConstraints.resourceRules`."""
    return {
        "apiGroups": [group],
        "apiVersions": sorted(versions),
        "operations": list(operations),
        "resources": sorted(plurals),
    }
