"""`check -` over mutated objects of every kind, with the good ones at hand: no exception, and a report in some format."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from typing import Any

from mooring import report
from mooring.adoption.adopting import adopt
from mooring.adoption.survey import survey
from mooring.check.object import check_object
from mooring.check.objects import CheckedObjects
from mooring.check.scope import scopes
from mooring.manifests.paths import InputObject, Inputs, _documents
from mooring.registry.registries import Registry
from mooring.report import Report, Terminal
from mooring.yaml.document import read_manifests
from tests.fuzz.shapes import thinned
from tests.support.spoilt import OBJECTS
from tests.support.spoilt_objects import AS_OF, DECIDING, DOCUMENTS, Nowhere, found_in

SEEDS: Sequence[bytes] = tuple(text.encode() for text in OBJECTS.split("\n---\n"))
_TOKENS = """
metadata: spec: name: namespace:
containers: image: imagePullSecrets: env: items: labels: annotations: data: kind: type: model:
predictor: template: runtime: - {name: {}} [{name: []}] name: [] : null : 5 : true : [] {a: {b: [c]}} mooring.dev/allow:
harbor.example.com oci:// oci+fetch:// List 18446744073709551616 .nan {{.Name}} {{.Labels.a}}
"""
TOKENS: Sequence[bytes] = _TOKENS.encode().split()
# Those with many parts are judged in milliseconds, what is left without some of them in a fraction of that.
_CHANCE = random.Random(1)
VALUES: Sequence[Any] = (
    *DOCUMENTS, *(thinned(data, size, _CHANCE) for data in DOCUMENTS for size in (180, 220, 260, 300, 400)),
)  # fmt: skip

_BESIDE = [one for data in DOCUMENTS for one in found_in(data)]
_DECIDING = [one for one in _BESIDE if one.data["kind"] in DECIDING]
_FORMATS = report.formats()
# Small ones whose pulls hang on the others: on a runtime, a list, an account, a base, a container for storage.
_PODS = """
{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: a, namespace: vision}, spec: {predictor: {
  model: {modelFormat: {name: pytorch}, runtime: served, storageUri: "oci://harbor.example.com/vision/model:1"}}}}
---
{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: b, namespace: vision}, spec: {predictor: {
  imagePullSecrets: [{name: harbor-credential}, {name: made}, {name: sealed}], serviceAccountName: puller,
  model: {modelFormat: {name: sklearn}, storageUri: "s3://a/b"}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: vision}, spec: {
  serviceAccountName: puller, containers: [{name: c, image: "harbor.example.com/vision/c:1"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: d, namespace: vision}, spec: {
  imagePullSecrets: [{name: w}, {name: external}], containers: [{name: d, image: "harbor.example.com/vision/d:1"}]}}
---
{apiVersion: serving.kserve.io/v1alpha2, kind: LLMInferenceService, metadata: {name: e, namespace: vision}, spec: {
  model: {uri: "oci://harbor.example.com/vision/e:1"}, baseRefs: [{name: base}]}}
"""
_HOSTS = tuple(Registry(host, (host,)) for host in ("harbor.example.com",))
_WITH_PODS = [one for document in read_manifests(_PODS, "pods.yaml")[0] for one in found_in(document.data)]
(_BESIDE_ALL,) = scopes(_BESIDE, _HOSTS, None, {}, AS_OF)


def _judged(inputs: Inputs, number: int) -> CheckedObjects:
    """What is said of the objects; one that others are judged by is at hand for one of those too."""
    view, asked, placed = _BESIDE_ALL, list(inputs.found), number % 3 == 0  # places take as long as all the rest
    if not placed:
        asked = [InputObject(one.data, Nowhere(), one.base, None) for one in asked]
    decides = any(found.data["kind"] in DECIDING for found in asked)
    if decides or number % 8 == 0:
        (view,) = scopes([*asked, *(_DECIDING if decides else _BESIDE)], _HOSTS, None, {}, AS_OF)
        asked.append(_WITH_PODS[number % len(_WITH_PODS)])
    result = CheckedObjects()
    for found in asked:
        problems, pulls = check_object(found, view)
        result.problems += problems
        result.pulls += pulls
    result.problems += [problem.located() for problem in inputs.problems] if placed else []
    return result


def disagreement(data: bytes) -> str | None:
    number = zlib.crc32(data)  # what of an input is done is always the same
    inputs = Inputs()
    _documents(data, "<stdin>", None, inputs, chosen=True)
    result = _judged(inputs, number)
    pulls = tuple(pull.as_entry() for pull in result.pulls)
    report.render(_FORMATS[number % len(_FORMATS)], Report(tuple(result.problems), pulls=pulls), Terminal())
    if number % 7 == 0:
        adopt([survey(inputs.found, _BESIDE_ALL.catalog)])
    if not inputs.found and not inputs.problems and not inputs.skipped:
        return "silent: nothing is said of a text without objects"
    return None
