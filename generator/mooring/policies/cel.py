"""CEL, made once from where pod specs and images stand: lists of facts about the object that the policies judge.

Only what every engine's CEL has is used: macros over lists and maps, strings; no image library (a host is split off the
text, which is safer) and no flattening, so each place makes one list and the lists are added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mooring.catalog import Catalog, KindInfo, Pattern

CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
OCI = ("oci://", "oci+native://", "oci+fetch://")
# An LLM's model is in every pod that serves; its scheduler holds none.
_LLM = "LLMInferenceService"
_LLM_WITHOUT_MODEL = "scheduler"


def text(value: str) -> str:
    """A CEL string literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def texts(values: Iterable[str]) -> str:
    """A CEL list of strings."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def matched(catalog: Catalog) -> list[KindInfo]:
    """The kinds that the policies judge: everything with a pod spec that people write."""
    return [
        info
        for info in catalog.all_kinds()
        if info.pod_specs
        and info.product in ("kserve", "kubernetes", "knative")
        and info.kind != "LLMInferenceServiceConfig"
    ]


def rules(kinds: Sequence[KindInfo], extra: Sequence[tuple[str, str, str]] = ()) -> list[dict[str, object]]:
    """`resourceRules` of the kinds: one for each API version, in order."""
    found: dict[tuple[str, str], set[str]] = {}
    for info in kinds:
        group, _, version = info.api_version.rpartition("/")
        found.setdefault((group, version), set()).add(info.plural)
    for group, version, plural in extra:
        found.setdefault((group, version), set()).add(plural)
    return [
        {
            "apiGroups": [group],
            "apiVersions": [version],
            "operations": ["CREATE", "UPDATE"],
            "resources": sorted(plurals),
        }
        for (group, version), plurals in sorted(found.items())
    ]


def _present(base: str, key: str) -> str:
    return f"has({base}.{key}) && {base}.{key} != null"


def _items(base: str, key: str) -> str:
    """The items of a list that may be missing or null."""
    return f"({_present(base, key)} ? {base}.{key} : [])"


def _at(pattern: Pattern) -> str:
    """A list of what stands at a pattern: empty, or one thing, or one for each item at `*`."""
    guards: list[str] = []
    base = "object"
    for index, key in enumerate(pattern):
        if key == "*":
            inner = _inside("c", pattern[index + 1 :])
            guard = " && ".join(guards)
            return f"({guard} ? {base}{inner} : [])"
        guards.append(_present(base, key))
        base = f"{base}.{key}"
    return f"({' && '.join(guards)} ? [{base}] : [])"


def _inside(name: str, rest: Pattern) -> str:
    """`.filter(…).map(…)` that leads from each item to what is below it."""
    guards, base = [], name
    for key in rest:
        guards.append(_present(base, key))
        base = f"{base}.{key}"
    return f".filter({name}, {' && '.join(guards)}).map({name}, {base})"


def _patterns(kinds: Sequence[KindInfo]) -> dict[Pattern, list[str]]:
    """Where pod specs stand, each place once, with the kinds that have one there."""
    found: dict[Pattern, set[str]] = {}
    for info in kinds:
        for pattern in info.pod_specs:
            found.setdefault(pattern, set()).add(info.kind)
    return {pattern: sorted(names) for pattern, names in sorted(found.items())}


def pods(kinds: Sequence[KindInfo]) -> str:
    """A list of `{place, spec, models, inherited}`: each pod spec of the object, the models that come into its pod from
    elsewhere, and the names it inherits where its own list is empty (a canary the stable predictor's)."""
    parts = []
    for pattern, names in _patterns(kinds).items():
        place = text(".".join(pattern).replace(".*", "[]"))
        models = "variables.llmModels" if _LLM in names and _LLM_WITHOUT_MODEL not in pattern else "[]"
        inherited = "variables.stableSecrets" if pattern == ("spec", "canary", "*", "predictor") else "[]"
        entry = f"{{'place': dyn({place}), 'spec': dyn(p), 'models': dyn({models}), 'inherited': dyn({inherited})}}"
        guard = f"object.kind in {texts(names)}"
        parts.append(f"({guard} ? {_at(pattern)}.map(p, {entry}) : [])")
    # Without a template of its own an LLM's pods come from a preset: its model is pulled all the same.
    nowhere = "has(object.spec) && (!has(object.spec.template) || object.spec.template == null)"
    entry = "{'place': dyn('spec.template'), 'spec': dyn({}), 'models': dyn(variables.llmModels), 'inherited': dyn([])}"
    parts.append(f"(object.kind == '{_LLM}' && {nowhere} ? [{entry}] : [])")
    return " +\n".join(parts)


def llm_models() -> str:
    """The model addresses of an LLM and its adapters."""
    # Below `lora` unknown fields are kept: its adapters' place is known by name.
    model = f"({_present('object.spec', 'model')} && {_present('object.spec.model', 'uri')} ? [object.spec.model.uri] : [])"
    adapters = (
        f"({_present('object.spec', 'model')} && {_present('object.spec.model', 'lora')}"
        f" && {_present('object.spec.model.lora', 'adapters')}"
        " ? object.spec.model.lora.adapters.filter(a, has(a.uri) && a.uri != null).map(a, a.uri) : [])"
    )
    return f"object.kind == '{_LLM}' && has(object.spec) ? {model} +\n{adapters} : []"


def names(spec: str) -> str:
    """The names in a pod spec's `imagePullSecrets`."""
    return f"{_items(spec, 'imagePullSecrets')}.filter(s, has(s.name) && s.name != null && s.name != '').map(s, s.name)"


def stable_secrets() -> str:
    """The names in the stable predictor's list."""
    return f"has(object.spec) && {_present('object.spec', 'predictor')} ? {names('object.spec.predictor')} : []"


def images(kinds: Sequence[KindInfo]) -> str:
    """Every image and model address written in the pod spec `e.spec`, and the models that come into it."""
    parts = [
        f"{_items('e.spec', plural)}.filter(c, has(c.image) && c.image != null).map(c, c.image)" for plural in CONTAINERS
    ]
    parts.append(
        f"{_items('e.spec', 'volumes')}.filter(v, has(v.image) && v.image != null && has(v.image.reference)"
        " && v.image.reference != null).map(v, v.image.reference)"
    )
    # A custom container's model: env STORAGE_URI.
    env = "has(c.env) && c.env != null && c.env.exists(x, x.name == 'STORAGE_URI' && has(x.value) && x.value != null)"
    parts.append(
        f"{_items('e.spec', 'containers')}.filter(c, {env})"
        ".map(c, c.env.filter(x, x.name == 'STORAGE_URI' && has(x.value) && x.value != null)[0].value)"
    )
    keys = sorted({place.path[-2] for info in kinds for place in info.images if _is_member(place.pod_spec, place.path)})
    for leaf in ("image", "storageUri"):
        parts.append(
            f"{texts(keys)}.filter(k, k in e.spec && e.spec[k] != null && has(e.spec[k].{leaf})"
            f" && e.spec[k].{leaf} != null).map(k, e.spec[k].{leaf})"
        )
    parts.append(f"{_items('e.spec', 'storageUris')}.filter(u, has(u.uri) && u.uri != null).map(u, u.uri)")
    parts.append("e.models")
    return " +\n".join(parts)


def _is_member(pod_spec: Pattern | None, path: Pattern) -> bool:
    """`model.image`, `sklearn.storageUri` …: one key below the pod spec."""
    return pod_spec is not None and len(path) == len(pod_spec) + 2


def bare(image: str) -> str:
    """An image without a model address's scheme; other addresses (`gs://`) are no images and come out empty."""
    strip = image
    for scheme in OCI:
        strip = f"{image}.startsWith('{scheme}') ? {image}.substring({len(scheme)}) : ({strip})"
    return f"({strip})"


HOST = "i.split('/')[0]"
HOST_NAME = f"{HOST}.split(':')[0].lowerAscii()"
PAIR = f"{HOST} + '/' + i.split('/')[1]"


def harbor_pods(kinds: Sequence[KindInfo], hosts: Sequence[str]) -> str:
    """A list of `{place, images, secrets}`: of each pod spec its images from Harbor, by any spelling of the host, and the
    names of the Secrets that its pods will try."""
    known = texts(sorted({host.partition(":")[0].lower() for host in hosts}))
    own = names("e.spec")
    return (
        "variables.podSpecs.map(e, {\n"
        "  'place': dyn(e.place),\n"
        f"  'images': dyn(({_indent(images(kinds))})\n"
        f"    .map(i, {bare('i')})\n"
        f"    .filter(i, !i.contains('://') && i.contains('/') && {HOST_NAME} in {known})),\n"
        f"  'secrets': dyn(size({own}) > 0 ? {own} : e.inherited)\n"
        "})"
    )


def _indent(expression: str) -> str:
    return expression.replace("\n", "\n    ")


def refused(kinds: Sequence[KindInfo], public: Sequence[str], *, explicit: bool) -> str:
    """The pod specs with the images that no Secret of theirs may pull: host and port must be granted as written.

    A cluster-scoped runtime's Secrets are looked up where it is used: there it need only name one.
    """
    anywhere = texts(sorted({info.kind for info in kinds if info.scope == "Cluster"}))
    granted = f"e.secrets.exists(s, !s.startsWith('_') && s in variables.grants && {PAIR} in variables.grants[s].split(','))"
    left = "" if explicit else "\n.filter(e, object.kind == 'Pod' || size(e.secrets) > 0)"
    return (
        f"variables.pods{left}\n"
        ".map(e, {'place': e.place, 'secrets': e.secrets,\n"
        f"  'images': dyn(e.images.filter(i, !({PAIR} in {texts(sorted(public))}) &&\n"
        f"    !(object.kind in {anywhere} ? size(e.secrets) > 0 : {granted})))}})\n"
        ".filter(e, size(e.images) > 0)"
    )


def message(hosts: Sequence[str]) -> str:
    """What to write where, for the first image that is refused."""
    known = texts(sorted(hosts))
    spelt = " or ".join(sorted(hosts))
    return (
        "variables.refused.map(e, e.images.map(i, 'image ' + i + ' in ' + e.place + ': ' + (\n"
        f"  !({HOST} in {known}) ? 'write its host as {spelt}'\n"
        "  : size(e.secrets) == 0 ? 'add its pull Secret to imagePullSecrets there'\n"
        "  : 'none of its Secrets (' + e.secrets.join(', ') + ') may pull from project ' + i.split('/')[1]\n"
        "    + ': see ConfigMap mooring-pull-grants'))[0])[0]"
    )
