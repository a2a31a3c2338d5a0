"""The ciphertexts under `secrets/`, which are copied below `access/`: read here, and judged as far as no key is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mooring import backends
from mooring.backends import ciphertexts
from mooring.files import Absent, Boundary, Unreadable, display_path
from mooring.fleet import model
from mooring.fleet.generations import generations
from mooring.kustomization import internal, is_local
from mooring.kustomization.refusals import refusals
from mooring.manifests.checking import ref
from mooring.plan.copies import copied
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.schema import validation
from mooring.yaml.document import Document, read_manifests

_HINT = "write it with `mooring secret set`, commit it, and render again"


class Ciphertext(NamedTuple):
    """A ciphertext to be copied: the file that it stands in, its text, and the object that it is."""

    origin: str
    text: str
    data: Mapping[str, Any]


def ciphertext(
    resolved: ResolvedEnvironment, namespace: str, robot: model.Robot
) -> tuple[Ciphertext | None, list[Problem]]:  # fmt: skip
    """The ciphertext of a robot's Secret in a namespace; None where it is absent or something is wrong with it."""
    boundary = Boundary(resolved.root)
    origin = ciphertexts.path(resolved.name, namespace, robot.secret).as_posix()
    path = boundary.root / origin
    shown = quote(display_path(path), "file")
    try:
        raw = boundary.read(path)
    except Absent:
        message = f"robot {quote(robot.name, 'name')} has no ciphertext: {shown} does not exist"
        return None, [robot.problem("missing-ciphertext", message, "name", hint=_HINT)]
    except Unreadable as error:
        return None, [robot.problem("bad-path", f"{shown} {error.why}", "name", hint=error.hint)]
    documents, problems = read_manifests(raw, display_path(path))
    if problems:
        return None, problems
    if len(documents) != 1:
        message = f"{shown} holds {len(documents) or 'no'} objects, and a ciphertext is one"
        source = documents[1] if documents else None
        return None, [Problem("bad-ciphertext", message, source, file=display_path(path), hint=_HINT)]
    problems = list(_faults(resolved, namespace, robot, documents[0]))
    if problems:
        return None, problems
    text = copied(raw.decode("utf-8-sig"), display_path(path))
    return Ciphertext(origin, text, documents[0].data), []


def _faults(resolved: ResolvedEnvironment, namespace: str, robot: model.Robot, document: Document) -> Iterator[Problem]:
    """What is wrong with the object, each fault at its place in the file; its schema is asked once the rest is right."""
    data, is_right = document.data, True
    about = ref(data) if isinstance(data, Mapping) else None
    backend = resolved.fleet.backend_of(robot)
    for shown in backends.faults(backend, data, namespace, robot, resolved.fleet):
        is_right = False
        yield Problem(shown.code, shown.message, document, shown.route, hint=shown.hint, object=about)
    if not is_right:
        return
    login, own = ciphertexts.login_of(data), resolved.login(robot)
    if login is not None and login not in generations(own):
        message = f"it holds login {quote(login, 'name')}, and robot {quote(robot.name, 'name')} has {quote(own, 'name')}"
        route = ciphertexts.login_route(data) or ()
        hint = f"write it anew with `mooring secret set {robot.name}`"
        yield Problem("login-mismatch", message, document, route, hint=hint, object=about)
    if is_local(data) or internal(data):
        message = "an annotation makes Kustomize leave it out, rename it or move it"
        yield Problem("bad-ciphertext", message, document, ("metadata", "annotations"), hint="remove it", object=about)
    for one in refusals(data, document.text):
        yield Problem(one.code, one.message, document, one.route, one.at_key, hint=one.hint, object=about)
    for finding in validation.check_object(resolved.catalog, data):
        yield Problem(
            "schema", finding.message, document, finding.route, finding.at_key, finding.expected, finding.hint, object=about
        )  # fmt: skip
