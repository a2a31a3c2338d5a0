"""What people wrote, as one line of Markdown that is nothing but text."""

from __future__ import annotations

import re

from mooring.yaml.scalar import escaped

# Neither structure, nor a link, nor HTML, nor a mention, wherever in a line it stands: letters, digits and the plainest
# punctuation (https://github.github.com/gfm/, the autolinks of section 6.9 among it).
_PLAIN = re.compile(r"(?!.*www\.)(?:[^\W_]|[ ,;.'\"()!?%+/=-]|:(?= ))*", re.IGNORECASE)


def prose(text: str) -> str:
    """The text as it is where it can be nothing else, else as code, in which Markdown has no meaning."""
    line = escaped(" ".join(text.split()))
    if _PLAIN.fullmatch(line) and "//" not in line:
        return line
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    # One space on either side is taken away again.
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{line}{pad}{fence}"
