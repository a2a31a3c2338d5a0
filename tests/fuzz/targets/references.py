"""Image references against the kubelet's: the same name, tag and digest, or nothing on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mooring.registry.reference import parse
from tests.fuzz.judge import Judge
from tests.support.references import READ, REFUSED, full

SEEDS: Sequence[bytes] = tuple(full(image).encode() for image in (*(row[0] for row in READ), *REFUSED))
_TOKENS = """
/ // : @
. .. _ __ ___ - -- A localhost localhost/ library/ docker.io/ index.docker.io/ harbor.example.com/ h_x.y/ [::1] :5000/
latest oci:// ${TAG} {{.Name}} @sha256:<64> @sha384:<96> @sha512:
<64> <34> <a250> ı İ ſ K
"""
TOKENS: Sequence[bytes] = full(_TOKENS).encode().split()
_JUDGE = Judge("registryread")


def ask(batch: Sequence[bytes]) -> list[Any]:
    return _JUDGE.ask([{"id": None, "image": data.decode("utf-8", "replace"), "config": None} for data in batch])


def disagreement(data: bytes, answer: dict[str, Any]) -> str | None:
    found = parse(data.decode("utf-8", "replace"))
    ours = None if found is None else (found.repository, found.tag, found.digest)
    theirs = None if answer["error"] is not None else (answer["name"], answer["tag"], answer["digest"])
    return None if ours == theirs else f"reference: {ours} is {theirs} for the kubelet"
