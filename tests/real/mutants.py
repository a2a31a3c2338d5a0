"""Objects that are right, and every way in which each of them can be wrong, or nearly: what admission is to say of them.

A mutant is a place that can hold an image (of any kind) in one of the ways in which its image and its list can be
written; or an object in a namespace whose grants somebody has spoilt. Changes of what stands are in `changes`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mooring.fleet.grants import GRANTS
from mooring.policies.samples import BARE, KSERVE, NAMESPACE, container, pod, thing
from tests.real.complete import complete
from tests.support.decisions import Sample
from tests.support.pod_places import places

Object = dict[str, Any]
SAMPLE = Sample("harbor.example.com", "vision", "harbor-vision", "harbor.example.com/library")
GOOD, OTHER, ABSENT, RESERVED = (SAMPLE.names[name] for name in ("good", "other", "absent", "reserved"))
ELSEWHERE = "harbor-elsewhere"  # granted in another namespace
ACCOUNTED, UNACCOUNTED = "suite-account", "suite-account-of-other"
EMPTIED, GARBLED, LOST = "suite-emptied", "suite-garbled", "suite-lost"
HARBOR = SAMPLE.images["harbor"]


class Mutant(NamedTuple):
    """`before` is what stands where the mutant changes it, `listed` whether the pod spec that is judged names a Secret
    itself; `states` whether mooring's rules have a say, which know what stands in files, and no requests."""

    name: str
    object: Object
    allowed: bool
    operation: str = "CREATE"
    before: Object | None = None
    listed: bool = True
    states: bool = True


WAYS: Mapping[str, tuple[str, list[str] | None, bool]] = {
    "good": ("harbor", [GOOD], True),
    "good-digest": ("digest", [GOOD], True),
    "good-after-absent": ("harbor", [ABSENT, GOOD], True),
    "good-after-other": ("harbor", [OTHER, GOOD], True),
    "good-before-other": ("harbor", [GOOD, OTHER], True),
    "no-list": ("harbor", None, False),
    "empty-list": ("harbor", [], False),
    "empty-name": ("harbor", [""], False),
    "absent": ("harbor", [ABSENT], False),
    "of-another-namespace": ("harbor", [ELSEWHERE], False),
    "of-another-project": ("harbor", [OTHER], False),
    "reserved-key": ("harbor", [RESERVED], False),
    "digest-no-list": ("digest", None, False),
    "upper-case-host": ("upper-case", [GOOD], False),
    "upper-case-host-no-list": ("upper-case", None, False),
    "other-port": ("other-port", [GOOD], False),
    "other-port-no-list": ("other-port", None, False),
    "longer-project": ("longer-project", [GOOD], False),
    "look-alike-suffix": ("suffix", None, True),
    "look-alike-prefix": ("prefix", None, True),
    "docker-hub": ("docker-hub", None, True),
    "docker-hub-user": ("docker-hub-user", None, True),
    "other-registry": ("other-registry", None, True),
    "public-project": ("public", None, True),
}
# Images that are hardly references, with a good list and without. What is none, no rule of mooring's follows.
ODD = {
    "host-alone": (SAMPLE.host, True, True),
    "no-project": (f"{SAMPLE.host}/app:1", False, False),
}
NONE = {
    "empty-project": (f"{SAMPLE.host}//app:1", False, False),
    "no-repository": (f"{SAMPLE.host}/{SAMPLE.project}/", True, False),
    # Mooring's rules are asked of one registry alone.
    "second-registry": ("second.example.com/vision/app", False, False),
    "slashes": ("///", True, True),
    "port-without-number": (f"{SAMPLE.host}:/{SAMPLE.project}/app", False, False),
    "user-info": (f"user@{SAMPLE.host}/{SAMPLE.project}/app", True, True),
    "with-scheme": (f"https://{SAMPLE.host}/{SAMPLE.project}/app", True, True),
}


