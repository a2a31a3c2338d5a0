"""Broken files with a credential in them: ways of writing it, keys, faults beside it, and what is said of them.

A case is a file of one place (`PLACES`) in which a credential stands under a key (`KEYS`) in some spelling (`SHAPES`),
spoilt by a fault (`SPOILS`). `leaks` are the forms in which the credential would be one.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# One that would pass for a name or a choice, and one that would pass for nothing.
CANARIES = ("zq7canary7391846205xw", "Zq7CaNaRy+7391/846205=")
KEYS = (
    "password", "passwd", "passphrase", "pwd", "token", "secret", "auth", "apiKey", "api_key", "privateKey", "accessKey",
    "secretKey", "clientSecret", "credentials", "HARBOR_TOKEN", "DB_PASS", "tls.key", "tokens", ".dockerconfigjson",
)  # fmt: skip
_B64 = "base64"

SHAPES: dict[str, str] = {
    "plain": "K: V",
    "single quotes": "K: 'V'",
    "double quotes": 'K: "V"',
    "quoted key": '"K": V',
    "space before the colon": "K : V",
    "literal": "K: |\n  V",
    "literal, later line": "K: |\n  one\n  V\n  three",
    "folded": "K: >-\n  one\n  V",
    "next line": "K:\n  V",
    "next line, quoted": 'K:\n  "V"',
    "two lines": "K: one\n  V",
    "two lines, double quotes": 'K: "one\n  V"',
    "two lines, single quotes": "K: 'one\n\n  V'",
    "flow": "x: {K: V}",
    "flow, json": 'x: {"K":"V"}',
    "flow, json with spaces": 'x: { "K" : "V" , "y": 1 }',
    "flow, next line": 'x: {\n  "K":\n  "V"}',
    "list": "K: [V]",
    "list of two": "K: [one, V]",
    "block list": "K:\n- V",
    "mapping below": "K: {value: V}",
    "mapping below, block": "K:\n  value: V",
    "deep below": "K:\n  a:\n    b: [{c: V}]",
    "comma": "K: one,V",
    "comma in flow": "x: {K: one,V}",
    "comma and space in flow": "x: {K: one, V}",
    "bracket": "K: one]V",
    "brace in flow": "x: {K: one}V}",
    "colon": "K: one:V",
    "hash": "K: one#V",
    "complex key": "? K\n: V",
    "complex key in flow": "x: {? K : V}",
    "complex key that is it": "? V\n: K",
    "anchor": "K: &a V\ny: *a",
    "anchor named by it": "K: &W x\ny: *W",
    "alias of nothing": "K: *W",
    "alias as a key": "K: &a V\n*a : y",
    "tag": "K: !!str V",
    "tag named by it": "K: !W x",
    "merge": "<<: {K: V}",
    "merged anchor": "a: &a {K: V}\nb:\n  <<: *a\n  imag: x",
    "env": "env: [{name: K, value: V}]",
    "env, json": 'env: [{"name":"K","value":"V"}]',
    "env, value first": "env:\n- value: V\n  name: K",
    "env, far apart": "env:\n- name: K\n  # one\n  # two\n  # three\n\n\n  value: V",
    "env, next line": "env:\n- name: K\n  value:\n    V",
    "two arguments": 'args: ["--K", V]',
    "two arguments, block": 'args:\n- "--K"\n- V',
    "argument": "args: [--K=V]",
    "argument, block": "args:\n- --K=V",
    "shell": 'command: [sh, -c, "K=V run --K V"]',
    "variable": "args: [K=V]",
    "url, password": "url: https://user:V@git.example.com/x",
    "url, token": "url: https://V@git.example.com/x",
    "url, query": "url: https://git.example.com/x?K=V",
    "uri of a model": "storageUri: s3://user:V@bucket/x",
    "login in an image": "image: user:V@harbor.example.com/vision/x:1",
    "comment": "x: y # K: V",
    "comment alone": "# K: V\nx: y",
    "commented out in a list": "x:\n# - K: V\n- imag: y",
    "key and value in one word": "K=V",
    "item": "- K: V",
    "yaml in a text": "config: |\n  a: b\n  K: V",
    "json in a text": 'config: \'{"K": "V"}\'',
    "annotation": "annotations: {example.com/K: V}",
    "label": "labels: {K: V}",
    "docker configuration": '.dockerconfigjson: \'{"auths": {"h.example.com": {"username": "u", "password": "V"}}}\'',
    "docker configuration, auth": '.dockerconfigjson: \'{"auths": {"h.example.com": {"auth": "B"}}}\'',
    "docker configuration, key": '.dockerconfigjson: \'{"auths": {"https://u:V@h.example.com": {"auth": "x"}}}\'',
    "docker configuration, broken": '.dockerconfigjson: \'{"auths": {"h.example.com": {"password": "V"}\'',
    "base64": "K: B",
    "base64, literal": "K: |\n  B",
}
"""K stands for a key, V for the credential, W for its letters alone, B for its base64."""

PLACES: dict[str, str] = {
    "pod": "apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: vision}\nspec:\n"
    "  containers:\n  - name: app\n    §4",
    "spec": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  namespace: vision\nspec:\n  §2",
    "metadata": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  §2",
    "secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  §2",
    "secret data": "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\ndata:\n  §2",
    "settings": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  §2",
    "service": "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
    "metadata: {name: app, namespace: vision}\nspec:\n  predictor:\n    imagePullSecrets: [{name: pull}]\n"
    "    containers:\n    - name: kserve-container\n      image: harbor.example.com/vision/x:1\n      §6",
    "ports": "apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: vision}\nspec:\n  containers:\n  - name: app\n"
    "    image: x\n    ports:\n      §6",
    "kustomization": "resources: [app.yaml]\n§0",
    "fleet": "apiVersion: mooring.dev/v1\nkind: Fleet\nmetadata:\n  name: demo\nregistries:\n- name: harbor\n"
    "  host: harbor.example.com\nsecrets: {backend: external}\nnamespaces: [{name: vision}]\nrobots:\n- name: vision\n"
    "  project: vision\n  expires: 2099-01-01\n  §2",
    "fleet's service": "apiVersion: mooring.dev/v1\nkind: Fleet\nmetadata: {name: demo}\nregistries:\n- name: harbor\n"
    "  host: harbor.example.com\nsecrets: {backend: external}\nnamespaces: [{name: vision}]\nrobots:\n- name: vision\n"
    "  project: vision\n  expires: 2099-01-01\nservices:\n- name: app\n  namespace: vision\n  spec:\n    predictor:\n"
    "      containers:\n      - name: kserve-container\n        image: harbor.example.com/vision/x:1\n        §8",
    "include": "apiVersion: mooring.dev/v1\nkind: Fleet\nmetadata: {name: demo}\n§0",
}
"""§ and a number stand for the credential's lines at that indentation."""

