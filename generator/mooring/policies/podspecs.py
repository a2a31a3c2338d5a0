"""CEL about the pod specs of an object, made from where the catalog says that pod specs and images stand.

The policies' variables, each read from those before it: `podSpecs`, each with its place and the Secrets that its pods will
try; `images`, with every image of it; `harborImages`, with those from Harbor alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mooring.policies import cel
from mooring.policies.model import Block, Object, PolicyInput
from mooring.registry.reference import OCI_SCHEMES
from mooring.schema.catalog import CONTAINER_LISTS, Catalog, KindInfo, Pattern

CONTAINERS = tuple(sorted(CONTAINER_LISTS, key=lambda name: name != "containers"))  # the one that all have first
WRITTEN = ("CREATE", "UPDATE")
EPHEMERAL = ("", "v1", "pods/ephemeralcontainers")
CANARY = ("spec", "canary", "*", "predictor")
LLM = "LLMInferenceService"
# Kinds whose pod specs stand at places of their own; no two of the others mean different things by one place.
_APART = ("InferenceService", LLM)


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
    """`resourceRules` of the kinds: one for each API group, in order; `extra` are (group, version, plural)."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    every = [(*info.api_version.rpartition("/")[::2], info.plural) for info in kinds]
    for group, version, plural in (*every, *extra):
        versions, plurals = found.setdefault(group, (set(), set()))
        versions.add(version)
        plurals.add(plural)
    return [cel.resource_rule(group, *found[group], operations) for group in sorted(found)]


def variable(name: str, expression: str) -> Object:
    return {"name": name, "expression": expression}


def pod_specs(kinds: Sequence[KindInfo], *, paths: bool = False, parts: bool = False) -> list[Block]:
    """Variable `podSpecs`; with `paths` a place is a JSON pointer into the object, with `parts` whatever has an image is
    beside it."""
    own = f" 'parts': dyn(\n    {_containers()} +\n    {_MODELS})," if parts else ""
    table = (
        f"{_table(kinds, paths=paths)}.filter(e, size(e) > 0).map(e, e.map(at, {{'at': dyn(at), 'pod': e[at],{own}\n"
        "  'secrets': dyn((at.matches('canary.*predictor$') ? [e[at], object.spec.predictor] : [e[at]])\n"
        "    .map(p, p.?imagePullSecrets.orValue([])).filter(l, size(l) > 0)[?0].orValue([])\n"
        "    .map(s, s.?name.orValue('')).filter(s, s != ''))})[0])"
    )
    models = " `parts` are its containers, and `model` or a framework's key." if parts else ""
    why = (
        f"Where pod specs stand, by kind.{models} `secrets` are the names in its list: a canary whose list is empty has the"
        " stable predictor's."
    )
    canaries = variable("canaries", "object.?spec.?canary.orValue([])")
    return [Block(why, [canaries, variable("podSpecs", table)])]


def images(kinds: Sequence[KindInfo], *, paths: bool = False) -> list[Block]:
    """Variable `images` too: of each pod spec `at`, `secrets`, and `images`, every image in it, model addresses bare."""
    return _pulled("images", "", kinds, "", paths=paths)


def harbor_images(kinds: Sequence[KindInfo], *, paths: bool = False) -> list[Block]:
    """Variable `harborImages` too: the same with the images from Harbor alone, each split at its slashes."""
    only = f".split('/'))\n  .filter(i, size(i) > 1 && {is_harbor('i[0].lowerAscii()')}"
    found = _pulled("harborImages", " from Harbor, split at `/`", kinds, only, paths=paths)
    return [*found[:-1], Block(found[-1].why, [*harbor_names(), *found[-1].variables])]


