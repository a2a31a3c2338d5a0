"""What a fleet says of its back ends, in each environment: stores, certificates, recipients of sops, Argo CD with sops."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.files import Boundary
from mooring.fleet import ca_bundle, model
from mooring.fleet.environments import environments, secrets_of
from mooring.fleet.gitops import ARGO_CD
from mooring.problems.problem import Problem

_SOPS, _STORE = "sops", "external-secrets"
CERTIFICATE = ("secrets", "certificate")


def check(fleet: model.Fleet, boundary: Boundary) -> Iterator[Problem]:
    """Every problem of the back ends, at what says it: the fleet, an environment, a robot."""
    owner = _owner(fleet)
    if fleet.secrets.certificate is not None:
        yield from _certificate(fleet.secrets.certificate, boundary, owner)
    yield from _stores(fleet, owner)
    said: list[model.Item] = []
    for environment in environments(fleet):
        secrets = secrets_of(fleet, environment)
        written = environment.raw.get("secrets", {})
        if written.get("certificate") is not None:
            yield from _certificate(written["certificate"], boundary, environment)
        encrypted = _kept(_SOPS, fleet, owner, environment)
        if encrypted is None:
            continue
        item, route = encrypted
        if not secrets.recipients:
            where = environment if fleet.environments else owner
            message = "the back end is `sops`, and `secrets.recipients` is missing: it is encrypted for nobody"
            yield where.problem("missing-key", message, "secrets", expected="`recipients: [age1…]`")
        if fleet.gitops.tool == ARGO_CD and all(item is not one for one in said):
            said.append(item)
            message = "back end `sops` with Argo CD, which would send the ciphertext to the cluster as it is"
            hint = "choose `sealed-secrets` or `external-secrets`, or sync with Flux, which decrypts"
            yield item.problem("unknown-choice", message, *route, hint=hint)


def certificate_owner(fleet: model.Fleet, environment: model.Environment) -> model.Item:
    """What says an environment's certificate: the environment, else the fleet."""
    own = environment.raw.get("secrets", {}).get("certificate") is not None
    return environment if own else _owner(fleet)


def _owner(fleet: model.Fleet) -> model.Item:
    """The fleet file itself, as what problems are said of."""
    place = next((item.place for item in (*fleet.registries, *fleet.robots) if item.place), None)
    return model.Item(place=model.Place(place.source, ())) if place else model.Item()


def _certificate(written: str, boundary: Boundary, item: model.Item) -> Iterator[Problem]:
    for code, message, hint in ca_bundle.faults(written, boundary, "certificate"):
        yield item.problem(code, message, *CERTIFICATE, hint=hint)


def _stores(fleet: model.Fleet, owner: model.Item) -> Iterator[Problem]:
    """The problems of External Secrets without a store: the fleet's, where no environment says anything else."""
    lacking: list[model.Item] = []
    is_own = False
    for environment in environments(fleet):
        kept = _kept(_STORE, fleet, owner, environment)
        if kept is not None and secrets_of(fleet, environment).store is None:
            lacking.append(environment)
            is_own |= kept[0] is environment
    if lacking and not is_own and len(lacking) == len(environments(fleet)):
        lacking = [owner]
    for item in lacking:
        message = "the back end is `external-secrets`, and `secrets.store` is missing"
        yield item.problem("missing-key", message, "secrets", expected="`store: {kind, name}`")


def _kept(
    backend: str, fleet: model.Fleet, owner: model.Item, environment: model.Environment
) -> tuple[model.Item, tuple[str | int, ...]] | None:
    """Where it is said that a robot of the environment is kept with the back end; None where none is."""
    entries = {entry["name"]: (index, entry) for index, entry in enumerate(environment.raw.get("robots", ()))}
    for robot in fleet.robots:
        index, entry = entries.get(robot.name, (0, {}))
        if entry.get("backend") is not None:
            if entry["backend"] == backend:
                return environment, ("robots", index, "backend")
        elif "backend" not in entry and robot.backend is not None:
            if robot.backend == backend:
                return robot, ("backend",)
        elif secrets_of(fleet, environment).backend == backend:
            own = "backend" in environment.raw.get("secrets", {})
            return (environment if own else owner), ("secrets", "backend")
    return None
