"""Something that decides over the pull is not among the files given.

What
A pod takes its images or Secrets from what is in the cluster and not in what was read: a runtime, a ServiceAccount,
a Secret; of an LLM service, a base or one of KServe's presets (`kserve-config-llm-…`); of an InferenceGraph or a local
model, ConfigMap `inferenceservice-config`. What is not given is assumed to bring nothing; a Secret is assumed to be there.
An image of a private registry that the kubelet refuses as no reference (`…/a:${TAG}`, `…/a..b`) is judged as what it was
meant for, and never found good.

Why
A guess would be a false alarm, or silence. This is a note: it fails nothing.

Example
    # mooring check service.yaml        the runtime that it names stands elsewhere

Instead
    # mooring check service.yaml runtimes/ secrets/
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import NO_REFERENCE, BrokenPull, Severity

SEVERITY: Severity = "note"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull of which nothing is proved."""
    image = quote(pull.image, "image")
    if pull.detail == NO_REFERENCE:
        message = f"the kubelet refuses {image}: it is not a valid image reference"
        return message, "write `host/project/name:tag`, the path in lower case"
    return f"Secret {quote(pull.secret, 'name')} is not among the files given; whether it can pull {image} is unknown", ""