def _pulled(name: str, where: str, kinds: Sequence[KindInfo], only: str, *, paths: bool) -> list[Block]:
    """The variables of the images of each pod spec, as `only` leaves them."""
    expression = (
        "variables.podSpecs.map(e, {'at': e.at, 'secrets': e.secrets, 'images': dyn((\n"
        "  e.parts.map(c, c.?image.orValue('')) + e.parts.map(c, c.?storageUri.orValue('')) +\n"
        "  e.pod.?storageUris.orValue([]).map(u, u.?uri.orValue('')) +\n"
        "  e.pod.?volumes.orValue([]).map(v, v.?image.?reference.orValue('')) +\n"
        f"{_models(kinds)}"
        "  ).map(i, i.split('://', 2)).filter(i, size(i) == 1 ||\n"
        f"    i[0] in {cel.texts(sorted(OCI_SCHEMES))}).map(i, i[size(i) - 1]{only}))}})"
    )
    return [*pod_specs(kinds, paths=paths, parts=True), Block(_PULLED.format(where), [variable(name, expression)])]


_PULLED = (
    "What they pull{0}: images, and models at an `oci://` address. KServe reads STORAGE_URI of the container that serves;"
    " all pods of an LLM have its models, but the scheduler's."
)


def harbor_names() -> list[Object]:
    """Variable `harborNames`: Harbor's hosts in lower case, without ports; an IPv6 address has its brackets."""
    names = "variables.harborHosts.map(h, h.lowerAscii().find('^([[].*[]]|[^:]*)'))"
    return [variable("harborNames", names)]


def is_harbor(host: str) -> str:
    """Whether a host in lower case is one of Harbor's, whatever the ports."""
    return f"variables.harborNames.exists(n, ({host} + ':').startsWith(n + ':'))"


def harbor_hosts(given: PolicyInput) -> Object:
    """The fact `harborHosts`."""
    return variable("harborHosts", cel.lines([cel.string(host) for host in given.hosts]))


class Compared(NamedTuple):
    """What is compared of an update: at each of the `places` the `fields` that are there."""

    places: list[Pattern]
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
    whole = templates | {place.path[:-1] for place in images if place.pod_spec is None}
    keys = {place.path[len(place.pod_spec)] for place in images if place.pod_spec is not None}
    among = {pattern for pattern in places(kinds) if "template" not in pattern}
    return Compared(
        sorted(among | {pattern[:-1] for pattern in whole}),
        sorted({*CONTAINERS, "volumes", "imagePullSecrets", *keys, *(pattern[-1] for pattern in whole)}),
    )


def changes(catalog: Catalog) -> str:
    """Whether an update changes what images and Secrets are read from. Each value is compared at its place: what moves to
    another one is changed."""
    found = compared(catalog)
    single = [cel.optional("s", pattern[1:]) for pattern in found.places if "*" not in pattern]
    lists = [_each(pattern) for pattern in found.places if "*" in pattern]
    fields = cel.filled([cel.string(field) for field in found.fields], 3).lstrip()
    return (
        "[[object.?spec, oldObject.?spec].map(s, (\n"
        f"  [{cel.filled(single, 3).lstrip()}] +\n"
        f"  {' + '.join(lists)}).map(p,\n"
        f"  [{fields}].map(f, p[?f])))].exists(both, both[0] != both[1])"
    )


def _each(pattern: Pattern) -> str:
    """A list of what stands at a pattern with `*`, each an optional value."""
    star = pattern.index("*")
    return f"{cel.optional('s', pattern[1:star])}.orValue([]).map(c, {cel.optional('c', pattern[star + 1 :])})"


def places(kinds: Sequence[KindInfo]) -> dict[Pattern, list[str]]:
    """Where pod specs stand, each place once, with the kinds that have one there."""
    found: dict[Pattern, set[str]] = {}
    for info in kinds:
        for pattern in info.pod_specs:
            found.setdefault(pattern, set()).add(info.kind)
    return {pattern: sorted(names) for pattern, names in sorted(found.items())}


def cluster_scoped(catalog: Catalog) -> list[str]:
    """The kinds that stand in no namespace: their Secrets are looked up where they are used."""
    return sorted({info.kind for info in matched(catalog) if info.scope == "Cluster"})