def mutants() -> list[Mutant]:
    """All of them, each under a name of its own."""
    found = [*_written(), *_odd(), *_specials(), *_spoilt()]
    assert len({mutant.name for mutant in found}) == len(found)
    return found


def listed(spec: Any, place: tuple[str | int, ...], names: list[str] | None) -> Any:
    """A copy with the list at the place."""
    made = copy.deepcopy(spec)
    node = made
    for step in place:
        node = node[step]
    if names is not None:
        node["imagePullSecrets"] = [{"name": name} for name in names]
    return made


def _written() -> Iterator[Mutant]:
    for way, (image, names, allowed) in WAYS.items():
        for place, api_version, kind, spec, where in places(SAMPLE.images[image]):
            made = thing(api_version, kind, f"{place}-{way}", listed(spec, where, names))
            yield Mutant(f"{place}-{way}", complete(made), allowed, listed=bool(names and names != [""]))


def _odd() -> Iterator[Mutant]:
    for name, (image, with_list, without) in {**ODD, **NONE}.items():
        for secrets, allowed in (([GOOD], with_list), (None, without)):
            way = f"odd-{name}-{'listed' if secrets else 'bare'}"
            yield Mutant(way, pod(way, image, secrets), allowed, listed=bool(secrets), states=name in ODD)


def _specials() -> Iterator[Mutant]:
    uri = [{"name": "STORAGE_URI", "value": f"oci://{HARBOR}"}]
    for place, containers, allowed in (
        # Env STORAGE_URI is a model where KServe reads it, and nothing elsewhere.
        ("predictor", [{**container("nginx")[0], "env": uri}], True),
        ("predictor", [{**container("nginx")[0], "env": uri, "name": "kserve-container"}], False),
        ("transformer", [{**container("nginx")[0], "env": uri}], False),
        ("transformer", [*container("nginx"), {**container("nginx")[0], "env": uri, "name": "second"}], True),
    ):
        name = f"storage-env-{place}-{containers[-1]['name']}"
        spec = {"predictor": {"model": {"modelFormat": {"name": "onnx"}}}, place: {"containers": containers}}
        made = thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec)
        yield Mutant(name, made, allowed, listed=False)
    made = pod("storage-env-pod", "nginx")
    made["spec"]["containers"][0]["env"] = uri
    yield Mutant("storage-env-pod", made, True, listed=False)
    beside = {"name": "beside", "image": HARBOR}
    for names, allowed in (([GOOD], True), ([ABSENT], False), (None, False)):
        way = "-".join(names or ["none"])
        yield Mutant(
            f"sidecar-only-{way}",
            thing("v1", "Pod", f"sidecar-only-{way}", listed({"containers": [*container("nginx"), beside]}, (), names)),
            allowed,
            listed=bool(names),
        )
        many = [{"name": f"c{number}", "image": HARBOR if number == 999 else "nginx"} for number in range(1000)]
        name = f"last-of-a-thousand-{way}"
        yield Mutant(name, thing("v1", "Pod", name, listed({"containers": many}, (), names)), allowed, listed=bool(names))
        every = [{"name": f"c{number}", "image": HARBOR} for number in range(1000)]
        name = f"a-thousand-{way}"
        yield Mutant(name, thing("v1", "Pod", name, listed({"containers": every}, (), names)), allowed, listed=bool(names))
    yield from _aliases()
    yield from _bare()
    model = {"modelFormat": {"name": "onnx"}}
    for stable in ([GOOD], [ABSENT], None):
        for own in ([GOOD], [ABSENT], [""], [], None):
            predictor = listed({"model": model}, (), stable)
            canary = listed({"name": "next", "containers": container(HARBOR)}, (), own)
            mine = "-".join(own or ["none" if own is None else "empty"]) or "nameless"
            name = f"canary-{mine}-on-{'-'.join(stable or ['none'])}"
            spec = {"predictor": predictor, "canary": [{"predictor": canary, "trafficPercent": 10}]}
            made = thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec)
            yield Mutant(name, made, (own or stable) == [GOOD], listed=bool(own != [""] and (own or stable)))
    for secrets in ([GOOD], None):
        # Nothing crosses from the predictor to another component.
        name = f"transformer-beside-{'good' if secrets else 'bare'}-predictor"
        spec = {"predictor": listed({"model": model}, (), secrets), "transformer": {"containers": container(HARBOR)}}
        yield Mutant(name, thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec), False, listed=False)


