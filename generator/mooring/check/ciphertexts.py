"""What of the back ends with ciphertexts is not wrong yet: certificates that end, and files that no Secret is made of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Set
from typing import Any

from mooring import backends
from mooring.backends.ciphertexts import FOLDER, login_of
from mooring.files import Boundary, Unreadable, display_path
from mooring.files.products import is_temporary
from mooring.fleet import labels, secret_references
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.problem import Problem
from mooring.problems.routes import get
from mooring.redaction import quote
from mooring.yaml.document import read_manifests

_SEALED = "sealed-secrets"
_WARNED = 30  # days
_FETCH = "fetch the cluster's present one with `kubeseal --fetch-cert`"


def certificate(resolved: ResolvedEnvironment, as_of: datetime.date) -> Iterator[Problem]:
    """The sealing certificate of an environment, where nothing more can be sealed for it, or soon."""
    fleet, written = resolved.fleet, resolved.fleet.secrets.certificate
    if written is None or all(fleet.backend_of(robot) != _SEALED for robot in fleet.robots):
        return
    from mooring.backends.sealed import BadCertificate, valid_until  # brings OpenSSL

    item = secret_references.certificate_owner(fleet, resolved.environment)
    name, boundary = f"sealing certificate {quote(written, 'path')}", Boundary(resolved.root)
    try:
        pem = boundary.read(boundary.root / written)
        until = valid_until(pem)
    except Unreadable:
        return  # the fleet's own problem
    except BadCertificate as error:
        if pem.strip():
            yield item.problem("bad-path", f"{name} {error}", *secret_references.CERTIFICATE, hint=_FETCH)
        return
    left = until - datetime.datetime.combine(as_of, datetime.time(), datetime.UTC)
    if left <= datetime.timedelta(days=_WARNED):
        when = "has expired" if left <= datetime.timedelta() else "expires"
        message = f"{name} {when} on {until.date()}"
        yield item.problem("certificate-expires", message, *secret_references.CERTIFICATE, hint=_FETCH)


def unused(resolved: list[ResolvedEnvironment], used: Set[str]) -> Iterator[Problem]:
    """The files below `secrets/` that were not `used`, and are mooring's: by their label, or by where they stand."""
    boundary = Boundary(resolved[0].root)
    having = [one for one in resolved if _has_ciphertexts(one)]
    folders = {f"{FOLDER}/{one.name}/{namespace}" for one in having for namespace in one.namespaces}
    for folder in boundary.walk(boundary.root / FOLDER):
        below = folder.path.relative_to(boundary.root).as_posix()
        for name in folder.files:
            if f"{below}/{name}" in used or not (name.endswith((".yaml", ".yml")) or is_temporary(name)):
                continue
            file = boundary.root / below / name
            data = _object(boundary, f"{below}/{name}")
            if below in folders or get(data, ("metadata", "labels", labels.MANAGED_BY)) == "mooring":
                login = login_of(data)
                holds = f", which holds login {quote(login, 'name')}" if login else ""
                message = f"no Secret of the fleet is made of {quote(display_path(file), 'file')}{holds}"
                hint = "delete it; where its robot is used no more, delete that in Harbor too: git keeps the ciphertext"
                yield Problem("unused-ciphertext", message, file=display_path(file), hint=hint)


def _has_ciphertexts(resolved: ResolvedEnvironment) -> bool:
    """Whether a robot's Secret stands encrypted in the repository."""
    fleet = resolved.fleet
    return any(backends.has_ciphertexts(fleet.backend_of(robot)) for robot in fleet.robots)


def _object(boundary: Boundary, path: str) -> Any:
    """The object in a file; None where it holds none, or more than one."""
    try:
        documents, _ = read_manifests(boundary.read(boundary.root / path), path)
    except Unreadable:
        return None
    return documents[0].data if len(documents) == 1 else None
