"""Events and conditions, as text or as data → which image was not pulled, and the causes that their wording fits.

The text is `kubectl describe`'s or any that holds such messages; data is whatever has `message` fields, as Events, Pods,
Revisions and InferenceServices do. Nothing of a message is shown but the image and the names of Secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.doctor.from_node import answers, nodes_said
from mooring.doctor.wordings import causes_of, is_bare, is_of_a_pull
from mooring.redaction import quote
from mooring.yaml.document import read_manifests

_IMAGE = re.compile(r'\b(?:image|reference|tag|name) \\?"([^"\\]+)\\?"')
_SOURCE = re.compile(r"docker://([^\s:]+(?::\d+/[^\s:]+)?(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?)")
_SECRETS = re.compile(r"pull secrets \(([^)]*)\)|secrets? \\?\"([^\"\\]+)\\?\" not found")
_DATA = re.compile(rb"\s*(?:[\[{]|-?\s*(?:apiVersion|kind|items|status|metadata|conditions|message)\s*:)")
_KNATIVE = (
    "Knative's controller asked, before any pod: it needs the CA, the proxy and the way to the registry as nodes do; "
    "`registries-skipping-tag-resolving` in ConfigMap knative-serving/config-deployment leaves the asking to them"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one image's messages say: no cause where none is known. `image` is empty where no message names it; `host` is
    what nodes were asked for in its stead."""

    image: str
    causes: tuple[str, ...]
    details: tuple[str, ...] = ()
    host: str = ""


def heard(raw: bytes) -> tuple[Heard, ...]:
    """What was heard of each image, in the order of the messages; none where nothing is of a pull that failed. The logs of
    `doctor --from-node` are heard too."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    bare: list[str] = []
    for message in _messages(raw):
        if not is_of_a_pull(message):
            continue
        image = _image(message)
        causes = causes_of(message, image)
        if not causes and is_bare(message):
            bare.append(image)
        else:
            found.setdefault((image, causes), []).extend(_details(message))
    named = {image for image, _ in found}
    known = {code for image, causes in found if image for code in causes}
    kept = {
        key: details for key, details in found.items()
        # `Error: InvalidImageName` follows the message that names the image.
        if key[0] or not key[1] or details or not known.issuperset(key[1])
    }  # fmt: skip
    for image in bare:
        if (image and image not in named) or not (image or named):
            kept.setdefault((image, ()), [])
    of_images = (Heard(image, causes, tuple(dict.fromkeys(details))) for (image, causes), details in kept.items())
    return (*_of_nodes(raw), *of_images)


def _of_nodes(raw: bytes) -> Iterator[Heard]:
    """What nodes were answered, those together that were answered alike."""
    asked: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for one in answers(raw):
        asked.setdefault((one.host, one.causes, one.detail), []).append(one.node)
    for (host, causes, detail), nodes in asked.items():
        yield Heard("", causes, (nodes_said(nodes), *([detail] if detail else [])), host)


def _messages(raw: bytes) -> Iterator[str]:
    """The messages: of data each `message` with its `reason`, else each line, with the next where it ends in a colon."""
    if _DATA.match(raw):
        documents, problems = read_manifests(raw, "stdin")
        if documents and not problems:
            for document in documents:
                yield from _of_data(document.data)
            return
    kept = ""
    for line in raw.decode("utf-8", "replace").splitlines():
        kept = f"{kept} {line.strip()}" if kept else line
        if kept.rstrip().endswith(":") and is_of_a_pull(kept):
            continue
        yield kept
        kept = ""
    if kept:
        yield kept


def _of_data(data: Any) -> Iterator[str]:
    """Each `message` of nested data, after its `reason`."""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            reason, message = one.get("reason"), one.get("message")
            if isinstance(message, str) or reason in ("ErrImagePull", "ImagePullBackOff", "InvalidImageName"):
                yield f"{reason if isinstance(reason, str) else ''}: {message if isinstance(message, str) else reason}"
            waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def _image(message: str) -> str:
    found = _IMAGE.search(message) or _SOURCE.search(message)
    return found.group(1) if found else ""


def _details(message: str) -> Iterator[str]:
    """Facts beside the cause: which Secrets, and who asked."""
    if "resolve image to digest" in message:
        yield _KNATIVE
    for listed, one in _SECRETS.findall(message):
        for name in (listed or one).split(","):
            yield f"the pod names Secret {quote(name.strip(), 'name')}"
