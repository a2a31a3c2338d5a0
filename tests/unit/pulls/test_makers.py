"""Objects that make Secrets in ways that are not read: which Secrets, of which namespaces, each may make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mooring.pulls.makers import COPIERS, ROWS, collect_makers

Object = dict[str, Any]
ES, VSO, INFISICAL = "external-secrets.io/v1", "secrets.hashicorp.com/v1beta1", "secrets.infisical.com/v1alpha1"
REFLECTOR, REPLICATOR = "reflector.v1.k8s.emberstack.com", "replicator.v1.mittwald.de"


def make(api_version: str, kind: str, spec: Any = None, name: str = "own", namespace: str | None = "shop") -> Object:
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **place}, "spec": spec or {}}


def rule(**generate: Any) -> Object:
    return make("kyverno.io/v1", "ClusterPolicy", {"rules": [{"name": "a", "generate": generate}]}, namespace=None)


def refresher(script: str) -> Object:
    container = {"name": "a", "command": ["/bin/sh", "-c"], "args": [script]}
    return make("batch/v1", "CronJob", {"jobTemplate": {"spec": {"template": {"spec": {"containers": [container]}}}}})


def annotated(annotations: Object, kind: str = "Secret", at: str = "metadata") -> Object:
    data = make(
        {"Secret": "v1", "ExternalSecret": ES}.get(kind, "bitnami.com/v1alpha1"), kind, namespace="from", name="pull"
    )
    place = data
    for step in at.split("."):
        place = place.setdefault(step, {})
    place["annotations"] = annotations
    return data


PULL, HERE, ELSEWHERE = ("shop", "pull"), ("shop", "own"), ("other", "pull")
CASES: tuple[tuple[Object, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], ...] = (
    # An object, Secrets that it may make, and Secrets that it does not.
    (make(ES, "ClusterExternalSecret", namespace=None), (HERE, ("other", "own")), (PULL,)),
    (make(ES, "ClusterExternalSecret", {"externalSecretName": "pull"}, namespace=None), (PULL, ELSEWHERE), (HERE,)),
    (
        make(ES, "ClusterExternalSecret", {"externalSecretName": "es", "externalSecretSpec": {"target": {"name": "pull"}}}),
        (PULL, ELSEWHERE),
        (HERE, ("shop", "es")),
    ),
    (make(ES, "ClusterExternalSecret", {"externalSecretName": "pull", "namespaces": ["a", "shop"]}), (PULL,), (ELSEWHERE,)),
    (
        make(ES, "ClusterExternalSecret", {"externalSecretName": "pull", "namespaces": ["a"], "namespaceSelectors": [{}]}),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    (
        make(
            ES, "ClusterExternalSecret", {"externalSecretName": "pull", "namespaces": ["a"], "namespaceSelector": {"x": 1}}
        ),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    ({**make("clustersecret.io/v1", "ClusterSecret"), "matchNamespace": ["shop"]}, (HERE,), (("other", "own"),)),
    ({**make("clustersecret.io/v1", "ClusterSecret"), "matchNamespace": ["team-.*"]}, (HERE, ("other", "own")), (PULL,)),
    (
        make(
            "mirrors.kts.studio/v1alpha2",
            "SecretMirror",
            {"source": {"name": "pull"}, "destination": {"namespaces": ["shop"]}},
        ),
        (PULL,),
        (ELSEWHERE,),
    ),
    (make(ES, "PushSecret", {"data": [{"match": {"remoteRef": {"remoteKey": "pull"}}}]}), (PULL, ELSEWHERE), (HERE,)),
    (make(ES, "PushSecret", {"data": [{"match": {"remoteRef": {"remoteKey": "path/to/it"}}}]}), (PULL, HERE), ()),
    (make(ES, "PushSecret"), (PULL, ELSEWHERE), ()),
    (
        make(ES, "ClusterPushSecret", {"pushSecretSpec": {"data": [{"match": {"remoteRef": {"remoteKey": "pull"}}}]}}),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    (make("kubernetes-client.io/v1", "ExternalSecret"), (HERE,), (PULL, ("other", "own"))),
    (make(ES, "ExternalSecret"), (), (HERE, PULL)),
    *(
        (make(VSO, kind, {"destination": {"name": "pull", "create": True}}), (PULL,), (ELSEWHERE, HERE))
        for kind in ("VaultStaticSecret", "VaultDynamicSecret", "VaultPKISecret", "HCPVaultSecretsApp")
    ),
    (make(VSO, "VaultStaticSecret"), (PULL, HERE), (ELSEWHERE,)),
    (make("ricoberger.de/v1alpha1", "VaultSecret"), (HERE,), (PULL,)),
    (make("redhatcop.redhat.io/v1alpha1", "VaultSecret", {"output": {"name": "pull"}}), (PULL,), (HERE, ELSEWHERE)),
    (
        make("isindir.github.com/v1alpha3", "SopsSecret", {"secretTemplates": [{"name": "pull"}, {"name": "b"}]}),
        (PULL, ("shop", "b")),
        (HERE, ELSEWHERE),
    ),
    (
        make("isindir.github.com/v1alpha3", "SopsSecret", {"secretTemplates": [{"name": "ENC[AES256_GCM,data:x]"}]}),
        (PULL, HERE),
        (ELSEWHERE,),
    ),
    (make("craftypath.github.io/v1alpha1", "SopsSecret"), (HERE,), (PULL,)),
    (make("onepassword.com/v1", "OnePasswordItem"), (HERE,), (PULL, ("other", "own"))),
    (make("onepassword.com/v1", "OnePasswordItem", namespace=None), (HERE, ("other", "own")), (PULL,)),
    (
        make(INFISICAL, "InfisicalSecret", {"managedSecretReference": {"secretName": "pull", "secretNamespace": "other"}}),
        (ELSEWHERE,),
        (PULL, HERE),
    ),
    (
        make(
            INFISICAL,
            "InfisicalSecret",
            {"managedKubeSecretReferences": [{"secretName": "a"}, {"secretName": "pull", "secretNamespace": "other"}]},
        ),
        (("shop", "a"), ELSEWHERE),
        (PULL, HERE),
    ),
    (make(INFISICAL, "InfisicalSecret"), (PULL, HERE), (ELSEWHERE,)),
    (make(INFISICAL, "InfisicalDynamicSecret", {"managedSecretReference": {"secretName": "pull"}}), (PULL,), (ELSEWHERE,)),
    (make(INFISICAL, "InfisicalStaticSecret", {"targets": [{"name": "pull", "namespace": "shop"}]}), (PULL,), (ELSEWHERE,)),
    (
        make(
            "secrets.doppler.com/v1alpha1",
            "DopplerSecret",
            {"managedSecret": {"name": "pull", "namespace": "shop"}},
            "d",
            "d",
        ),
        (PULL,),
        (ELSEWHERE,),
    ),
    (make("k8s.bitwarden.com/v1", "BitwardenSecret", {"secretName": "pull"}), (PULL,), (ELSEWHERE, HERE)),
    (make("spv.no/v2beta1", "AzureKeyVaultSecret", {"output": {"secret": {"name": "pull"}}}), (PULL,), (HERE,)),
    (
        make("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", {"secretObjects": [{"secretName": "pull"}]}),
        (PULL,),
        (HERE,),
    ),
    (make("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", {"provider": "vault"}), (), (PULL, HERE)),
    (make("secretgen.carvel.dev/v1alpha1", "SecretImport"), (HERE,), (PULL,)),
    (make("secretgen.carvel.dev/v1alpha1", "SecretTemplate"), (HERE,), (PULL,)),
    (make("clustersecret.io/v1", "ClusterSecret"), (HERE, ("other", "own")), (PULL,)),
    (make("mirrors.kts.studio/v1alpha2", "SecretMirror", {"source": {"name": "pull"}}), (PULL, ELSEWHERE), (HERE,)),
    (
        make("images.banzaicloud.io/v1alpha1", "ImagePullSecret", {"target": {"secret": {"name": "pull"}}}),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    (make("goharbor.goharbor.io/v1beta1", "PullSecretBinding"), (PULL, HERE), (ELSEWHERE,)),
    (make("policies.kyverno.io/v1", "GeneratingPolicy", namespace=None), (PULL, ELSEWHERE), ()),
    (make("policies.kyverno.io/v1", "NamespacedGeneratingPolicy"), (PULL, ELSEWHERE), ()),
    (make("helm.toolkit.fluxcd.io/v2", "HelmRelease"), (PULL, HERE), (ELSEWHERE,)),
    (make("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"targetNamespace": "other"}), (ELSEWHERE,), (PULL,)),
    (make("helm.cattle.io/v1", "HelmChart", {"targetNamespace": "other"}, namespace="kube-system"), (ELSEWHERE,), (PULL,)),
    # Jobs that make Secrets themselves.
    (refresher("kubectl create secret docker-registry pull -n shop --docker-server=x"), (PULL, ELSEWHERE), ()),
    (refresher("echo | kubectl apply -f - <<< 'kind: Secret'"), (PULL,), ()),
    (refresher("kubectl get pods"), (), (PULL,)),
    (
        make("batch/v1", "Job", {"template": {"spec": {"initContainers": [{"args": ["create secret generic"]}]}}}),
        (PULL,),
        (),
    ),
    (make("batch/v1", "CronJob", {"jobTemplate": [1]}), (), (PULL,)),
    # Kyverno's rules.
    (
        rule(kind="Secret", name="pull", namespace="{{request.object.metadata.name}}", clone={"name": "x"}),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    (rule(kind="Secret", name="pull", namespace="shop"), (PULL,), (ELSEWHERE, HERE)),
    (rule(kind="Secret", name="{{ request.object.metadata.name }}", namespace="shop"), (PULL, HERE), (ELSEWHERE,)),
    (rule(kind="{{ element.kind }}", name="pull", namespace="shop"), (PULL,), (ELSEWHERE,)),
    (rule(kind="NetworkPolicy", name="pull", namespace="shop"), (), (PULL, HERE)),
    (
        rule(namespace="shop", cloneList={"namespace": "x", "kinds": ["v1/ConfigMap", "v1/Secret"]}),
        (PULL, HERE),
        (ELSEWHERE,),
    ),
    (rule(namespace="shop", cloneList={"namespace": "x", "kinds": ["v1/ConfigMap"]}), (), (PULL, HERE)),
    (rule(foreach=[{"kind": "Secret", "name": "pull", "namespace": "shop"}]), (PULL,), (ELSEWHERE,)),
    (
        make("kyverno.io/v1", "Policy", {"rules": [{"generate": {"kind": "Secret", "name": "pull", "namespace": "shop"}}]}),
        (PULL,),
        (ELSEWHERE,),
    ),
    (make("kyverno.io/v1", "ClusterPolicy", {"rules": [{"name": "a", "validate": {}}]}), (), (PULL, HERE)),
    # Annotations that have a Secret copied.
    (annotated({f"{REFLECTOR}/reflection-auto-enabled": "true"}), (PULL, ELSEWHERE), (HERE,)),
    (
        annotated({f"{REFLECTOR}/reflection-auto-enabled": "true", f"{REFLECTOR}/reflection-auto-namespaces": "a, shop"}),
        (PULL,),
        (ELSEWHERE, HERE),
    ),
    (
        annotated({f"{REFLECTOR}/reflection-auto-enabled": "true", f"{REFLECTOR}/reflection-auto-namespaces": "team-.*"}),
        (PULL, ELSEWHERE),
        (HERE,),
    ),
    (annotated({f"{REFLECTOR}/reflection-auto-enabled": "false"}), (), (PULL,)),
    (annotated({f"{REFLECTOR}/reflection-allowed": "true"}), (), (PULL,)),
    (annotated({f"{REPLICATOR}/replicate-to": "shop,b-[0-9]*"}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({f"{REPLICATOR}/replicate-to": "shop"}), (PULL,), (ELSEWHERE,)),
    (annotated({f"{REPLICATOR}/replicate-to": ""}), (), (PULL,)),
    (annotated({f"{REPLICATOR}/replicate-to-matching": "pull=harbor"}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({"kubed.appscode.com/sync": ""}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({"replizieren.dev/replicate": "shop"}), (PULL,), (ELSEWHERE,)),
    (annotated({"replizieren.dev/replicate": "true"}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({"replizieren.dev/replicate-all": "true"}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({"reflector.havulv.io/reflect": "true", "reflector.havulv.io/namespaces": "*"}), (PULL, ELSEWHERE), (HERE,)),
    (annotated({f"{REPLICATOR}/replicate-to": "shop"}, "SealedSecret", "spec.template.metadata"), (PULL,), (ELSEWHERE,)),
    (
        annotated({f"{REPLICATOR}/replicate-to": "shop"}, "ExternalSecret", "spec.target.template.metadata"),
        (PULL,),
        (ELSEWHERE,),
    ),
    # A copy of a ConfigMap is a ConfigMap.
    ({**annotated({f"{REFLECTOR}/reflection-auto-enabled": "true"}), "kind": "ConfigMap"}, (), (PULL,)),
    # A kind of the same name in another group, and objects that are none.
    (make("example.com/v1", "VaultStaticSecret", {"destination": {"name": "pull"}}), (), (PULL,)),
    (make("v1", "ConfigMap"), (), (PULL, HERE)),
    ({"apiVersion": VSO, "kind": "VaultStaticSecret", "metadata": [1], "spec": "x"}, (PULL, ELSEWHERE), ()),
    (
        {"apiVersion": INFISICAL, "kind": "InfisicalSecret", "spec": {"managedKubeSecretReferences": [None, "x", 5]}},
        (PULL,),
        (),
    ),
    ({"apiVersion": ["x"], "kind": {"a": 1}}, (), (PULL,)),
)


@pytest.mark.parametrize(("data", "may", "does_not"), CASES, ids=lambda value: json.dumps(value)[:60])
def test_which_secrets_an_object_may_make(
    data: Object, may: tuple[tuple[str, str], ...], does_not: tuple[tuple[str, str], ...]
) -> None:
    makers = collect_makers([data])
    assert [key for key in may if makers.of(*key) is None] == []
    assert [key for key in does_not if makers.of(*key) is not None] == []


def test_a_pod_without_a_namespace_may_be_in_any() -> None:
    makers = collect_makers([make("onepassword.com/v1", "OnePasswordItem")])
    assert str(makers.of("", "own")) == "OnePasswordItem `own`"
    assert makers.of("", "pull") is None


def test_each_row_has_a_case() -> None:
    seen = {(data["apiVersion"].rpartition("/")[0], data["kind"]) for data, may, _ in CASES[:-1] if may}
    assert {(row.group, row.kind) for row in ROWS} - seen == set()
    told = json.dumps([data for data, *_ in CASES])
    assert [copier.annotation for copier in COPIERS if f'"{copier.annotation}"' not in told] == []
