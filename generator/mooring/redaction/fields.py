"""Which fields may be shown at all: what a field of that name holds, wherever Kubernetes, KServe or a fleet has it."""

from __future__ import annotations

from mooring.redaction.credentials import is_credential_key
from mooring.redaction.kinds import Kind

_OF_KIND: dict[Kind, str] = {
    "image": "image images newName newTag digest reference",
    "uri": "storageUri sourceModelUri uri",
    "name": "name names namespace namespaces project projects publicProjects robot robots registry secretName login runtime"
    " serviceAccountName serviceAccount robotPrefix generateName otherRegistries baseRefs containerName claimName"
    " ingressClassName storageClassName recipients recipient",
    "choice": "apiVersion kind backend engine action failurePolicy tool layout apply manage enabled explicit insecure"
    " defaultServiceAccount kserve kubernetes kyverno policies imagePullPolicy restartPolicy protocol scope"
    " protocolVersion type",
    "date": "expires until rotateBefore refresh",
    "host": "host aliases repo api",
    "number": "replicas minReplicas maxReplicas trafficPercent canaryTrafficPercent port containerPort targetPort",
    "path": "include manifests caBundle certificate resources bases components revision",
}
FIELDS: dict[str, Kind] = {name: kind for kind, names in _OF_KIND.items() for name in names.split()}
# Mappings whose keys are anybody's, and texts: a `name` or an `image` in them is no field.
_FREE = """
data stringData binaryData encryptedData annotations labels matchLabels nodeSelector parameters config configs settings
options headers httpHeaders attributes values literals args command limits requests
"""
FREE = frozenset(_FREE.split())
_MORE = """
metadata spec status template containers initContainers ephemeralContainers env envFrom value valueFrom secretKeyRef
configMapKeyRef key volumes volumeMounts mountPath subPath secret secrets configMap emptyDir hostPath path cpu memory
imagePullSecrets predictor transformer explainer model modelFormat storageUri worker workerSpec prefill router canary
selector matchExpressions ports nodeName affinity tolerations securityContext livenessProbe readinessProbe startupProbe
items rules roleRef subjects apiGroup verbs apiGroups services registries environments versions platform gitops identities
exempt reason store username password secretGenerator configMapGenerator generatorOptions patches patchesStrategicMerge
auths auth jobTemplate schedule volumeClaimTemplates remoteRef secretStoreRef target refreshInterval dataFrom
"""
_SHOWN_NAMES = FIELDS.keys() | FREE | frozenset(_MORE.split())
"""Names of fields that are shown even where a text is no YAML, and nobody knows what is a key in it."""


def is_known(name: str) -> bool:
    """Whether a fleet or a Kubernetes object has a field of that name."""
    return name in _SHOWN_NAMES


def is_free(name: str) -> bool:
    """Whether nothing below a key may be shown: anybody's keys stand there, or a credential."""
    return name in FREE or is_credential_key(name)


def kind_of(route: tuple[str | int, ...]) -> Kind | None:
    """What the value at `route` is declared to hold; None where it must not be shown."""
    steps = [step for step in route if isinstance(step, str)]
    if not steps or any(map(is_free, steps)):
        return None
    return FIELDS.get(steps[-1])