ALIASES = (
    "huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow", "triton", "xgboost",
)  # fmt: skip


def _service(name: str, spec: Object, allowed: bool, *, listed: bool = False) -> Mutant:
    return Mutant(name, thing(f"{KSERVE}/v1beta1", "InferenceService", name, spec), allowed, listed=listed)


def _aliases() -> Iterator[Mutant]:
    """A framework's key instead of `model`, with its own image, or an image for a model; and other rare places."""
    for alias in ALIASES:
        yield _service(f"alias-{alias}-image", {"predictor": {alias: {"image": HARBOR}}}, False)
        yield _service(f"alias-{alias}-model", {"predictor": {alias: {"storageUri": f"oci://{HARBOR}"}}}, False)
    model: Object = {"model": {"modelFormat": {"name": "onnx"}}}
    art = {"type": "SquareAttack", "image": HARBOR}
    yield _service("explainer-art-image", {"predictor": model, "explainer": {"art": art}}, False)
    worker = {"containers": container(HARBOR)}
    for names, allowed in (([GOOD], True), (None, False)):
        way = "listed" if names else "bare"
        following = {"name": "next", "containers": container("nginx"), "workerSpec": listed(worker, (), names)}
        canary = {"predictor": following, "trafficPercent": 10}
        yield _service(f"canary-worker-{way}", {"predictor": model, "canary": [canary]}, allowed, listed=bool(names))
    for uri, allowed in (
        (f"oci://{HARBOR}", False), (f"oci+modelcar://{HARBOR}", False), ("hf://team/model", True), (f"gs://{HARBOR}", True),
    ):  # fmt: skip
        scheme = uri.partition(":")[0].replace("+", "-")
        name = f"llm-without-template-{scheme}"
        made = thing(f"{KSERVE}/v1alpha2", "LLMInferenceService", name, {"model": {"uri": uri}})
        yield Mutant(name, made, allowed, listed=False)
        spec = {"predictor": {"model": {"modelFormat": {"name": "onnx"}, "storageUri": uri}}}
        yield _service(f"model-at-{scheme}", spec, allowed)
    template = listed({"containers": container("nginx")}, (), [GOOD])
    router = {"scheduler": {"template": {"containers": container("nginx")}}}
    apart = {"model": {"uri": f"oci://{HARBOR}"}, "template": template, "router": router}
    made = thing(f"{KSERVE}/v1alpha2", "LLMInferenceService", "llm-scheduler-holds-no-model", apart)
    yield Mutant("llm-scheduler-holds-no-model", made, True)


