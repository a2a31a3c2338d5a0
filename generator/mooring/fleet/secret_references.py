"""What a fleet says of its secret back ends, in each environment: recipients of sops, certificates, Argo CD with sops."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.files import Boundary
from mooring.fleet import ca_bundle, model
from mooring.fleet.environments import environments, secrets_of
from mooring.fleet.gitops import ARGO_CD
from mooring.problems.problem import Problem

_SOPS = "sops"
_CERTIFICATE = ("secrets", "certificate")


def check(fleet: model.Fleet, boundary: Boundary) -> Iterator[Problem]:
    """Every problem of the back ends `sealed-secrets` and `sops`, at what says it: the fleet, an environment, a robot."""
    owner = _owner(fleet)
    if fleet.secrets.certificate is not None:
        yield from _certificate(fleet.secrets.certificate, boundary, owner)
    said: list[model.Item] = []
    for environment in environments(fleet):
        secrets = secrets_of(fleet, environment)
        written = environment.raw.get("secrets", {})
        if written.get("certificate") is not None:
            yield from _certificate(written["certificate"], boundary, environment)
        encrypted = _encrypted(fleet, owner, environment, secrets)
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


def _owner(fleet: model.Fleet) -> model.Item:
    """The fleet file itself, as what problems are said of."""
    place = next((item.place for item in (*fleet.registries, *fleet.robots) if item.place), None)
    return model.Item(place=model.Place(place.source, ())) if place else model.Item()


def _certificate(written: str, boundary: Boundary, item: model.Item) -> Iterator[Problem]:
    for code, message, hint in ca_bundle.faults(written, boundary, "certificate"):
        yield item.problem(code, message, *_CERTIFICATE, hint=hint)


def _encrypted(
    fleet: model.Fleet, owner: model.Item, environment: model.Environment, secrets: model.Secrets
) -> tuple[model.Item, tuple[str | int, ...]] | None:
    """Where it is said that a robot of the environment is kept with sops; None where none is."""
    entries = {entry["name"]: (index, entry) for index, entry in enumerate(environment.raw.get("robots", ()))}
    for robot in fleet.robots:
        index, entry = entries.get(robot.name, (0, {}))
        if entry.get("backend") is not None:
            if entry["backend"] == _SOPS:
                return environment, ("robots", index, "backend")
        elif "backend" not in entry and robot.backend is not None:
            if robot.backend == _SOPS:
                return robot, ("backend",)
        elif secrets.backend == _SOPS:
            own = "backend" in environment.raw.get("secrets", {})
            return (environment if own else owner), ("secrets", "backend")
    return None
