"""Something that decides over the pull is not among the files given.

What
A pod takes its images or Secrets from what is in the cluster and not in what was read: a runtime, a ServiceAccount,
a Secret; of an LLM service, a base or one of KServe's presets (`kserve-config-llm-…`); of an InferenceGraph or a local
model, ConfigMap `inferenceservice-config`. What is not given is assumed to bring nothing; a Secret is assumed to be there.
A Secret that something among the files may make (ClusterExternalSecret, VaultStaticSecret, SopsSecret, a HelmRelease in its
namespace, a job that creates Secrets, an annotation that has one copied, a policy that clones …) is unknown too. So are a Secret that the remote
parts, charts or plugins of a Kustomize root may hold, and every object that they may change.
A SealedSecret, a ciphertext of sops and a template of forms that are not evaluated do not show what registries they are for.
An image with a variable that Flux, Helm or Kustomize fills in later (`…/a:${TAG}`) is unknown too, unless what is written of
it is enough to say that it cannot be pulled.

Why
A guess would be a false alarm, or silence. This is a note: it fails nothing.

Example
    # mooring check service.yaml        the runtime that it names stands elsewhere

Instead
    # mooring check service.yaml runtimes/ secrets/
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import REASONS, BrokenPull, Severity

SEVERITY: Severity = "note"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull of which nothing is proved."""
    image = quote(pull.image, "image")
    if pull.reason == "variable":
        return f"image {image} has a variable that is filled in later: whether it can be pulled is unknown", ""
    if pull.reason == "secret" and pull.detail:
        return (
            f"Secret {quote(pull.secret, 'name')} may be made by {pull.detail}; whether it can pull {image} is unknown",
            "",
        )
    if pull.reason == "secret":
        return (
            f"Secret {quote(pull.secret, 'name')} is not among the files given; whether it can pull {image} is unknown",
            "",
        )
    if pull.reason == "registries":
        return (
            f"Secret {quote(pull.secret, 'name')} does not show its registries; whether it can pull {image} is unknown",
            "",
        )
    return f"whether {image} can be pulled is unknown: {REASONS[pull.reason]} is not at hand", ""
