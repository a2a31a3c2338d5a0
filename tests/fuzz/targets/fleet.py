"""mooring's fast reader against its exact one: where the gate lets a text through, both read the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.fuzz.targets import _seeds
from tests.unit.test_document import disagreement

SEEDS: Sequence[bytes] = _seeds.FLEETS


def disagreements(batch: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    for data in batch:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        for strict in (True, False):
            words = disagreement(text, strict=strict)
            if words is not None:
                yield data, f"{'fleet' if strict else 'manifest'}: {words}"
