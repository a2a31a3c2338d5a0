"""The pod names no Secret that could pull the image.

What
The list of the pod that holds the image is empty, or names Secrets of other registries only. Nothing crosses from a
predictor to its transformer, explainer or workers.

Why
The kubelet pulls without a credential: `no basic auth credentials`.

Example
    transformer:
      containers:
      - {name: kserve-container, image: "harbor.example.com/vision/pre:1"}

Instead
    transformer:
      imagePullSecrets: [{name: harbor-credential}]
      containers:
      - {name: kserve-container, image: "harbor.example.com/vision/pre:1"}
"""

from __future__ import annotations

from mooring.redaction import Kind, listed, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    names = listed([quote(name, "name") for name in pull.secrets])
    message = f"the {pull.pod} names no Secret for {quote(pull.image, 'image')}"
    if names:
        message += f", only {names}"
    hint = f"add its pull Secret to `imagePullSecrets` of the {pull.pod} itself"
    return message, _BY_KSERVE.get(pull.component, hint)


# Pods that KServe makes of its own settings.
_BY_KSERVE = {
    "router": "ConfigMap `kserve/inferenceservice-config` names a router's Secrets: `router` → `imagePullSecrets`",
    "download": "add its pull Secret to ServiceAccount `default` of the namespace that models are downloaded in",
}
