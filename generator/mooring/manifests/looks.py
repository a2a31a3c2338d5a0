"""Whether a text that cannot be read was never meant as a manifest: that is nobody's mistake.

A document with `apiVersion` and `kind` at its top is meant as one, whatever the file is called. Of the others those are no
manifests that a tool reads in its own way: by the tags of GitLab, CloudFormation or Ansible, with the comments of an
editor's JSON, as a template; or by the name of a file that everybody knows. What nobody could read stays a problem.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence

from mooring.problems.problem import Problem

_DOCUMENTS = re.compile(r"^---(?=\s|$)", re.MULTILINE)
# Escapes in double quotes, by which a key is the same and looks like another.
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U000([0-9a-fA-F]{5}))")
_KEYS = ("apiVersion", "kind")
# What may stand before a key: an indicator, anchors and tags, a quote.
_BEFORE = r"""(?:[?]\s+)?(?:[&!]\S*\s+)*["']?"""
_AT_TOP = {key: re.compile(rf"^([ \t]*){_BEFORE}{key}\b", re.MULTILINE) for key in _KEYS}
_INDENTED = re.compile(r"^([ \t]*)(?![ \t]|#|\.\.\.|%)\S", re.MULTILINE)
# What Go and Jinja fill in: `{{- if … }}`, `name: {{ .Release.Name }}`, `{% for … %}`. No reader takes it for a value.
_FILLED_IN = ("{{", "{%")
_VAULT = "$ANSIBLE_VAULT;"
_NAMES = (
    ".*", "compose*.y*ml", "docker-compose*.y*ml", "mkdocs.y*ml", "helmfile*.y*ml", "values*.y*ml", "Chart.yaml", "*.json",
    "buildspec*.y*ml", "azure-pipelines*.y*ml", "bitbucket-pipelines.yml", "cloudbuild*.y*ml", "Taskfile*.y*ml",
)  # fmt: skip
# What `yaml.odd` refuses for being read differently, and a key that is given twice: there is a reader for each.
_READABLE = "readers of YAML disagree on"


def is_no_manifest(raw: bytes, name: str, problems: Sequence[Problem]) -> bool:
    """Whether a text with these problems (one at least), in a file called `name`, is another tool's own."""
    text = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2] or match[3], 16)), _text(raw))
    if all(_is_filled_in(raw, problem) for problem in problems):
        return True
    if any(map(_has_both_keys, _DOCUMENTS.split(text))):
        return False
    readable = all(one.code == "duplicate-key" or one.message.startswith(_READABLE) for one in problems)
    return readable or text.startswith(_VAULT) or any(fnmatch.fnmatchcase(name, known) for known in _NAMES)


def _is_filled_in(raw: bytes, problem: Problem) -> bool:
    """Whether the line that cannot be read is a template's."""
    line = problem.located().line
    lines = raw.decode("utf-8-sig", "replace").split("\n")
    return line is not None and line <= len(lines) and any(mark in lines[line - 1] for mark in _FILLED_IN)


def _text(raw: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return raw[2:].decode(encoding, "replace")
    # Some readers take each of these for a line break.
    return re.sub("\r\n?|[\x85\u2028\u2029]", "\n", raw.decode("utf-8-sig", "replace"))


def _has_both_keys(document: str) -> bool:
    """Whether both keys stand at the left edge of a block, or anywhere in a flow mapping."""
    begin = document.lstrip()
    if begin.startswith(("{", "&", "!")):
        return all(re.search(rf"\b{key}\b", document) for key in _KEYS)
    edge = min((match[1] for match in _INDENTED.finditer(document)), key=len, default="")
    return all(len(edge) in {len(match[1]) for match in pattern.finditer(document)} for pattern in _AT_TOP.values())
