"""Changes of the policies' CEL that no request can show, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHARED = {"canaries", "podSpecs", "images", "harborHosts", "harborNames", "harborImages", "grants"}


# Clauses whose change changes nothing, and why.
PLACE = "read by the message alone"


NEEDED = "the kind's schema asks for the field; Kyverno's suite and its CLI have objects without it"


EQUIVALENT: dict[str, dict[str, str]] = {
    "require-pull-secret": {
        r"^changes-what-is-judged: .exists → .all": "a list of one item",
        r"^podSpecs: filter → all in …,": NEEDED,
        r"^podSpecs: '(at|spec[^']*)' ": PLACE,
        r"ClusterServingRuntime": "left to its Pods: Kyverno's suite has it",
    },
    "restrict-pull-secret-use": {
        r"^own: '' ": "no grant is of a service without a name, whatever stands for it",
    },
    "allowed-registries": {},
    "no-default-namespace": {r"^not-exempt: 'suite-exempt": "the policy is about `default` alone"},
    "inject-pull-secret": {
        r"size\(e\.missing\) > 0": "an empty list is none to the CLI; the live controller's test tells them apart",
    },
    "protect-pull-grants": {r"^user: '' ": "at an API server everybody has a name"},
}


def unseen(name: str, alive: Sequence[str]) -> list[str]:
    """What no request shows, but for the equivalents; an equivalent that is seen after all is told too."""
    known = EQUIVALENT.get(name, {})
    found = {what for what in alive if what != "none"}
    matched = {pattern: {what for what in found if re.search(pattern, what)} for pattern in known}
    stale = [f"is seen: {pattern}" for pattern, what in matched.items() if not what]
    return sorted(found - set().union(*matched.values())) + stale
