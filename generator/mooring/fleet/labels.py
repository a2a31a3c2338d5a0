"""The labels of what mooring makes for a robot. None is on a service: KServe would copy it to the pods, and models roll."""

from __future__ import annotations

import hashlib

MANAGED_BY = "app.kubernetes.io/managed-by"
ROBOT = "mooring.dev/robot"
# https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go: IsValidLabelValue
_LONGEST = 63


def of_robot(name: str) -> dict[str, str]:
    """The labels of a robot's Secret, and of what makes that."""
    return {MANAGED_BY: "mooring", ROBOT: label_value(name)}


def label_value(name: str) -> str:
    """A name as a label's value: as it is where it fits, else its beginning and a digest of all of it."""
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{name[: _LONGEST - 11]}-{digest}"
