"""For people at a terminal: the changes of each namespace, the loudest first: `!!` looser policies, `!` wider grants."""

from __future__ import annotations

from itertools import groupby

from mooring.changes.model import Comparison
from mooring.redaction import shown
from mooring.report import Terminal

_SIGNS = {"loosened": "!!", "widened": "! "}
_OF = {"added": "+ ", "removed": "- ", "rolls": "↻ ", "pruned": "x "}


def text(comparison: Comparison, _terminal: Terminal) -> str:
    """The comparison as lines."""
    revision = f"{comparison.revision} ({comparison.commit[:12]})"
    lines = [f"{revision} → the working tree as it stands: {comparison.headline}"]
    for (environment, namespace), changes in groupby(comparison.changes, lambda each: (each.environment, each.namespace)):
        lines += ["", f"{shown(environment, 'name')}/{shown(namespace, 'name')}"]
        lines += [f"  {_SIGNS.get(each.level) or _OF.get(each.what, '~ ')} {each.message}" for each in changes]
    if comparison.remarks:
        lines += ["", *(f"note: {remark}" for remark in comparison.remarks)]
    return "\n".join(lines) + "\n"
