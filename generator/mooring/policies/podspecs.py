"""CEL about the pod specs of an object, made from where the catalog says that pod specs and images stand.

The policies' variables: `podSpecs`, each with its place and what comes into its pod from elsewhere; `images`, with every
image of it; `pods`, with its Harbor images and the Secrets that its pods will try.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mooring.policies import cel
from mooring.policies.model import Object
from mooring.schema.catalog import CONTAINER_LISTS, Catalog, KindInfo, Pattern

CONTAINERS = tuple(sorted(CONTAINER_LISTS, key=lambda name: name != "containers"))  # the one that all have first
WRITTEN = ("CREATE", "UPDATE")
EPHEMERAL = ("", "v1", "pods/ephemeralcontainers")
CANARY = ("spec", "canary", "*", "predictor")
# An LLM's model is in every pod that serves; its scheduler holds none.
LLM = "LLMInferenceService"
# So many items of a list (of canaries) can be pointed at, one by one.
MOST = 5
_LLM_WITHOUT_MODEL = "scheduler"


def matched(catalog: Catalog) -> list[KindInfo]:
    """The kinds that the policies judge: everything with a pod spec that people write."""
    return [
        info
        for info in catalog.all_kinds()
        if info.pod_specs
        and info.product in ("kserve", "kubernetes", "knative")
        and info.kind != "LLMInferenceServiceConfig"
    ]


def rules(
    kinds: Sequence[KindInfo], extra: Sequence[tuple[str, str, str]] = (), operations: Sequence[str] = WRITTEN
) -> list[Object]:
    """`resourceRules` of the kinds: one for each API version, in order; `extra` are (group, version, plural)."""
    found: dict[tuple[str, str], set[str]] = {}
    for info in kinds:
        group, _, version = info.api_version.rpartition("/")
        found.setdefault((group, version), set()).add(info.plural)
    for group, version, plural in extra:
        found.setdefault((group, version), set()).add(plural)
    return [cel.resource_rule(group, version, plurals, operations) for (group, version), plurals in sorted(found.items())]


def variable(name: str, expression: str) -> Object:
    return {"name": name, "expression": expression}


def pod_specs(kinds: Sequence[KindInfo], *, paths: bool = False) -> list[Object]:
    """Variable `podSpecs`, and those that it needs; with `paths` a place is a JSON pointer into the object."""
    return [
        variable("llmModels", _llm_models()),
        variable("stableSecrets", _stable_secrets()),
        variable("written", _pod_specs(kinds, paths=paths)),
        variable(
            "podSpecs",
            "variables.written.map(e, {'place': e.place, 'spec': e.spec, 'models': e.models, 'inherited': e.inherited,\n"
            f"  'listed': dyn({cel.names('e.spec')})}})",
        ),
    ]


def images(kinds: Sequence[KindInfo], *, paths: bool = False) -> list[Object]:
    """Variable `images` too: a list of `{place, images, secrets}` with every image, model addresses bare."""
    expression = (
        "variables.podSpecs.map(e, {\n"
        "  'place': e.place,\n"
        f"  'images': dyn(({cel.indent(_images(kinds))})\n"
        f"    .map(i, {cel.bare('i')})\n"
        "    .filter(i, !i.contains('://'))),\n"
        # A list that names nothing is a list, too: it replaces what would be inherited.
        f"  'secrets': size({cel.items('e.spec', 'imagePullSecrets')}) > 0 ? e.listed : e.inherited\n"
        "})"
    )
    return [*pod_specs(kinds, paths=paths), variable("images", expression)]


def pods(kinds: Sequence[KindInfo], hosts: Sequence[str], *, paths: bool = False) -> list[Object]:
    """Variable `pods` too: the same with the images from Harbor only, by any spelling of the host."""
    known = cel.is_one_of(f"{cel.HOST}.lowerAscii()", hosts)
    expression = (
        "variables.images.map(e, {'place': e.place, 'secrets': e.secrets,\n"
        f"  'images': dyn(e.images.filter(i, i.contains('/') && {known}))}})"
    )
    return [*images(kinds, paths=paths), variable("pods", expression)]


class Compared(NamedTuple):
    """What is compared of an update: `whole` as it stands there; of the pod specs at `among` the `fields` alone."""

    whole: list[Pattern]
    among: list[Pattern]
    fields: list[str]


def compared(catalog: Catalog) -> Compared:
    """What images and Secrets are read from: the pod templates, and an LLM's model, as a whole.

    Where a pod spec stands among fields that scale or pause (a component of an InferenceService, a runtime, a Pod), only
    the fields with images and Secrets.
    """
    kinds = matched(catalog)
    images = [place for info in kinds for place in info.images]
    # With its labels and annotations: a change of them makes new Pods, too.
    templates = {pattern[: pattern.index("template") + 1] for pattern in places(kinds) if "template" in pattern}
    models = {place.path[:-1] for place in images if place.pod_spec is None}
    keys = {place.path[len(place.pod_spec)] for place in images if place.pod_spec is not None}
    return Compared(
        sorted(templates | models),
        [pattern for pattern in places(kinds) if "template" not in pattern],
        sorted({*CONTAINERS, "volumes", "imagePullSecrets", *keys}),
    )


def changes(catalog: Catalog) -> str:
    """Whether an update changes what images and Secrets are read from. Each value is compared at its place: what moves to
    another one is changed."""
    parts = compared(catalog)
    whole = ", ".join(cel.optional("object", pattern) for pattern in parts.whole)
    single = [cel.optional("object", pattern) for pattern in parts.among if "*" not in pattern]
    specs = [f"[{', '.join(single)}]", *(_each(pattern) for pattern in parts.among if "*" in pattern)]
    fields = f"({' + '.join(specs)}).map(p, p[?k])"
    return f"{cel.differs(f'[{whole}]')} ||\n{cel.texts(parts.fields)}.exists(k,\n  {cel.differs(fields)})"


def _each(pattern: Pattern) -> str:
    """A list of what stands at a pattern with `*`, each an optional value."""
    star = pattern.index("*")
    return f"{cel.optional('object', pattern[:star])}.orValue([]).map(c, {cel.optional('c', pattern[star + 1 :])})"


def places(kinds: Sequence[KindInfo]) -> dict[Pattern, list[str]]:
    """Where pod specs stand, each place once, with the kinds that have one there."""
    found: dict[Pattern, set[str]] = {}
    for info in kinds:
        for pattern in info.pod_specs:
            found.setdefault(pattern, set()).add(info.kind)
    return {pattern: sorted(names) for pattern, names in sorted(found.items())}


def cluster_scoped(catalog: Catalog) -> str:
    """The kinds that stand in no namespace: their Secrets are looked up where they are used."""
    return cel.texts(sorted({info.kind for info in matched(catalog) if info.scope == "Cluster"}))


def _pod_specs(kinds: Sequence[KindInfo], *, paths: bool) -> str:
    """A list of `{place, spec, models, inherited}`: each pod spec of the object, the models that come into its pod from
    elsewhere, and the names it inherits where its own list is empty (a canary the stable predictor's)."""
    parts = []
    for pattern, names in places(kinds).items():
        place = cel.string(".".join(pattern).replace(".*", "[]"))
        models = _models(pattern, names)
        inherited = "variables.stableSecrets" if pattern == CANARY else "[]"
        entry = f"'spec': dyn(p), 'models': dyn({models}), 'inherited': dyn({inherited})"
        guard = f"object.kind in {cel.texts(names)}"
        if not paths:
            parts.append(f"({guard} ? {cel.at(pattern)}.map(p, {{'place': dyn({place}), {entry}}}) : [])")
        for path in cel.numbered(pattern, MOST) if paths else ():
            pointer = cel.string("/" + "/".join(path))
            parts.append(f"({guard} ? {cel.at(path)}.map(p, {{'place': dyn({pointer}), {entry}}}) : [])")
    if paths:
        return " +\n".join(parts)
    # Without a template of its own an LLM's pods come from a preset: its model is pulled all the same.
    nowhere = "has(object.spec) && (!has(object.spec.template) || object.spec.template == null)"
    entry = "{'place': dyn('spec.template'), 'spec': dyn({}), 'models': dyn(variables.llmModels), 'inherited': dyn([])}"
    parts.append(f"(object.kind == '{LLM}' && {nowhere} ? [{entry}] : [])")
    return " +\n".join(parts)


def _models(pattern: Pattern, kinds: Sequence[str]) -> str:
    """The models of a pod spec `p` that are said elsewhere than in its model's place: an LLM's, and a custom container's
    env `STORAGE_URI`, which KServe reads of a predictor's `kserve-container` and of another component's first one."""
    if LLM in kinds:
        return "[]" if _LLM_WITHOUT_MODEL in pattern else "variables.llmModels"
    if kinds != ["InferenceService"] or pattern[-1] == "workerSpec":
        return "[]"
    containers = cel.items("p", "containers")
    named = f"{containers}.filter(c, has(c.name) && c.name == 'kserve-container')"
    first = f"(size({containers}) > 0 ? [p.containers[0]] : [])"
    value = "c.env.filter(x, x.name == 'STORAGE_URI' && has(x.value) && x.value != null)"
    return (
        f"{named if pattern[-1] == 'predictor' else first}"
        f".filter(c, has(c.env) && c.env != null && size({value}) > 0).map(c, {value}[0].value)"
    )


def _llm_models() -> str:
    """The model addresses of an LLM and its adapters."""
    # Below `lora` unknown fields are kept: its adapters' place is known by name.
    model, lora = cel.present("object.spec", "model"), cel.present("object.spec.model", "lora")
    own = f"({model} && {cel.present('object.spec.model', 'uri')} ? [object.spec.model.uri] : [])"
    adapters = (
        f"({model} && {lora} && {cel.present('object.spec.model.lora', 'adapters')}"
        " ? object.spec.model.lora.adapters.filter(a, has(a.uri) && a.uri != null).map(a, a.uri) : [])"
    )
    return f"object.kind == '{LLM}' && has(object.spec) ? {own} +\n{adapters} : []"


def _stable_secrets() -> str:
    """The names in the stable predictor's list."""
    there = cel.present("object.spec", "predictor")
    return f"has(object.spec) && {there} ? {cel.names('object.spec.predictor')} : []"


def _images(kinds: Sequence[KindInfo]) -> str:
    """Every image and model address written in the pod spec `e.spec`, and the models that come into it."""
    parts = [
        f"{cel.items('e.spec', plural)}.filter(c, has(c.image) && c.image != null).map(c, c.image)" for plural in CONTAINERS
    ]
    parts.append(
        f"{cel.items('e.spec', 'volumes')}.filter(v, has(v.image) && v.image != null && has(v.image.reference)"
        " && v.image.reference != null).map(v, v.image.reference)"
    )
    keys = sorted({place.path[-2] for info in kinds for place in info.images if _is_member(place.pod_spec, place.path)})
    for leaf in ("image", "storageUri"):
        parts.append(
            f"{cel.texts(keys)}.filter(k, k in e.spec && e.spec[k] != null && has(e.spec[k].{leaf})"
            f" && e.spec[k].{leaf} != null).map(k, e.spec[k].{leaf})"
        )
    parts.append(f"{cel.items('e.spec', 'storageUris')}.filter(u, has(u.uri) && u.uri != null).map(u, u.uri)")
    parts.append("e.models")
    return " +\n".join(parts)


def _is_member(pod_spec: Pattern | None, path: Pattern) -> bool:
    """`model.image`, `sklearn.storageUri` …: one key below the pod spec."""
    return pod_spec is not None and len(path) == len(pod_spec) + 2
