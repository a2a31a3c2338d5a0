"""Docker configurations against the kubelet's: refused by both, or the same entries tried for the same images.

An input is a configuration, and an image in its last line.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mooring.registry import kubelet
from mooring.registry.dockerconfig import parse
from mooring.registry.reference import parse as parse_image
from tests.fuzz.judge import Judge
from tests.support.dockerconfigs import CONFIGURATIONS, MATCHES, of_key

_IMAGES = ("harbor.example.com/p/a:1", "nginx", "localhost/a", "prefix.docker.io:8888/path/foo", "[::1]:5000/p/a", "A/b")
SEEDS: Sequence[bytes] = (
    *(f"{of_key(key)}\n{image}".encode() for key, image, _ in MATCHES),
    *(text + b"\n" + image.encode() for text, _ in CONFIGURATIONS for image in _IMAGES),
)
_TOKENS = r"""
"auths" "Auths" "AUTHſ" "auth" "Auth" "username" "uſername" "password" "email"
"HttpHeaders" "identitytoken" "credsStore":"x",
null NaN -0 1e999 01 "YTpi" "YTpi=" "YTo=" "Og" "YTpiYw==" "YTpiYw" "YTpiYx==" "YTpi\n" {"auths":{ ":{"auth":"YTpi"} }}
harbor.example.com * ? [ ] [::1] [::a] :443 :5000 https:// http:// HTTPS:// /v1/ /v2/ /v1 index.docker.io docker.io
%2f %25 %3F %zz %e9 # @ u:p@ \u0000 \ud800 \udc00 \u002a
"""
TOKENS: Sequence[bytes] = (*_TOKENS.encode().split(), b"\xed\xa0\x80", b"\xc3", b"\xef\xbb\xbf", b" ", b"\x00")
_JUDGE = Judge("registryread")


def _parts(data: bytes) -> tuple[bytes, str]:
    config, _, image = data.rpartition(b"\n")
    return config, image.decode("utf-8", "replace")


def ask(batch: Sequence[bytes]) -> list[Any]:
    return _JUDGE.ask(
        [{"id": None, "image": image, "config": base64.b64encode(config).decode()} for config, image in map(_parts, batch)]
    )


def disagreement(data: bytes, answer: dict[str, Any]) -> str | None:
    raw, image = _parts(data)
    config, faults = parse(raw)
    reference = parse_image(image)
    theirs = answer["configError"] is not None
    if config is None and not faults:
        return "words: nothing is said of a configuration of which nothing is made"
    if config is None or config.refused:
        # A configuration without `auths` is no error there: nothing is ever tried of it.
        if not theirs and (config is not None or "the docker configuration is not JSON" in faults or answer["logins"]):
            return f"refused: {faults} and the kubelet tries {answer['logins']}"
    elif theirs:
        return f"accepted: the kubelet says {answer['configError']}"
    elif reference is not None:
        ours = [(kubelet.index(entry.key), entry.username) for entry in config.tried(reference)]
        if [name for _, name in ours] != answer["logins"] and not _same(ours, answer["logins"]):
            return f"order: {ours} is {answer['logins']} for the kubelet"
    return None


def _same(ours: list[tuple[str | None, str]], theirs: list[str]) -> bool:
    """Whether both say the same but for the order of keys that are one for the kubelet, which a map decides there."""
    if len(ours) != len(theirs):
        return False
    places: dict[str | None, list[int]] = {}
    for at, (place, _) in enumerate(ours):
        places.setdefault(place, []).append(at)
    return all(Counter(ours[at][1] for at in same) == Counter(theirs[at] for at in same) for same in places.values())
