"""Manifests that a team keeps, as they go into the tree: word for word, or anew where a reviewer could not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mooring.fleet import model
from mooring.manifests.checking import NotReadBack
from mooring.manifests.service import service_problem
from mooring.problems.problem import Problem
from mooring.yaml.document import read_manifests
from mooring.yaml.dump import dump
from mooring.yaml.scalar import escaped, is_harmless

# What Kustomize takes for a repository before it looks whether a file is there; no other first part of a path can be one
# (https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/git/repospec.go, extractHost).
_REMOTE = re.compile(r"github\.com/", re.IGNORECASE)


def copied(text: str, path: str) -> str:
    """The text to be written for a manifest.

    A text with hidden characters, or a line that is a command for a CI runner, is written anew from what is read from it:
    the same objects, in escapes and without comments. It is not refused: Arabic and emoji need such characters.
    """
    if is_harmless(text):
        return text
    documents, problems = read_manifests(text, path)
    if problems:
        return text  # they are reported, and nothing is written
    objects = [document.data for document in documents]
    anew = "---\n".join(map(dump, objects))
    again, refused = read_manifests(anew, path)
    if refused or [document.data for document in again] != objects:
        raise NotReadBack(path)
    return anew


def misnamed(service: model.Service, path: str) -> Iterator[Problem]:
    """A file or folder whose name nobody can read, or write into a kustomization."""
    shown = escaped(path)
    if shown != path:
        message = f"the name of `{shown}` holds a control or bidirectional character, or is not UTF-8"
        yield service_problem(service, "bad-path", message, "manifests", hint="rename the file or folder")


def resource(path: str) -> str:
    """A file's path as an entry of `resources:`, which Kustomize looks for on this disk and nowhere else."""
    return f"./{path}" if _REMOTE.match(path) else path
