"""The kinds of disagreement that are right to keep: target → (pattern that the words begin with, why).

Nothing may stand here by which mooring would see fewer objects, other images or other names than the cluster does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

TABLED: Mapping[str, Sequence[tuple[str, str]]] = {}


def explained(target: str, words: str) -> bool:
    return any(re.match(pattern, words) for pattern, _ in TABLED.get(target, ()))
