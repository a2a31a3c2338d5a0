"""Only the fleet's identities, and the controllers that must, change pull grants and what mooring manages.

Off while `policies.identities` is empty: nobody could apply the grants.
"""

from __future__ import annotations

from collections.abc import Iterator

from mooring.fleet.grants import GRANTS
from mooring.policies import cel, podspecs
from mooring.policies.model import Block, Object, PolicyInput, Row, Text
from mooring.policies.samples import BARE, secret, thing
from mooring.schema.catalog import Catalog

SUMMARY = "only named identities and controllers change pull grants and managed Secrets"
MENDS = (
    (
        "it is rendered from the fleet, change it there",
        "the change in the fleet file, or who applies it in `policies.identities`",
    ),
)
CONTROLLERS = (
    # https://external-secrets.io/latest/introduction/getting-started/ (the chart's defaults)
    "system:serviceaccount:external-secrets:external-secrets",
    # https://github.com/bitnami-labs/sealed-secrets: the released manifest's name, and the chart's
    "system:serviceaccount:kube-system:sealed-secrets-controller",
    "system:serviceaccount:kube-system:sealed-secrets",
    # What clears a namespace and what has lost its owner; one user where they share the manager's credentials.
    "system:serviceaccount:kube-system:namespace-controller",
    "system:serviceaccount:kube-system:generic-garbage-collector",
    "system:kube-controller-manager",
)
_WATCHED = [
    ("", "v1", "configmaps"),
    ("", "v1", "secrets"),
    ("external-secrets.io", "v1", "externalsecrets"),
    ("bitnami.com", "v1alpha1", "sealedsecrets"),
]
_LABEL = "app.kubernetes.io/managed-by"
_FIELDS = f"[o.?data, o.?binaryData, o.?type, o.?spec,\n  o.?metadata.?labels[?'{_LABEL}']]"


# The CLI has an empty object for one that is not there.
_MANAGED = f"[object, oldObject].exists(o, o.?metadata.?labels[?'{_LABEL}'].orValue('') == 'mooring')"


def text(given: PolicyInput, _catalog: Catalog) -> Text:
    message = (
        "variables.user + ' may not change ' + request.resource.resource + ' ' + request.name\n"
        "+ ': it is rendered from the fleet, change it there (policies.identities says who applies it)'"
    )
    return Text(
        rules=podspecs.rules([], _WATCHED, ("CREATE", "UPDATE", "DELETE")),
        conditions=[
            {
                # https://github.com/kserve/kserve/blob/v0.20.0/pkg/modelconfig/configmap.go
                "name": "is-managed",
                "why": "Of ConfigMaps the grants alone: KServe's have the labels of their InferenceService.",
                "expression": f"request.resource.resource == 'configmaps' ? request.name == '{GRANTS}' :\n{_MANAGED}",
            },
            {
                "name": "changes-what-is-protected",
                "why": "A label or an annotation more is no change.",
                "expression": f"request.operation != 'UPDATE' ||\n{cel.differs(_FIELDS)}",
            },
        ],
        facts=[
            podspecs.variable(
                "identities",
                cel.lines([cel.string(user) for user in sorted({*given.identities, *CONTROLLERS})]),
            )
        ],
        blocks=[Block("Who asks.", [podspecs.variable("user", "request.userInfo.?username.orValue('')")])],
        validations=[{"expression": "variables.user in variables.identities", "messageExpression": message}],
        standing=False,
    )


def rows(_given: PolicyInput) -> Iterator[Row]:
    """What is mooring's, and what is not; the suite's user is nobody whom the fleet names."""
    managed = {_LABEL: "mooring"}
    yield Row(_configmap(GRANTS), "fail")
    yield Row(_labelled(secret("managed-secret", {}), managed), "fail")
    yield Row(_labelled(thing("external-secrets.io/v1", "ExternalSecret", "managed", {"target": {}}), managed), "fail")
    yield Row(_configmap("settings"), "skip")
    yield Row(_labelled(_configmap("copied-by-kserve-with-its-label"), managed), "skip")
    yield Row(secret("secret-of-somebody", {}), "skip")


def _configmap(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": BARE}, "data": {"a": "b"}}


def _labelled(made: Object, labels: dict[str, str]) -> Object:
    return {**made, "metadata": {**made["metadata"], "labels": labels}}
