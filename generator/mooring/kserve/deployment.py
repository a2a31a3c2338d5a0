"""How KServe deploys an object: by Knative or not, as far as what is at hand says it.

The annotation decides, else KServe's settings, else what the fleet says. Every release shipped here is installed with
Knative as its default (https://github.com/kserve/kserve/blob/v0.20.0/config/configmap/inferenceservice.yaml, `deploy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mooring.kserve.model import GROUP, ClusterContext
from mooring.problems.routes import get
from mooring.schema.catalog import KindInfo

ANNOTATION = ("metadata", "annotations", "serving.kserve.io/deploymentMode")
_KNATIVE = "serving.knative.dev/"
_DEPLOYED = frozenset({"InferenceService", "InferenceGraph"})
_NAMES = {"Knative": "Knative", "Serverless": "Knative", "Standard": "Standard", "RawDeployment": "Standard"}
_MODES = {**_NAMES, "ModelMesh": "ModelMesh"}
# The release that knows the older names only: another annotation counts for nothing there.
_OLD, _OLD_NAMES = "0.15", frozenset({"Serverless", "RawDeployment", "ModelMesh"})
RELEASED = "Knative"
"""The mode that KServe's releases are installed with."""


class Mode(NamedTuple):
    """How an object is deployed: `Knative`, `Standard`, `ModelMesh`, or nothing where it is not known.

    `assumed` where only the release says so, whose settings a cluster may have changed.
    """

    name: str = ""
    assumed: bool = False

    @property
    def is_knative(self) -> bool:
        return self.name == "Knative"


def mode_of(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Mode:
    """How an object is deployed."""
    if info.api_version.startswith(_KNATIVE):
        return Mode("Knative")
    if not _is_deployed(info):
        return Mode()
    written = get(data, ANNOTATION)
    if isinstance(written, str) and written in (_OLD_NAMES if context.release == _OLD else _MODES):
        return Mode(_MODES[written])
    if context.settings is not None and context.settings.mode:
        return Mode(_MODES.get(context.settings.mode, ""))
    if context.mode:
        return Mode(_MODES[context.mode])
    return Mode(RELEASED, assumed=True) if context.release else Mode()


class Renamed(NamedTuple):
    """A mode under the name that is written, and under the one that its release has for it."""

    old: str
    new: str


def deprecated_mode(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Renamed | None:
    """The mode that the annotation says by the name from before 0.16; None where no release is known to be a later one.

    https://github.com/kserve/kserve/blob/v0.16.0/pkg/constants/constants.go#L461 (`LegacyRawDeployment`, `LegacyServerless`)
    """
    if context.release in ("", _OLD) or not _is_deployed(info):
        return None
    written = get(data, ANNOTATION)
    new = _NAMES.get(written, "") if isinstance(written, str) else ""
    return Renamed(written, new) if new and written != new else None


def _is_deployed(info: KindInfo) -> bool:
    return info.api_version.startswith(GROUP) and info.kind in _DEPLOYED
