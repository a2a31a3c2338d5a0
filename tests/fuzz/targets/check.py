"""`check -` over mutated objects of every kind, with the good ones at hand: no exception, and a report in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mooring.check.adoption import adopt
from mooring.manifests.paths import Inputs, _documents
from mooring.schema.catalog import Catalog
from tests.spoilt import OBJECTS
from tests.unit.test_spoilt_objects import DOCUMENTS, every_format, found_in, judged_alone

SEEDS: Sequence[bytes] = tuple(text.encode() for text in OBJECTS.split("\n---\n"))
_TOKENS = """
metadata: spec: name: namespace:
containers: image: imagePullSecrets: env: items: labels: annotations: data: kind: type: model:
predictor: template: runtime: - {name: {}} [{name: []}] name: [] : null : 5 : true : [] {a: {b: [c]}} mooring.dev/allow:
harbor.example.com oci:// oci+fetch:// List 18446744073709551616 .nan {{.Name}} {{.Labels.a}}
"""
TOKENS: Sequence[bytes] = _TOKENS.encode().split()
_BESIDE = [one for data in DOCUMENTS for one in found_in(data)]


def disagreements(batch: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    for data in batch:
        inputs = Inputs()
        _documents(data, "<stdin>", None, inputs, chosen=True)
        result = judged_alone(inputs.found, _BESIDE)
        result.problems += [problem.located() for problem in inputs.problems]
        every_format(result)
        adopt(inputs.found, Catalog())
        if not inputs.found and not inputs.problems and not inputs.skipped:
            yield data, "silent: nothing is said of a text without objects"
