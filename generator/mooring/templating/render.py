"""Artifact → text: the only importer of Jinja2.

Every expression is printed as one safe YAML scalar, so that no value can become structure (`"x\\nadmin: true"` stays a
string); `| block(n)` places whole mappings, lists and long texts as block YAML indented by n spaces, `| flow(n)` short ones
on a line, `| fields(n)` mappings of such, `| sections(n)` lists with comments. Templates hold no
logic beyond a loop or an optional part: what is written is decided before, in Python.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from mooring.files.data import data_dir
from mooring.files.products import MARKER, PAGE_MARKER
from mooring.yaml.dump import WIDTH, dump, fields, flow
from mooring.yaml.scalar import escaped, scalar


@jinja2.pass_eval_context
def _one_scalar(_context: jinja2.nodes.EvalContext, value: Any) -> Any:
    # Without the decorator Jinja folds constants before `finalize` sees them; `Markup` is what `block` returned.
    if isinstance(value, Markup):
        return value
    if isinstance(value, jinja2.Undefined):
        return value
    if isinstance(value, (dict, list, tuple)):
        raise TypeError("a mapping or list in a template needs the `block` filter")
    return Markup(scalar(value))  # noqa: S704 - `scalar` is the escaping


def _block(value: Any, indent: int) -> Markup:
    """`value` as block YAML below a key: on lines of its own, or on the key's line where it is empty or a scalar."""
    if isinstance(value, dict) and value:
        return Markup("\n" + dump(value, indent).rstrip("\n"))  # noqa: S704
    if isinstance(value, (list, tuple)) and value:
        return Markup("\n" + dump(list(value), indent).rstrip("\n"))  # noqa: S704
    if isinstance(value, str) and "\n" in value:
        text = dump({"_": value}, indent - 2)
        return Markup(" " + text[text.index(":") + 1 :].strip(" ").rstrip("\n"))  # noqa: S704
    return Markup(" " + dump(value, 0).strip("\n"))  # noqa: S704


def _flow(value: Any, indent: int) -> Markup:
    """A short list or mapping in flow style, its further lines indented by `indent` spaces."""
    return Markup(flow(value, indent))  # noqa: S704


def _fields(value: Mapping[str, Any], indent: int) -> Markup:
    """A mapping with a line for each key, and what the key holds in flow style."""
    return Markup("\n" + fields(dict(value), indent).rstrip("\n"))  # noqa: S704


def _sections(value: Iterable[Mapping[str, Any]], indent: int) -> Markup:
    """The items of a list by sections, each below a comment that says `why`; what fits on one line is in flow style."""
    lines = []
    for section in value:
        lines += [f"# {line}" for line in _wrapped(section["why"], indent)]
        lines += [f"- {_item(item, indent + 2)}" for item in section["items"]]
    return Markup("".join("\n" + " " * indent + line for line in lines))  # noqa: S704


def _item(value: Mapping[str, Any], indent: int) -> str:
    """A mapping behind its dash."""
    one = flow(value, indent)
    texts = [text for text in value.values() if isinstance(text, str)]
    long = "\n" in one and len(texts) == len(value)
    return dump(value, indent).strip() if long or any("\n" in text for text in texts) else one


def _wrapped(text: str, indent: int) -> list[str]:
    """The lines of a comment."""
    return textwrap.wrap(escaped(text), WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False)


@functools.cache
def _environment() -> jinja2.Environment:
    """Jinja's environment: every expression becomes one safe scalar."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_dir("templates")),
        autoescape=True,
        finalize=_one_scalar,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()  # `namespace` and its like are names of values here
    environment.filters |= {"block": _block, "fields": _fields, "flow": _flow, "sections": _sections}
    return environment


@functools.cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(f"{name}.yaml.j2")


def page(text: str, *, fleet: str) -> str:
    """A page of Markdown with its marker."""
    name = escaped(fleet).replace(">", "\\x3e")
    return f"{PAGE_MARKER} {name}: edit that, not this file. -->\n\n{text}"


def marked(text: str, *, fleet: str) -> str:
    """A text of YAML below the marker comment; `fleet` is the fleet file's path relative to the repository."""
    return f"{MARKER} {escaped(fleet)}: edit that, not this file.\n{text}"


def render(template: str, context: Mapping[str, Any], *, fleet: str) -> str:
    """The text of one file: the marker comment that names the fleet file, then the template's output.

    `template` is `<family>/<name>`. A value that the context lacks is a bug and raises.
    """
    return marked(fill(template, context), fleet=fleet)


def fill(template: str, context: Mapping[str, Any]) -> str:
    """The template's output alone, for a file that people keep: without the marker mooring takes it for theirs."""
    return _template(template).render(context).lstrip("\n")
