"""Texts that the YAML targets start from: the corpus, samples, and shapes that readers have differed on."""

from __future__ import annotations

from pathlib import Path

from tests.support.corpus import PLACES, SCALARS

_ROOT = Path(__file__).resolve().parents[3]
_FEW = ("plain", "two words", "12", "1.5", "yes", "012", "'a'", '"b"', "[1, yes]", "{a: yes}", "&x y", "!!str 1")

SHAPES: tuple[bytes, ...] = (
    b"a: |\n  b\n  c\nd: >-\n  e\n\n  f\n g: h\n", b"- a: 1\n  b:\n  - c\n  - - d\n- e\n", b"a: {b: [c, 'd'], \"e\": f}\n",
    b'{"a": "b", "c": [1, 2.5, true, null], "d": {"e": "\\u00e9\\n"}}\n', b'{"a": 1}\n{"b": 2}\n', b'{"a": 1}\n---\nb: 2\n',
    b"? a\n: b\n? [c]\n: d\n", b"a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", b"a: 'b\n  c'\nd: \"e\\\n  f\"\n",
    b"# c\n---\na: 1\n...\n---\nb: 2 # d\n--- # e\nc: 3\n", b"a:\n- b\n-\n- c:\n- - d\n",
    b"a: !!int '1'\nb: !x y\nc: !!binary aGk=\n",
    b"apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: v}\nspec:\n  containers:\n  - name: c\n"
    b"    image: harbor.example.com/p/x:1\n    args: [\"--a=b\", '-c']\n    env:\n    - {name: A, value: \"1\"}\n",
    b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a.json: |\n    {\"a\": [1, 2]}\n"
    b"  b: >\n    c d\n    e\n",
)  # fmt: skip
_CORPUS = tuple(frame.replace("@", scalar).encode() for frame in PLACES.values() for scalar in _FEW)
_EVERY = tuple(f"a: {scalar}\nb: [{scalar}, {{c: {scalar}}}]\n".encode("utf-8", "surrogatepass") for scalar in SCALARS)

MANIFESTS: tuple[bytes, ...] = SHAPES + _CORPUS + _EVERY
FLEETS: tuple[bytes, ...] = ((_ROOT / "fleet.yaml").read_bytes(), *MANIFESTS)
