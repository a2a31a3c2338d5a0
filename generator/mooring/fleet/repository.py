"""What a GitOps tool finds the fleet's repository by: which addresses it can read, and which texts are a revision."""

from __future__ import annotations

import re

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
_PATH = r"/[A-Za-z0-9._~/+%-]*[A-Za-z0-9._~+%-]"
_HTTP = rf"https?://{_HOST}{_PATH}"
_SSH = rf"ssh://(?:[A-Za-z0-9._-]+@)?{_HOST}{_PATH}"
# git's own short form, which Flux's GitRepository refuses.
_SCP = r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/+-]+"
_OCI = rf"oci://{_HOST}{_PATH}"
_READ = {
    "argo-cd": (re.compile(rf"{_HTTP}|{_SSH}|{_SCP}"), "`https://host/path`, `ssh://git@host/path` or `git@host:path`"),
    "flux": (re.compile(rf"{_HTTP}|{_SSH}"), "`https://host/path` or `ssh://git@host/path`"),
    "oci": (re.compile(_OCI), "`oci://host/path`, without a tag"),
}
_LOGIN = re.compile(r"https?://[^/?#]*@|(?:ssh|oci)://[^/?#@]*:[^/?#@]*@")
# https://git-scm.com/docs/git-check-ref-format; a `{` besides, which an ApplicationSet would read as a template.
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\{]|\.\.|//|/\.|\.lock(?:/|\Z)|\A[-./]|[./]\Z|\A@\Z")
_LONGEST_REF = 244
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}")
HEADS, TAGS = "refs/heads/", "refs/tags/"


def has_login(repo: str) -> bool:
    """Whether an address carries what may be a credential; the user of `ssh://git@host` is none."""
    return _LOGIN.match(repo) is not None


def unreadable(repo: str, tool: str) -> str:
    """What a `tool` (`oci`: Flux with an OCI artifact) would read instead, in words; empty where it can read `repo`."""
    pattern, expected = _READ[tool]
    return "" if pattern.fullmatch(repo) else expected


def is_ref(revision: str) -> bool:
    """Whether git takes the text for the name of a ref, or for a commit."""
    return bool(revision) and len(revision) <= _LONGEST_REF and _NO_REF.search(revision) is None


def is_artifact_version(revision: str) -> bool:
    """Whether the text is the tag or the digest of an OCI artifact."""
    return _TAG.fullmatch(revision) is not None or is_digest(revision)


def is_digest(revision: str) -> bool:
    return _DIGEST.fullmatch(revision) is not None
