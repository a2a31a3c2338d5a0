"""The kinds of disagreement that are right to keep: target → (pattern of the words, why).

Nothing may stand here by which mooring would see fewer objects, other images or other names than the cluster does
without saying so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mooring.yaml.odd import ODD

# What mooring says where it alone refuses a manifest; a text that has several faults must have all of them here.
_ONLY_MOORING = {
    r"text behind the end of the document, which `kubectl` does not read": "kubectl leaves it out without a word",
    r"(?:a key|key `[^`]*`) is given twice": "kubectl takes the last one, without a word",
    r"a byte order mark inside the file, which not every reader passes over":
        "goyaml leaves out whatever stands at certain places behind one",
    r"text on the line of a `---`": "`---#` separates for kubectl where something stands before it, else it is a text",
    r"no further JSON object": "kubectl reads on as YAML where the second value is a number that runs into letters",
    r"a control character, which YAML does not allow": "JSON allows DEL and the like; kubectl looks at one document only",
    r"an escape of half a character": "kubectl does not read behind the end of a document",
    r"a merge key `<<` behind a key that it brings too": "kubectl takes the merged value, Kustomize the written one",
    r"a `!!binary` value that is not text in base64": "kubectl puts U+FFFD for what is not UTF-8",
    r"a value that is not what its tag `!!(?:map|seq|str|binary|int|float|bool|null)` says":
        "kubectl passes over most of them",
}  # fmt: skip
# What ruamel.yaml alone refuses, loudly, and nobody writes.
_ONLY_RUAMEL = (
    "a `|` or `>` with something behind it",
    "this line is indented differently from its neighbours",
    "a key that is not a string",
    "a value cannot begin with this character",
    "a `[` is not closed, or a comma is missing",  # a tab before a text's further line
    "a `{` is not closed, or a comma is missing",
    "a `[` is not closed",
    "a `{` is not closed",
    "text behind a closing quote",
    "this line continues the value of the line above",
    # A key over several lines, which YAML forbids: what somebody who wrote one has most likely forgotten.
    "a quote is not closed on its line",
    "a quote is not closed",  # of a key over several lines, in a flow collection
    "a key without `:`",
    "a `:` without a space behind it",
    "a merge conflict is not resolved",
    "a tab is used for indentation",  # on a line of its own, or before a text's further line
)
_ANY = "|".join((*_ONLY_MOORING, *map(re.escape, _ONLY_RUAMEL), *(re.escape(odd.at(0).message) for odd in ODD.values())))

# What kubectl never comes to look at, because a key is given twice and it takes the last value alone.
_HIDDEN = "a number that JSON does not have"


def _reasons(one: str) -> str:
    """The pattern of several reasons, each of which is `one`."""
    return rf"(?:{one})(?:; (?:{one}))*\Z"


TABLED: Mapping[str, Sequence[tuple[str, str]]] = {
    "manifests": [
        ("only kubectl refuses: ", "nothing of the text reaches a cluster, so that mooring may read more in it"),
        ("only mooring refuses, of an empty list: ", "kubectl leaves out what stands behind a `[]`, and reads no object"),
        (
            rf"only mooring refuses: (?:{_reasons(_ANY)}|(?=.* is given twice){_reasons(f'{_ANY}|{_HIDDEN}')})",
            "as said above",
        ),
    ],
}  # fmt: skip


def explained(target: str, words: str) -> bool:
    return any(re.match(pattern, words) for pattern, _ in TABLED.get(target, ()))
