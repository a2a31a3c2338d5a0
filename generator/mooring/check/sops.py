"""`.sops.yaml` against the fleet: by its rules people encrypt, and `sops updatekeys` re-encrypts.

`mooring secret set` does not read it. Of a rule only what decides over the files below `secrets/` is looked at
(https://getsops.io/docs/#using-sops-yaml-conf-to-select-kms-pgp-and-age-for-new-files).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.backends.ciphertexts import path
from mooring.backends.sops import RULES, rule
from mooring.backends.unopened import OTHER_KEYS
from mooring.files import Boundary, Unreadable, display_path
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.problem import Problem
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote
from mooring.yaml.document import Document, read_manifests

_CODE = "sops-rules-differ"
# Three repetitions of single characters are tried in some 100,000 steps at most.
_LONGEST, _REPEATED = 200, 3
_ODD = re.compile(r"[)*+?][*+{]|\{|\(\?|\\[A-Za-z0-9]")
_HINT = "write it as docs/secrets.md says: `mooring init` writes it where there is none"


def rules(resolved: ResolvedEnvironment) -> Iterator[Problem]:
    """What the repository's rules say otherwise than the fleet; nothing where the environment needs none, or has none."""
    fleet, boundary = resolved.fleet, Boundary(resolved.root)
    robots = [robot for robot in fleet.robots if fleet.backend_of(robot) == "sops"]
    file = boundary.root / RULES
    if not robots or not boundary.is_file(file):
        return
    try:
        documents, problems = read_manifests(boundary.read(file), display_path(file))
    except Unreadable:
        return
    if problems or len(documents) != 1:
        return  # sops says so itself, better than is known here
    # Any namespace will do: a rule that tells namespaces apart is somebody's own.
    some = path(resolved.name, next(iter(resolved.namespaces), "namespace"), robots[0].secret).as_posix()
    patterns = [as_text(get(one, ("path_regex",))) for one in as_list(get(documents[0].data, ("creation_rules",)))]
    if not all(map(_is_plain, patterns)):
        return  # which rule is for a file is not known
    index = next((index for index, pattern in enumerate(patterns) if re.search(pattern, some)), None)
    if index is None:
        message = f"no rule is for {quote(some, 'file')}: sops encrypts it for nobody"
        yield Problem(_CODE, message, documents[0], ("creation_rules",), hint=_HINT)
    else:
        yield from _differs(documents[0], index, resolved)


def _is_plain(pattern: str) -> bool:
    """Whether a pattern means the same to Go and to Python, and is searched for at once: a stranger may have written it."""
    if len(pattern) > _LONGEST or pattern.count("*") + pattern.count("+") > _REPEATED or _ODD.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _differs(document: Document, index: int, resolved: ResolvedEnvironment) -> Iterator[Problem]:
    """What a rule says otherwise than the environment."""
    route = ("creation_rules", index)
    found, wanted = get(document.data, route), rule(resolved.fleet.secrets.recipients)
    environment = quote(resolved.name, "name")
    mine, theirs = set(resolved.fleet.secrets.recipients), _recipients(found)
    for recipient in sorted(mine - theirs):
        message = f"{quote(recipient, 'name')} is a recipient of environment {environment}, and sops does not encrypt for it"
        yield Problem(_CODE, message, document, (*route, "age"), hint=_HINT)
    for recipient in sorted(theirs - mine):
        message = f"sops encrypts for {quote(recipient, 'name')}, which is no recipient of environment {environment}"
        yield Problem(_CODE, message, document, (*route, "age"), hint=_HINT)
    for key in OTHER_KEYS:
        if get(found, (key,)):
            message = f"sops encrypts for keys of `{key}` too, and the fleet knows of none"
            yield Problem(_CODE, message, document, (*route, key), hint=_HINT)
    for key in ("encrypted_regex", "mac_only_encrypted"):
        if get(found, (key,)) != wanted[key]:
            said = "true" if wanted[key] is True else wanted[key]
            yield Problem(_CODE, f"`{key}` is not `{said}`", document, (*route, key), hint=_HINT)


def _recipients(found: Mapping[str, Any]) -> set[str]:
    """Whom a rule encrypts for: a list, or a text with commas."""
    age = get(found, ("age",))
    texts = age.split(",") if isinstance(age, str) else map(as_text, as_list(age))
    return {text.strip() for text in texts} - {""}