def _bare() -> Iterator[Mutant]:
    """Fields that are not there, where others of their kind are: nothing to be pulled, and no error."""
    uri = {"name": "STORAGE_URI", "value": f"oci://{HARBOR}"}
    other = {"name": "OTHER", "value": "another value"}
    source = {"name": "STORAGE_URI", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}}
    full: Object = {
        "containers": [{"name": "kserve-container", "env": [other, source]}, {"name": "second"}],
        "initContainers": [{"name": "init"}],
        "volumes": [{"name": "v", "emptyDir": {}}],
    }
    model: Object = {"model": {"modelFormat": {"name": "onnx"}}}
    without_env = {**full, "containers": [{"name": "kserve-container"}]}
    for name, made in (("full", full), ("without-env", without_env), ("nothing", {"containers": [], "volumes": []})):
        canary = {"predictor": {**made, "name": "next"}, "trafficPercent": 10}
        spec = {"predictor": made, "transformer": made, "explainer": made, "canary": [canary]}
        yield _service(f"fields-{name}", spec, True)
    nothing: list[Object] = [{}]
    for name, predictor, allowed in (
        ("needed", {"containers": container(HARBOR), "imagePullSecrets": nothing}, False),
        ("needless", {**model, "imagePullSecrets": nothing}, True),
    ):
        yield _service(f"list-of-nothing-{name}", {"predictor": predictor}, allowed)
    for component in ("predictor", "transformer", "explainer"):
        first = {**container("nginx")[0], "name": "kserve-container"}
        for env, allowed in (([other, source], True), ([other, uri], False), ([uri], False)):
            name = f"env-{component}-{'-'.join(one['name'] for one in env).lower().replace('_', '-')}-{allowed}".lower()
            containers = [{**first, "env": env}, *container("nginx")]
            yield _service(name, {"predictor": model, component: {"containers": containers}}, allowed)
        alone = {component: {"containers": [{**first, "env": [uri]}]}}
        yield _service(f"env-{component}-alone", {"predictor": model, **alone}, False)
    for key in ("annotations", "labels", "nodeSelector"):
        # Anybody chooses the keys of these: they are no model that has an image.
        yield _service(f"{key.lower()}-with-an-image", {"predictor": {**model, key: {"image": HARBOR}}}, True)
    canary = {"name": "next", "containers": [{**container("nginx")[0], "name": "kserve-container", "env": [other, uri]}]}
    custom = {"containers": [{**container("nginx")[0], "name": "kserve-container"}]}
    yield _service("env-canary", {"predictor": custom, "canary": [{"predictor": canary, "trafficPercent": 10}]}, False)
    adapters = {"model": {"uri": "hf://a/b", "lora": {"adapters": [{"name": "b", "uri": "hf://c/d"}]}}}
    made = thing(f"{KSERVE}/v1alpha2", "LLMInferenceService", "llm-adapter-elsewhere", adapters)
    yield Mutant("llm-adapter-elsewhere", made, True, listed=False)


def _spoilt() -> Iterator[Mutant]:
    """Where there are no grants, or none that say anything: a Harbor image is refused, others are not touched."""
    for namespace in (BARE, EMPTIED, GARBLED):
        states = namespace == BARE
        for name, image, names, allowed in (
            ("good", HARBOR, [GOOD], False), ("no-list", HARBOR, None, False), ("docker-hub", "nginx", None, True),
            ("docker-hub-listed", "nginx", [GOOD], True), ("public", SAMPLE.images["public"], None, True),
        ):  # fmt: skip
            way = f"{namespace}-{name}"
            yield Mutant(way, pod(way, image, names, namespace), allowed, listed=bool(names), states=states)
            predictor = listed({"containers": container(image)}, (), names)
            service = thing(f"{KSERVE}/v1beta1", "InferenceService", way, {"predictor": predictor}, namespace)
            yield Mutant(f"service-{way}", service, allowed, listed=bool(names), states=states)


def cluster() -> list[Object]:
    """The ConfigMaps of the namespaces."""
    pair = f"{SAMPLE.host}/{SAMPLE.project}"
    data: dict[str, dict[str, str]] = {
        NAMESPACE: SAMPLE.grants,
        "suite-elsewhere": {ELSEWHERE: pair},
        EMPTIED: {},
        GARBLED: {GOOD: f" {pair} ; {pair}", "_open": ",,", OTHER: "", ABSENT: "/", "x": pair.upper()},
        ACCOUNTED: SAMPLE.grants,
        UNACCOUNTED: SAMPLE.grants,
    }
    frame = {"apiVersion": "v1", "kind": "ConfigMap"}
    return [
        {**frame, "metadata": {"name": GRANTS, "namespace": namespace}, "data": found} for namespace, found in data.items()
    ]
