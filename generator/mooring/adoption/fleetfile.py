"""The text of an adopted fleet file, with a comment wherever something had to be made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.adoption.commenting import in_entry
from mooring.yaml.comments import Comment
from mooring.yaml.dump import dump

LISTS = ("registries", "robots", "namespaces", "services", "environments")
_HEAD = """\
# yaml-language-server: $schema=.mooring/fleet.schema.json
# Adopted from manifests. The Secrets are still made outside git (`backend: external`), the namespaces elsewhere
# (`manage: false`). Write each robot's `expires` as Harbor shows it, and narrow its `projects` to one service's.
"""


class Entry(NamedTuple):
    """One entry of a list of the fleet file, in words what of it was not found in the manifests, and comments of theirs."""

    data: Mapping[str, Any]
    missing: Sequence[str] = ()
    comments: Sequence[Comment] = ()

    @property
    def text(self) -> str:
        """The entry as an item of a block list, the comments of its sources beside their values."""
        return "".join(f"# not found: {what}\n" for what in self.missing) + in_entry(dump([dict(self.data)]), self.comments)


@dataclass(slots=True)
class Draft:
    """An adopted fleet, or what is added to one: the entries of its lists, files that it names by path, and what cannot be
    written as it was. `extended` is what is added to environments that are there already, by name."""

    registries: list[Entry] = field(default_factory=list)
    robots: list[Entry] = field(default_factory=list)
    namespaces: list[Entry] = field(default_factory=list)
    services: list[Entry] = field(default_factory=list)
    environments: list[Entry] = field(default_factory=list)
    extended: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The fleet file."""
        text = _HEAD + dump({"apiVersion": "mooring.dev/v1", "kind": "Fleet", "metadata": {"name": "fleet"}})
        for name in LISTS:
            entries: list[Entry] = getattr(self, name)
            if entries:
                text += f"{name}:\n" + "".join(entry.text for entry in entries)
            elif name == "namespaces":
                text += f"{name}: []\n"
            text += "secrets:\n  backend: external\n" if name == "registries" else ""
        return text
