"""The `functionConfig` of a ResourceList: what the KRM function is asked to do, in the words of `check`'s options."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.commands.registries import registry
from mooring.commands.running import Refused, near_or_all
from mooring.redaction import quote_key
from mooring.registry.registries import Registry

API_VERSION, KIND = "mooring.dev/v1", "Check"


@dataclass(frozen=True, slots=True)
class FunctionConfig:
    """What it asks for; all of it may be left out."""

    fleet: str = ""
    registries: tuple[Registry, ...] = ()
    environments: tuple[str, ...] = ()
    strict: bool = False

    @classmethod
    def of(cls, config: Any) -> FunctionConfig:
        """The settings of `kind: Check`, or of a ConfigMap's `data`. `Refused` for anything else."""
        settings, is_text = _settings(config)
        names = [field.name for field in dataclasses.fields(cls)]
        for name in settings:
            if name not in names:
                raise Refused(f"functionConfig has no setting {quote_key(str(name))}", near_or_all(str(name), names))
        return cls(
            fleet=_text(settings.get("fleet", ""), "fleet"),
            registries=tuple(_registry(one) for one in _list(settings.get("registries"), "registries", is_text=is_text)),
            environments=tuple(_list(settings.get("environments"), "environments", is_text=is_text)),
            strict=_flag(settings.get("strict", False), is_text=is_text),
        )


def _settings(config: Any) -> tuple[Mapping[str, Any], bool]:
    """The settings, and whether all of them are texts, as those of a ConfigMap are."""
    if config is None:
        return {}, False
    kind = (config.get("apiVersion"), config.get("kind")) if isinstance(config, Mapping) else ()
    if kind not in ((API_VERSION, KIND), ("v1", "ConfigMap")):
        hint = f"write `apiVersion: {API_VERSION}` and `kind: {KIND}`, or a ConfigMap"
        raise Refused("functionConfig is no configuration of mooring", hint)
    key = "data" if kind[1] == "ConfigMap" else "spec"
    settings = config.get(key) or {}
    if not isinstance(settings, Mapping):
        raise Refused(f"`{key}` of functionConfig is no mapping", "write `key: value` below it")
    return settings, key == "data"


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Refused(f"`{name}` of functionConfig is no text", f"write `{name}: text`")
    return value


def _list(value: Any, name: str, *, is_text: bool) -> Sequence[str]:
    """The items of a list; in a ConfigMap they stand in one text, with commas or line breaks between them."""
    if is_text:
        return _text(value or "", name).replace(",", " ").split()
    if not isinstance(value, list | None) or not all(isinstance(one, str) for one in value or ()):
        raise Refused(f"`{name}` of functionConfig is no list of texts", f"write `{name}: [one, two]`")
    return value or ()


def _flag(value: Any, *, is_text: bool) -> bool:
    found = {"true": True, "false": False}.get(value) if is_text and isinstance(value, str) else value
    if not isinstance(found, bool):
        hint = 'write `strict: true`, in a ConfigMap `strict: "true"`'
        raise Refused("`strict` of functionConfig is neither true nor false", hint)
    return found


def _registry(text: str) -> Registry:
    try:
        return registry(text)
    except argparse.ArgumentTypeError as error:
        raise Refused(f"`registries` of functionConfig: {error}") from None
