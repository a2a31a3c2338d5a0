"""The problem codes: a rule is one module of this package, named as its code, and its docstring is its page.

A module holds a summary line, the sections What, Why, Example and Instead, `SEVERITY`, `FAMILY` and `SHOWS`; a rule of the pull
path also has `describe(pull)`, which words its problem. Adding a rule is adding a module.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from types import ModuleType
from typing import Literal, Protocol, cast

from mooring.redaction import Kind

Severity = Literal["error", "warning", "note"]
# What is not at hand where a pull is unknown.
REASONS = {
    "runtime": "the runtime that brings it",
    "base": "a base or preset of the LLM service",
    "settings": "KServe's own settings",
    "account": "a ServiceAccount",
    "secret": "a Secret",
    "root": "a part of the Kustomize root",
    "registries": "the registries that a Secret is for",
    "kind": "the schema of its kind",
    "variable": "the value of a variable in the image",
}
SECTIONS = ("What", "Why", "Example", "Instead")
FAMILIES = ("fleet file", "every document", "pull path", "credentials", "Kustomize")


class Named(Protocol):
    """A robot account, as far as words about it go."""

    @property
    def name(self) -> str: ...


class BrokenPull(Protocol):
    """What a rule of the pull path words: `pulls.verdict.Pull` is one."""

    @property
    def image(self) -> str: ...
    @property
    def component(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def pod(self) -> str: ...
    @property
    def secrets(self) -> tuple[str, ...]: ...
    @property
    def secret(self) -> str | None: ...
    @property
    def robot(self) -> Named | None: ...
    @property
    def detail(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What `mooring explain CODE` shows; `example` and `instead` are YAML."""

    code: str
    severity: Severity
    family: str
    summary: str
    what: str
    why: str
    example: str
    instead: str


@functools.cache
def codes() -> tuple[str, ...]:
    """Every problem code."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


@functools.cache
def load(code: str) -> ModuleType:
    """The module of a code. ModuleNotFoundError for a code that does not exist."""
    return importlib.import_module(f"{__name__}.{code.replace('-', '_')}")


def severity(code: str) -> Severity:
    """The code's fixed severity."""
    return cast(Severity, load(code).SEVERITY)


def shows(code: str) -> frozenset[Kind]:
    """The kinds of scalars that the excerpt under a problem of the code may show, where their fields are declared."""
    return cast(frozenset[Kind], load(code).SHOWS)


def page(code: str) -> Page:
    """The page of a code, from its module's docstring."""
    module = load(code)
    summary, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in rest.split("\n"):
        if line in SECTIONS:
            current = sections.setdefault(line, [])
        else:
            current.append(line)
    texts = {name: inspect.cleandoc("\n" + "\n".join(lines)).strip("\n") for name, lines in sections.items()}
    return Page(code, severity(code), module.FAMILY, summary, *(texts[name] for name in SECTIONS))
