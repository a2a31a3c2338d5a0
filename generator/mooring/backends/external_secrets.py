"""External Secrets: the operator reads login and password from one record and builds the docker configuration itself.

The configuration is built with `dict … | toJson`, never by joining strings, so that no character of a login or
password can break out (https://external-secrets.io/latest/guides/templating/); `auth` is written because some readers
know nothing else (KServe's `oci+fetch://` among them).
"""

from __future__ import annotations

from typing import Any

from mooring.fleet import model


def docker_config(hosts: tuple[str, ...]) -> str:
    """The template of `.dockerconfigjson`: one `auths` entry for each host."""
    entry = '(dict "username" .username "password" .password "auth" (printf "%s:%s" .username .password | b64enc))'
    auths = " ".join(f'"{host}" {entry}' for host in hosts)
    return f'{{{{ dict "auths" (dict {auths}) | toJson }}}}'


def context(robot: model.Robot, hosts: tuple[str, ...], fleet: model.Fleet) -> dict[str, Any] | None:
    """The values of `templates/secret/external-secrets.yaml.j2`."""
    store = fleet.secrets.store
    if store is None:
        return None  # the check of the fleet's references has reported that
    record = robot.record
    return {
        "refresh": fleet.secrets.refresh,
        "store_kind": store.kind,
        "store_name": store.name,
        "docker_config": docker_config(hosts),
        "key": robot.record_key,
        "username": record.username,
        "password": record.password,
    }
