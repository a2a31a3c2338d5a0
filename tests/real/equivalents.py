"""Changes of the policies' CEL that no request can show, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHARED = {"canaries", "podSpecs", "images", "harborHosts", "harborNames", "harborImages", "grants"}


# Clauses whose change changes nothing, and why.
MESSAGE = "read by the message alone"
NOWHERE = "what stands in no namespace is exempt nowhere, whatever its name is taken for"


NEEDED = "the kind's schema asks for the field; the rows and Kyverno's CLI have objects without it"


EQUIVALENT: dict[str, dict[str, str]] = {
    "require-pull-secret": {
        r"^changes-what-is-judged: \.exists\(": "a list of one item",
        r"^not-exempt: '' ": NOWHERE,
        r"^podSpecs: 'spec[^']*' ": MESSAGE,
        r"^harborHosts: 'Second\.example\.com:8443' ": "a character more in its port, which the message alone reads",
        r"^harborImages: '' ": "what has no project is no image from Harbor, whatever stands for it",
        r"^harborImages: ':' .*i\[0\]\.lowerAscii\(\) \+ ':'\)": "a character more behind the port, where none is read",
        r"^refused: '' ": "a Secret that is not granted may pull nothing, whatever stands for it",
        r"^refused: '(image |: |write |add |none )": MESSAGE,
        r"^refused: '( in | or |, |\) may|: see)": MESSAGE,
        r"^refused: '/' .*'image ' \+ i\.join\('/'\)": MESSAGE,
        r"^refused: (!|0) .*e\.at \+ ': '": MESSAGE,
        r"^refused: == .*'write its host|^refused: == .*harborHosts": MESSAGE,
        r"ClusterServingRuntime": "left to its Pods: Kyverno's rows have it",
    },
    "restrict-pull-secret-use": {
        r"^not-exempt: '' ": NOWHERE,
        r"^own: '' ": "no grant is of a service without a name, whatever stands for it",
        r"^own: filter": "a name that is none is no Secret's",
        r"^refused: '(pull Secret| in | is that|use | or |give)": MESSAGE,
        r"^refused: > 0 .*of another service": MESSAGE,
    },
    "allowed-registries": {r"^not-exempt: '' ": NOWHERE, r"^refused: '(image | in | comes|, |: mirror)": MESSAGE},
    "no-default-namespace": {
        r"^not-exempt: '": "the policy is about `default` alone",
        r"^refused: '' ": "no type is another one than a docker configuration's, whatever stands for it",
        r"^changes-what-is-judged: \.exists\(": "a list of one item",
    },
    "pull-secret-shape": {
        r"^harbor: ':' ": "a character more behind the port, where none is read",
        r"^logins: '' ": "what is not there is no base64 of a login, whatever stands for it",
        r"^is-a-pull-secret: '' ": "no type is another one than a docker configuration's, whatever stands for it",
    },
    "inject-pull-secret": {
        r"size\(e\.missing\) > 0": "an empty list is none to the CLI; the live controller's test tells them apart",
    },
    "protect-pull-grants": {
        r"^user: '' ": "at an API server everybody has a name",
        r"^not-exempt: '' ": NOWHERE,
        r"^is-managed: '' ": "who manages it is mooring or is not, whatever stands for nobody",
        r"^changes-what-is-protected: \.exists\(": "a list of one item",
    },
}


def unseen(name: str, alive: Sequence[str]) -> list[str]:
    """What no request shows, but for the equivalents; an equivalent that is seen after all is told too."""
    known = EQUIVALENT.get(name, {})
    found = {what for what in alive if what != "none"}
    matched = {pattern: {what for what in found if re.search(pattern, what)} for pattern in known}
    stale = [f"is seen: {pattern}" for pattern, what in matched.items() if not what]
    return sorted(found - set().union(*matched.values())) + stale
