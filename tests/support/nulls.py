"""Nulls in Kubernetes' own kinds, and whether the API server takes them; tests/real/test_apiserver.py asks it."""

from __future__ import annotations

_POD = "spec: {containers: [{name: a, image: nginx}]}"
_TEMPLATE = "{metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}"


def _of(kind: str, rest: str, api_version: str = "v1", metadata: str = "{name: nulls}") -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {metadata}\n{rest}\n"


def _deployment(template: str, selector: str = "{matchLabels: {a: b}}") -> str:
    return _of("Deployment", f"spec: {{selector: {selector}, template: {template}}}", "apps/v1")


NULLS: tuple[tuple[str, bool], ...] = (
    (_of("Secret", "stringData: {x: }"), True),
    (_of("Secret", "data: {x: }"), True),
    (_of("Secret", "data:\nstringData:"), True),
    (_of("Secret", "type:\ndata: {x: YQ==}"), True),
    (_of("ConfigMap", "data: {x: }"), True),
    (_of("ConfigMap", "data:\nimmutable:"), True),
    (_of("ConfigMap", "data: {x: z}", metadata="{name: nulls, labels: , annotations: {a: }}"), True),
    (_of("ServiceAccount", "imagePullSecrets:\nsecrets:"), True),
    (_of("Pod", "spec: {containers: [{name: a, image: nginx, args: , env: , resources: }], nodeSelector: }"), True),
    (_of("Pod", "spec: {containers: [{name: a, image: nginx, args: [a, null], imagePullPolicy: }]}"), True),
    (_of("Pod", "spec: {containers: [{name: a, image: nginx, securityContext: , livenessProbe: , ports: }]}"), True),
    (_of("Pod", "spec: {containers: [{name: a, image: nginx, resources: {limits: , requests: }}], hostNetwork: }"), True),
    (_of("Service", "spec: {ports: [{port: 80, name: , targetPort: }], selector: , type: }"), True),
    (_deployment(_TEMPLATE.replace("labels: {a: b}", "labels: {a: b}, annotations: ")), True),
    (_of("CronJob", "spec: {schedule: '* * * * *', jobTemplate: {metadata: , spec: {template: {metadata: , spec: "
         "{restartPolicy: Never, containers: [{name: a, image: nginx}]}}}}}", "batch/v1"), True),
    (_of("Namespace", "spec:\nstatus:"), True),
    # What has to be there is missing then.
    (_of("Pod", "spec: {containers: }"), False),
    (_of("Pod", "spec: {containers: [{name: , image: nginx}]}"), False),
    (_of("Pod", "spec: {containers: [null]}"), False),
    (_of("Pod", "spec: {containers: [{name: a, image: nginx}, null]}"), False),
    (_deployment(_TEMPLATE, selector=""), False),
    (_deployment(""), False),
    (_of("Service", "spec: {ports: [{port: }]}"), False),
    # A null beside what is wrong hides nothing.
    (_of("Pod", f"{_POD.replace('image: nginx', 'image: nginx, args: 5, env: ')}"), False),
    (_of("ConfigMap", "data: {x: 5, y: }"), False),
)  # fmt: skip
