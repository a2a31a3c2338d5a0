"""Kubernetes' own kinds, from its published OpenAPI (`api/openapi-spec/swagger.json`).

The API server takes `null` for anything that may be left out of a built-in kind, so every definition may be null below
the root; a Quantity may be a number (https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.schema.crd import DRAFT, Kind, pod_specs, rooted

KINDS = (
    "Secret", "ConfigMap", "Namespace", "ServiceAccount", "Service", "Pod", "Deployment", "StatefulSet", "DaemonSet",
    "ReplicaSet", "Job", "CronJob", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "NetworkPolicy",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
)  # fmt: skip
_PREFIX = "#/definitions/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number", "null"]},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer", "null"]},
    "io.k8s.apimachinery.pkg.runtime.RawExtension": {"type": ["object", "null"]},
}
# https://pkg.go.dev/encoding/base64: Go skips line breaks. No part may begin where the one before it could go on: trying
# every place where 20,000 line breaks might be parted took a second.
_BASE64 = r"^[A-Za-z0-9+/\r\n]*(?:={1,2}[\r\n]*)?$"


def kinds(swagger: dict[str, Any]) -> Iterator[Kind]:
    """The kinds named in `KINDS` at their newest stable version, `$defs` keyed by Kubernetes' own names."""
    definitions = swagger["definitions"]
    for name, (group, version, plural, namespaced) in sorted(_served(swagger).items()):
        definition = next(
            key for key, value in definitions.items()
            if {"group": group, "version": version, "kind": name} in value.get("x-kubernetes-group-version-kind", [])
        )  # fmt: skip
        used: dict[str, Any] = {}
        body = _object(definitions[definition], definitions, used)
        api_version = f"{group}/{version}" if group else version
        schema = rooted(body, api_version, name)
        schema["properties"] = {**schema["properties"], "metadata": {"$ref": f"#/$defs/{_META}"}}
        _convert(_META, definitions, used)
        used[_META] = {**used[_META], "type": "object"}
        schema = {"$schema": DRAFT, **schema, "$defs": dict(sorted(used.items()))}
        inlined = _inline(body, used, 12)
        scope = "Namespaced" if namespaced else "Cluster"
        yield Kind(api_version, name, plural, scope, True, schema, tuple(pod_specs(inlined)), ())


def _served(swagger: dict[str, Any]) -> dict[str, tuple[str, str, str, bool]]:
    """Kind → group, version, plural and whether it is namespaced, from the paths it can be created at."""
    found: dict[str, tuple[str, str, str, bool]] = {}
    for path, operations in swagger["paths"].items():
        facts = operations.get("post", {}).get("x-kubernetes-group-version-kind")
        parts = path.strip("/").split("/")
        if not facts or facts["kind"] not in KINDS or "{name}" in path or "alpha" in path or "beta" in path:
            continue
        namespaced = "{namespace}" in path
        if facts["kind"] not in found or namespaced:
            found[facts["kind"]] = (facts["group"], facts["version"], parts[-1], namespaced)
    return found


def _convert(name: str, definitions: dict[str, Any], used: dict[str, Any]) -> None:
    if name in used:
        return
    used[name] = {}
    used[name] = _SPECIAL.get(name) or _nullable(_object(definitions[name], definitions, used))


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    return {**schema, "type": [kind, "null"]} if isinstance(kind, str) else schema


def _object(node: dict[str, Any], definitions: dict[str, Any], used: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        name = node["$ref"].removeprefix(_PREFIX)
        _convert(name, definitions, used)
        return {"$ref": f"#/$defs/{name}"}
    out: dict[str, Any] = {key: node[key] for key in ("type", "enum") if key in node}
    if node.get("format") == "byte":
        out["pattern"] = _BASE64
    if node.get("format") == "int-or-string":
        out["type"] = ["integer", "string"]
    if "items" in node:
        out["items"] = _object(node["items"], definitions, used)
    if "properties" in node:
        out["type"] = "object"
        out["properties"] = {
            key: _nullable(_object(value, definitions, used)) for key, value in sorted(node["properties"].items())
        }
        out["additionalProperties"] = False
        if node.get("required"):
            out["required"] = sorted(node["required"])
    elif isinstance(node.get("additionalProperties"), dict):
        out["additionalProperties"] = _object(node["additionalProperties"], definitions, used)
    return out


def _inline(node: Any, used: dict[str, Any], depth: int) -> Any:
    """The schema with its references written out, deep enough to find pod specs in."""
    if isinstance(node, dict):
        if "$ref" in node and depth:
            return _inline(used[node["$ref"].removeprefix("#/$defs/")], used, depth - 1)
        return {key: _inline(value, used, depth) for key, value in node.items()} if depth else {}
    return [_inline(value, used, depth) for value in node] if isinstance(node, list) else node
