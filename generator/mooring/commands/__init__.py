"""The commands: one module each. Their summaries stand here so that `--help` imports none of them."""

from __future__ import annotations

import importlib
from types import ModuleType

COMMANDS = {
    "init": "start a repository: a fleet file, a pre-commit configuration, editor help",
    "render": "render the fleet's overlays and policies, check everything, write the tree",
    "check": "check the fleet, its tree and its robots' expiry, or any manifests; write nothing",
    "diff": "say what changed in meaning since a git revision; write nothing",
    "explain": "explain a problem code, or a service's pulls, image by image",
    "doctor": "ask the registry for a service's images as a kubelet would, and name why one is not given",
    "fn": "check a ResourceList as a KRM function of Kustomize or kpt, which configure it; change nothing",
    "robots": "compare Harbor's robot accounts with the fleet, and make them so",
    "secret": "write a robot's login and secret to the back end that its Secret is made from",
    "schema": "print a schema",
    "completion": "print a script that lets bash, zsh or fish complete commands, options, codes and paths",
}


def load(name: str) -> ModuleType:
    """The module of a command."""
    return importlib.import_module(f"{__name__}.{name}")
