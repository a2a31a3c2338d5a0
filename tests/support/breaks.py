"""A pod whose image is written so that readers of YAML 1.1 and 1.2 may see different ones: characters that only some take
for a line break, at places where that matters. `tests/unit/yaml/test_reading.py` holds mooring to what is right,
`tests/real/test_yamlread.py` to kubectl.
"""

from __future__ import annotations

from collections.abc import Iterator

CHARACTERS = {
    "NEL": "\x85",
    "LS": "\u2028",
    "PS": "\u2029",
    "CR": "\r",
    "NBSP": "\xa0",
    "ZWSP": "\u200b",
    "VT-like": "\u180e",
}
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: x, namespace: v}}\nspec:\n  containers:\n  - name: c\n    image: {image}\n"
)
IMAGE = "harbor.example.com/secret/x:1"

# `@` is the character, `IMAGE` the image that a reader may or may not see.
IMAGES = {
    "before a comment": "IMAGE@#",
    "before a comment with a space": "IMAGE@ # x",
    "before a text": "IMAGE@x",
    "before an indented text": "IMAGE@     x",
    "before a document's marker": "IMAGE@--- x",
    "before an empty document": "IMAGE@--- {}",
    "before a bare marker": "IMAGE@---",
    "before the end of a document": "IMAGE@...",
    "before an end with a text": "IMAGE@... x",
    "before a key": "IMAGE@    imagePullPolicy: Never",
    "before another image": "a@    image: IMAGE",
    "before a directive": "IMAGE@%YAML 1.1",
    "before an anchor": "&a@      IMAGE",
    "before a tag": "!!str@      IMAGE",
    "in single quotes": "'IMAGE@x'",
    "in double quotes": '"IMAGE@x"',
    "behind a backslash": '"IMAGE\\@x"',
    "before a marker in quotes": "'IMAGE@--- x'",
    "at the end of a literal's header": "|-@      IMAGE",
    "at the end of a folded one's": ">-@      IMAGE",
    "in a literal": "|-\n      IMAGE@x",
    "in a folded text": ">-\n      IMAGE@      x",
    "behind a literal's comment": "|- # c@      IMAGE",
    "behind the colon": "@      IMAGE",
    "twice behind the colon": "@@      IMAGE",
    "in a flow list": "a\n    args: [b@, c]",
    "before a flow comment": "a\n    args: [b@# c]\n      ]",
    "in a flow mapping": "a\n    resources: {b@: c}",
    "behind a flow comma": "a\n    args: [b,@c]",
    "in a comment": "a # b@    image: IMAGE",
    "in a key": "a\n    b@c: d",
    "on a line of its own": "a\n@\n    tty: true",
    "before a line": "a\n@    tty: true",
    "behind a dash": "a\n    args:\n    -@      b",
    "in a separator's comment": "a\n--- # b@image: c",
    "behind a separator": "a\n---@x",
}  # fmt: skip


def pods() -> Iterator[tuple[str, str, str]]:
    """(character, place, text) of every pod."""
    for name, character in CHARACTERS.items():
        for place, image in IMAGES.items():
            yield name, place, POD.format(image=image.replace("IMAGE", IMAGE).replace("@", character))


# Plain values in flow collections that `kubectl` and Kustomize end at the `?`, and whose rest they refuse.
REFUSED_FOR_A_QUESTION_MARK = (
    "resources: [https://example.com/x?ref=1]", "a: [x?b]", "a: {b: c?d}", "a: {b?c: d}", "a: [x?]", "a: [x?, y]",
    "a: {x?: y}", "a: [x??b]", "a: [x?: y]", "a: [(?x)]", "a: [-?]",
)  # fmt: skip
