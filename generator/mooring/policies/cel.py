"""CEL, in pieces: literals, what may be missing or null, and what an image's text says of its registry.

Only what every engine's CEL has is used: macros over lists and maps, strings; no image library (a host is split off the
text, which is safer) and no flattening, so each place makes one list and the lists are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mooring.registry.reference import OCI_SCHEMES
from mooring.schema.catalog import Pattern
from mooring.yaml.scalar import HIDDEN

OCI = tuple(f"{scheme}://" for scheme in OCI_SCHEMES)
HOST = "i.split('/')[0]"
PAIR = f"{HOST} + '/' + i.split('/')[1]"


# A literal ends at a quote and may hold no line break, `\r` among them; what is hidden is left to nobody's eye
# (https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values).
_ESCAPED = re.compile(f"[\\\\'\t\n\r{HIDDEN}]")


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


def is_one_of(host: str, hosts: Iterable[str]) -> str:
    """Whether a host in lower case is one of these, whatever the ports."""
    names = {known.split("]")[0] if known.startswith("[") else known.split(":")[0] for known in hosts}
    plain = f"{host}.split(':')[0]"
    if any(name.startswith("[") for name in names):
        plain = f"({host}.startsWith('[') ? {host}.split(']')[0] : {plain})"
    return f"{plain} in {texts(sorted(name.lower() for name in names))}"


def present(base: str, key: str) -> str:
    """Whether a field is there, and not null."""
    return f"has({base}.{key}) && {base}.{key} != null"


def items(base: str, key: str) -> str:
    """The items of a list that may be missing or null."""
    return f"({present(base, key)} ? {base}.{key} : [])"


def at(pattern: Pattern) -> str:
    """A list of what stands at a pattern: empty, or one thing, or one for each item at `*`; a number is one item."""
    star = pattern.index("*") if "*" in pattern else len(pattern)
    guards, base = [], "object"
    for key in pattern[:star]:
        guards.append(f"size({base}) > {key}" if key.isdigit() else present(base, key))
        base = f"{base}[{key}]" if key.isdigit() else f"{base}.{key}"
    found = f"[{base}]" if star == len(pattern) else f"{base}{_inside('c', pattern[star + 1 :])}"
    return f"({' && '.join(guards)} ? {found} : [])"


def optional(base: str, pattern: Pattern) -> str:
    """What stands at a pattern without `*`, as an optional value: none where it is missing."""
    return base + "".join(f".?{key}" for key in pattern)


def differs(values: str) -> str:
    """Whether an update changes this expression over `object`."""
    return f"{values}\n  != {values.replace('object.', 'oldObject.')}"


def numbered(pattern: Pattern, most: int) -> list[Pattern]:
    """The pattern with each number in place of its `*`."""
    if "*" not in pattern:
        return [pattern]
    star = pattern.index("*")
    return [(*pattern[:star], str(number), *pattern[star + 1 :]) for number in range(most)]


def _inside(name: str, rest: Pattern) -> str:
    """`.filter(…).map(…)` that leads from each item to what is below it."""
    guards, base = [], name
    for key in rest:
        guards.append(present(base, key))
        base = f"{base}.{key}"
    return f".filter({name}, {' && '.join(guards)}).map({name}, {base})"


def names(spec: str) -> str:
    """The names in a pod spec's `imagePullSecrets`."""
    return f"{items(spec, 'imagePullSecrets')}.filter(s, has(s.name) && s.name != null && s.name != '').map(s, s.name)"


def bare(image: str) -> str:
    """An image without a model address's scheme; other addresses (`gs://`) keep theirs, and are no images."""
    strip = image
    for scheme in OCI:
        strip = f"{image}.startsWith('{scheme}') ? {image}.substring({len(scheme)}) : ({strip})"
    return f"({strip})"


def indent(expression: str) -> str:
    """The lines after the first further in."""
    return expression.replace("\n", "\n    ")


def resource_rule(group: str, version: str, plurals: Iterable[str], operations: Sequence[str]) -> dict[str, object]:
    """One of `matchConstraints.resourceRules`."""
    return {
        "apiGroups": [group],
        "apiVersions": [version],
        "operations": list(operations),
        "resources": sorted(plurals),
    }
