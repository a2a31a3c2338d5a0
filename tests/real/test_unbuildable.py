"""The real kustomize refuses, or changes, just the characters that mooring says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.kustomization.refusals import refusals
from mooring.yaml.dump import dump
from tests.real.kustomize import BuildFailed, Kustomize

CHARACTERS = [*range(0x00, 0x20), *range(0x7E, 0xA3), 0xAD, 0x200B, 0x2028, 0x2029, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF]


def outcome(kustomize: Kustomize, root: Path, character: str) -> str:
    (root / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    escaped = f"\\u{ord(character):04x}"
    (root / "a.yaml").write_text(f'{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, data: {{w: "a{escaped}b"}}}}\n')
    try:
        (built,) = kustomize.build(root)
    except BuildFailed:
        return "refused"
    return "kept" if built["data"]["w"] == f"a{character}b" else "changed"


@pytest.mark.parametrize("code", CHARACTERS, ids=lambda code: f"U+{code:04X}")
def test_a_character_fares_as_mooring_says(kustomize: Kustomize, tmp_path: Path, code: int) -> None:
    found = [name for name, *_ in refusals({"data": {"w": f"a{chr(code)}b"}}, None)]
    says = {(): "kept", ("syntax",): "refused", ("ambiguous-scalar",): "changed"}[tuple(found)]
    assert outcome(kustomize, tmp_path, chr(code)) == says
    as_key = [name for name, _, at_key, *_ in refusals({"data": {f"a{chr(code)}b": "w"}}, None) if at_key]
    assert as_key == found


@pytest.mark.parametrize("length", [1022, 1023])
@pytest.mark.parametrize("character", ["k", "é", "🚢", '"', "\t", "\x01", "<", "&", "\u2028"], ids=ascii)
def test_the_longest_key(kustomize: Kustomize, tmp_path: Path, character: str, length: int) -> None:
    """1,022 characters and two quotes, where Go's JSON writes `character` as so many."""
    written = {'"': 2, "\t": 2, "\x01": 6, "<": 6, "&": 6, "\u2028": 6}.get(character, 1)
    key = character * (length // written) + "k" * (length % written)
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {key: "x"}}
    (tmp_path / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    (tmp_path / "a.yaml").write_text(dump(data))
    found = [(code, at_key) for code, _, at_key, *_ in refusals(data, None)]
    if length == 1022:
        assert (found, kustomize.build(tmp_path)) == ([], [data])
    else:
        assert found == [("syntax", True)]
        with pytest.raises(BuildFailed):
            kustomize.build(tmp_path)
