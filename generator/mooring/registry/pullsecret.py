"""The pull Secret that an object is or makes: its name, its type, and what can be seen of its docker configuration.

A Secret is one itself. A SealedSecret and an ExternalSecret make one, of the type that their template says: without one it
is `Opaque`, whatever its keys are called, and the kubelet passes it over.

https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/secrets/secrets.go
https://github.com/external-secrets/external-secrets/blob/v1.3.2/pkg/controllers/externalsecret/externalsecret_controller_template.go
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route
from mooring.problems.routes import as_list, as_text, get
from mooring.redaction import quote, quote_key
from mooring.registry.dockerconfig import DATA_KEY, KEYS, SECRET_TYPE, DockerConfig, of_secret, parse_printed
from mooring.registry.sprig import UNSEEN, Missing
from mooring.registry.template import NotUnderstood, evaluate

_Object = Mapping[str, Any]
_ENCRYPTED = "ENC["  # what sops writes in a value's stead
_TEMPLATES: dict[Any, Route] = {"ExternalSecret": ("spec", "target", "template"), "SealedSecret": ("spec", "template")}
# What an operator copies into the Secret is another Secret's (reflector, kubernetes-replicator).
_COPIES = ("reflector.v1.k8s.emberstack.com/reflects", "replicator.v1.mittwald.de/replicate-from")
_NOTHING, _UNSEEN = DockerConfig(()), DockerConfig((), is_unseen=True)
_Read = tuple[DockerConfig | None, Sequence[str]]


@dataclass(frozen=True, slots=True)
class PullSecret:
    """The Secret `name` of `namespace`, as an object at hand is or makes it.

    `type` is None where it cannot be seen, and stands at the route `type_place`; `keys` are those of its data that can be
    seen. Its docker configuration stands at `place`; `is_unseen` says that some of its registries cannot be seen.
    """

    namespace: str
    name: str
    type: str | None
    type_place: Route
    keys: frozenset[str]
    config: DockerConfig = _NOTHING
    faults: tuple[str, ...] = ()
    place: Route = ("data", DATA_KEY)
    is_unseen: bool = False

    @property
    def wrong_type(self) -> str:
        """Why the kubelet passes the Secret over for its type, in words; nothing where it does not."""
        if self.type is None:
            return ""
        wanted = KEYS.get(self.type)
        secret = f"Secret {quote(self.name, 'name')}"
        if wanted is None:
            of_type = f"is of type {quote(self.type, 'choice')}" if self.type else "has no type, which makes it `Opaque`"
            return f"{secret} {of_type}: the kubelet takes registry logins only from Secrets of type `{SECRET_TYPE}`"
        other = next((key for key in KEYS.values() if key != wanted and key in self.keys), None)
        if other is not None and wanted not in self.keys:
            return f"{secret} is of type `{self.type}`, whose key is `{wanted}`, and has only `{other}`"
        return ""

    @property
    def type_hint(self) -> str:
        """How a wrong type is mended."""
        return f"write `type: {_type_of(self.keys)}`; a Secret's type is immutable: delete the Secret before it is applied"

    @property
    def hint(self) -> str:
        """How a configuration that cannot be used is mended."""
        if self.place[0] == "spec":
            return 'let it print `{"auths": {"HOST": {"auth": "{{ printf "%s:%s" .username .password | b64enc }}"}}}`'
        return "create it with `kubectl create secret docker-registry`, whose form every reader knows"


def made_by(data: _Object) -> tuple[str, str] | None:
    """Namespace and name of the Secret that an object is or makes; None for any other object."""
    kind, group = data.get("kind"), as_text(data.get("apiVersion")).rpartition("/")[0]
    namespace, name = as_text(get(data, ("metadata", "namespace"))), as_text(get(data, ("metadata", "name")))
    if (kind == "Secret" and not group) or kind == "SealedSecret":
        return namespace, name
    # The older operator's kind of that name, of `kubernetes-client.io`, has another form.
    if kind != "ExternalSecret" or group not in ("", "external-secrets.io"):
        return None
    target = get(data, ("spec", "target"))
    makes_none = get(target, ("creationPolicy",)) == "None" or get(target, ("manifest", "kind")) not in (None, "Secret")
    return None if makes_none else (namespace, as_text(get(data, ("spec", "target", "name"))) or name)


def pull_secret(data: _Object) -> PullSecret | None:
    """The Secret that an object is or makes; None for any other object."""
    made = made_by(data)
    if made is None:
        return None
    return _of_secret(data, *made) if data.get("kind") == "Secret" else _of_template(data, *made)


def _of_secret(data: _Object, namespace: str, name: str) -> PullSecret:
    """What a Secret shows of the registries that it is for; an encrypted one shows none."""
    said = as_text(data.get("type"))
    keys = frozenset(_keys(data.get("data")) | _keys(data.get("stringData")))
    annotations = get(data, ("metadata", "annotations"))
    is_hidden = "sops" in data or any(name in _COPIES for name in _keys(annotations))
    if said not in KEYS and not keys & set(KEYS.values()):
        return PullSecret(namespace, name, None if said.startswith(_ENCRYPTED) else said, ("type",), keys)
    config, faults, route = of_secret(data if said in KEYS else {**data, "type": _type_of(keys)})
    is_hidden |= config is not None and any(key.startswith(_ENCRYPTED) for key in config.keys)
    is_hidden |= as_text(get(data, route)).startswith(_ENCRYPTED)
    seen = (_NOTHING, ()) if is_hidden else (config or _NOTHING, tuple(faults))
    visible = None if said.startswith(_ENCRYPTED) else said
    return PullSecret(namespace, name, visible, ("type",), keys, *seen, route, is_hidden)


def _type_of(keys: frozenset[str]) -> str:
    return next((kind for kind, key in KEYS.items() if key in keys), SECRET_TYPE)


def _keys(values: Any) -> set[str]:
    return {key for key in values if isinstance(key, str)} if isinstance(values, Mapping) else set()


def _of_template(data: _Object, namespace: str, name: str) -> PullSecret:
    """The Secret that is made by the template of an ExternalSecret or a SealedSecret."""
    place = _TEMPLATES[data.get("kind")]
    merged = get(data, ("spec", "target", "creationPolicy")) == "Merge"
    said = as_text(get(data, (*place, "type")))
    key = KEYS.get(said, DATA_KEY)
    keys = _keys(get(data, (*place, "data"))) | _keys(get(data, ("spec", "encryptedData")))
    keys |= {as_text(get(entry, ("secretKey",))) for entry in as_list(get(data, ("spec", "data")))}
    config, faults = _of_sealed(data, key) if data.get("kind") == "SealedSecret" else _of_external(data, key, merged)
    return PullSecret(
        namespace,
        name,
        None if merged and not said else said,
        (*place, "type"),
        frozenset(keys),
        config or _NOTHING,
        tuple(faults),
        (*place, "data", key),
        is_unseen=config is not None and config.is_unseen,
    )


def _of_sealed(data: _Object, key: str) -> _Read:
    """What of the configuration a SealedSecret shows: a template of it, whose values are sealed."""
    sealed = _keys(get(data, ("spec", "encryptedData")))
    template = get(data, ("spec", "template", "data", key))
    if isinstance(template, str):
        return _printed(template, frozenset(sealed), key)
    given = key in sealed or not isinstance(get(data, ("spec", "encryptedData")), Mapping)
    return (_UNSEEN, []) if given else (None, [f"nothing gives the Secret a `{key}`"])


def _of_external(data: _Object, key: str, merged: bool) -> _Read:
    """What of the configuration an ExternalSecret shows. `template.data` counts first, then `templateFrom`, and what the
    store gives only without either, or where it is merged."""
    template = get(data, _TEMPLATES["ExternalSecret"])
    template = template if isinstance(template, Mapping) else {}
    given = {as_text(get(entry, ("secretKey",))) for entry in as_list(get(data, ("spec", "data")))}
    has_more = bool(as_list(get(data, ("spec", "dataFrom"))))
    texts = template.get("data")
    text = texts.get(key) if isinstance(texts, Mapping) else None
    if isinstance(text, str) and template.get("engineVersion") == "v1":
        return _UNSEEN, []  # the older engine prints bytes, and has functions of its own
    if isinstance(text, str):
        return _printed(text, None if has_more else frozenset(given), key)
    if text is not None:
        return None, [f"the template of `{key}` is not text"]
    by_store = template.get("mergePolicy") == "Merge" or not (texts or template.get("templateFrom"))
    if template.get("templateFrom") or merged or (by_store and (has_more or key in given)):
        return _UNSEEN, []
    return None, [f"nothing gives the Secret a `{key}`"]


# A registry's Secrets have one template in all namespaces: without, 4 % of a render is spent on it.
@functools.lru_cache(maxsize=64)
def _printed(template: str, names: frozenset[str] | None, key: str) -> _Read:
    """What a template makes of the configuration; `names` are those of its values, None where there may be others."""
    try:
        return parse_printed(evaluate(template, names), UNSEEN, key)
    except Missing as missing:
        return None, [f"the template uses {quote_key(str(missing))}, and nothing gives it that"]
    except NotUnderstood:
        return _UNSEEN, []
