"""The one door to what is shown of the files that are read.

Nothing is hidden by guessing which words are secret: a value is shown where its field is declared to hold an image, a
name, a choice, a date and the like (`fields`), where it fits that kind (`kinds`), and where no key above it looks like a
credential's (`credentials`). Everything else is a mask, in messages (`quote`) and in excerpts of files (`excerpt`), and no
text reaches a terminal or a runner with characters that would command it (`characters`).
"""

from __future__ import annotations

from mooring.redaction.characters import as_json, coloured, harmless, printable
from mooring.redaction.concealed import Credential
from mooring.redaction.credentials import is_credential_key
from mooring.redaction.fields import kind_of
from mooring.redaction.kinds import MASK, Kind, key, listed, quote, quote_key, quote_or_none, shown, titled

__all__ = [
    "MASK", "Credential", "Kind", "as_json", "coloured", "harmless", "is_credential_key", "key", "kind_of", "listed",
    "printable", "quote", "quote_key", "quote_or_none", "shown", "titled",
]  # fmt: skip