def _table(kinds: Sequence[KindInfo], *, paths: bool) -> str:
    """A list of mappings: each place of the object's kind → the pod spec that is there, empty where none is."""
    apart = ",\n".join(
        f"'{kind}': {_rows(found, paths=paths)}"
        for kind in _APART
        if (found := [pattern for pattern, names in places(kinds).items() if kind in names])
    )
    rest = {pattern: names for pattern, names in places(kinds).items() if not {*names} & {*_APART}}
    lines = ""
    for pattern, names in rest.items():
        row, said = f"  {_row(pattern, paths)},", f"// {' '.join(names)}"
        lines += f"{row} {said}\n" if len(f"{row} {said}") <= cel.WIDTH else f"  {said}\n{row}\n"
    return f"{{{apart}}}[?object.kind].orValue([\n{lines}])"


def _rows(patterns: Sequence[Pattern], *, paths: bool) -> str:
    """The places of one kind, as CEL."""
    lines = "".join(f"  {_row(pattern, paths)},\n" for pattern in patterns if "*" not in pattern)
    stars = [pattern for pattern in patterns if "*" in pattern]
    lists = "\n  + ".join(
        _pointed(pattern) if paths else f"variables.canaries.map(c, {_row(pattern, paths)})" for pattern in stars
    )
    return f"[\n{lines}]" + (f" + {lists}" if lists else "")


def _pointed(pattern: Pattern) -> str:
    """A place of every canary, with a pointer to each, as CEL."""
    star = pattern.index("*")
    above, below = (cel.string("/".join(part)) for part in (("", *pattern[:star], ""), ("", *pattern[star + 1 :])))
    canary = cel.optional("variables.canaries[n]", pattern[star + 1 :])
    return f"lists.range(size(variables.canaries)).map(n,\n    {{?({above} + string(n) + {below}): {canary}}})"


def _row(pattern: Pattern, paths: bool) -> str:
    """One place, as CEL."""
    base, rest = ("c", pattern[pattern.index("*") + 1 :]) if "*" in pattern else ("object", pattern)
    at = cel.string("/" + "/".join(pattern) if paths else ".".join(pattern).replace(".*", "[]"))
    if pattern == ("spec", "template") and not paths:
        # Without a template of its own an LLM's pods come from a preset: its model is pulled all the same.
        return f"{{{at}: {cel.optional(base, rest)}.orValue({{}})}}"
    return f"{{?{at}: {cel.optional(base, rest)}}}"


# `model`, or a framework's key (`sklearn` …): any member that is a mapping, but for those whose keys anybody may choose.
_MODELS = "e[at].filter(k, type(e[at][k]) == map && !(k in ['annotations', 'labels', 'nodeSelector'])).map(k, e[at][k])"


def _models(kinds: Sequence[KindInfo]) -> str:
    """The models of a pod spec that are said elsewhere than in its model's place: a custom container's env `STORAGE_URI`,
    which KServe reads of a predictor's `kserve-container` and of another component's first one, and an LLM's."""
    found: dict[str, str] = {
        "InferenceService": "  e.pod.?containers.orValue([]).filter(c, e.at.endsWith('predictor') ?"
        " c.?name.orValue('') == 'kserve-container'\n"
        "      : e.at.matches('transformer$|explainer$') && c == e.pod.containers[0])\n"
        "    .map(c, c.?env.orValue([]).filter(x, x.name == 'STORAGE_URI' && has(x.value))[?0].?value.orValue(''))",
        # Below `lora` unknown fields are kept: its adapters' place is known by name.
        LLM: "  (e.at.contains('scheduler') ? [] : [object.?spec.?model.?uri.orValue('')] +\n"
        "    object.?spec.?model.?lora.?adapters.orValue([]).map(a, a.?uri.orValue('')))",
    }
    names = {info.kind for info in kinds}
    return " +\n".join(text for kind, text in found.items() if kind in names) + "\n"


def _containers() -> str:
    """The containers of a pod spec, of all its lists."""
    return " + ".join(f"e[at].?{plural}.orValue([])" for plural in CONTAINERS)
