"""The kubelet refuses the image: it is not a valid reference.

What
An image, or a model's `oci://` address, must be written as `host/project/name:tag` or `…@sha256:…`: the path in lower case,
one tag, a whole digest, no scheme and no space. In a fleet file it holds no variable (`${TAG}`) either.

Why
The pod waits with `InvalidImageName`, whatever its Secrets are, and no registry is ever asked.

Example
    image: harbor.example.com/Vision/detector:1

Instead
    image: harbor.example.com/vision/detector:1
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


_FORM = "write `host/project/name:tag`"
# By the words of `registry.faults`.
FAULTS = {
    "empty": ("it names nothing", _FORM),
    "space": ("it has a space in it", _FORM),
    "scheme": ("it begins with a scheme", "leave the scheme out: `host/project/name:tag`"),
    "digest-algorithm": ("its digest has no known algorithm", "write `@sha256:` and 64 digits"),
    "digest-length": ("its digest is too short or too long", "copy the whole digest: 64 digits behind `sha256:`"),
    "digest-digits": ("its digest has other letters than a to f", "copy the digest, in lower case"),
    "tag-empty": ("its tag is empty", "write a tag behind the `:`, or leave the `:` out"),
    "two-tags": ("it has two tags", "leave one of them out"),
    "tag-length": ("its tag is too long", "a tag has at most 128 characters"),
    "tag": ("its tag has a character that no tag may have", "a tag has letters, digits, `_`, `.` and `-`, and begins with none of the last two"),
    "part-empty": ("a part between two `/` is empty", _FORM),
    "upper-case": ("its path has an upper-case letter", "write the path in lower case"),
    "path-length": ("its path is too long", "a path has at most 255 characters"),
    "id": ("it is an image's ID and no name", _FORM),
    "character": ("it has a character where none may be", _FORM),
    "variable": ("it has a variable in it, which nothing fills in here", "write the image in full"),
}  # fmt: skip


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for an image that is no reference."""
    image = quote(pull.image, "image")
    why, hint = FAULTS[pull.detail]
    return f"the kubelet refuses image {image}: {why}", hint
