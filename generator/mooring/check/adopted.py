"""The text of an adopted fleet file, with a comment wherever something had to be made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.problems.routes import get
from mooring.schema.catalog import KindInfo
from mooring.yaml.dump import dump

_NO_REGISTRY = [{"name": "harbor", "host": "harbor.example.com"}]
_NO_HOST = "no image of a private registry, and no Secret that names one: write your Harbor's host"
_HEAD = """\
# yaml-language-server: $schema=.mooring/fleet.schema.json
# Adopted from manifests. The Secrets are still made outside git (`backend: external`), the namespaces elsewhere
# (`manage: false`). Write each robot's `expires` as Harbor shows it, and narrow its `projects` to one service's.
"""


@dataclass(slots=True)
class AdoptedRobot:
    """A robot in the making: named as its Secret, with the projects that are pulled with it; whether one is at hand."""

    host: str
    secret: str
    is_at_hand: bool
    projects: set[str] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)


class AdoptedService(NamedTuple):
    """An object of the manifests, its kind, and the robots that pull its images."""

    data: Mapping[str, Any]
    info: KindInfo
    robots: Sequence[AdoptedRobot]


def written(hosts: Sequence[str], robots: Sequence[AdoptedRobot], services: Sequence[AdoptedService]) -> str:
    """The fleet file."""
    names = {host: f"harbor-{index}" if index else "harbor" for index, host in enumerate(hosts)}
    called = {id(robot): robot.secret if len(hosts) == 1 else f"{robot.secret}-{names[robot.host]}" for robot in robots}
    registries = [{"name": names[host], "host": host} for host in hosts]
    head = {
        "apiVersion": "mooring.dev/v1", "kind": "Fleet", "metadata": {"name": "fleet"},
        "registries": registries or _NO_REGISTRY, "secrets": {"backend": "external"},
    }  # fmt: skip
    text = _HEAD + ("" if hosts else _not_found(_NO_HOST)) + dump(head)
    if robots:
        text += "robots:\n" + "".join(_robot(robot, called[id(robot)], names) for robot in robots)
    spaces = {str(get(data, ("metadata", "namespace"))) for data, info, _ in services if info.scope == "Namespaced"}
    text += dump({"namespaces": [{"name": name, "manage": False} for name in sorted(spaces)]})
    entries = [_service(data, info, [called[id(robot)] for robot in used]) for data, info, used in services]
    return text + (dump({"services": entries}) if entries else "")


def _not_found(what: str) -> str:
    return f"# not found: {what}\n"


def _robot(robot: AdoptedRobot, name: str, names: Mapping[str, str]) -> str:
    """One entry under `robots:`, and above it what of it was made up."""
    entry = {
        "name": name, "registry": names[robot.host], "projects": sorted(robot.projects), "secretName": robot.secret,
        "namespaces": sorted(robot.namespaces), "expires": "never",
    }  # fmt: skip
    comments = [_not_found("when it expires; Harbor shows it")]
    if not robot.is_at_hand:
        comments.append(_not_found("its Secret; that it stands in these namespaces is taken from the pods that name it"))
    return "".join(comments) + dump([entry])


def _service(data: Mapping[str, Any], info: KindInfo, robots: list[str]) -> dict[str, Any]:
    """One entry under `services:`."""
    metadata = data["metadata"]
    entry: dict[str, Any] = {"name": metadata["name"]}
    if info.scope == "Namespaced":
        entry["namespace"] = metadata["namespace"]
    entry |= {"kind": info.kind, "apiVersion": info.api_version}
    if robots:
        entry["robots"] = robots
    entry |= {key: dict(metadata[key]) for key in ("labels", "annotations") if metadata.get(key)}
    return {**entry, "spec": data["spec"]}
