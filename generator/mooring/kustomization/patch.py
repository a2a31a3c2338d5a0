"""Which object a Kustomize patch is for: `target`, whose fields Kustomize reads as regular expressions."""

from __future__ import annotations

import re

# What RE2 gives a meaning to (https://github.com/google/re2/wiki/Syntax); Go's `regexp.QuoteMeta` escapes the same.
_MEANS_SOMETHING = re.compile(r"[\\.+*?()|\[\]{}^$]")


def target(api_version: str, kind: str, name: str) -> dict[str, str]:
    """The target that selects the one object and no other: `a.b` written plainly would select `a-b` too.

    Kustomize takes a missing group for any group, so the core group is `^$`
    (https://github.com/kubernetes-sigs/kustomize/blob/master/api/types/selector.go).
    """
    group, _, version = api_version.rpartition("/")
    return {"group": _exactly(group), "version": _escaped(version), "kind": _escaped(kind), "name": _exactly(name)}


def _escaped(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\g<0>", text)


def _exactly(text: str) -> str:
    return f"^{_escaped(text)}$"
