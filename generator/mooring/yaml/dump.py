"""Plain data → block YAML, in the order and the style that `kubectl` and Kustomize print: two spaces, `- ` at the key's
own column, nothing folded; a text of several lines is a literal block where every reader agrees on it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from mooring.yaml.scalar import HIDDEN, is_command, scalar, text_scalar

# A literal block keeps what it holds: nothing hidden, and none of the few things that readers disagree on, or for which
# an indentation indicator would be due.
_LITERAL = re.compile(rf"[^\s{HIDDEN}][^\t\r\xa0\ud800-\udfff{HIDDEN}]*")

# What may end a plain scalar in flow style, or mean something there (`?`, `,`), to some reader.
_ENDS = re.compile(r"[^\w ./-]")
WIDTH = 120


def _is_literal(value: str) -> bool:
    if " \n" in value or value.endswith(" ") or is_command(value):
        return False
    return _LITERAL.fullmatch(value) is not None


def _literal(value: str, pad: str) -> str:
    body = value.rstrip("\n")
    tail = len(value) - len(body)
    if tail > 1 or not body:
        return text_scalar(value) + "\n"
    lines = "".join(f"{pad}{line}\n" if line else "\n" for line in body.split("\n"))
    return ("|\n" if tail else "|-\n") + lines


def dump(value: Any, indent: int = 0) -> str:
    """`value` as block YAML, every line indented by `indent` spaces; ends with a newline."""
    out: list[str] = []
    _emit(value, " " * indent, out)
    return "".join(out)


def fields(value: dict[str, Any], indent: int) -> str:
    """A mapping with a line for each key, every line indented by `indent`; what a key holds is in flow style."""
    out: list[str] = []
    pad = " " * indent
    for key, item in value.items():
        if isinstance(item, (dict, list, tuple)) and item:
            head = f"{pad}{_key(text_scalar(key), pad)}: "
            out.append(f"{head}{flow(item, indent + 2, len(head))}\n")
        else:
            _emit({key: item}, pad, out)
    return "".join(out)


def flow(value: Any, indent: int = 0, begin: int | None = None) -> str:
    """A short list or mapping on one line, or on as few as its width takes: those after the first indented by `indent`, and
    the first behind `begin` columns, else as many."""
    width, pad = WIDTH - indent - 2, "\n" + " " * indent
    first = width if begin is None else WIDTH - begin - 2
    lines = [""]
    for part in _parts(value):
        room = first if len(lines) == 1 else width
        whole = [part] if len(part) < room else part.replace(", ", ",\0").split("\0")
        for piece in whole:
            room = first if len(lines) == 1 else width
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > room:
                lines.append(" " + piece)
            else:
                lines[-1] += f" {piece}" if lines[-1] else piece
    return pad.join(lines)


def _parts(value: Any) -> list[str]:
    """The entries of a list or a mapping in flow style, the brackets with the first and the last of them."""
    if isinstance(value, dict):
        items, ends = [f"{_flowing(key)}: {_nested(item)}" for key, item in value.items()], "{}"
    else:
        items, ends = [_nested(item) for item in value], "[]"
    items = [f"{item}," for item in items[:-1]] + items[-1:] if items else [""]
    items[0] = ends[0] + items[0]
    items[-1] += ends[1]
    return items


def _nested(value: Any) -> str:
    return " ".join(_parts(value)) if isinstance(value, (dict, list, tuple)) else _flowing(value)


def _flowing(value: Any) -> str:
    """A scalar that ends neither at a comma nor at a bracket."""
    written = scalar(value)
    return json.dumps(value, ensure_ascii=False) if written == value and _ENDS.search(written) else written


def _emit(value: Any, pad: str, out: list[str]) -> None:
    """Adds the lines of a value to `out`, indented by `pad`."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            head = f"{pad}{_key(text_scalar(key), pad)}:"
            if isinstance(item, str):
                out.append(f"{head} {_text(item, pad)}")
            elif isinstance(item, dict) and item:
                out.append(head + "\n")
                _emit(item, pad + "  ", out)
            elif isinstance(item, (list, tuple)) and item:
                out.append(head + "\n")
                _emit(item, pad, out)
            else:
                out.append(f"{head} {_inline(item)}\n")
    elif isinstance(value, (list, tuple)) and value:
        for item in value:
            _emit_item(item, pad, out)
    else:
        out.append(f"{pad}{_inline(value)}\n")


def _key(written: str, pad: str) -> str:
    """A `:` belongs to a key of at most 1,024 characters (https://yaml.org/spec/1.2.2/#742-flow-mappings), or to a `?`."""
    return written if len(written) <= 1000 else f"? {written}\n{pad}"


def _text(value: str, pad: str) -> str:
    return _literal(value, pad + "  ") if "\n" in value and _is_literal(value) else text_scalar(value) + "\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    return scalar(value)


def _emit_item(value: Any, pad: str, out: list[str]) -> None:
    """One item of a list: what is nested begins on the dash's own line."""
    if isinstance(value, str):
        out.append(f"{pad}- {_text(value, pad)}")
    elif isinstance(value, (dict, list, tuple)) and value:
        first = len(out)
        _emit(value, pad + "  ", out)
        out[first] = f"{pad}- {out[first][len(pad) + 2 :]}"
    else:
        out.append(f"{pad}- {_inline(value)}\n")
