"""Objects that make Secrets in ways that are not read here: a Secret that one of them may make is not missing, but unknown.

Each row says of a kind where it names the Secrets that it makes and their namespaces. What it does not name exactly (a
selector, a pattern, a variable, an expression) may be any. Adding an operator is adding a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.problems.routes import as_text
from mooring.redaction import titled
from mooring.registry.pullsecret import made_by

_Object = Mapping[str, Any]
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
ANY = None
"""A name or a namespace that the object does not say."""


class Row(NamedTuple):
    """A kind and its group: the paths of the Secret's name and of its namespace, of which the first that is there counts.

    They begin at each item of the list at `each`, where that is given. Without a name it may be any; without a namespace it
    is the object's own, and `ANYWHERE` is any, unless `listed` is the path of a list of them and nothing of `selects` adds
    to it. Of a kind that `may_make_none` an object without an item makes none.
    """

    group: str
    kind: str
    name: tuple[str, ...] = ()
    namespace: str = ""
    each: str = ""
    may_make_none: bool = False
    listed: str = ""
    selects: tuple[str, ...] = ()


ANYWHERE = "*"
_ITSELF = ("metadata.name",)
_PUSHED = ("match.remoteRef.remoteKey",)
_INFISICAL, _MANAGED = "secrets.infisical.com", ("secretName", "secretNamespace")
ROWS = (
    # https://external-secrets.io/latest/api/clusterexternalsecret/ and …/pushsecret/
    Row("external-secrets.io", "ClusterExternalSecret",
        ("spec.externalSecretSpec.target.name", "spec.externalSecretName", *_ITSELF), ANYWHERE,
        listed="spec.namespaces[]", selects=("spec.namespaceSelector", "spec.namespaceSelectors")),
    Row("external-secrets.io", "PushSecret", _PUSHED, ANYWHERE, "spec.data"),
    Row("external-secrets.io", "ClusterPushSecret", _PUSHED, ANYWHERE, "spec.pushSecretSpec.data"),
    Row("kubernetes-client.io", "ExternalSecret", _ITSELF),
    # https://developer.hashicorp.com/vault/docs/platform/k8s/vso/api-reference
    Row("secrets.hashicorp.com", "VaultStaticSecret", ("spec.destination.name",)),
    Row("secrets.hashicorp.com", "VaultDynamicSecret", ("spec.destination.name",)),
    Row("secrets.hashicorp.com", "VaultPKISecret", ("spec.destination.name",)),
    Row("secrets.hashicorp.com", "HCPVaultSecretsApp", ("spec.destination.name",)),
    Row("ricoberger.de", "VaultSecret", _ITSELF),
    Row("redhatcop.redhat.io", "VaultSecret", ("spec.output.name", *_ITSELF)),
    # https://github.com/isindir/sops-secrets-operator and https://github.com/craftypath/sops-operator
    Row("isindir.github.com", "SopsSecret", ("name",), each="spec.secretTemplates"),
    Row("craftypath.github.io", "SopsSecret", _ITSELF),
    # https://developer.1password.com/docs/k8s/operator/
    Row("onepassword.com", "OnePasswordItem", _ITSELF),
    # https://infisical.com/docs/integrations/platforms/kubernetes/infisical-secret-crd
    Row(_INFISICAL, "InfisicalSecret", _MANAGED[:1], _MANAGED[1], "spec.managedKubeSecretReferences"),
    Row(_INFISICAL, "InfisicalSecret", _MANAGED[:1], _MANAGED[1], "spec.managedSecretReference"),
    Row(_INFISICAL, "InfisicalDynamicSecret", _MANAGED[:1], _MANAGED[1], "spec.managedSecretReference"),
    Row(_INFISICAL, "InfisicalStaticSecret", ("name",), "namespace", "spec.targets"),
    Row("secrets.doppler.com", "DopplerSecret", ("spec.managedSecret.name",), "spec.managedSecret.namespace"),
    Row("k8s.bitwarden.com", "BitwardenSecret", ("spec.secretName",)),
    Row("spv.no", "AzureKeyVaultSecret", ("spec.output.secret.name", *_ITSELF)),
    # https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
    Row("secrets-store.csi.x-k8s.io", "SecretProviderClass", ("secretName",), each="spec.secretObjects", may_make_none=True),
    Row("secretgen.carvel.dev", "SecretImport", _ITSELF),
    Row("secretgen.carvel.dev", "SecretTemplate", _ITSELF),
    Row("clustersecret.io", "ClusterSecret", _ITSELF, ANYWHERE, listed="matchNamespace[]"),
    Row("mirrors.kts.studio", "SecretMirror", ("spec.source.name", *_ITSELF), ANYWHERE,
        listed="spec.destination.namespaces[]"),
    Row("images.banzaicloud.io", "ImagePullSecret", ("spec.target.secret.name",), ANYWHERE),
    Row("goharbor.goharbor.io", "PullSecretBinding"),
    # https://kyverno.io/docs/policy-types/generating-policy/: what an expression in CEL makes is not read
    Row("policies.kyverno.io", "GeneratingPolicy", (), ANYWHERE),
    Row("policies.kyverno.io", "NamespacedGeneratingPolicy", (), ANYWHERE),
    # https://kyverno.io/docs/policy-types/cluster-policy/generate/: a rule that clones a list names no Secret
    *(
        Row("kyverno.io", kind, ("name",), "namespace", each, may_make_none=True)
        for kind in ("ClusterPolicy", "Policy")
        for each in ("spec.rules[].generate", "spec.rules[].generate.foreach")
    ),
    # A chart may bring a Secret of any name into the namespace where it is installed.
    Row("helm.toolkit.fluxcd.io", "HelmRelease", (), "spec.targetNamespace"),
    Row("helm.cattle.io", "HelmChart", (), "spec.targetNamespace"),
)  # fmt: skip


class Copier(NamedTuple):
    """An annotation that has a Secret copied; `namespaces` is the one that lists where to, and may be itself: everywhere
    without it. An empty annotation asks for nothing, unless `empty_is_all`."""

    annotation: str
    namespaces: str = ""
    empty_is_all: bool = False


_REFLECTOR, _REPLICATOR = "reflector.v1.k8s.emberstack.com", "replicator.v1.mittwald.de"
COPIERS = (
    # https://github.com/emberstack/kubernetes-reflector
    Copier(f"{_REFLECTOR}/reflection-auto-enabled", f"{_REFLECTOR}/reflection-auto-namespaces"),
    # https://github.com/mittwald/kubernetes-replicator
    Copier(f"{_REPLICATOR}/replicate-to", f"{_REPLICATOR}/replicate-to"),
    Copier(f"{_REPLICATOR}/replicate-to-matching"),
    Copier("kubed.appscode.com/sync", empty_is_all=True),
    Copier("replizieren.dev/replicate", "replizieren.dev/replicate"),
    Copier("replizieren.dev/replicate-all"),
    Copier("reflector.havulv.io/reflect", "reflector.havulv.io/namespaces"),
)
# A SealedSecret and an ExternalSecret write the annotations of the Secret that they make into its template.
_ANNOTATED = ("metadata", "spec.template.metadata", "spec.target.template.metadata")


@dataclass(frozen=True, slots=True)
class Maker:
    """An object that may make a Secret `name` in `namespace`, either of which may be any (None)."""

    kind: str
    object: str
    name: str | None
    namespace: str | None

    def __str__(self) -> str:
        return titled(self.kind, self.object)


@dataclass(slots=True)
class Makers:
    """The makers among the objects at hand, by the name of the Secret that each may make."""

    by_name: dict[str | None, list[Maker]] = field(default_factory=dict)

    def of(self, namespace: str, name: str) -> Maker | None:
        """The first object that may make a Secret."""
        found = (*self.by_name.get(name, ()), *self.by_name.get(ANY, ()))
        return next((maker for maker in found if not namespace or maker.namespace in (ANY, namespace)), None)


def collect_makers(objects: Iterable[_Object]) -> Makers:
    """The objects that make Secrets in ways that are not read."""
    found = Makers()
    for data in objects:
        for name, namespace in dict.fromkeys((*_made(data), *_copied(data))):
            title = as_text(next(_at(data, "metadata.name"), None))
            found.by_name.setdefault(name, []).append(Maker(str(data.get("kind")), title, name, namespace))
    return found


def makes_secrets(data: _Object) -> bool:
    """Whether `collect_makers` finds anything in the object."""
    return next(_made(data), None) is not None or next(_copied(data), None) is not None


_BY_KIND: dict[tuple[str, str], list[Row]] = {}
for _row in ROWS:
    _BY_KIND.setdefault((_row.group, _row.kind), []).append(_row)


def _made(data: _Object) -> Iterator[tuple[str | None, str | None]]:
    """Name and namespace of each Secret that an operator makes of the object."""
    group, kind = as_text(data.get("apiVersion")).rpartition("/")[0], str(data.get("kind"))
    if group == "batch" and _runs_kubectl(data):
        yield ANY, ANY
    rows = _BY_KIND.get((group, kind), [])
    found = [made for row in rows for made in _of_row(data, row)]
    if rows and not found and not any(row.may_make_none for row in rows):
        yield ANY, ANY if rows[0].namespace == ANYWHERE else _own(data)
    yield from found


def _runs_kubectl(job: _Object) -> bool:
    """Whether a Job or CronJob runs something that makes Secrets: a refresher of registry logins, most often."""
    texts = (
        str(text)
        for template in ("spec.template.spec", "spec.jobTemplate.spec.template.spec")
        for list_of in ("containers[]", "initContainers[]")
        for part in ("command[]", "args[]")
        for text in _at(job, f"{template}.{list_of}.{part}")
    )
    return any(word in text for text in texts for word in _MAKING)


# `kubectl create secret docker-registry`, `--type=kubernetes.io/dockerconfigjson`, `kubectl apply` of a Secret.
_MAKING = ("docker-registry", "dockerconfigjson", "dockercfg", "create secret", "kind: Secret")


def _of_row(data: _Object, row: Row) -> Iterator[tuple[str | None, str | None]]:
    for item in _items(data, row.each):
        if "kyverno" in row.group and not _is_of_secrets(item, bool(row.each)):
            continue
        name = next((value for path in row.name for value in _at(item, path) if value), None)
        if row.namespace == ANYWHERE:
            yield from ((_exact(name), where) for where in _everywhere(data, row))
        else:
            where = next(_at(item, row.namespace), None) if row.namespace else None
            yield _exact(name), _own(data) if where is None else _exact(where)


def _everywhere(data: _Object, row: Row) -> list[str | None]:
    """The namespaces that an object lists, or any where it chooses them in another way."""
    chosen = any(value for path in row.selects for value in _at(data, path))
    listed = [] if chosen or not row.listed else [_exact(value) for value in _at(data, row.listed)]
    return listed or [ANY]


def _is_of_secrets(rule: _Object, is_rule: bool) -> bool:
    """Whether a rule of Kyverno generates or clones Secrets; one whose kind is a variable may."""
    kinds = [as_text(kind).rpartition("/")[2] for path in ("kind", "cloneList.kinds[]") for kind in _at(rule, path)]
    return not is_rule or any(kind == "Secret" or "{{" in kind for kind in kinds)


def _own(data: _Object) -> str | None:
    """The namespace of the object itself, where it is written."""
    return _exact(next(_at(data, "metadata.namespace"), None))


def _copied(data: _Object) -> Iterator[tuple[str | None, str | None]]:
    """The copies that annotations ask for: of a Secret, and of one that the object makes."""
    made = made_by(data)
    for place in _ANNOTATED if made is not None else ():
        annotations = next(_items(data, f"{place}.annotations"), {})
        for copier in COPIERS:
            value = annotations.get(copier.annotation)
            if not isinstance(value, str) or value.lower() == "false" or not (value.strip() or copier.empty_is_all):
                continue
            listed = as_text(annotations.get(copier.namespaces)).split(",")
            for where in filter(None, map(str.strip, listed)):
                yield _exact(made[1]) if made else ANY, ANY if where == "true" else _exact(where)
            if not any(map(str.strip, listed)):
                yield _exact(made[1]) if made else ANY, ANY


def _exact(value: Any) -> str | None:
    """A name that is written out; None for a pattern, a variable, and where nothing is written."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ANY


def _items(data: _Object, path: str) -> Iterator[_Object]:
    """The mappings at a path, or in a list there; the object itself without one."""
    for value in _at(data, path) if path else (data,):
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping))


def _at(data: Any, path: str) -> Iterator[Any]:
    """What stands at a path; `[]` after a step is each item of its list."""
    found = [data]
    for step in path.split("."):
        key = step.removesuffix("[]")
        found = [value[key] for value in found if isinstance(value, Mapping) and key in value]
        if key != step:
            found = [item for value in found if isinstance(value, list) for item in value]
    yield from found