Spoil = Callable[[str, str], str]
"""Given a file and the indentation of the credential's lines in it, the broken file."""


def _before(line: str) -> Spoil:
    return lambda text, pad: text.replace("\0", f"{line}\n{pad}\0")


def _after(line: str) -> Spoil:
    return lambda text, pad: text.replace("\1", f"\1\n{pad}{line}")


SPOILS: dict[str, Spoil] = {
    "nothing": lambda text, pad: text,
    "open quote before": _before('zz: "open'),
    "open quote after": _after("zz: 'open"),
    "open bracket before": _before("zz: [open"),
    "open brace after": _after("zz: {open"),
    "tab before": lambda text, pad: text.replace("\0", f"\tzz: 1\n{pad}\0"),
    "tab after": lambda text, pad: text.replace("\1", "\1\n\tzz: 1"),
    "no colon before": _before("zz yy"),
    "no colon after": _after("zz"),
    "twice": _after("dup: 1\ndup: 2"),
    "itself twice": lambda text, pad: text.replace("\1", "\1\n" + pad + text[text.index("\0") + 1 : text.index("\1")]),
    "unknown field": _after("imag: x"),
    "wrong choice": _after("imagePullPolicy: Alwyas"),
    "wrong type": _after("replicas: x\nname: [1]"),
    "indented too far": _after("  zz: 1\n   yy: 2"),
    "indented too little": lambda text, pad: text.replace("\1", f"\1\n{pad[:-1]}zz: 1"),
    "control character": _after("zz: a\x01b"),
    "control character at it": lambda text, pad: text.replace("\1", "\x07\1"),
    "escape at it": lambda text, pad: text.replace("\1", "\x1b[31m\1"),
    "no such alias": _after("zz: *nope"),
    "broken second document": lambda text, pad: text + "\n---\nzz: [\n",
    "second document": lambda text, pad: text + "\n---\napiVersion: v1\nkind: Pod\n",
    "very deep": lambda text, pad: text + "\n---\nzz: " + "[" * 600 + "]" * 600,
    "carriage returns": lambda text, pad: text.replace("\n", "\r\n") + "\r\nzz: [",
    "not UTF-8": lambda text, pad: text.replace("\1", "\udcff\1"),
    "another kind": lambda text, pad: re.sub(r"kind: \w+", "kind: Nothing", text),
    "no metadata": lambda text, pad: re.sub(r"metadata:.*\n(?:  name.*\n)*", "", text),
    "long key": _after("k" * 1100 + ": 1"),
    "merge conflict": lambda text, pad: text.replace("\0", f"<<<<<<< HEAD\n{pad}\0").replace("\1", "\1\n======="),
    "next line": lambda text, pad: text.replace("\1", "\1\x85zz: 1"),
}


@dataclass(frozen=True, slots=True)
class Case:
    place: str
    shape: str
    key: str
    spoil: str
    canary: str

    @property
    def text(self) -> bytes:
        """The broken file."""
        frame, _, indent = PLACES[self.place].partition("§")
        pad = " " * int(indent)
        encoded = base64.b64encode(self.canary.encode()).decode()
        words = {"K": self.key, "V": self.canary, "W": re.sub(r"\W", "", self.canary), "B": encoded}
        written = re.sub(r"\b[KVWB]\b", lambda match: words[match[0]], SHAPES[self.shape])
        lines = "\0" + written + "\1"
        text = SPOILS[self.spoil](frame + lines.replace("\n", f"\n{pad}") + "\n", pad)
        return text.replace("\0", "").replace("\1", "").encode("utf-8", "surrogateescape")


def cases() -> Iterator[Case]:
    """Every case there is."""
    for place in PLACES:
        for shape in SHAPES:
            for key in KEYS:
                for spoil in SPOILS:
                    for canary in CANARIES:
                        yield Case(place, shape, key, spoil, canary)


def leaks(canary: str) -> list[str]:
    """The forms of a credential that must not be shown, in lower case: as it is, escaped, encoded; its digits alone."""
    raw = canary.encode()
    encoded = []
    for shift in range(3):
        # The part of its base64 that does not depend on what stands beside it.
        encoded.append(base64.b64encode(b"x" * shift + raw)[4:-4].decode())
    forms = {canary, urllib.parse.quote(canary, safe=""), json.dumps(canary)[1:-1], *encoded, "7391846205", "7391/846205"}
    return sorted(form.lower() for form in forms)
