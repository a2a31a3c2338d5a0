"""What KServe makes of an object before it stores or deploys it, though nothing refuses what is written.

Source: https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_defaults.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mooring.kserve.deployment import ANNOTATION, deprecated_mode
from mooring.kserve.inferenceservice import ALIASES, WITH_V2
from mooring.kserve.model import GROUP, ClusterContext
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.schema.catalog import KindInfo


class Rewriting(NamedTuple):
    """A problem code, what KServe makes of the object, where that is written (`at_key`: at its key), and a hint."""

    code: str
    message: str
    route: Route
    hint: str
    at_key: bool = False


def rewritings(data: Mapping[str, Any], info: KindInfo, context: ClusterContext) -> Iterator[Rewriting]:
    """What of the object KServe reads as something else than is written."""
    mode = deprecated_mode(data, info, context)
    if mode is not None:
        message = f"`{mode.old}` is the old name of deployment mode `{mode.new}`; KServe {context.release} still takes it"
        yield Rewriting("deprecated-mode", message, ANNOTATION, f"write `{mode.new}`")


def stored_otherwise(data: Mapping[str, Any], info: KindInfo) -> Iterator[Rewriting]:
    """What of an InferenceService KServe's webhook rewrites in a way that Argo CD or Flux may see."""
    if info.kind == "InferenceService" and info.api_version.startswith(GROUP):
        yield from _alias(data)


def _alias(data: Mapping[str, Any]) -> Iterator[Rewriting]:
    """The key of a framework, which becomes `model`; canaries keep theirs, and so does ModelMesh."""
    predictor = get(data, ("spec", "predictor"))
    written = predictor if isinstance(predictor, dict) and get(data, ANNOTATION) != "ModelMesh" else {}
    for key in ALIASES:
        found = written.get(key)
        if isinstance(found, dict):
            protocol = ", protocolVersion: v2" if key in WITH_V2 and not found.get("protocolVersion") else ""
            yield Rewriting(
                "framework-alias", f"KServe's webhook replaces `{key}` by `model`: what it stores is not what is written",
                ("spec", "predictor", key), f"write `model: {{modelFormat: {{name: {key}}}{protocol}, …}}`", at_key=True,
            )  # fmt: skip
            return
