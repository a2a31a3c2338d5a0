"""What a back end holds now: the login of a record, and the secret only for whoever copies it to another back end.

A record with a secret and no login, or a login that is no text, holds something that cannot be told: whoever would
overwrite it might overwrite a credential in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.delivery.model import Held, Told
from mooring.fleet import model
from mooring.redaction import Credential, quote


def held_in(properties: Mapping[str, Any], robot: model.Robot) -> Held:
    """The login in the properties of a robot's record."""
    login, secret = (properties.get(name) for name in (robot.record.username, robot.record.password))
    if not login and not secret:
        return Held()
    if not isinstance(login, str) or not login:
        message = f"the record {quote(robot.record_key, 'path')} holds a secret, and no login that can be read"
        return Held(unknown=Told(message, f"write both with `mooring secret set {robot.name}`"))
    return Held(login)


def secret_in(properties: Mapping[str, Any], robot: model.Robot, login: str) -> Credential | Told:
    """The secret that a robot's record holds for the login."""
    secret = properties.get(robot.record.password)
    if properties.get(robot.record.username) == login and isinstance(secret, str) and secret:
        return Credential(secret)
    message = f"the record {quote(robot.record_key, 'path')} holds no secret of {quote(login, 'name')}"
    return Told(message, f"write it with `mooring secret set {robot.name}`, where it is known")
