"""The file is not YAML, or uses a part of YAML that is refused.

What
The text cannot be read: an unclosed bracket or quote, a tab for indentation, bytes that are not UTF-8, a control
character, values nested more than 100 deep, anchors that expand to more than 1 MB. In a manifest also what `kubectl`
leaves out without a word (text behind the end of a document `...`, text on the line of a `---`, a directive), and what
readers of YAML disagree on: the characters NEL, LS and PS and a carriage return alone, which some take for line breaks,
tags that are not YAML's own or do not fit, anchors with odd names, a `?` in a flow collection, the escape `\\/`. In a
fleet file also any tag, a merge key `<<`, a key that is not a string, a number of more than 64 bits, a second document.
In what is rendered, a control character that Kustomize cannot build, also where it is written as an escape.

Why
What two readers read differently would be rendered as one thing and reviewed as another.

Example
    metadata: {name: onecloud

Instead
    metadata: {name: onecloud}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset()
